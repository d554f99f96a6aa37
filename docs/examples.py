"""The schedules of the pages: what is typed, and how far it is drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One picture.

    Attributes:
        code: the expressions that are drawn, with `import ratesheet as rs`.
        steps: the last step of the picture.
        log: whether rates are drawn on a logarithmic axis.
    """

    code: tuple[str, ...]
    steps: int = 120
    log: bool = False


# By page, then by schedule.
PAGES: dict[str, dict[str, Example]] = {
    "basic": {
        "constant": Example(("rs.constant(0.6)",)),
        "linear": Example(("rs.linear(1.0, 0.1, steps=100)",)),
        "ramp": Example(
            (
                'rs.ramp(1.0, 0.1, steps=100, curve="square")',
                'rs.ramp(1.0, 0.1, steps=100, curve="sqrt")',
                'rs.ramp(1.0, 0.1, steps=100, between="log")',
            )
        ),
        "piecewise": Example(
            (
                "rs.piecewise([(0, 0.2), (30, 1.0), (60, 0.5), (100, 0.1)])",
                'rs.piecewise([(0, 1.0), (40, 0.5), (80, 0.1)], curve="hold")',
            )
        ),
        "piecewise_decay": Example(("rs.piecewise_decay([1.0, 0.5, 0.3, 0.0], steps=100)",)),
    },
    "cosine": {
        "cosine": Example(
            (
                "rs.cosine(1.0, 0.1, steps=100)",
                "rs.cosine(1.0, 0.1, steps=100, exponent=2)",
                "rs.cosine(1.0, 0.1, steps=100, k=2)",
                "rs.cosine(1.0, 0.1, steps=100, cycles=1.5)",
            )
        ),
        "half_cosine": Example(("rs.half_cosine(1.0, 0.1, steps=100)",)),
        "mirrored_cosine": Example(
            (
                "rs.mirrored_cosine(1.0, 0.0, steps=100)",
                "rs.cosine(1.0, 0.0, steps=100)",
            )
        ),
        "flat_cosine": Example(("rs.flat_cosine(steps=100, flat=0.6)",)),
    },
    "polynomial": {
        "polynomial": Example(
            (
                "rs.polynomial(1.0, 0.0, steps=100, power=0.5)",
                "rs.polynomial(1.0, 0.0, steps=100, power=2)",
                "rs.polynomial(1.0, 0.0, steps=100, power=0.5, k=3)",
            )
        ),
        "one_minus_sqrt": Example(("rs.one_minus_sqrt(1.0, 0.0, steps=100)",)),
        "one_minus_square": Example(("rs.one_minus_square(1.0, 0.0, steps=100)",)),
        "floored_polynomial": Example(("rs.floored_polynomial(1.0, 0.1, steps=100)",)),
        "polynomial_cycles": Example(("rs.polynomial_cycles(1.0, 0.0, steps=40)",), 160),
    },
    "curved": {
        "geometric": Example(("rs.geometric(1.0, 0.01, steps=100)",), log=True),
        "harmonic": Example(("rs.harmonic(1.0, 0.1, steps=100)",)),
        "saturating": Example(
            (
                "rs.saturating(1.0, 0.0, steps=100)",
                "rs.saturating(1.0, 0.0, steps=100, ratio=0.01)",
            )
        ),
        "rex": Example(
            ("rs.rex(1.0, 0.0, steps=100)", "rs.rex(1.0, 0.0, steps=100, d=0.9)"),
        ),
        "tanh": Example(
            (
                "rs.tanh(1.0, 0.0, steps=100)",
                "rs.tanh(1.0, 0.0, steps=100, low=-3, high=1, exact_ends=False)",
            )
        ),
    },
    "exponential": {
        "exponential": Example(
            (
                "rs.exponential(0.5, every=30)",
                "rs.exponential(0.5, every=30, staircase=True)",
            )
        ),
        "natural_exponential": Example(("rs.natural_exponential(0.03)",)),
        "step": Example(("rs.step(0.5, every=30)",)),
        "multistep": Example(("rs.multistep([20, 60, 100], gamma=0.4)",)),
    },
    "inverse": {
        "inverse_sqrt": Example(("rs.inverse_sqrt(shift=10)",)),
        "inverse_time": Example(
            (
                "rs.inverse_time(1.0, every=20)",
                "rs.inverse_time(1.0, every=20, staircase=True)",
            )
        ),
        "inverse_power": Example(("rs.inverse_power(tau=30, inner=2, outer=0.5)",)),
        "power_law": Example(("rs.power_law(2.0, exponent=-0.5, lowest=4)",)),
        "noam": Example(("rs.noam(warmup=30, d_model=30)",), 300),
        "power_scheduler": Example(("rs.power_scheduler(warmup=10, steps=110, decay=30)",)),
    },
    "warmup": {
        "warmup": Example(
            (
                'rs.warmup(steps=5, first="start")',
                'rs.warmup(steps=5, first="raised")',
                'rs.warmup(steps=5, first="between")',
                'rs.warmup(steps=5, first="full")',
            ),
            8,
        ),
        "log_warmup": Example(("rs.log_warmup(steps=50)",), 80),
        "warmup_constant": Example(("rs.warmup_constant(warmup=30)",)),
        "warmup_linear": Example(("rs.warmup_linear(warmup=20, steps=100)",)),
        "warmup_cosine": Example(
            (
                "rs.warmup_cosine(warmup=20, steps=100, end=0.1)",
                "rs.warmup_cosine(warmup=20, steps=100, end=0.1, start=0.3)",
            )
        ),
        "warmup_polynomial": Example(("rs.warmup_polynomial(warmup=20, steps=100, power=2)",)),
        "warmup_exponential": Example(
            ("rs.warmup_exponential(warmup=20, gamma=0.5, every=20, end=0.1)",)
        ),
        "warmup_inverse_sqrt": Example(("rs.warmup_inverse_sqrt(warmup=20)",), 300),
    },
    "stable": {
        "wsd": Example(
            (
                "rs.wsd(warmup=10, stable=60, decay=40)",
                'rs.wsd(warmup=10, stable=60, decay=40, curve="sqrt", end=0.1)',
            )
        ),
        "wsd_power": Example(("rs.wsd_power(warmup=10, stable=70, decay=30)",)),
        "wsd_s": Example(("rs.wsd_s([60, 60], decay=20, warmup=10, peaks=[1.0, 0.7])",), 130),
        "infinite": Example(
            ("rs.infinite(warmup=10, cooldown=40, level=0.4, hold=50, anneal=20, end=0.02)",), 130
        ),
        "tri_stage": Example(("rs.tri_stage(warmup=20, hold=40, decay=50)",)),
    },
    "cycles": {
        "warm_restarts": Example(
            (
                "rs.warm_restarts(first=20, growth=2, peak_decay=0.7)",
                'rs.warm_restarts(first=40, end=0.3, peak_decay=0.5, decays="both")',
            ),
            160,
        ),
        "restarts": Example(
            ("rs.restarts([30, 50, 70], peaks=[1.0, 0.6, 0.3], warmups=[5, 10, 15])",), 160
        ),
        "cyclical": Example(("rs.cyclical(1.0, 0.1, steps=40, n=4, start_scale=0.7)",), 160),
    },
    "triangular": {
        "triangular": Example(
            (
                "rs.triangular(0.1, 1.0, up=20)",
                "rs.triangular(0.1, 1.0, up=20, gamma=0.5)",
                'rs.triangular(0.1, 1.0, up=20, gamma=0.98, per="step")',
            ),
            160,
        ),
        "one_cycle": Example(
            (
                "rs.one_cycle(steps=100)",
                'rs.one_cycle(steps=100, three_phase=True, curve="linear")',
            )
        ),
        "one_cycle_decay": Example(
            (
                "rs.one_cycle_decay(0.3, up=30, rate=1.0, every=20)",
                "rs.one_cycle_decay(0.3, up=30, rate=1.0, every=20, up_stairs=5, down_stairs=5)",
            )
        ),
    },
    "recorded": {
        "from_array": Example(("rs.from_array([1.0, 0.8, 0.9, 0.5, 0.6, 0.2])",), 9),
        "from_function": Example(("rs.from_function(lambda t: 0.9 ** (t // 10), 100)",)),
        "chebyshev": Example(("rs.chebyshev(32)",), 32, log=True),
    },
    "finder": {
        "lr_finder": Example(("rs.lr_finder(steps=100)",), 100, log=True),
        "range_test": Example(
            (
                "rs.range_test(0.1, every=20)",
                "rs.range_test(0.1, every=20, staircase=True)",
            )
        ),
    },
    "noise": {
        "noise": Example(
            ("rs.cosine(1.0, 0.0, steps=100) * rs.noise(seed=7, amplitude=0.2, start=40)",)
        ),
    },
    "combining": {
        "then": Example(("rs.linear(0.0, 1.0, steps=20).then(rs.cosine(1.0, 0.2, steps=60))",)),
        "times": Example(("rs.cosine(1.0, 0.0, steps=100) * rs.step(0.6, every=25)",)),
        "clip": Example(("rs.cosine(1.0, 0.0, steps=100).clip(0.2, 0.8)",)),
        "repeat": Example(("rs.linear(1.0, 0.2, steps=20).repeat(3, growth=1.5)",)),
        "delay": Example(
            (
                "rs.cosine(1.0, 0.0, steps=60).delay(30)",
                "rs.cosine(1.0, 0.0, steps=60).advance(20)",
            )
        ),
        "stretch": Example(("rs.cosine(1.0, 0.0, steps=60).stretch(1.5)",)),
        "every": Example(("rs.cosine(1.0, 0.0, steps=100).every(12)",)),
        "until": Example(("rs.cosine(1.0, 0.0, steps=100).until(40)",)),
        "cooldown": Example(
            (
                "rs.warmup_constant(warmup=10).cooldown(at=50, steps=20)",
                'rs.warmup_constant(warmup=10).cooldown(at=90, steps=20, curve="sqrt")',
            )
        ),
        "warp": Example(
            ("rs.linear(1.0, 0.0, steps=4000).warp([(0, 0), (40, 400), (80, 2000), (81, 2080)])",)
        ),
    },
}
