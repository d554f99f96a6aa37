"""CyclicLR: up and down between two rates."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from torch.optim import lr_scheduler as _torch

from ratesheet.arguments import non_negative, positive
from ratesheet.compat.torch.functions import kept, restore
from ratesheet.compat.torch.held import groups_of, per_group, write
from ratesheet.compat.torch.momentum import Cycling
from ratesheet.compat.torch.watch import watch
from ratesheet.errors import ScheduleError
from ratesheet.schedules.triangular import triangular

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch.optim import Optimizer

    from ratesheet.schedule import Schedule

__all__ = ["CyclicLR"]

_MODES = ("triangular", "triangular2", "exp_range")


@lru_cache
def _wave(up: float, down: float, gamma: float, per: str) -> Schedule:
    return triangular(0.0, 1.0, up=up, down=down, gamma=gamma, per=per)


class CyclicLR(Cycling, _torch.CyclicLR):
    """Goes up and down between two rates in straight lines (Smith, 2017).

        P = step_size_up + step_size_down, i = floor(t/P), x = t - i P
        s = x/step_size_up up to the peak, then (P - x)/step_size_down
        lr(t) = base + (max - base) s A
        momentum(t) = max_momentum - (max_momentum - base_momentum) s A
        A = 1 ("triangular"), 2^-i ("triangular2"), gamma^t ("exp_range"), or scale_fn(i + 1 or t)

    It writes this whatever the group holds, as torch's does. Its state is plain data; a `scale_fn`
    is not in it (of a callable object its attributes are), and it keeps the loaded gamma.

    Args:
        optimizer: a torch optimizer.
        base_lr: the lower rate; one for all groups, which makes them equal, or a list.
        max_lr: the upper rate of the first cycle, likewise.
        step_size_up: steps of the way up, above 0.
        step_size_down: steps of the way down; as up when None.
        mode: "triangular", "triangular2" or "exp_range"; of no account with `scale_fn`.
        gamma: the factor of "exp_range", at least 0.
        scale_fn: a function of the cycle's number, from 1, or of the step.
        scale_mode: which of the two it takes: "cycle" or "iterations".
        cycle_momentum: whether momentum (or beta1) goes the other way.
        base_momentum: its lower end; one for all groups or a list.
        max_momentum: its upper end.
        last_epoch: see `LRScheduler`.

    Raises:
        ScheduleError: when an argument is out of its range, or the optimizer has no momentum.

    Source: torch.optim.lr_scheduler.CyclicLR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import CyclicLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0, momentum=0.9)
        >>> scheduler, rates = CyclicLR(optimizer, 1.0, 2.0, step_size_up=2), []
        >>> for _ in range(6):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [1.0, 1.5, 2.0, 1.5, 1.0, 1.5]
    """

    mode: Any
    scale_mode: Any
    total_size: Any

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: float = 2000,
        step_size_down: float | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        groups = groups_of(optimizer)
        base_lrs = per_group("base_lr", base_lr, groups)
        self.max_lrs = per_group("max_lr", max_lr, groups)
        up = positive("step_size_up", step_size_up)
        down = up if step_size_down is None else non_negative("step_size_down", step_size_down)
        if mode not in _MODES and scale_fn is None:
            raise ScheduleError(f"mode must be one of {', '.join(_MODES)}, got {mode!r}")
        non_negative("gamma", gamma)
        self.total_size = up + down
        self.step_ratio = up / self.total_size
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_custom = scale_fn
        self.scale_mode = scale_mode
        self._choose_scale()
        self.cycle_momentum = cycle_momentum
        begins = last_epoch == -1
        if cycle_momentum:
            self.base_momentums, self.max_momentums = self._begin_momentum(
                optimizer, base_momentum, max_momentum, write=begins
            )
        if begins:
            seen = watch(optimizer)
            write(groups, base_lrs, "base_lr")
            seen.leave(groups)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def _choose_scale(self) -> None:
        if self._scale_fn_custom is not None:
            return
        by_mode: dict[str, tuple[Callable[[float], float], str]] = {
            "triangular": (self._triangular_scale_fn, "cycle"),
            "triangular2": (self._triangular2_scale_fn, "cycle"),
            "exp_range": (partial(self._exp_range_scale_fn, self.gamma), "iterations"),
        }
        self._scale_fn_ref, self.scale_mode = by_mode[self.mode]

    @staticmethod
    def _triangular_scale_fn(x: float) -> float:  # noqa: ARG004 - one of three that are called alike
        return 1.0

    @staticmethod
    def _triangular2_scale_fn(x: float) -> float:
        return float(0.5 ** (x - 1))

    @staticmethod
    def _exp_range_scale_fn(gamma: float, x: float) -> float:
        return float(gamma**x)

    def scale_fn(self, x: float) -> float:
        """Return A for the cycle's number, from 1, or for the step; see `scale_mode`."""
        own = self._scale_fn_custom
        return self._scale_fn_ref(x) if own is None else own(x)

    def _height(self) -> float:
        """Return s A at the present step."""
        up = self.total_size * self.step_ratio
        if abs(up - round(up)) < 1e-9 * up:
            up = float(round(up))
        down = self.total_size - up
        step = self.last_epoch
        if self._scale_fn_custom is None:
            gamma, per = {
                "triangular2": (0.5, "cycle"),
                "exp_range": (float(self.gamma), "step"),
            }.get(self.mode, (1.0, "cycle"))
            return _wave(up, down, gamma, per)(step)
        cycle = step // self.total_size + 1
        height = _wave(up, down, 1.0, "cycle")(step)
        return height * float(self.scale_fn(cycle if self.scale_mode == "cycle" else step))

    def get_lr(self) -> list[Any]:
        """Return the rates of the present step, one float per group; in a step, write momentum."""
        if not self._get_lr_called_within_step:
            self._warn_outside()
        groups, height = self.optimizer.param_groups, self._height()
        lows, highs = self.base_lrs, self.max_lrs
        if not len(lows) == len(highs) == len(groups):
            raise ScheduleError(
                f"CyclicLR has rates for {len(highs)} param groups, the optimizer has"
                f" {len(groups)}: build the scheduler anew when groups were added or removed"
            )
        if self.cycle_momentum and self._get_lr_called_within_step:
            ends = zip(self.max_momentums, self.base_momentums, strict=True)
            self._write_momentum(groups, [_between(high, low, height) for high, low in ends])
        return [_between(low, high, height) for low, high in zip(lows, highs, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        """Return the state without functions; of a callable object its attributes."""
        state = super().state_dict()
        state.pop("_scale_fn_ref", None)
        return {**state, "_scale_fn_custom": kept(self._scale_fn_custom)}

    def _take(self, state: Mapping[str, Any]) -> None:
        left_out = {"_scale_fn_custom", "_scale_fn_ref"}
        super()._take({key: value for key, value in state.items() if key not in left_out})
        restore(self._scale_fn_custom, state.get("_scale_fn_custom"))
        self._choose_scale()


def _between(start: Any, end: Any, share: float) -> float:
    return float(start) * (1.0 - share) + float(end) * share
