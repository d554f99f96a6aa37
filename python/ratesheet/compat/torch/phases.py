"""The phases of one cycle: what torch keeps of them, and what rates and momentum are made of."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ratesheet.schedules.basic import piecewise

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = ["Span", "phases_of", "spans"]


class Span(NamedTuple):
    """A part of the cycle, from one of the groups' keys to another.

    Attributes:
        end: the step at which it is over.
        rest: how much of the first key there is, as a schedule.
        gone: how much of the second.
        lr: the two keys of the rate.
        momentum: those of momentum.
    """

    end: float
    rest: Schedule
    gone: Schedule
    lr: tuple[str, str]
    momentum: tuple[str, str]

    def shares(self, time: Any) -> tuple[float, float]:
        """Return how much there is of the two keys at a step."""
        if type(time) is int and time >= 0:
            return self.rest._core.value(time, 1.0), self.gone._core.value(time, 1.0)
        return self.rest(time), self.gone(time)


def spans(phases: list[dict[str, Any]], curve: str) -> list[Span]:
    """Return the parts of a cycle, one after another."""
    rates, momenta = _points(phases, "lr"), _points(phases, "momentum")
    return [
        Span(
            end[0],
            _share(rates, start[1], curve),
            _share(rates, end[1], curve),
            (start[1], end[1]),
            (first[1], last[1]),
        )
        for (start, end), (first, last) in zip(pairwise(rates), pairwise(momenta), strict=True)
    ]


@lru_cache
def _share(points: tuple[tuple[float, str], ...], key: str, curve: str) -> Schedule:
    """Return how much of the level called `key` there is, from (step, name of the level) points."""
    return piecewise([(time, float(name == key)) for time, name in points], curve=curve)


def phases_of(steps: int, share: float, *, three_phase: bool) -> list[dict[str, Any]]:
    """Return torch's list of phases, which is part of the state."""
    top = share * steps - 1
    low, high = "max_momentum", "base_momentum"
    names = [(top, "initial_lr", "max_lr", low, high)]
    if three_phase:
        names += [
            (2 * share * steps - 2, "max_lr", "initial_lr", high, low),
            (steps - 1, "initial_lr", "min_lr", low, low),
        ]
    else:
        names += [(steps - 1, "max_lr", "min_lr", high, low)]
    keys = ("end_step", "start_lr", "end_lr", "start_momentum", "end_momentum")
    return [dict(zip(keys, phase, strict=True)) for phase in names]


def _points(phases: list[dict[str, Any]], what: str) -> tuple[tuple[float, str], ...]:
    """Return (step, key) points; of a phase that ends before step 0 only its end remains."""
    points = [(0.0, str(phases[0][f"start_{what}"]))]
    for phase in phases:
        end = float(phase["end_step"]), str(phase[f"end_{what}"])
        if end[0] < 0.0:
            points = [end]
        elif end[0] < points[-1][0] or end[0] == points[-1][0] > 0.0:
            break  # a step belongs to the phase that ends there, so that this one has none
        else:
            points.append(end)
    return tuple(points)
