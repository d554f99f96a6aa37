"""Libraries that are not installed here, from their formulas, written out in plain math."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import pytest

import ratesheet as rs
from parity import agree

B, E = 0.3, 0.02  # peak and floor, both rates
Formula = Callable[[int], float]
Case = tuple[rs.Schedule, Formula, Iterable[int]]


def fall(u: float) -> float:
    return (1 + math.cos(math.pi * min(u, 1.0))) / 2


def megatron(style: str) -> Formula:
    w, whole, decay = 10, 100, 30

    def lr(t: int) -> float:
        if t <= w:
            return B * t / w
        if t > whole:
            return E
        if style == "inverse-square-root":
            return max(E, B * math.sqrt(max(w, 1)) / math.sqrt(max(t, 1)))
        u = (t - w) / (whole - w)
        if style in {"linear", "cosine"}:
            return E + (B - E) * (1 - u if style == "linear" else fall(u))
        if t <= whole - decay:
            return B
        v = (t - (whole - decay)) / decay
        left = {
            "wsd linear": 1 - v,
            "wsd cosine": fall(v),
            "wsd exponential": 2 * 0.5**v - 1,
            "wsd minus_sqrt": 1 - math.sqrt(v),
        }[style]
        return E + (B - E) * left

    return lr


def deepspeed_warmup(kind: str, after: str) -> Formula:
    low, w, whole = 0.01, 20, 80

    def lr(n: int) -> float:
        if n == 0:
            return low
        t = n - 1
        if t < w:
            return low + (B - low) * (math.log(n) / math.log(w) if kind == "log" else t / w)
        if after == "hold":
            return B
        return low + (B - low) * max(0.0, (whole - t) / max(1.0, whole - w))

    return lr


def tri_stage(t: int) -> float:
    w, hold, decay = 10, 20, 40
    if t < w:
        return B * (0.01 + 0.99 * t / w)
    if t < w + hold:
        return B
    return B * math.exp(math.log(0.05) * min((t - w - hold) / decay, 1.0))


def torchtitan(kind: str) -> Formula:
    w, whole, d, m = 8, 60, 20, 0.1

    def lr(t: int) -> float:
        if t < w:
            return (t + 1) / w
        if t + 1 < whole + 1 - d:
            return 1.0
        u = (t + 1 - (whole + 1 - d)) / d
        left = {"linear": 1 - u, "sqrt": 1 - math.sqrt(u), "cosine": fall(u)}[kind]
        return m + (1 - m) * left

    return lr


def olmo_wsds(t: int) -> float:
    lengths, peaks, d, w, end = [40, 30], [1.0, 0.6], 10, 5, 0.0
    begin = 0
    for i, (length, peak) in enumerate(zip(lengths, peaks, strict=True)):
        if t <= begin + length:  # the last step of a period is its own
            x = t - begin
            if i == 0 and x < w:
                return peak * x / w
            return peak if x < length - d else end + (peak - end) * (length - x) / d
        begin += length
    return end


def keras_restarts(t: int) -> float:
    first, mul, m, alpha = 10, 2.0, 0.7, 0.1
    i, begin, length = 0, 0.0, float(first)
    while t >= begin + length:
        i, begin, length = i + 1, begin + length, length * mul
    return B * ((1 - alpha) * m**i * fall((t - begin) / length) + alpha)


def fairseq_cosine(t: int) -> float:
    first, mult, shrink = 12, 1.5, 0.4
    i, begin, length = 0, 0.0, float(first)
    while t >= begin + length:
        i, begin, length = i + 1, begin + length, length * mult
    return shrink**i * (E + (B - E) * fall((t - begin) / length))


def fairseq_triangular(*, shrink_floor: bool) -> Formula:
    half, shrink = 8, 0.5

    def lr(t: int) -> float:
        i = t // (2 * half)
        x = abs(t / half - 2 * i - 1)
        low = E * (shrink**i if shrink_floor else 1.0)
        return low + (B * shrink**i - low) * max(0.0, 1 - x)

    return lr


def optimus_wsd(kind: str) -> Formula:
    w, whole, div, f, c = 30, 200, 100, 0.1, 1.0
    n = int(0.2 * whole)

    def factor(t: int) -> float:
        if t < w:
            return t / w + (1 - t / w) / div
        if t < whole - n:
            return 1.0
        if t >= whole:
            return f
        u = (t - (whole - n)) / n
        straight, wave = f + (c - f) * (1 - u), f + (c - f) * fall(u)
        return {
            "linear": straight,
            "cosine": wave,
            "miror_cosine": 2 * straight - wave,
            "square": f + (c - f) * (1 - u**2),
            "sqrt": f + (c - f) * (1 - u**0.5),
            "exp": f**u,
        }[kind]

    return lambda t: B * factor(t)


def dino(t: int) -> float:
    freeze, w, whole = 5, 10, 60
    if t < freeze:
        return 0.0
    if t < freeze + w:
        return B * (t - freeze) / (w - 1)
    if t >= whole:
        return E
    return E + (B - E) * fall((t - freeze - w) / (whole - w - freeze))


def deepspeed_one_cycle(t: int) -> float:
    up, down, rate, every, n1, n2 = 10, 15, 0.5, 4, 5, 3
    if t <= up:
        return E + (B - E) * math.floor(t * n1 / up) / n1
    if t <= up + down:
        return E + (B - E) * math.floor((up + down - t) * n2 / down) / n2
    return E / (1 + rate * (t - up - down) / every)


def power_lr(t: int) -> float:
    w, whole, d, b = 10, 100, 20, -0.51

    def body(t: int) -> float:
        return B * t / w if t < w else B * (t / w) ** b

    if t < whole - d:
        return body(t)
    return body(whole - d) * max(0.0, (whole - t) / d)


RUN = range(140)
peak, floor = rs.absolute(B), rs.absolute(E)


def _wsd(curve: rs.curves.Curve | str) -> rs.Schedule:
    return B * rs.wsd(warmup=10, stable=60, decay=30, end=E / B, curve=curve)


CASES: dict[str, Case] = {
    "Megatron linear": (
        B * rs.warmup_linear(warmup=10, steps=100, end=E / B),
        megatron("linear"),
        RUN,
    ),
    "Megatron cosine": (
        B * rs.warmup_cosine(warmup=10, steps=100, end=E / B),
        megatron("cosine"),
        RUN,
    ),
    "Megatron inverse square root": (
        (B * rs.warmup_inverse_sqrt(warmup=10)).clip(low=rs.linear(0.0, E, steps=10).every(10)),
        megatron("inverse-square-root"),
        range(101),  # after its decay steps theirs jumps to the floor
    ),
    "Megatron WSD linear": (_wsd("linear"), megatron("wsd linear"), RUN),
    "Megatron WSD cosine": (_wsd("cosine"), megatron("wsd cosine"), RUN),
    "Megatron WSD exponential": (
        _wsd(rs.curves.saturating(ratio=0.5)),
        megatron("wsd exponential"),
        RUN,
    ),
    "Megatron WSD minus_sqrt": (_wsd("sqrt"), megatron("wsd minus_sqrt"), RUN),
    "DeepSpeed WarmupLR, log": (
        rs.log_warmup(steps=20, start=0.01, peak=B).delay(1),
        deepspeed_warmup("log", "hold"),
        RUN,
    ),
    "DeepSpeed WarmupLR, linear": (
        rs.linear(0.01, B, steps=20).delay(1),
        deepspeed_warmup("linear", "hold"),
        RUN,
    ),
    "DeepSpeed WarmupDecayLR": (
        rs.log_warmup(steps=20, start=0.01, peak=B).then(rs.linear(B, 0.01, steps=60)).delay(1),
        deepspeed_warmup("log", "decay"),
        RUN,
    ),
    "DeepSpeed OneCycle": (
        rs.one_cycle_decay(E, B, up=10, down=15, rate=0.5, every=4, up_stairs=5, down_stairs=3),
        deepspeed_one_cycle,
        RUN,
    ),
    "DeepSpeed LRRangeTest": (
        rs.range_test(1e-3, every=20, rate=0.7),
        lambda t: 1e-3 * (1 + 0.7 * t / 20),
        RUN,
    ),
    "DeepSpeed LRRangeTest, stairs": (
        rs.range_test(1e-3, every=20, rate=0.7, staircase=True),
        lambda t: 1e-3 * (1 + 0.7 * (t // 20)),
        RUN,
    ),
    "fairseq tri_stage": (
        B * rs.tri_stage(warmup=10, hold=20, decay=40, start=0.01, end=0.05),
        tri_stage,
        RUN,
    ),
    "fairseq cosine": (
        B * rs.warm_restarts(first=12, growth=1.5, end=E / B, peak_decay=0.4, decays="both"),
        fairseq_cosine,
        RUN,
    ),
    "fairseq triangular": (
        rs.triangular(E, B, up=8, gamma=0.5, decays="peak"),
        fairseq_triangular(shrink_floor=False),
        RUN,
    ),
    "fairseq triangular, shrink_min": (
        rs.triangular(E, B, up=8, gamma=0.5, decays="both"),
        fairseq_triangular(shrink_floor=True),
        RUN,
    ),
    "fairseq inverse_sqrt": (
        B * rs.warmup_inverse_sqrt(warmup=25),
        lambda t: B * t / 25 if t < 25 else B * math.sqrt(25) / math.sqrt(t),
        range(3000),
    ),
    "NeMo SquareAnnealing": (
        rs.floored_polynomial(B, E, steps=100),
        lambda t: max(E, B * max(0.0, 1 - t / 100) ** 2),
        RUN,
    ),
    "NeMo InverseSquareRoot": (
        rs.warmup(steps=9, first="between").then(rs.inverse_sqrt(shift=10)),
        lambda t: (t + 1) / 10 if t < 9 else math.sqrt(10 / (t + 1)),
        RUN,
    ),
    "Noam": (
        rs.noam(warmup=40, d_model=512),
        lambda t: 512**-0.5 * min(max(t, 1) ** -0.5, max(t, 1) * 40**-1.5),
        range(3000),
    ),
    "Keras and Paddle InverseTimeDecay": (
        rs.inverse_time(0.7, every=20),
        lambda t: 1 / (1 + 0.7 * t / 20),
        RUN,
    ),
    "Keras InverseTimeDecay, staircase": (
        rs.inverse_time(0.7, every=20, staircase=True),
        lambda t: 1 / (1 + 0.7 * (t // 20)),
        RUN,
    ),
    "Paddle NaturalExpDecay": (
        rs.natural_exponential(0.013),
        lambda t: math.exp(-0.013 * t),
        range(5000),
    ),
    "Keras and Paddle PolynomialDecay, cycle": (
        rs.polynomial_cycles(B, E, steps=30, power=1.5),
        lambda t: E + (B - E) * (1 - t / (30 * max(1, math.ceil(t / 30)))) ** 1.5,
        RUN,
    ),
    "Keras PiecewiseConstantDecay": (
        rs.piecewise([(0, B), (30, 0.1), (60, E)], curve="hold", side="left"),
        lambda t: B if t <= 30 else (0.1 if t <= 60 else E),
        RUN,
    ),
    "Keras CosineDecayRestarts": (
        B * rs.warm_restarts(first=10, growth=2, end=0.1, peak_decay=0.7, decays="range"),
        keras_restarts,
        RUN,
    ),
    "torchtitan linear": (
        rs.wsd(warmup=8, stable=32, decay=20, end=0.1, first="raised"),
        torchtitan("linear"),
        range(60),
    ),
    "torchtitan sqrt": (
        rs.wsd(warmup=8, stable=32, decay=20, end=0.1, first="raised", curve="sqrt"),
        torchtitan("sqrt"),
        range(60),
    ),
    "torchtitan cosine": (
        rs.wsd(warmup=8, stable=32, decay=20, end=0.1, first="raised", curve="cosine"),
        torchtitan("cosine"),
        range(60),
    ),
    "OLMo WSD-S": (
        rs.wsd_s([40, 30], decay=10, warmup=5, peaks=[1.0, 0.6], side="left"),
        olmo_wsds,
        range(90),
    ),
    "OLMo half cosine": (
        rs.linear(0.0, (B + E) / 2, steps=10).then(rs.half_cosine(B, E, steps=50)),
        lambda t: (
            (B + E) / 2 * t / 10 if t < 10 else E + (B - E) * fall(0.5 + min((t - 10) / 100, 0.5))
        ),
        RUN,
    ),
    "OLMo PowerLR": (
        B * rs.power_scheduler(warmup=10, steps=100, decay=20),
        power_lr,
        RUN,
    ),
    "levanter inv": (
        rs.harmonic(B, E, steps=50).advance(1).delay(1),
        lambda t: max(B * min(1.0, 1 / ((B / E - 1) * max(t, 1) / 50 + 1)), E),
        RUN,
    ),
    "Shen et al., power scheduler": (
        B * rs.power_scheduler(warmup=10, steps=100, exponent=-0.5, scale=2.0),
        lambda t: B * min(1.0, 2 * 10**-0.5) * t / 10 if t < 10 else B * min(1.0, 2 * t**-0.5),
        range(100),
    ),
    "Ibrahim et al., infinite": (
        rs.infinite(warmup=10, cooldown=40, level=0.3, hold=50, anneal=20, end=0.01),
        lambda t: (
            t / 10
            if t < 10
            else 0.3 + 0.7 * fall((t - 10) / 40)
            if t < 100
            else 0.3 * (0.01 / 0.3) ** min((t - 100) / 20, 1.0)
        ),
        RUN,
    ),
    "fastai fit_flat_cos": (
        rs.flat_cosine(steps=80, flat=0.75),
        lambda t: 1.0 if t < 60 else fall((t - 60) / 20),
        RUN,
    ),
    "fastai lr_find": (
        rs.lr_finder(steps=100),
        lambda t: 1e-7 * (10 / 1e-7) ** (t / 100),
        range(101),
    ),
    "DINO": (
        B
        * rs.constant(0.0, steps=5).then(
            rs.warmup(steps=10, first="full"), rs.cosine(1.0, E / B, steps=45)
        ),
        dino,
        RUN,
    ),
    "optimus_dl cosine_annealing": (
        B * rs.ramp(1.0, E / B, steps=90, curve="cosine", past="free"),
        lambda t: E + (B - E) * (1 + math.cos(math.pi * t / 90)) / 2,
        range(300),
    ),
    "mmengine QuadraticWarmup": (
        rs.warmup(steps=20, curve="square", first="raised"),
        lambda t: min((t + 1) / 20, 1.0) ** 2,
        RUN,
    ),
    "axolotl REX": (
        rs.rex(1.0, 0.1, steps=50, d=0.9),
        lambda t: 0.1 + 0.9 * (1 - min(t / 50, 1)) / (0.1 + 0.9 * (1 - min(t / 50, 1))),
        RUN,
    ),
}
CURVES: dict[str, rs.curves.Curve | str] = {
    "linear": "linear",
    "cosine": "cosine",
    "square": "square",
    "sqrt": "sqrt",
    "miror_cosine": rs.curves.blend((2.0, rs.curves.linear()), (-1.0, rs.curves.cosine())),
}
for kind, curve in CURVES.items():
    CASES[f"optimus_dl wsd, {kind}"] = (
        B * rs.wsd(warmup=30, stable=130, decay=40, start=0.01, end=0.1, curve=curve),
        optimus_wsd(kind),
        range(250),
    )
CASES["optimus_dl wsd, exp"] = (
    B
    * rs.linear(0.01, 1.0, steps=30).then(rs.constant(steps=130), rs.geometric(1.0, 0.1, steps=40)),
    optimus_wsd("exp"),
    range(250),
)


@pytest.mark.parametrize("name", CASES)
def test_every_step(name: str) -> None:
    ours, theirs, steps = CASES[name]
    agree(name.split(maxsplit=1)[0].rstrip(","), ours, theirs, steps)
