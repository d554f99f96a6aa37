"""Parameter sets for every constructor: the schedule, its exact rate, and rates met to the bit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ratesheet as rs
import reference as exact

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = 3e-4
B = exact.mpf(BASE)
FLOOR = 1e-5  # a rate, for absolute levels
SHORT = range(10_001)
LONG = range(999_900, 1_000_001)


@dataclass(frozen=True)
class Case:
    """One schedule and what is known of it."""

    name: str
    build: Callable[[], Any]
    rate: Callable[[Any], Any]  # the exact rate of BASE at a step
    known: dict[int, float] = field(default_factory=dict)  # steps whose rate is exact
    steps: range = SHORT


def _from_to(kind: str, start: float, end: float, steps: int, **named: Any) -> Case:
    """A ramp of multiples whose schedule and reference share their argument order."""
    return Case(
        f"{kind}-{start}-{end}-{steps}" + "".join(f"-{value}" for value in named.values()),
        lambda: getattr(rs, kind)(start, end, steps=steps, **named),
        lambda t: B * getattr(exact, kind)(t, start, end, steps, **named),
        {0: start * BASE, steps: end * BASE, steps + 1: end * BASE},
        SHORT if steps <= SHORT[-1] else LONG,
    )


def _to_floor(kind: str, steps: int, **named: Any) -> Case:
    """A ramp from the base LR down to an absolute rate."""
    return Case(
        f"{kind}-1-absolute-{steps}" + "".join(f"-{value}" for value in named.values()),
        lambda: getattr(rs, kind)(1.0, rs.absolute(FLOOR), steps=steps, **named),
        lambda t: getattr(exact, kind)(t, B, FLOOR, steps, **named),
        {0: BASE, steps: FLOOR, steps + 1: FLOOR},
        SHORT if steps <= SHORT[-1] else LONG,
    )


def _same(kind: str, known: dict[int, float], window: range = SHORT, /, **named: Any) -> Case:
    """A schedule of multiples whose constructor and reference take the same keywords."""
    label = "-".join(f"{key}={value}" for key, value in named.items())
    return Case(
        f"{kind}-{label}{'-long' if window is LONG else ''}",
        lambda: getattr(rs, kind)(**named),
        lambda t: B * getattr(exact, kind)(t, **named),
        {t: level * BASE for t, level in known.items()},
        window,
    )


def _phases_to_floor(kind: str, end: int, **named: Any) -> Case:
    """Warmup and decay to an absolute rate."""
    return Case(
        f"{kind}-absolute-" + "-".join(f"{value}" for value in named.values()),
        lambda: getattr(rs, kind)(**named, end=rs.absolute(FLOOR)),
        lambda t: getattr(exact, kind)(t, **named, end=FLOOR, peak=B),
        {0: 0.0, named["warmup"]: BASE, end: FLOOR, end + 1: FLOOR},
        SHORT if end <= SHORT[-1] else LONG,
    )


DIPS = [(0, 1.0), (7, 0.3), (7, 0.6), (2_500, 0.05), (9_999, 0.9)]
FAR = [(0, 1.0), (333_333, 0.3), (1_000_000, 0.1)]

CASES = [
    _same("constant", {0: 1.0, 10_000: 1.0}, value=1.0),
    _same("constant", {0: 0.1, 10_000: 0.1}, value=0.1),
    _same("constant", {1_000_000: 0.7}, LONG, value=0.7),
    Case("constant-absolute", lambda: rs.constant(rs.absolute(FLOOR)), lambda _: FLOOR, {5: FLOOR}),
    _from_to("linear", 0.0, 1.0, 3),
    _from_to("linear", 0.1, 1.0, 9_999),
    _from_to("linear", 1.0, 0.0, 10_000),
    _from_to("linear", 1.0, 0.1, 1_000_000),
    _to_floor("linear", 7),
    _to_floor("linear", 9_999),
    _from_to("cosine", 1.0, 0.0, 3),
    _from_to("cosine", 1.0, 0.0, 9_999),
    _from_to("cosine", 1.0, 0.1, 10_000),
    _from_to("cosine", 0.0, 0.7, 7),
    _from_to("cosine", 1.0, 0.0, 1_000_000),
    _to_floor("cosine", 10_000),
    _to_floor("cosine", 1_000_000),
    _from_to("polynomial", 1.0, 0.0, 3, power=2.0),
    _from_to("polynomial", 1.0, 0.0, 9_999, power=0.9),
    _from_to("polynomial", 1.0, 0.1, 10_000, power=3.7),
    _from_to("polynomial", 1.0, 0.0, 1_000_000, power=0.5),
    _to_floor("polynomial", 7, power=0.5),
    _to_floor("polynomial", 9_999, power=2.0),
    _same("exponential", {0: 1.0}, gamma=0.9),
    _same("exponential", {0: 1.0}, gamma=0.9997),
    _same("exponential", {0: 1.0}, gamma=0.1, every=9_999),
    _same("exponential", {6: 1.0}, gamma=0.96, every=7, staircase=True),
    _same("exponential", {}, LONG, gamma=0.01, every=1_000_000),
    _same("exponential", {}, LONG, gamma=0.999_99),
    _same("inverse_sqrt", {0: 1.0}, shift=1),
    _same("inverse_sqrt", {0: 1.0}, shift=3_333),
    _same("inverse_sqrt", {0: 1.0}, LONG, shift=10_000),
    _same("step", {2: 1.0, 3: 0.1, 5: 0.1}, gamma=0.1, every=3),
    _same("step", {9_998: 1.0, 9_999: 0.97}, gamma=0.97, every=9_999),
    _same("step", {}, LONG, gamma=0.9, every=99_991),
    _same("multistep", {6: 1.0, 7: 0.3, 9_998: 0.3}, milestones=[7, 9_999, 10_000], gamma=0.3),
    _same("multistep", {0: 0.1}, milestones=[0, 3, 3, 9], gamma=0.1),
    _same("multistep", {999_999: 1.0, 1_000_000: 0.1}, LONG, milestones=[1_000_000], gamma=0.1),
    _same("piecewise", {0: 1.0, 7: 0.6, 2_500: 0.05, 9_999: 0.9, 10_000: 0.9}, points=DIPS),
    _same("piecewise", {0: 1.0, 7: 0.6, 2_500: 0.05, 9_999: 0.9}, points=DIPS, curve="cosine"),
    _same("piecewise", {6: 1.0, 7: 0.6, 2_499: 0.6, 9_998: 0.05}, points=DIPS, curve="hold"),
    _same("piecewise", {1_000_000: 0.1}, LONG, points=FAR, curve="cosine"),
    _same("warmup_cosine", {0: 0.0, 1: 1.0, 3: 0.0, 4: 0.0}, warmup=1, steps=3),
    _same(
        "warmup_cosine",
        {0: 0.01, 700: 1.0, 9_999: 0.1},
        warmup=700, steps=9_999, end=0.1, start=0.01,
    ),
    _same("warmup_cosine", {0: 1.0, 10_000: 0.0}, warmup=0, steps=10_000),
    _same("warmup_cosine", {1_000_000: 0.0}, LONG, warmup=2_000, steps=1_000_000),
    _phases_to_floor("warmup_cosine", 10_000, warmup=333, steps=10_000),
    _same("wsd", {0: 0.0, 1: 1.0, 2: 1.0, 3: 0.0}, warmup=1, stable=1, decay=1),
    _same("wsd", {500: 1.0, 9_999: 0.0}, warmup=500, stable=499, decay=9_000, curve="sqrt"),
    _same("wsd", {7: 1.0, 9_999: 0.0}, warmup=7, stable=992, decay=9_000, curve="square"),
    _same("wsd", {3: 1.0, 10_000: 0.1}, warmup=3, stable=0, decay=9_997, curve="cosine", end=0.1),
    _same(
        "wsd",
        {1_000_000: 0.0},
        LONG,
        warmup=1, stable=800_000, decay=199_999, curve="sqrt", start=0.1,
    ),
    _phases_to_floor("wsd", 10_000, warmup=9, stable=91, decay=9_900, curve="sqrt"),
    _same("one_cycle", {0: 1 / 25, 2: 1.0, 9: 1 / 25 / 1e4, 10: 1 / 25 / 1e4}, steps=10),
    _same("one_cycle", {2: 1 / 25 / 1e4, 3: 1 / 25 / 1e4}, steps=3),
    _same("one_cycle", {0: 10 / 25, 9_998: 10 / 25 / 1e4}, steps=9_999, peak=10.0),
    _same(
        "one_cycle",
        {0: 0.1, 2_499: 1.0, 9_999: 0.001},
        steps=10_000, warmup_fraction=0.25, div=10.0, final_div=100.0, curve="linear",
    ),
    _same("one_cycle", {0: 1.0, 9: 1 / 25 / 1e4}, steps=10, warmup_fraction=0.1),
    _same("one_cycle", {999_999: 1 / 25 / 1e4}, LONG, steps=1_000_000),
    _same("warm_restarts", {0: 1.0, 3: 1.0, 9_999: 1.0}, first=3),
    _same("warm_restarts", {0: 1.0, 1: 1.0, 3: 1.0, 8_191: 1.0}, first=1, growth=2, end=0.1),
    _same("warm_restarts", {0: 1.0}, first=7, growth=3, peak_decay=0.9),
    _same("warm_restarts", {0: 1.0, 8: 1.0, 20: 1.0, 38: 1.0}, first=8, growth=1.5),
    _same("warm_restarts", {999_999: 1.0}, LONG, first=999),
    Case(
        "warm_restarts-absolute",
        lambda: rs.warm_restarts(first=100, growth=2, end=rs.absolute(FLOOR)),
        lambda t: exact.warm_restarts(t, first=100, growth=2, end=FLOOR, peak=B),
        {0: BASE, 100: BASE, 300: BASE},
    ),
]  # fmt: skip
