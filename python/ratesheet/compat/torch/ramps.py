"""LinearLR, ConstantLR, PolynomialLR, CosineAnnealingLR: a ramp of a given length."""

from __future__ import annotations

import warnings
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from torch.optim import lr_scheduler as _torch

from ratesheet.arguments import non_negative, number, positive
from ratesheet.compat.torch.alike import Alike
from ratesheet.compat.torch.held import label
from ratesheet.compat.torch.live import Terms
from ratesheet.errors import RatesheetWarning, ScheduleError
from ratesheet.levels import absolute
from ratesheet.schedules.basic import constant, linear, ramp
from ratesheet.schedules.polynomial import polynomial

if TYPE_CHECKING:
    from torch.optim import Optimizer

__all__ = ["ConstantLR", "CosineAnnealingLR", "LinearLR", "PolynomialLR"]


@lru_cache
def _line(start: float, end: float, steps: float) -> Terms:
    return Terms(linear(start, end, steps=steps))


@lru_cache
def _fall(steps: float, power: float) -> Terms:
    return Terms(polynomial(1.0, 0.0, steps=steps, power=power))


@lru_cache
def _wave(low: float, steps: float) -> Terms:
    half = partial(ramp, steps=steps, curve="cosine", past="free")
    return Terms(half(1.0, 0.0), half(0.0, absolute(low)) if low else None, low)


@lru_cache
def _hold(factor: float, steps: float) -> Terms:
    return Terms(constant(factor, steps=steps).then(constant()))


class LinearLR(Alike, _torch.LinearLR):
    """Goes from one multiple of the base LR to another in a straight line, then holds it.

        lr(t) = base_lr (start_factor + (end_factor - start_factor) min(t, total_iters)/total_iters)

    Args:
        optimizer: a torch optimizer.
        start_factor: the multiple at epoch 0, above 0 and at most 1.
        end_factor: the multiple from `total_iters` on, from 0 to 1.
        total_iters: the length in steps, at least 0. With 0 it is at the end at once; torch stays
            at the start for ever.
        last_epoch: see `LRScheduler`.

    Raises:
        ScheduleError: when an argument is out of its range. torch refuses a start of 0, and so does
            this class; `ratesheet.linear(0.0, 1.0, steps=n)` starts there.

    Source: torch.optim.lr_scheduler.LinearLR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import LinearLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = LinearLR(optimizer, start_factor=0.5, total_iters=2), []
        >>> for _ in range(4):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0.0 < number("start_factor", start_factor) <= 1.0:
            raise ScheduleError(
                f"start_factor must be above 0 and at most 1, got {start_factor!r}; for a warmup"
                " from 0 use ratesheet.linear(0.0, 1.0, steps=n)"
            )
        if not 0.0 <= number("end_factor", end_factor) <= 1.0:
            raise ScheduleError(f"end_factor must be from 0 to 1, got {end_factor!r}")
        non_negative("total_iters", total_iters)
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _terms(self) -> Terms:
        return _line(self.start_factor, self.end_factor, self.total_iters)


class ConstantLR(Alike, _torch.ConstantLR):
    """Multiplies the base LR by a factor for a number of steps, then gives it back.

        lr(t) = base_lr factor    for t < total_iters
        lr(t) = base_lr           from there on

    Args:
        optimizer: a torch optimizer.
        factor: the multiple, from 0 to 1. With 0 the base LR comes back all the same; torch divides
            by it there.
        total_iters: the length in steps, at least 0. With 0 it is over at once; torch keeps the
            factor for ever.
        last_epoch: see `LRScheduler`.

    Raises:
        ScheduleError: when an argument is out of its range.

    Source: torch.optim.lr_scheduler.ConstantLR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import ConstantLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = ConstantLR(optimizer, factor=0.5, total_iters=2), []
        >>> for _ in range(4):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [0.5, 0.5, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1.0 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0.0 <= number("factor", factor) <= 1.0:
            raise ScheduleError(f"factor must be from 0 to 1, got {factor!r}")
        non_negative("total_iters", total_iters)
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _terms(self) -> Terms:
        return _hold(self.factor, self.total_iters)


class PolynomialLR(Alike, _torch.PolynomialLR):
    """Falls to 0 by a power of what remains, then stays there.

        lr(t) = base_lr (1 - min(t, total_iters)/total_iters)^power

    Args:
        optimizer: a torch optimizer.
        total_iters: the length in steps, at least 0. With 0 it is at the end, 0, at once; torch
            stays at the base LR for ever.
        power: above 0.
        last_epoch: see `LRScheduler`.

    Raises:
        ScheduleError: when an argument is out of its range.

    Source: torch.optim.lr_scheduler.PolynomialLR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import PolynomialLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = PolynomialLR(optimizer, total_iters=2, power=2.0), []
        >>> for _ in range(4):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [1.0, 0.25, 0.0, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ) -> None:
        non_negative("total_iters", total_iters)
        positive("power", power)
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def _terms(self) -> Terms:
        return _fall(self.total_iters, self.power)


class CosineAnnealingLR(Alike, _torch.CosineAnnealingLR):
    """Falls to a rate along half a cosine, and rises again after it.

        lr(t) = eta_min + (base_lr - eta_min) (1 + cos(pi t/T_max)) / 2

    Past `T_max` it goes on by the formula, with period 2 T_max, as torch documents it;
    `ratesheet.cosine` holds its end instead.

    Args:
        optimizer: a torch optimizer.
        T_max: steps to the lowest rate, above 0.
        eta_min: the lowest rate, the same for all groups. A group whose base LR is below it rises,
            of which it warns; `ratesheet.cosine(1.0, ratio, steps=n)` has a floor for each.
        last_epoch: see `LRScheduler`.

    Raises:
        ScheduleError: when an argument is out of its range.

    Source: torch.optim.lr_scheduler.CosineAnnealingLR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import CosineAnnealingLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = CosineAnnealingLR(optimizer, T_max=2, eta_min=0.5), []
        >>> for _ in range(4):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [1.0, 0.75, 0.5, 0.75]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_max: int,  # noqa: N803 - torch's name
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        positive("T_max", T_max)
        non_negative("eta_min", eta_min)
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)
        for index, (group, base) in enumerate(
            zip(optimizer.param_groups, self.base_lrs, strict=True)
        ):
            if base < eta_min:
                warnings.warn(
                    f"eta_min={eta_min!r} is above the base LR of {label(index, group)},"
                    f" {float(base)!r}: its rate will rise; ratesheet.cosine takes a share of each"
                    " group's own",
                    RatesheetWarning,
                    stacklevel=2,
                )
                break

    def _terms(self) -> Terms:
        return _wave(self.eta_min, self.T_max)
