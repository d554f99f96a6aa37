"""Every class of torch.optim.lr_scheduler with many parameter sets, for torch's and for ours."""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import numpy as np
import torch
from torch.optim import lr_scheduler, swa_utils

import ratesheet.compat.torch as ours

theirs = SimpleNamespace(
    **{name: getattr(lr_scheduler, name) for name in lr_scheduler.__all__},
    SWALR=swa_utils.SWALR,
)

BASES = [0.5, 0.02]


def decay(epoch):
    return 0.97**epoch


def stairs(epoch):
    return 1.0 / (1 + epoch // 3)


def shrink(_):
    return 0.95


def halve(x):
    return 0.5 ** (x - 1)


def slow(x):
    return 1.0 / (1.0 + 0.01 * x)


# name: (how many steps are walked, what builds the scheduler from (library, optimizer))
CASES = {}


def case(name, build, steps=40):
    assert name not in CASES
    CASES[name] = (steps, build)


for size, gamma in [(1, 0.9), (3, 0.1), (7, 0.5), (30, 0.97), (100, 0.1), (2, 1.5), (4, 1.0)]:
    case(f"StepLR {size} {gamma}", lambda lib, o, s=size, g=gamma: lib.StepLR(o, s, g), 120)
case("StepLR defaults", lambda lib, o: lib.StepLR(o, 30), 120)
for marks in [[1], [5, 9], [9, 5], [2, 2, 5], [0, 3], [], [30, 80], list(range(1, 60, 4))]:
    for gamma in (0.1, 0.9):
        case(
            f"MultiStepLR {marks} {gamma}",
            lambda lib, o, m=marks, g=gamma: lib.MultiStepLR(o, m, g),
            100,
        )
for factor, length in [(1 / 3, 5), (0.1, 1), (0.5, 10), (1.0, 4), (0.9, 100)]:
    case(
        f"ConstantLR {factor:.2f} {length}",
        lambda lib, o, f=factor, n=length: lib.ConstantLR(o, f, n),
    )
case("ConstantLR defaults", lambda lib, o: lib.ConstantLR(o))
for start, end, length in [
    (1 / 3, 1.0, 5),
    (0.1, 1.0, 10),
    (0.01, 1.0, 1),
    (1.0, 0.0, 20),
    (1.0, 0.1, 7),
    (0.5, 0.5, 5),
    (0.3, 0.7, 1000),
    (1e-6, 1.0, 30),
]:
    case(
        f"LinearLR {start:.2g} {end} {length}",
        lambda lib, o, s=start, e=end, n=length: lib.LinearLR(o, s, e, n),
        2 * length + 5,
    )
case("LinearLR defaults", lambda lib, o: lib.LinearLR(o))
for gamma in (0.9, 0.5, 0.999, 1.0, 1.01):
    case(f"ExponentialLR {gamma}", lambda lib, o, g=gamma: lib.ExponentialLR(o, g), 300)
case("ExponentialLR 0", lambda lib, o: lib.ExponentialLR(o, 0.0))
for length in (1, 5, 50):
    for power in (0.5, 1.0, 2.0, 3.7):
        case(
            f"PolynomialLR {length} {power}",
            lambda lib, o, n=length, p=power: lib.PolynomialLR(o, n, p),
            2 * length + 5,
        )
case("PolynomialLR defaults", lambda lib, o: lib.PolynomialLR(o))
for length in (1, 2, 5, 10, 50, 1000):
    for floor in (0.0, 1e-3):
        case(
            f"CosineAnnealingLR {length} {floor}",
            lambda lib, o, n=length, e=floor: lib.CosineAnnealingLR(o, n, e),
            5 * length + 3,
        )
for first in (1, 4, 10):
    for growth in (1, 2, 3):
        for floor in (0.0, 1e-3):
            case(
                f"CosineAnnealingWarmRestarts {first} {growth} {floor}",
                lambda lib, o, n=first, m=growth, e=floor: lib.CosineAnnealingWarmRestarts(
                    o, n, m, e
                ),
                150,
            )
for mode in ("triangular", "triangular2", "exp_range"):
    for up, down in [(4, None), (1, None), (3, 7), (2000, None), (5, 2), (2, 0)]:
        case(
            f"CyclicLR {mode} {up} {down}",
            lambda lib, o, m=mode, u=up, d=down: lib.CyclicLR(
                o, [0.01, 0.001], [0.1, 0.05], u, d, mode=m, gamma=0.97
            ),
            61,
        )
for scale_mode, fn in [("cycle", halve), ("iterations", slow)]:
    case(
        f"CyclicLR scale_fn {scale_mode}",
        lambda lib, o, s=scale_mode, f=fn: lib.CyclicLR(o, 0.01, 0.1, 4, scale_fn=f, scale_mode=s),
    )
case(
    "CyclicLR without momentum", lambda lib, o: lib.CyclicLR(o, 0.01, 0.1, 4, cycle_momentum=False)
)
case(
    "CyclicLR lists of momentum",
    lambda lib, o: lib.CyclicLR(
        o, 0.01, 0.1, 4, base_momentum=[0.7, 0.8], max_momentum=[0.9, 0.95]
    ),
)
for total in (10, 31, 100):
    for strategy in ("cos", "linear"):
        for three in (False, True):
            for share in (0.0, 0.05, 0.3, 0.45, 0.9, 1.0):
                if share * total == 1.0:
                    continue
                case(
                    f"OneCycleLR {total} {strategy} {three} {share}",
                    lambda lib, o, t=total, a=strategy, h=three, p=share: lib.OneCycleLR(
                        o, [1.0, 0.3], t, pct_start=p, anneal_strategy=a, three_phase=h
                    ),
                    total - 1,
                )
case(
    "OneCycleLR epochs",
    lambda lib, o: lib.OneCycleLR(
        o, 0.1, epochs=5, steps_per_epoch=8, div_factor=10.0, final_div_factor=7.0
    ),
    39,
)
case(
    "OneCycleLR without momentum",
    lambda lib, o: lib.OneCycleLR(o, 0.1, 20, cycle_momentum=False),
    19,
)
for name, fn in [("decay", decay), ("stairs", stairs), ("list", [decay, stairs])]:
    case(f"LambdaLR {name}", lambda lib, o, f=fn: lib.LambdaLR(o, f))
    case(f"MultiplicativeLR {name}", lambda lib, o, f=fn: lib.MultiplicativeLR(o, f))
case("MultiplicativeLR shrink", lambda lib, o: lib.MultiplicativeLR(o, shrink), 200)
for strategy in ("cos", "linear"):
    for length in (0, 1, 4, 10):
        case(
            f"SWALR {strategy} {length}",
            lambda lib, o, a=strategy, n=length: lib.SWALR(o, [0.05, 0.01], n, a),
        )


def chained(*builds):
    return lambda lib, o: lib.ChainedScheduler([build(lib, o) for build in builds])


def sequence(milestones, *builds):
    return lambda lib, o: lib.SequentialLR(o, [build(lib, o) for build in builds], milestones)


PARTS = {
    "Step": lambda lib, o: lib.StepLR(o, 4, 0.5),
    "MultiStep": lambda lib, o: lib.MultiStepLR(o, [3, 8, 8, 20], 0.7),
    "Constant": lambda lib, o: lib.ConstantLR(o, 0.3, 6),
    "Linear": lambda lib, o: lib.LinearLR(o, 0.2, 0.9, 7),
    "Exponential": lambda lib, o: lib.ExponentialLR(o, 0.9),
    "Polynomial": lambda lib, o: lib.PolynomialLR(o, 50, 1.5),
    "Cosine": lambda lib, o: lib.CosineAnnealingLR(o, 12, 1e-3),
    "Multiplicative": lambda lib, o: lib.MultiplicativeLR(o, shrink),
}
for a, first in PARTS.items():
    for b, second in PARTS.items():
        case(f"ChainedScheduler {a} {b}", chained(first, second))
        if b != "Multiplicative":
            case(f"SequentialLR {a} {b}", sequence([5], first, second))
case("ChainedScheduler of 3", chained(PARTS["Linear"], PARTS["Cosine"], PARTS["Step"]), 60)
case(
    "SequentialLR of 3",
    sequence([4, 11], PARTS["Linear"], PARTS["Cosine"], PARTS["Exponential"]),
)
case("SequentialLR from milestone 0", sequence([0], PARTS["Linear"], PARTS["Exponential"]))
case(
    "SequentialLR, then restarts",
    sequence([5], PARTS["Linear"], lambda lib, o: lib.CosineAnnealingWarmRestarts(o, 4, 2)),
)
case(
    "SequentialLR, then a function",
    sequence([5], PARTS["Linear"], lambda lib, o: lib.LambdaLR(o, decay)),
)
case("SequentialLR of a chain", sequence([6], chained(PARTS["Linear"]), PARTS["Exponential"]))


def optimizer(kind=torch.optim.SGD, bases=BASES, **others):
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": base} for base in bases]
    return kind(groups, **({"momentum": 0.5} if kind is torch.optim.SGD else {}), **others)


def held(opt):
    """What the groups hold: rates, and momentum where there is some."""
    row = [float(group["lr"]) for group in opt.param_groups]
    row += [float(group["momentum"]) for group in opt.param_groups if "momentum" in group]
    return row + [float(group["betas"][0]) for group in opt.param_groups if "betas" in group]


def quietly(build, *args):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's classes warn about each other here
        return build(*args)


def advance(scheduler, opt, steps):
    """Return what the groups hold at each of `steps` steps from here, and go there."""
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        for _ in range(steps):
            rows.append(held(opt))
            opt.step()
            scheduler.step()
    return np.array(rows)


def walk(build, lib, steps, kind=torch.optim.SGD):
    opt = optimizer(kind)
    rows = advance(quietly(build, lib, opt), opt, steps)
    return np.vstack([*rows, held(opt)])


__all__ = [
    "BASES",
    "CASES",
    "PARTS",
    "advance",
    "chained",
    "held",
    "optimizer",
    "ours",
    "quietly",
    "sequence",
    "theirs",
    "walk",
]
