"""Every schedule once more in 50-digit arithmetic: slow, obvious, and no kin of the core.

Each function takes a step (an int, a float or a `Fraction`) and a schedule's own parameters, and
returns an mpf. Levels may be multiples or rates alike: pass `end=3e-5` and `peak=3e-4` for rates.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

from mpmath import MPContext, libmp

mp = MPContext()
mp.dps = 50
mpf = mp.mpf


def real(x):
    """A number as an mpf, without rounding a float and without halving a fraction's digits."""
    if isinstance(x, Fraction):
        return mpf(x.numerator) / x.denominator
    return mpf(x)


def ulps(got, exact):
    """How far a float lies from the exact value, in units of the exact value's last place."""
    if exact == 0:
        return 0.0 if got == 0 else math.inf
    if not math.isfinite(got):
        return math.inf
    nearest = libmp.to_float(mp.mpf(exact)._mpf_, rnd="n")
    return float(abs(mpf(got) - exact) / mpf(math.ulp(nearest)))


def progress(t, steps):
    if t >= steps:
        return mpf(1)
    return real(t) / real(steps)


def fall(u, curve):
    """What remains of the start level at progress u: 1 at 0, 0 at 1."""
    if u == 1:
        return mpf(0)
    if curve == "linear":
        return 1 - u
    if curve == "cosine":
        return mp.sinpi((1 - u) / 2) ** 2
    if curve == "sqrt":
        return 1 - mp.sqrt(u)
    if curve == "square":
        return 1 - u * u
    raise ValueError(curve)


def between(start, end, remains):
    return real(end) + (real(start) - real(end)) * remains


def constant(t, value=1):
    return real(value)


def linear(t, start, end, steps):
    return between(start, end, fall(progress(t, steps), "linear"))


def cosine(t, start, end, steps):
    if t >= steps:
        return real(end)
    # The textbook form; `fall` uses the half-angle one, so the two check each other.
    return between(start, end, (1 + mp.cospi(progress(t, steps))) / 2)


def polynomial(t, start, end, steps, power):
    remains = 1 - progress(t, steps)
    return between(start, end, remains ** real(power) if remains else mpf(0))


def exponential(t, gamma, every=1, *, staircase=False):
    exponent = real(t) / real(every)
    return real(gamma) ** (mp.floor(exponent) if staircase else exponent)


def inverse_sqrt(t, shift):
    return mp.sqrt(real(shift) / (real(t) + real(shift)))


def step(t, gamma, every):
    return real(gamma) ** int(t // every)


def multistep(t, milestones, gamma):
    return real(gamma) ** sum(1 for milestone in milestones if milestone <= t)


def piecewise(t, points, curve="linear"):
    (first, value), (last, final) = points[0], points[-1]
    if t < first:
        return real(value)
    if t >= last:
        return real(final)
    for (left, low), (right, high) in itertools.pairwise(points):
        if left <= t < right:
            if curve == "hold":
                return real(low)
            u = (real(t) - real(left)) / (real(right) - real(left))
            return between(low, high, fall(u, curve))
    raise AssertionError(points)


def warmup_cosine(t, *, warmup, steps, end=0, start=0, peak=1):
    if t < warmup:
        return linear(t, start, peak, warmup)
    return cosine(t - warmup, peak, end, steps - warmup)


def wsd(t, *, warmup, stable, decay, end=0, curve="linear", start=0, peak=1):
    if t < warmup:
        return linear(t, start, peak, warmup)
    if t < warmup + stable:
        return real(peak)
    return between(peak, end, fall(progress(t - warmup - stable, decay), curve))


def one_cycle(t, *, steps, peak=1.0, warmup_fraction=0.3, div=25.0, final_div=1e4, curve="cosine"):
    """Rise to the peak at the real time `top`, fall until the last of `steps` updates, hold."""
    # Floats here, because the phase boundary and the derived levels are themselves given numbers.
    top = float(warmup_fraction * steps) - 1
    low = peak / div
    final = low / final_div
    if t >= steps - 1:
        return real(final)
    if t < top:
        return between(low, peak, fall(real(t) / real(top), curve))
    u = (real(t) - real(top)) / (real(steps - 1) - real(top))
    return between(peak, final, fall(u, curve))


def warm_restarts(t, *, first, growth=1, end=0, peak_decay=1, peak=1):
    """A restart belongs to the new cycle; cycle i is first * growth^i steps long."""
    length, clock, cycle = Fraction(first), Fraction(t), 0
    if growth == 1:
        cycle, clock = divmod(clock, length)
    else:
        while clock >= length:
            clock -= length
            length *= Fraction(growth)
            cycle += 1
    top = real(peak) * real(peak_decay) ** int(cycle)
    return between(top, end, fall(real(clock / length), "cosine"))
