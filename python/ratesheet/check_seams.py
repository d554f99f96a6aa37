"""What a schedule's parts tell: jumps where phases meet, floors above the rate they are for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from ratesheet import spec
from ratesheet.finding import Finding
from ratesheet.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["floors", "jumps"]

_SAME_CLOCK = {"factors", "terms", "schedules"}
_SMALL = 0.01  # the share of a rate from which a jump is one
_FLAT = 1e-12  # the share of a rate up to which it does not change
_LOOKED_AT = 1000  # steps in which a floor has to be left, where the run's length is not known


class _Node(NamedTuple):
    """A part of a schedule: its own dict, and the step at which its clock starts, if known."""

    data: dict[str, Any]
    start: float | None

    @property
    def schedule(self) -> Schedule:
        return Schedule.from_dict({"version": spec.VERSION, **self.data})


def _nodes(data: dict[str, Any], start: float | None = 0.0) -> Iterator[_Node]:
    """Yield a schedule's parts, itself first."""
    node = _Node(data, start)
    yield node
    starts = _starts(node) if data["kind"] == "sequence" else []
    for i, phase in enumerate(data.get("phases", ())):
        own = data["timeline"] == "own"
        yield from _nodes(phase, None if start is None else start + (starts[i] if own else 0.0))
    for key in _SAME_CLOCK & set(data):
        for child in data[key]:
            yield from _nodes(child, start)
    if "schedule" in data:
        kept = data["kind"] in {"until", "cooldown", "staircase"}
        yield from _nodes(data["schedule"], start if kept else None)


def _starts(node: _Node) -> list[float]:
    """Return the step of a sequence at which each of its phases begins."""
    if node.data.get("milestones") is not None:
        return [0.0, *node.data["milestones"]]
    starts = [0.0]
    for phase in node.data["phases"][:-1]:
        starts.append(starts[-1] + (_Node(phase, 0.0).schedule.steps or 0.0))
    return starts


def jumps(schedule: Schedule, bases: Sequence[float] | None, n: int | None) -> list[Finding]:
    """Return the seams of sequences at which the rate jumps without being meant to.

    Meant are stairs (both sides flat), restarts (up, after a fall), new warmups (down, to rise) and
    the end of a freeze (up, after 0). Parts with noise are left out.

    Args:
        schedule: the schedule.
        bases: base LRs to look with, None when unknown.
        n: updates of the run, None when unknown.
    """
    found: dict[float, Finding] = {}
    for node in _nodes(schedule.to_dict()):
        kinds = {part.data["kind"] for part in _nodes(node.data)}
        if node.data["kind"] != "sequence" or "noise" in kinds:
            continue
        whole, starts = node.schedule, sorted(set(_starts(node)) - {0.0})
        for i, at in enumerate(starts):
            following = starts[i + 1] if i + 1 < len(starts) else None
            if n is not None and node.start is not None and node.start + at >= n:
                continue
            looks: Sequence[float | None] = bases or [None]
            for base in looks:
                sides = _sides(whole, at, following, base, left=node.data["side"] == "left")
                if sides is None or not _is_jump(*sides):
                    continue
                step = None if node.start is None else math.ceil(node.start + at)
                where = "at a seam" if step is None else f"at step {step}"
                words = (
                    f"the rate jumps from {sides[0]:.4g} to {sides[1]:.4g} {where}, where one phase"
                    " ends and the next begins"
                )
                found.setdefault(at if step is None else step, Finding("jump", words, step))
    return list(found.values())


def _sides(
    whole: Schedule, at: float, following: float | None, base: float | None, *, left: bool
) -> tuple[float, float, float, float] | None:
    """Return the rates on both sides of a seam, and the changes of a step before and after it."""
    before, after = whole.until(at), whole if following is None else whole.until(following)
    first = at + 1.0 if left else at
    if base is None:
        # With an unknown base LR, a multiple beside a rate tells nothing.
        sides = [s(t, b) for s, t in ((before, at), (after, first)) for b in (1.0, 2.0)]
        if not math.isclose(sides[0] * sides[3], sides[1] * sides[2], rel_tol=1e-9):
            return None
    b = 1.0 if base is None else base
    rate, new = before(at, b), after(first, b)
    return rate, new, rate - before(max(at - 1.0, 0.0), b), after(first + 1.0, b) - new


def _is_jump(rate: float, new: float, before: float, after: float) -> bool:
    size, scale = new - rate, max(abs(rate), abs(new))
    if abs(size) <= max(_SMALL * scale, 2.0 * abs(before), 2.0 * abs(after)):
        return False
    stairs = max(abs(before), abs(after)) <= _FLAT * scale
    restart = size > 0.0 and before < 0.0
    warmup = size < 0.0 and after > 0.0
    thaw = rate == 0.0 and before == 0.0
    return not (stairs or restart or warmup or thaw)


def floors(schedule: Schedule, base: float, n: int | None) -> list[Finding]:
    """Return the floor that is an absolute rate above the rate that it is to stop, if any.

    Args:
        schedule: the schedule.
        base: a group's base LR.
        n: updates of the run, None when unknown.
    """
    for node in _nodes(schedule.to_dict()):
        for floor, rate in _bounds(node, base, n):
            if floor > rate > 0.0:
                words = (
                    f"the floor {floor:.4g} is above {rate:.4g}, the greatest rate that the base"
                    f" LR {base:.4g} gives: the rate rises to it; a multiple of the base LR as the"
                    " floor keeps groups apart"
                )
                return [Finding("floor", words)]
    return []


def _bounds(node: _Node, base: float, n: int | None) -> Iterator[tuple[float, float]]:
    """Yield (absolute floor, rate that falls to it)."""
    data = node.data
    if data["kind"] == "ramp" and data["end"][0] > 0.0:
        (rate, ratio), (low, share) = data["start"], data["end"]
        if rate == 0.0 and ratio >= 1.0:  # from the base LR, not a warmup up to a rate
            yield low + share * base, ratio * base
    elif data["kind"] == "greatest":
        fixed = [s for s in data["schedules"] if s["kind"] == "constant" and s["value"][0] > 0.0]
        moving = [_Node(s, 0.0).schedule for s in data["schedules"] if s not in fixed]
        steps = range(min(n or _LOOKED_AT, _LOOKED_AT))
        for bound in fixed if moving else []:
            low, share = bound["value"]
            yield low + share * base, max(float(s.values(steps, base).max()) for s in moving)
