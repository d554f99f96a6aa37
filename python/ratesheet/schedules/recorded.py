"""Schedules by their values: recorded ones, functions, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet import curves
from ratesheet._rust import Schedule as _Core
from ratesheet.arguments import flag, number, whole
from ratesheet.errors import ScheduleError
from ratesheet.levels import absolute as _absolute
from ratesheet.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["chebyshev", "from_array", "from_function"]

_MOST = 2**27  # a schedule keeps its values in memory: 1 GiB of them


def from_array(values: Any, *, absolute: bool = False) -> Schedule:
    """Return recorded values, one a step.

        lr(t) = values[floor(t)] * base_lr, the last one held; with absolute, values[floor(t)]

    Args:
        values: at least one finite number: a list, or an array or tensor of shape (n,).
        absolute: whether the values are rates instead of multiples of the base LR.

    Returns:
        A schedule of `len(values)` steps.

    Raises:
        TypeError: when a value is not a number or there is more than one column.
        ScheduleError: when there is no value or one is not finite.

    Example:
        >>> import ratesheet as rs
        >>> rs.from_array([1.0, 0.7, 0.4]).values(range(5))
        array([1. , 0.7, 0.4, 0.4, 0.4])
        >>> rs.from_array([1e-3, 5e-4], absolute=True)(1, base_lr=0.1)
        0.0005
    """
    if getattr(values, "ndim", 1) != 1:
        raise TypeError(f"values must have one dimension, got shape {tuple(values.shape)}")
    entries = values.tolist() if hasattr(values, "tolist") else list(values)
    recorded = Schedule(_Core.samples([number(f"values[{i}]", x) for i, x in enumerate(entries)]))
    return recorded * _absolute(1.0) if flag("absolute", absolute) else recorded


def from_function(fn: Callable[[int], float], steps: int, *, absolute: bool = False) -> Schedule:
    """Return a Python function of the step as a schedule: sampled now, once a step.

        lr(t) = fn(floor(t)) * base_lr for t < steps, then fn(steps - 1) * base_lr

    Args:
        fn: called with 0, 1, .., steps - 1, in this order; returns a finite number.
        steps: how many steps are sampled, 1 to 2^27.
        absolute: whether `fn` returns rates instead of multiples of the base LR.

    Returns:
        A schedule of `steps` steps that no longer needs `fn`; torch's LambdaLR.

    Raises:
        TypeError: when `fn` returns something else than a number.
        ScheduleError: when it returns a NaN or an infinity, or when `steps` is out of its range:
            sample fewer, and `stretch` them. What `fn` raises passes through.

    Example:
        >>> import ratesheet as rs
        >>> rs.from_function(lambda t: 0.5 ** t, 3).values(range(5))
        array([1.  , 0.5 , 0.25, 0.25, 0.25])
    """
    rated = flag("absolute", absolute)
    return from_array([fn(t) for t in range(_count("steps", steps))], absolute=rated)


def chebyshev(n: int, *, low: float = 0.05, high: float = 1.0) -> Schedule:
    """Return the fractal Chebyshev schedule (Agarwal, Goel and Zhang, 2021).

        N     = n rounded up to a power of two
        lr(t) = 1 / (low + (high - low) (1 - cos(pi (2 i + 1)/(2 N))) / 2),   i the t-th in
                fractal order: (0), (0, 1), (0, 3, 1, 2), (0, 7, 3, 4, 1, 6, 2, 5), ..

    Args:
        n: number of steps, 1 to 2^27.
        low: least curvature, above 0: the greatest rate is nearly 1/low.
        high: greatest curvature, at least `low`.

    Returns:
        A schedule of N steps; pytorch_optimizer's get_chebyshev_schedule is it `.delay(2)`.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.chebyshev(3, low=0.25).values(range(4)).round(3)
        array([3.59 , 1.029, 2.077, 1.301])
    """
    least, most = number("low", low), number("high", high)
    if not 0.0 < least <= most < float("inf"):
        raise ScheduleError(f"low must be > 0 and at most high, got {low!r} and {high!r}")
    order, count = [0], _count("n", n)
    while len(order) < count:
        doubled = 2 * len(order) - 1
        order = [place for i in order for place in (i, doubled - i)]
    wave, size = curves.cosine(), 2 * len(order)
    return from_array([1.0 / (least + (most - least) * wave((2 * i + 1) / size)) for i in order])


def _count(name: str, value: int) -> int:
    count = whole(name, value, 1)
    if count > _MOST:
        raise ScheduleError(
            f"{name} must be at most {_MOST}, as each value is kept, got {count};"
            " sample fewer, and stretch them"
        )
    return count
