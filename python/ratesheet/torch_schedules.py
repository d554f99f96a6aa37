"""Live torch schedulers as schedules."""

from __future__ import annotations

import copy
import warnings
from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import whole
from ratesheet.errors import ScheduleError
from ratesheet.levels import absolute
from ratesheet.plan import describe_group
from ratesheet.schedule import Schedule, sequence
from ratesheet.schedules.basic import constant, linear, piecewise, ramp
from ratesheet.schedules.cycles import warm_restarts
from ratesheet.schedules.exponential import exponential, multistep, step
from ratesheet.schedules.polynomial import polynomial
from ratesheet.schedules.recorded import from_array, from_function
from ratesheet.schedules.triangular import triangular

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["from_torch"]

_TOLERANCE = 1e-6


def from_torch(scheduler: Any, *, steps: int | None = None) -> Schedule | list[Schedule]:
    """Return what a live torch scheduler is doing, as a schedule on its own clock.

    Step t of the schedule is the scheduler's epoch t, so that it goes on from where it stands with

        rs.Scheduler(optimizer, rs.from_torch(scheduler),
                     base_lrs=scheduler.base_lrs, start_step=scheduler.last_epoch)

    torch's own classes are taken over by their formula, nested ones too. Others, and lambdas, are
    stepped on a copy, `steps` times, and recorded; before the present step the present rate holds.

    Args:
        scheduler: an instance of torch.optim.lr_scheduler.LRScheduler.
        steps: how many steps are recorded of what has no formula.

    Returns:
        A schedule, or a list with one per group where groups differ.

    Raises:
        TypeError: for a scheduler that follows a metric: use `Plateau`.
        ScheduleError: when something has no formula, or rates were changed from outside, and
            `steps` is not given. The scheduler and its optimizer stay as they are.

    Example:
        >>> import pytest, ratesheet as rs
        >>> torch = pytest.importorskip("torch")
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
        >>> rs.from_torch(torch.optim.lr_scheduler.StepLR(optimizer, step_size=30))
        rs.exponential(0.1, every=30).every(30)
    """
    if type(scheduler).__name__ == "ReduceLROnPlateau":
        raise TypeError("a scheduler that follows a metric has no schedule: use rs.Plateau")
    if not hasattr(scheduler, "optimizer") or not hasattr(scheduler, "step"):
        raise TypeError(f"scheduler must be a torch scheduler, got {scheduler!r}")
    count = None if steps is None else whole("steps", steps, 1)
    groups = scheduler.optimizer.param_groups
    found = [_formula(scheduler, index, count) for index in range(len(groups))]
    reason = next((each for each in found if isinstance(each, str)), "") or _changed(
        scheduler, found
    )
    if not reason:
        schedules = [each for each in found if isinstance(each, Schedule)]
    elif count is None:
        raise ScheduleError(f"{reason}: give steps=, and that many are recorded")
    else:
        schedules = _recorded(scheduler, count)
    return schedules[0] if len(set(schedules)) == 1 else schedules


def _position(scheduler: Any) -> int:
    """Return the epoch; a ChainedScheduler knows only its children's."""
    while not hasattr(scheduler, "last_epoch"):
        scheduler = scheduler._schedulers[0]
    return max(int(scheduler.last_epoch), 0)


def _base_lrs(scheduler: Any) -> list[float]:
    held = getattr(scheduler, "base_lrs", None)
    groups = scheduler.optimizer.param_groups
    return [float(b) for b in held or (group.get("initial_lr", group["lr"]) for group in groups)]


def _changed(scheduler: Any, found: list[Any]) -> str:
    """Return in words where the present rate is not the formula's, or nothing."""
    position, groups = _position(scheduler), scheduler.optimizer.param_groups
    for index, (group, schedule, base) in enumerate(
        zip(groups, found, _base_lrs(scheduler), strict=True)
    ):
        expected, held = schedule(position, base), float(group["lr"])
        if abs(expected - held) > _TOLERANCE * max(abs(expected), abs(held)):
            label = describe_group(index, group.get("name"))
            return f"the rate of {label} is {held!r}, by its formula it would be {expected!r}"
    return ""


def _formula(scheduler: Any, index: int, steps: int | None) -> Schedule | str:
    """Return the schedule of a group, or in words why there is none."""
    kind = type(scheduler)
    make = _FORMULAS.get(kind.__name__)
    if make is None or not kind.__module__.startswith(("torch.optim", "ratesheet.compat.torch")):
        return f"{kind.__name__} has no formula that is known"
    return make(scheduler, index, steps)


def _recorded(scheduler: Any, steps: int) -> list[Schedule]:
    import torch

    original = scheduler.optimizer
    stand_in = torch.optim.SGD(
        [
            {**{k: v for k, v in group.items() if k != "params"}, "params": [torch.zeros(1)]}
            for group in original.param_groups
        ]
    )
    for group, source in zip(stand_in.param_groups, original.param_groups, strict=True):
        group["lr"] = float(source["lr"])
    # Wherever the copy would hold the optimizer, however deep, it holds the stand-in.
    twin = copy.deepcopy(scheduler, {id(original): stand_in})
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nothing is trained here, which torch takes for a mistake
        for _ in range(steps):
            rows.append([float(group["lr"]) for group in stand_in.param_groups])
            twin.step()
    past = _position(scheduler)
    columns = zip(*rows, strict=True)
    return [from_array(list(column), absolute=True).delay(past) for column in columns]


def _lambda(s: Any, index: int, steps: int | None) -> Schedule | str:
    if steps is None:
        return "a LambdaLR calls a function"
    return from_function(lambda t: float(s.lr_lambdas[index](t)), _position(s) + steps)


def _multiplicative(s: Any, index: int, steps: int | None) -> Schedule | str:
    if steps is None:
        return "a MultiplicativeLR calls a function"
    factors = (float(s.lr_lambdas[index](t)) for t in range(1, _position(s) + steps))
    return from_array(list(accumulate(factors, mul, initial=1.0)))


def _one_cycle(s: Any, index: int, _: int | None) -> Schedule:
    group = s.optimizer.param_groups[index]
    first = s._schedule_phases[0]
    points = [(0.0, first["start_lr"])] if first["end_step"] >= 0 else []
    points += [(float(phase["end_step"]), phase["end_lr"]) for phase in s._schedule_phases]
    kept = [points[0]]
    for point in points[1:]:
        kept = [*kept, point] if point[0] >= kept[-1][0] else [point]
    levels = [(time, absolute(float(group[name]))) for time, name in kept]
    return piecewise(levels, curve="cosine" if s._anneal_func_type == "cos" else "linear")


def _cyclic(s: Any, index: int, _: int | None) -> Schedule | str:
    shrinking = {"triangular2": (0.5, "cycle"), "exp_range": (float(s.gamma), "step")}
    if s._scale_fn_custom is not None:
        return "a CyclicLR with a scale_fn calls a function"
    gamma, per = shrinking.get(s.mode, (1.0, "cycle"))
    low = absolute(float(s.base_lrs[index]))
    high = absolute(float(s.max_lrs[index]))
    up = s.total_size * s.step_ratio
    return triangular(low, high, up=up, down=s.total_size - up, gamma=gamma, per=per)


def _sequential(s: Any, index: int, steps: int | None) -> Schedule | str:
    phases = [_formula(child, index, steps) for child in s._schedulers]
    for phase in phases:
        if isinstance(phase, str):
            return phase
    return sequence(*phases, milestones=s._milestones)  # type: ignore[arg-type]


def _chained(s: Any, index: int, steps: int | None) -> Schedule | str:
    product = constant(1.0)
    for child in s._schedulers:
        factor = _formula(child, index, steps)
        if isinstance(factor, str):
            return factor
        if factor._core.has_absolute:
            return "a ChainedScheduler of rates is no product"
        product = factor * product
    return product


def _cosine(s: Any, _: int, __: int | None) -> Schedule:
    end = absolute(float(s.eta_min))
    return ramp(1.0, end, steps=s.T_max, curve="cosine", past="free")


_FORMULAS: dict[str, Callable[[Any, int, int | None], Schedule | str]] = {
    "ChainedScheduler": _chained,
    "ConstantLR": lambda s, _, __: constant(float(s.factor), steps=s.total_iters).then(constant()),
    "CosineAnnealingLR": _cosine,
    "CosineAnnealingWarmRestarts": lambda s, _, __: warm_restarts(
        first=s.T_0, growth=s.T_mult, end=absolute(float(s.eta_min))
    ),
    "CyclicLR": _cyclic,
    "ExponentialLR": lambda s, _, __: exponential(float(s.gamma)),
    "LambdaLR": _lambda,
    "LinearLR": lambda s, _, __: linear(
        float(s.start_factor), float(s.end_factor), steps=s.total_iters
    ),
    "MultiStepLR": lambda s, _, __: multistep(sorted(s.milestones.elements()), float(s.gamma)),
    "MultiplicativeLR": _multiplicative,
    "OneCycleLR": _one_cycle,
    "PolynomialLR": lambda s, _, __: polynomial(1.0, 0.0, steps=s.total_iters, power=s.power),
    "SequentialLR": _sequential,
    "StepLR": lambda s, _, __: step(float(s.gamma), every=s.step_size),
}
