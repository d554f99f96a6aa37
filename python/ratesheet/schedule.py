"""The schedule as a value: calling it, evaluating it in bulk, and combining it with others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet import evaluate, spec
from ratesheet._rust import Schedule as _Core
from ratesheet.arguments import level, non_negative, number, whole
from ratesheet.curves import core_of
from ratesheet.levels import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from ratesheet.curves import Curve
    from ratesheet.table import Table

__all__ = ["Schedule", "cores", "greatest", "least", "sequence"]


class Schedule:
    """A learning-rate schedule: an immutable function of the step.

    The functions of this package make schedules, and the methods below make new ones of them. Two
    schedules that say the same are equal and hash alike; `repr` gives an expression that makes it
    again, and pickle and `to_dict` keep it.

    Example:
        >>> import ratesheet as rs
        >>> schedule = rs.linear(0.0, 1.0, steps=10).then(rs.cosine(1.0, 0.1, steps=90))
        >>> schedule(0), schedule(5), schedule(10), schedule(100), schedule(10**15)
        (0.0, 0.5, 1.0, 0.1, 0.1)
        >>> schedule
        rs.sequence(rs.linear(0.0, 1.0, steps=10), rs.cosine(1.0, 0.1, steps=90))
    """

    __slots__ = ("__weakref__", "_core")
    _core: _Core

    def __init__(self, core: _Core) -> None:
        if not isinstance(core, _Core):
            raise TypeError("make schedules with rs.linear(..), rs.cosine(..) and the like")
        self._core = core

    @property
    def steps(self) -> int | float | None:
        """The length in steps, after which the last value holds; None when it has no end."""
        steps = self._core.steps
        return None if steps is None else spec.tidy(steps)

    def __call__(self, step: float, base_lr: float = 1.0) -> float:
        """Return the value at a step.

        Args:
            step: updates done so far, from 0; a fraction lies between updates.
            base_lr: the group's base LR, at least 0; with 1.0 the value is a multiple.

        Returns:
            The learning rate, a float.

        Raises:
            TypeError: when an argument is not a number.
            ScheduleError: when one is negative or not finite.
        """
        return self._core.value(step, base_lr)

    def values(
        self,
        steps: ArrayLike | range,
        base_lrs: ArrayLike = 1.0,
        *,
        out: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """Return the values at many steps, for many base LRs.

        Args:
            steps: a range, or a 1-D list or array of numbers of at least 0.
            base_lrs: one base LR, or a 1-D list or array of them.
            out: a float64 array in C order to fill.

        Returns:
            float64, shape (n_steps, n_base_lrs); for a single number as `base_lrs`, (n_steps,).
            Each entry has the bits that calling the schedule gives.

        Raises:
            TypeError: when an argument has the wrong type, dtype or order.
            ValueError: when `out` has the wrong shape.
            ScheduleError: when a step or base LR is negative or not finite.
            MemoryError: when it cannot fit; the message gives its size in bytes.

        Example:
            >>> import ratesheet as rs
            >>> rs.linear(0.0, 1.0, steps=2).values(range(4), [1.0, 0.5])
            array([[0.  , 0.  ],
                   [0.5 , 0.25],
                   [1.  , 0.5 ],
                   [1.  , 0.5 ]])
        """
        return evaluate.values([self], steps, base_lrs, out)

    def table(
        self,
        steps: Any,
        base_lrs: ArrayLike = 1.0,
        *,
        names: Sequence[str] | None = None,
    ) -> Table:
        """Return a lazy `Table` of steps x groups, evaluated where it is looked at."""
        from ratesheet.table import Table

        return Table(self, steps, base_lrs, names=names)

    def plot(
        self,
        steps: ArrayLike | range | None = None,
        base_lr: float = 1.0,
        *,
        ax: Any = None,
    ) -> Any:
        """Draw the values over the steps with matplotlib.

        Args:
            steps: a number of steps from 0, a range, or a list of steps; when None, the schedule's
                length, or of one without an end as much as shows its course. Of more than 2000
                steps, as many are drawn, evenly spread.
            base_lr: the base LR; with 1.0, multiples of it are drawn.
            ax: the matplotlib Axes to draw on; the current one when None.

        Returns:
            The Axes. The line is labelled with the schedule's expression: `ax.legend()` shows it.

        Raises:
            ModuleNotFoundError: when matplotlib is not installed.
        """
        from ratesheet.plot import plot_schedule

        return plot_schedule(self, steps, base_lr, ax)

    def _repr_svg_(self) -> str | None:
        from ratesheet.picture import svg

        return svg(self)

    def then(self, *others: Schedule) -> Schedule:
        """Return this schedule followed by others, each from its own step 0.

        Example:
            >>> import ratesheet as rs
            >>> both = rs.constant(1.0, steps=2).then(rs.constant(0.5))
            >>> [both(t) for t in range(4)]
            [1.0, 1.0, 0.5, 0.5]
        """
        return sequence(self, *others)

    def clip(self, low: Any = None, high: Any = None) -> Schedule:
        """Return the schedule kept between two bounds: levels, schedules, or None for no bound.

        Example:
            >>> import ratesheet as rs
            >>> rs.linear(1.0, 0.0, steps=4).clip(rs.absolute(1e-4), 0.75).values(range(5), 1e-3)
            array([0.00075, 0.00075, 0.0005 , 0.00025, 0.0001 ])
        """
        result = self if low is None else greatest(self, _operand("low", low))
        return result if high is None else least(result, _operand("high", high))

    def repeat(self, n: int | None = None, *, growth: float = 1.0) -> Schedule:
        """Return the schedule run n times (for ever when None), then its last value.

        Args:
            n: number of runs, at least 1.
            growth: each run is so many times as long as the one before; below 1 only with n.

        Example:
            >>> import ratesheet as rs
            >>> rs.linear(1.0, 0.0, steps=2).repeat(2).values(range(6))
            array([1. , 0.5, 1. , 0.5, 0. , 0. ])
        """
        clock = "local" if number("growth", growth) == 1 else "phase"
        first = spec.needs_steps(self._core.steps, "repeat")
        count = None if n is None else whole("n", n, 1)
        return self.cycles(first=first, growth=growth, n=count, clock=clock)

    def cycles(
        self,
        *,
        first: float,
        growth: float = 1.0,
        n: int | None = None,
        clock: str = "local",
    ) -> Schedule:
        """Return the schedule on the clock of cycles of `first * growth^i` steps.

        Args:
            first: length of cycle 0, above 0.
            growth: ratio of one length to the one before.
            n: number of cycles, after which the last value holds; None for no end.
            clock: what the schedule sees: "local" (steps since the cycle began), "phase" (the same,
                stretched to its length) or "index" (the cycle's number).
        """
        numbers = number("first", first), number("growth", growth)
        return Schedule(_Core.cycle(self._core, *numbers, None if n is None else float(n), clock))

    def delay(self, n: float) -> Schedule:
        """Return the schedule n steps later; its first value holds before."""
        return Schedule(_Core.shift(self._core, non_negative("n", n)))

    def advance(self, n: float) -> Schedule:
        """Return the schedule from its step n on."""
        return Schedule(_Core.shift(self._core, -non_negative("n", n)))

    def stretch(self, k: float) -> Schedule:
        """Return the schedule k times as long; k above 0."""
        return Schedule(_Core.stretch(self._core, number("k", k)))

    def every(self, n: float) -> Schedule:
        """Return the schedule in stairs: the value at floor(t / n) * n."""
        return Schedule(_Core.staircase(self._core, number("n", n)))

    def until(self, n: float) -> Schedule:
        """Return the schedule cut at n: from there on the value it approaches from the left.

        Example:
            >>> import ratesheet as rs
            >>> rs.step(0.1, every=10).until(10)(10)
            1.0
        """
        return Schedule(_Core.until(self._core, non_negative("n", n)))

    def next_multiple(self, period: float) -> Schedule:
        """Return the schedule at t / max(1, ceil(t / period)): ends at each multiple anew."""
        return Schedule(_Core.next_multiple(self._core, number("period", period)))

    def warp(self, times: Sequence[tuple[float, float]]) -> Schedule:
        """Return the schedule on another clock, given as (step, time) points joined by lines.

        The last line goes on. Steps rise; times (samples, tokens) do not fall.
        """
        points = [(number("times", t), number("times", time)) for t, time in times]
        return Schedule(_Core.warp(self._core, points))

    def cooldown(
        self,
        *,
        at: float,
        steps: float,
        to: float | Level = 0.0,
        curve: Curve | str = "linear",
    ) -> Schedule:
        """Return the schedule up to step `at`, then a ramp from its value there.

        Args:
            at: where it branches off, in steps.
            steps: length of the ramp.
            to: the level at its end.
            curve: its curve.

        Example:
            >>> import ratesheet as rs
            >>> rs.constant(0.8).cooldown(at=10, steps=4).values([9, 10, 12, 14, 99])
            array([0.8, 0.8, 0.4, 0. , 0. ])
        """
        numbers = non_negative("at", at), non_negative("steps", steps)
        return Schedule(
            _Core.cooldown(self._core, *numbers, level("to", to), core_of("curve", curve))
        )

    def __mul__(self, other: Any) -> Schedule:
        operand = _operand_or_none(other)
        if operand is None:
            return NotImplemented
        return Schedule(_Core.product([self._core, operand]))

    def __rmul__(self, other: Any) -> Schedule:
        operand = _operand_or_none(other)
        return NotImplemented if operand is None else Schedule(_Core.product([operand, self._core]))

    def __add__(self, other: Any) -> Schedule:
        operand = _operand_or_none(other)
        return NotImplemented if operand is None else Schedule(_Core.sum([self._core, operand]))

    def __radd__(self, other: Any) -> Schedule:
        operand = _operand_or_none(other)
        return NotImplemented if operand is None else Schedule(_Core.sum([operand, self._core]))

    def to_dict(self) -> dict[str, Any]:
        """Return the schedule as plain data that JSON can hold, with a format version."""
        return {"version": spec.VERSION, **spec.to_dict(self._core)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Schedule:
        """Return the schedule that `to_dict` described.

        Raises:
            ScheduleError: when the data describe no schedule; the message says where.
        """
        return cls(spec.from_dict(data))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schedule) and self._core == other._core

    def __hash__(self) -> int:
        return hash(self._core)

    def __repr__(self) -> str:
        return spec.expression(self._core)

    def __reduce__(self) -> tuple[Any, ...]:
        return Schedule.from_dict, (self.to_dict(),)


def _operand_or_none(value: object) -> _Core | None:
    if isinstance(value, Schedule):
        return value._core
    if isinstance(value, Level) or (
        isinstance(value, (int, float)) and not isinstance(value, bool)
    ):
        return _Core.constant(level("value", value), None)
    return None


def _operand(name: str, value: object) -> Schedule:
    return (
        value if isinstance(value, Schedule) else Schedule(_Core.constant(level(name, value), None))
    )


def cores(name: str, schedules: Sequence[object]) -> list[_Core]:
    """Return the cores of schedules; anything else is a TypeError with its place."""
    for index, schedule in enumerate(schedules):
        if not isinstance(schedule, Schedule):
            raise TypeError(f"{name}[{index}] must be a schedule, got {schedule!r}")
    return [schedule._core for schedule in schedules if isinstance(schedule, Schedule)]


def sequence(
    *phases: Schedule,
    milestones: Sequence[float] | None = None,
    timeline: str = "own",
    side: str = "right",
) -> Schedule:
    """Return schedules one after another.

    Args:
        phases: at least one; each but the last needs a length, unless milestones are given.
        milestones: the step at which each phase but the first begins, in rising order.
        timeline: "own": each phase starts at its step 0; "global": it sees the sequence's steps.
        side: with milestones, whether the boundary step belongs to the phase on the "right" (the
            later one) or on the "left".

    Returns:
        A schedule. A phase of zero steps is already over.

    Raises:
        TypeError: when a phase is not a schedule.
        ScheduleError: when a length is missing or the milestones do not fit.

    Example:
        >>> import ratesheet as rs
        >>> a1 = rs.sequence(rs.linear(0.1, 1.0, steps=10), rs.exponential(0.5), milestones=[0])
        >>> a1.values(range(4))
        array([1.   , 0.5  , 0.25 , 0.125])
    """
    starts = None if milestones is None else [number("milestones", m) for m in milestones]
    return Schedule(_Core.sequence(cores("phases", phases), starts, timeline, side))


def least(*schedules: Schedule) -> Schedule:
    """Return the least of some schedules at each step, group by group."""
    return Schedule(_Core.least(cores("schedules", schedules)))


def greatest(*schedules: Schedule) -> Schedule:
    """Return the greatest of some schedules at each step, group by group."""
    return Schedule(_Core.greatest(cores("schedules", schedules)))
