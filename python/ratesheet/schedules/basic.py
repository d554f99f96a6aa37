"""The plain ones: a constant, a ramp along any curve, points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet._rust import Schedule as _Core
from ratesheet.arguments import level, non_negative, number, pair
from ratesheet.curves import core_of
from ratesheet.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.curves import Curve
    from ratesheet.levels import Level

__all__ = ["constant", "linear", "piecewise", "piecewise_decay", "ramp"]


def constant(value: float | Level = 1.0, steps: float | None = None) -> Schedule:
    """Return a schedule that has one value at all times.

        lr(t) = value * base_lr

    Args:
        value: a level.
        steps: its length where another schedule follows; None for no end.

    Returns:
        A schedule.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when the value is not finite or the length negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.constant()(0), rs.constant(0.1)(10**9, base_lr=0.5)
        (1.0, 0.05)
    """
    length = None if steps is None else non_negative("steps", steps)
    return Schedule(_Core.constant(level("value", value), length))


def ramp(
    start: float | Level,
    end: float | Level,
    *,
    steps: float,
    curve: Curve | str = "linear",
    offset: float = 0.0,
    past: str = "hold",
    between: str = "linear",
) -> Schedule:
    """Return a schedule that goes from one level to another along any curve.

        u     = (t + offset) / steps, kept in [0, 1] where past is "hold"
        lr(t) = start (1 - s(u)) + end s(u)          between = "linear"
        lr(t) = start^(1 - s(u)) end^s(u)            between = "log"
        lr(t) = 1 / ((1 - s(u)) / start + s(u) / end)     between = "inverse"

    Args:
        start: the level at u = 0; exact.
        end: the level at u = 1; exact, and held afterwards.
        steps: the length, at least 0; a ramp of 0 steps is at its end.
        curve: the curve s, of `ratesheet.curves`, or its word.
        offset: steps that are already done at t = 0.
        past: "hold" keeps the ends; "free" goes on by the formula (linear, whole powers and cosines
            only); "raise" refuses steps past the end.
        between: what is weighted; "log" and "inverse" need levels above 0.

    Returns:
        A schedule of `steps - offset` steps; one without an end unless past is "hold".

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.ramp(1.0, 0.01, steps=2, between="log").values(range(4))
        array([1.  , 0.1 , 0.01, 0.01])
    """
    return Schedule(
        _Core.ramp(
            level("start", start),
            level("end", end),
            non_negative("steps", steps),
            core_of("curve", curve),
            number("offset", offset),
            past,
            between,
        )
    )


def linear(start: float | Level, end: float | Level, *, steps: float) -> Schedule:
    """Return a straight line from one level to another.

        lr(t) = start (1 - t/steps) + end t/steps    for t < steps
        lr(t) = end                                  from there on

    Args:
        start: the level at step 0.
        end: the level at `steps`.
        steps: the length, at least 0.

    Returns:
        A schedule of `steps` steps; torch's LinearLR, optax's linear_schedule.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is not finite or the length is negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.linear(0.0, 1.0, steps=4).values([0, 1, 4, 5])
        array([0.  , 0.25, 1.  , 1.  ])
    """
    return ramp(start, end, steps=steps)


def piecewise(
    points: Sequence[tuple[float, Any]],
    *,
    curve: Curve | str = "linear",
    side: str = "right",
) -> Schedule:
    """Return levels at given steps, joined by a curve.

        lr(t) = v_i (1 - s(u)) + v_(i+1) s(u),   u = (t - t_i) / (t_(i+1) - t_i)

    Args:
        points: (step, level) each, steps in rising order; a step that stands twice is a jump.
            Outside, the first and the last level hold.
        curve: the curve s of every piece, or "hold": a level holds until the next point.
        side: with "hold", whether a point's own step has the new level ("right") or still the old
            one ("left", as in Keras).

    Returns:
        A schedule as long as its last point; without an end when the levels are held.

    Raises:
        TypeError: when a point is not a pair of a number and a level.
        ScheduleError: when there is no point or the steps fall.

    Example:
        >>> import ratesheet as rs
        >>> rs.piecewise([(0, 0.0), (2, 1.0), (6, 0.2)]).values(range(0, 9, 2))
        array([0. , 1. , 0.6, 0.2, 0.2])
        >>> rs.piecewise([(0, 1.0), (2, 0.5)], curve="hold").values(range(4))
        array([1. , 1. , 0.5, 0.5])
    """
    pairs = []
    for index, point in enumerate(points):
        time, value = pair(f"points[{index}]", point, "step, level")
        pairs.append((number(f"points[{index}][0]", time), level(f"points[{index}][1]", value)))
    core = None if isinstance(curve, str) and curve == "hold" else core_of("curve", curve)
    return Schedule(_Core.points(pairs, core, side))


def piecewise_decay(
    levels: Sequence[float | Level], *, steps: float, curve: Curve | str = "linear"
) -> Schedule:
    """Return levels at equal distances, joined by a curve.

        with n + 1 levels, lr(i steps/n) = levels[i]

    Args:
        levels: at least one; the first at step 0, the last at `steps`.
        steps: the length, at least 0.
        curve: the curve between two of them.

    Returns:
        A schedule of `steps` steps; optimus_dl's linear_pw decay.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when there is no level or the length is negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.piecewise_decay([1.0, 0.4, 0.0], steps=4).values(range(6))
        array([1. , 0.7, 0.4, 0.2, 0. , 0. ])
    """
    length, pieces = non_negative("steps", steps), max(len(levels) - 1, 1)
    times = (length * (i / pieces) for i in range(len(levels)))
    return piecewise(list(zip(times, levels, strict=True)), curve=curve)
