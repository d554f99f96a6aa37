"""Plateau: what a metric says about the rates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import flag, non_negative, number, whole
from ratesheet.errors import ScheduleError
from ratesheet.levels import Level
from ratesheet.schedule import greatest, least
from ratesheet.schedules.basic import constant

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = ["Plateau", "damped"]

_WORDS = {
    "mode": ("min", "max"),
    "threshold_mode": ("rel", "abs"),
    "nan": ("ignore", "bad", "error"),
}


@dataclass(frozen=True, kw_only=True)
class Plateau:
    """Makes rates smaller when a metric stops getting better: a factor on any schedule.

    Give it to a `Scheduler` and report the metric with `observe`, as often as it is measured:

        lr(t) = max(f schedule(t), floor), but never above schedule(t)

    f starts at 1 and is multiplied by `factor` whenever more than `patience` observations in a row
    were not better than the best one. It is kept per group, so that a floor stops each by itself.

    Args:
        mode: whether the metric is to become smaller ("min") or greater ("max").
        factor: what f is multiplied by, above 0 and below 1.
        patience: observations without progress that are borne; the next one acts.
        threshold: by how much an observation must be better than the best to count as better.
        threshold_mode: "rel" for a share of the best's size, "abs" for an amount.
        cooldown: observations after a reduction that do not count as bad.
        floor: the lowest level: a multiple of the base LR, or `rs.absolute(rate)`.
        start: the first step at which observations count, such as the end of the warmup.
        nan: what a NaN is: "ignore" (as if not observed), "bad" (no progress), or an "error".
        eps: a change of a rate by no more than this share is not made.
        rise: whether f is divided by `factor` after more than `patience` better ones in a row.
        ceiling: the highest level that rates rise to; None for the base LR.
        warmup: observations after a rise that do not count.
        window: how many observations are averaged; the mean is what is judged.
        reset_after: with `rise`, the number of reductions at the floor after which everything
            starts anew; None for never.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: torch's ReduceLROnPlateau, whose numbers it has with a constant schedule; `keras`,
    `timm` and `greedy` make the ones of these libraries.

    Example:
        >>> import ratesheet as rs
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = rs.Scheduler(
        ...     optimizer, rs.constant(), plateau=rs.Plateau(factor=0.5, patience=1)
        ... )
        >>> for loss in [3.0, 2.0, 2.0, 2.0]:
        ...     _ = scheduler.observe(loss)
        >>> scheduler.get_last_lr()
        [0.5]
    """

    mode: str = "min"
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    threshold_mode: str = "rel"
    cooldown: int = 0
    floor: float | Level = 0.0
    start: int = 0
    nan: str = "ignore"
    eps: float = 1e-8
    rise: bool = False
    ceiling: float | Level | None = None
    warmup: int = 0
    window: int = 1
    reset_after: int | None = None

    def __post_init__(self) -> None:
        for name, choices in _WORDS.items():
            if getattr(self, name) not in choices:
                raise ScheduleError(
                    f"{name} must be one of {', '.join(choices)}, got {getattr(self, name)!r}"
                )
        if not 0.0 < number("factor", self.factor) < 1.0:
            raise ScheduleError(f"factor must be above 0 and below 1, got {self.factor!r}")
        for name in ("patience", "cooldown", "start", "warmup"):
            whole(name, getattr(self, name))
        whole("window", self.window, 1)
        if self.reset_after is not None:
            whole("reset_after", self.reset_after, 1)
        flag("rise", self.rise)
        for name in ("threshold", "eps"):
            if math.isinf(non_negative(name, getattr(self, name))):
                raise ScheduleError(f"{name} must be finite, got {getattr(self, name)!r}")
        for name, value in (("floor", self.floor), ("ceiling", self.ceiling)):
            level = Level.of(name, 0.0 if value is None else value)
            if not (0.0 <= level.rate < math.inf and 0.0 <= level.ratio < math.inf):
                raise ScheduleError(f"{name} must be finite and >= 0, got {value!r}")

    @classmethod
    def keras(
        cls,
        *,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        min_delta: float = 1e-4,
        cooldown: int = 0,
        floor: float | Level = 0.0,
        **others: Any,
    ) -> Plateau:
        """Return Keras's ReduceLROnPlateau, which acts one observation earlier than torch's."""
        return cls(
            mode=mode,
            factor=factor,
            patience=max(whole("patience", patience) - 1, 0),
            threshold=min_delta,
            threshold_mode="abs",
            cooldown=max(whole("cooldown", cooldown) - 1, 0),
            floor=floor,
            **others,
        )

    @classmethod
    def timm(cls, *, mode: str = "max", warmup_t: int = 0, **others: Any) -> Plateau:
        """Return timm's, torch's for a metric that grows, after `warmup_t` epochs (steps here)."""
        start = whole("warmup_t", warmup_t)
        return cls(mode=mode, start=start + 1 if start else 0, **others)

    @classmethod
    def greedy(
        cls,
        *,
        factor: float = 0.95,
        threshold: float = 1e-6,
        floor: float | Level | None = None,
        ceiling: float | Level | None = None,
        reset_after: int | None = 500,
        **others: Any,
    ) -> Plateau:
        """Return GreedyLR (2025), as in Transformers: progress makes the rates greater again."""
        return cls(
            factor=factor,
            threshold=threshold,
            threshold_mode="abs",
            floor=Level(1e-3) if floor is None else floor,
            ceiling=Level(1.0) if ceiling is None else ceiling,
            rise=True,
            reset_after=reset_after,
            **others,
        )

    @property
    def highest(self) -> float | Level:
        """The level that rates rise to."""
        return 1.0 if self.ceiling is None else self.ceiling

    def better(self, metric: float, best: float | None) -> bool:
        """Whether a metric is better than the best one so far, by more than the threshold."""
        if best is None or math.isnan(metric):
            return not math.isnan(metric)
        relative = self.threshold_mode == "rel" and math.isfinite(best)
        margin = self.threshold * (abs(best) if relative else 1.0)
        return metric < best - margin if self.mode == "min" else metric > best + margin


def damped(schedule: Schedule, factor: float, plateau: Plateau) -> Schedule:
    """Return a schedule times a plateau's factor, between the plateau's floor and ceiling."""
    if factor == 1.0:
        return schedule
    if factor < 1.0:
        return greatest(schedule * factor, least(schedule, constant(plateau.floor)))
    return least(schedule * factor, greatest(schedule, constant(plateau.highest)))
