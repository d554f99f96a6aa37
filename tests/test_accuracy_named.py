"""Named schedules beside their formulas in 50-digit arithmetic."""

from __future__ import annotations

from fractions import Fraction
from importlib import import_module
from pkgutil import iter_modules

import pytest

import ratesheet as rs
from ratesheet import schedules
from reference import mp, mpf, progress, ulps
from test_accuracy import CONSTRUCTORS
from tolerances import RATE_ULP

N = 9_999
STEPS = [*range(0, 10_050, 7), N - 1, N, N + 1]
D = {x: mpf(x) for x in (0.05, 0.07, 0.1, 0.2, 0.3, 0.5, 0.51, 0.75, 0.9, 0.97)}

# Not formulas: recorded values (test_schedule.py), and seeded numbers (test_cases_engine.py).
RECORDED = {"from_array", "from_function", "noise"}


def down(u):
    return mp.sinpi((1 - u) / 2) ** 2


def mix(start, end, left):
    return mpf(end) + (mpf(start) - mpf(end)) * left


def warm(after, warmup=333, start=0.0):
    """Linear to 1 in `warmup` steps, then `after` on its own clock."""
    return lambda t: mix(start, 1, 1 - mpf(t) / warmup) if t < warmup else after(t - warmup)


def tanh_left(u, low=-7, high=3, *, exact=True):
    def w(x):
        return (1 - mp.tanh(low * (1 - x) + high * x)) / 2

    return (w(u) - w(1)) / (w(0) - w(1)) if exact else w(u)


def held(t, start, end, left):
    """A ramp of N steps that ends exactly."""
    return mpf(end) if t >= N else mix(start, end, left(progress(t, N)))


def ceil_cycles(t):
    length = N * max(1, -(-t // N))
    return mix(1, 0.1, (1 - mpf(t) / length) ** 2)


def triangle(t, up, low, high, g):
    cycle, clock = divmod(t, 2 * up)
    share = mpf(up - abs(up - clock)) / up
    return mpf(low) + (mpf(high) - mpf(low)) * share * g(t, cycle)


def power_scheduler(t):
    scale = mpf(400) ** D[0.51]  # the default: the body is 1 until the warmup ends
    body = lambda x: min(mpf(1), scale * mpf(x) ** mpf(-0.51)) if x else mpf(1)  # noqa: E731
    if t < 400:
        return body(400) * t / 400
    if t < N - 1000:
        return body(t)
    return mpf(0) if t >= N else body(N - 1000) * (N - t) / 1000


def wsd_power(t):
    tau, after = mpf(700), max(0, t - 700)
    v = max((1 + after / tau) ** mpf(-0.5), D[0.1])
    if t < 700:
        return mpf(t) / 700
    if t < 7000:
        return v
    return D[0.1] if t >= N else mix(v, 0.1, 1 - mp.sqrt(mpf(t - 7000) / (N - 7000)))


def infinite(t):
    if t < 500:
        return mpf(t) / 500
    if t < 3000:
        return mix(1, 0.3, down(mpf(t - 500) / 2500))
    if t < 7000:
        return D[0.3]
    return D[0.07] if t >= N else D[0.3] * (D[0.07] / D[0.3]) ** (mpf(t - 7000) / (N - 7000))


def tri_stage(t):
    if t < 500:
        return mix(0.01, 1, 1 - mpf(t) / 500)
    if t < 1500:
        return mpf(1)
    return mpf(0.01) if t >= N else mpf(0.01) ** (mpf(t - 1500) / (N - 1500))


def wsd_s(t):
    for begin, end, peak in ((0, 3000, 1), (3000, N, 0.9)):
        if t < end:
            fall_from = end - 600
            return mpf(peak) if t < fall_from else mix(peak, 0.1, mpf(end - t) / 600)
        assert begin < end
    return D[0.1]


def restarts(t):
    begin = 0
    for length, peak in ((3000, 1), (N - 3000, 0.5)):
        if t < begin + length:
            clock = t - begin
            if clock < 100:
                return mix(0.1, peak, 1 - mpf(clock) / 100)
            return mix(peak, 0.1, down(mpf(clock - 100) / (length - 100)))
        begin += length
    return D[0.1]


def cyclical(t):
    cycle, clock = divmod(t, 1000)
    scale = D[0.9] ** min(cycle, 9)
    return scale if cycle >= 9 else mix(scale, 0.1, abs(1 - mpf(clock) / 500))


def one_cycle_decay(t):
    if t < 2000:
        return mix(0.1, 1, 1 - mpf(t) / 2000)
    if t < 5000:
        return mix(1, 0.1, 1 - mpf(t - 2000) / 3000)
    return D[0.1] / (1 + D[0.07] * (t - 5000) / 100)


def piecewise_decay(t):
    levels, length = [1, 0.5, 0.3, 0.1], 3333
    i = min(t // length, 2)
    return mpf(0.1) if t >= N else mix(levels[i], levels[i + 1], 1 - mpf(t - i * length) / length)


def chebyshev(t):
    order = [0]
    while len(order) < 16:
        order = [x for i in order for x in (i, 2 * len(order) - 1 - i)]
    i = order[min(t, 15)]
    return 1 / (D[0.05] + (1 - D[0.05]) * (1 - mp.cospi(mpf(2 * i + 1) / 32)) / 2)


NAMED = {
    "chebyshev": (rs.chebyshev(16), chebyshev),
    "flat_cosine": (
        rs.flat_cosine(steps=N, flat=0.75, end=0.1),
        lambda t: mix(1, 0.1, down(max(mpf(0), (mpf(min(t, N)) - 0.75 * N) / (0.25 * mpf(N))))),
    ),
    "floored_polynomial": (
        rs.floored_polynomial(1.0, 0.05, steps=N, power=2.0),
        lambda t: max(D[0.05], held(t, 1, 0, lambda u: (1 - u) ** 2)),
    ),
    "geometric": (
        rs.geometric(0.9, 0.07, steps=N),
        lambda t: D[0.9] * (D[0.07] / D[0.9]) ** progress(t, N),
    ),
    "half_cosine": (
        rs.half_cosine(0.9, 0.1, steps=N),
        lambda t: (
            held(t, 0.9, 0.1, lambda u: (1 - mp.sinpi(u / 2)) / 2)
            if t < N
            else mix(0.9, 0.1, mpf(0))
        ),
    ),
    "harmonic": (
        rs.harmonic(0.9, 0.07, steps=N),
        lambda t: 1 / mix(1 / D[0.9], 1 / D[0.07], 1 - progress(t, N)),
    ),
    "infinite": (
        rs.infinite(warmup=500, cooldown=2500, level=0.3, hold=4000, anneal=N - 7000, end=0.07),
        infinite,
    ),
    "inverse_power": (
        rs.inverse_power(tau=70, inner=0.75, outer=0.3, shift=5),
        lambda t: (1 + (mpf(t + 5) / 70) ** D[0.75]) ** -D[0.3],
    ),
    "inverse_time": (rs.inverse_time(0.3, every=70), lambda t: 1 / (1 + D[0.3] * t / 70)),
    "log_warmup": (
        rs.log_warmup(steps=N, start=0.1, peak=0.9),
        lambda t: D[0.9] if t >= N else mix(0.1, 0.9, 1 - mp.log(t + 1) / mp.log(N)),
    ),
    "lr_finder": (
        rs.lr_finder(1e-7, 10.0, steps=N),
        lambda t: mpf(1e-7) * (10 / mpf(1e-7)) ** progress(t, N),
    ),
    "mirrored_cosine": (
        rs.mirrored_cosine(1.0, 0.0, steps=N),
        lambda t: held(t, 1, 0, lambda u: 2 * (1 - u) - down(u)),
    ),
    "natural_exponential": (rs.natural_exponential(0.07), lambda t: mp.exp(-D[0.07] * t)),
    "noam": (
        rs.noam(warmup=400, d_model=512),
        lambda t: mpf(512) ** -0.5 * min(mpf(max(t, 1)) ** -0.5, max(t, 1) * mpf(400) ** -1.5),
    ),
    "one_cycle_decay": (
        rs.one_cycle_decay(0.1, up=2000, down=3000, rate=0.07, every=100),
        one_cycle_decay,
    ),
    "one_minus_sqrt": (
        rs.one_minus_sqrt(0.9, 0.1, steps=N),
        lambda t: held(t, 0.9, 0.1, lambda u: 1 - mp.sqrt(u)),
    ),
    "one_minus_square": (
        rs.one_minus_square(0.9, 0.1, steps=N),
        lambda t: held(t, 0.9, 0.1, lambda u: 1 - u * u),
    ),
    "piecewise_decay": (rs.piecewise_decay([1.0, 0.5, 0.3, 0.1], steps=N), piecewise_decay),
    "polynomial_cycles": (rs.polynomial_cycles(1.0, 0.1, steps=N, power=2.0), ceil_cycles),
    "power_law": (
        rs.power_law(0.9, exponent=-0.51, shift=3, lowest=70),
        lambda t: D[0.9] * mpf(max(t + 3, 70)) ** -D[0.51],
    ),
    "power_scheduler": (rs.power_scheduler(warmup=400, steps=N, decay=1000), power_scheduler),
    "ramp": (
        rs.ramp(0.9, 0.07, steps=N, curve=rs.curves.power(p=0.3, q=0.5), offset=2),
        lambda t: mix(0.9, 0.07, (1 - progress(t + 2, N) ** D[0.3]) ** D[0.5]),
    ),
    "range_test": (
        rs.range_test(0.07, every=70, rate=0.3),
        lambda t: D[0.07] * (1 + D[0.3] * t / 70),
    ),
    "restarts": (
        rs.restarts([3000, N - 3000], peaks=[1.0, 0.5], warmups=100, end=0.1),
        restarts,
    ),
    "rex": (
        rs.rex(0.9, 0.1, steps=N, d=0.7),
        lambda t: held(t, 0.9, 0.1, lambda u: (1 - u) / (1 - mpf(0.7) * u)),
    ),
    "saturating": (
        rs.saturating(0.9, 0.1, steps=N, ratio=0.3),
        lambda t: held(t, 0.9, 0.1, lambda u: (D[0.3] ** u - D[0.3]) / (1 - D[0.3])),
    ),
    "tanh": (rs.tanh(0.9, 0.1, steps=N), lambda t: held(t, 0.9, 0.1, tanh_left)),
    "tri_stage": (rs.tri_stage(warmup=500, hold=1000, decay=N - 1500), tri_stage),
    "triangular": (
        rs.triangular(0.1, 0.9, up=500, gamma=0.97),
        lambda t: triangle(t, 500, 0.1, 0.9, lambda _, cycle: D[0.97] ** cycle),
    ),
    "cyclical": (rs.cyclical(1.0, 0.1, steps=1000, n=9, start_scale=0.9), cyclical),
    "warmup": (
        rs.warmup(steps=N, start=0.1, peak=0.9, curve="cosine"),
        lambda t: mix(0.1, 0.9, down(progress(t, N))),
    ),
    "warmup_constant": (rs.warmup_constant(warmup=333), warm(lambda _: mpf(1))),
    "warmup_exponential": (
        rs.warmup_exponential(warmup=333, gamma=0.97, every=70, end=0.05),
        warm(lambda t: max(D[0.05], D[0.97] ** (mpf(t) / 70))),
    ),
    "warmup_inverse_sqrt": (
        rs.warmup_inverse_sqrt(warmup=333, timescale=500),
        warm(lambda t: mp.sqrt(mpf(500) / (t + 500))),
    ),
    "warmup_linear": (
        rs.warmup_linear(warmup=333, steps=N, end=0.1),
        warm(lambda t: mix(1, 0.1, 1 - progress(t, N - 333))),
    ),
    "warmup_polynomial": (
        rs.warmup_polynomial(warmup=333, steps=N, power=0.3, end=0.1),
        warm(
            lambda t: mpf(0.1) if t >= N - 333 else mix(1, 0.1, (1 - mpf(t) / (N - 333)) ** D[0.3])
        ),
    ),
    "wsd_power": (
        rs.wsd_power(warmup=700, stable=6300, decay=N - 7000, tau=700, end=0.1),
        wsd_power,
    ),
    "wsd_s": (rs.wsd_s([3000, N - 3000], decay=600, peaks=[1.0, 0.9], end=0.1), wsd_s),
}


def test_every_constructor_has_a_case_of_its_own():
    families = [
        import_module(f"ratesheet.schedules.{m.name}") for m in iter_modules(schedules.__path__)
    ]
    public = {name for family in families for name in family.__all__}
    assert public >= {"cosine", "wsd_s"}
    assert public - RECORDED == CONSTRUCTORS | set(NAMED)


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("base", [1.0, 3e-4])
def test_rates_are_within_a_few_units_of_the_last_place(name, base):
    schedule, formula = NAMED[name]
    rates = schedule.values(STEPS, base).tolist()
    worst, t = max(
        (ulps(rate, mpf(base) * formula(t)), t) for t, rate in zip(STEPS, rates, strict=True)
    )
    assert worst <= RATE_ULP, f"{worst:.1f} ulp at step {t}: {mp.nstr(formula(t), 20)}"


def test_the_reference_refuses_a_wrong_formula():
    schedule, formula = NAMED["rex"]
    assert ulps(schedule(700), formula(701)) > RATE_ULP
    assert Fraction(schedule(N)) == Fraction(0.1)
