"""What a plateau has seen: its state, and the next step of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ratesheet.errors import CheckpointError, ScheduleError
from ratesheet.levels import Level

if TYPE_CHECKING:
    from ratesheet.plateau import Plateau

__all__ = ["Observed", "Standing", "observed", "restored"]


@dataclass(frozen=True)
class Observed:
    """The state of a plateau.

    Attributes:
        best: the best metric, None before the first.
        bad: observations in a row without progress.
        good: observations in a row with progress.
        cooling: observations that do not count any more after a reduction.
        warming: the same after a rise.
        at_floor: reductions that found every rate at its floor.
        recent: the observations that are averaged.
    """

    best: float | None = None
    bad: int = 0
    good: int = 0
    cooling: int = 0
    warming: int = 0
    at_floor: int = 0
    recent: list[float] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the state as plain data; JSON has no infinity, so that one is a string."""
        data = asdict(self)
        data["best"] = _plain(self.best)
        data["recent"] = [_plain(x) for x in self.recent]
        return data


def _plain(x: float | None) -> float | str | None:
    return x if x is None or math.isfinite(x) else repr(x)


def restored(data: Any) -> Observed:
    """Return the state that `Observed.to_dict` wrote.

    Raises:
        CheckpointError: when the data are none; the message names the key.
    """
    known = {f.name for f in fields(Observed)}
    if not isinstance(data, Mapping) or set(data) != known:
        raise CheckpointError(f"state['plateau'] must have the keys {sorted(known)}, got {data!r}")
    for name in known - {"best", "recent"}:
        if type(data[name]) is not int or data[name] < 0:
            raise CheckpointError(f"state['plateau'][{name!r}] must be >= 0, got {data[name]!r}")
    recent = data["recent"]
    try:
        best = None if data["best"] is None else float(data["best"])
        return Observed(**{**data, "best": best, "recent": [float(x) for x in recent]})
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"state['plateau'] must hold numbers, got {data!r}") from error


class Standing(NamedTuple):
    """Where the groups stand: one entry per group in each list.

    Attributes:
        rates: their rates now.
        full: the rates that their schedules alone give now.
        base_lrs: their base LRs.
        factors: what the plateau has made of them.
    """

    rates: list[float]
    full: list[float]
    base_lrs: list[float]
    factors: list[float]

    def bounds(self, level: float | Level) -> list[float]:
        """Return a level as a rate of each group."""
        bound = Level.of("level", level)
        return [bound.rate + bound.ratio * base for base in self.base_lrs]


def observed(
    plateau: Plateau, state: Observed, metric: float, standing: Callable[[], Standing]
) -> tuple[Observed, list[float] | None]:
    """Return the state after one more observation, and the groups' factors where they are moved.

    Args:
        plateau: what it goes by.
        state: the state before.
        metric: what was observed.
        standing: tells where the groups stand; asked only where their rates are moved.

    Raises:
        ScheduleError: on a NaN where the plateau takes it as an error.
    """
    if math.isnan(metric) and plateau.nan == "error":
        raise ScheduleError(f"metric must not be NaN, got {metric!r}")
    if math.isnan(metric) and plateau.nan == "ignore":
        return state, None
    state, direction = _judged(plateau, *_averaged(plateau, state, metric))
    if direction == 0:
        return state, None
    groups = standing()
    factors = _moved(plateau, direction, groups)
    if direction > 0 or plateau.reset_after is None:
        return replace(state, at_floor=0), factors
    floors = groups.bounds(plateau.floor)
    if any(f * s > low for f, s, low in zip(factors, groups.full, floors, strict=True)):
        return state, factors
    state = replace(state, at_floor=state.at_floor + 1)
    if state.at_floor < plateau.reset_after:
        return state, factors
    return Observed(cooling=plateau.cooldown), [1.0] * len(factors)


def _averaged(plateau: Plateau, state: Observed, metric: float) -> tuple[Observed, float]:
    if plateau.window == 1 or math.isnan(metric):
        return state, metric
    state = replace(state, recent=[*state.recent, metric][-plateau.window :])
    return state, math.fsum(state.recent) / len(state.recent)


def _judged(plateau: Plateau, state: Observed, metric: float) -> tuple[Observed, int]:
    """Return the state with a metric counted, and which way the rates go: down, up, or neither."""
    if plateau.rise and state.cooling:
        return replace(state, bad=0, good=0, cooling=state.cooling - 1), 0
    if state.warming:
        return replace(state, bad=0, good=0, warming=state.warming - 1), 0
    if plateau.better(metric, state.best):
        state = replace(state, best=metric, bad=0, good=state.good + 1)
    else:
        state = replace(state, bad=state.bad + 1, good=0)
    if state.cooling:
        state = replace(state, bad=0, cooling=state.cooling - 1)
    if plateau.rise and state.good > plateau.patience:
        return replace(state, good=0, warming=plateau.warmup), 1
    if state.bad > plateau.patience:
        return replace(state, bad=0, cooling=plateau.cooldown), -1
    return state, 0


def _moved(plateau: Plateau, direction: int, groups: Standing) -> list[float]:
    """Return the factors after one reduction or rise, each stopped by its floor or ceiling."""
    falls = direction < 0
    by = plateau.factor if falls else 1.0 / plateau.factor
    stop = max if falls else min
    bounds = groups.bounds(plateau.floor if falls else plateau.highest)
    after = []
    for rate, full, factor, bound in zip(
        groups.rates, groups.full, groups.factors, bounds, strict=True
    ):
        target = stop(rate * by, bound)
        change = rate - target if falls else target - rate
        if full <= 0.0:  # nothing to measure with, as at the first step of a warmup
            after.append(factor * by)
        elif change <= plateau.eps * rate:
            after.append(factor)
        elif target == bound:
            # A hair past the bound: there the bound itself is written, to the bit.
            after.append(bound / full * (1.0 - 1e-15 if falls else 1.0 + 1e-15))
        else:
            after.append(factor * by)
    return after
