"""Times: whole steps stay integers, so that distances to boundaries are exact in float32 too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "bisect",
    "is_whole",
    "left_of",
    "minus",
    "most",
    "passed",
    "periods",
    "real",
    "static",
    "take",
]


def is_whole(xp: Any, t: Any) -> bool:
    """Return whether a time is an array of integers."""
    return bool(xp.issubdtype(t.dtype, xp.integer))


def most(xp: Any) -> int:
    """Return the greatest integer of the default type."""
    return int(xp.iinfo(xp.asarray(0).dtype).max)


def real(xp: Any, t: Any) -> Any:
    """Return a time as floats of the default precision."""
    return xp.asarray(t, xp.result_type(float))


def static(xp: Any, x: float) -> Any:
    """Return a number as a time: an integer where it is one."""
    fits = float(x).is_integer() and abs(x) <= most(xp)
    return xp.asarray(int(x)) if fits else real(xp, x)


def minus(xp: Any, t: Any, x: float) -> Any:
    """Return t - x."""
    if not (is_whole(xp, t) and float(x).is_integer() and abs(x) <= most(xp)):
        return real(xp, t) - x
    if x >= 0:
        return t - int(x)
    # At the greatest integer, where optimizers stop counting, time stands still.
    last = most(xp)
    return xp.where(t > last + int(x), last, t - int(x))


def left_of(xp: Any, t: Any, x: float) -> Any:
    """Return x - t, what is left up to x."""
    if is_whole(xp, t) and float(x).is_integer() and abs(x) <= most(xp):
        return int(x) - t
    return x - real(xp, t)


def passed(xp: Any, t: Any, bound: float, *, left: bool) -> Any:
    """Return whether a bound is over: t >= bound, or t > bound when approached from the left."""
    if not is_whole(xp, t):
        return t > bound if left else t >= bound
    if bound > most(xp):
        return xp.zeros_like(t, dtype=bool)
    return t > math.floor(bound) if left else t >= math.ceil(bound)


def bisect(xp: Any, bounds: Sequence[float], t: Any, *, left: bool) -> Any:
    """Return how many of the rising bounds are over; see `passed`."""
    side = "left" if left else "right"
    if not is_whole(xp, t):
        return xp.searchsorted(real(xp, np.asarray(bounds, float)), t, side=side)
    rounded = [math.floor(b) if left else math.ceil(b) for b in bounds if b <= most(xp)]
    return xp.searchsorted(xp.asarray(np.asarray(rounded, int), dtype=t.dtype), t, side=side)


def take(xp: Any, values: Sequence[float], index: Any) -> Any:
    """Return the entries of a list at an index; whole numbers stay whole."""
    whole = all(float(v).is_integer() and abs(v) <= most(xp) for v in values)
    table = xp.asarray(np.asarray(values, int)) if whole else real(xp, np.asarray(values, float))
    return table[index]


def periods(xp: Any, t: Any, period: float) -> Any:
    """Return how many whole periods fit into t."""
    if is_whole(xp, t) and float(period).is_integer():
        return t // int(period) if period <= most(xp) else xp.zeros_like(t)
    time = real(xp, t)
    guess = xp.floor(time / period)
    guess = xp.where(time < guess * period, guess - 1.0, guess)
    return xp.where((guess + 1.0) * period <= time, guess + 1.0, guess)
