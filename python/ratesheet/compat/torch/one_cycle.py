"""OneCycleLR: up to a peak, and down to far below the start."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from torch.optim import lr_scheduler as _torch

from ratesheet import curves
from ratesheet.arguments import positive
from ratesheet.compat.torch.held import (
    ABSENT,
    NUMBER,
    all_floats,
    groups_of,
    per_group,
    put_back,
    rate_of,
)
from ratesheet.compat.torch.lengths import updates
from ratesheet.compat.torch.momentum import Cycling
from ratesheet.compat.torch.phases import phases_of, spans
from ratesheet.compat.torch.watch import watch
from ratesheet.errors import RatesheetWarning, ScheduleError

if TYPE_CHECKING:
    from torch.optim import Optimizer

    from ratesheet.compat.torch.phases import Span


__all__ = ["OneCycleLR"]

_CURVES = {"cos": "cosine", "linear": "linear"}


class OneCycleLR(Cycling, _torch.OneCycleLR):
    """Goes up to a peak, then down to a rate far below the first (Smith and Topin, 2018).

        top = pct_start total_steps - 1
        rates:    (0, max_lr/div_factor), (top, max_lr), (total_steps - 1, first/final_div_factor)
        momentum: (0, max_momentum), (top, base_momentum), (total_steps - 1, max_momentum)
        three_phase: back at the first rate and max_momentum at 2 top, then to the end

    It writes this whatever the group holds, as torch's does. The last update, number
    `total_steps - 1`, has the final rate. From then on the rate holds and one warning says so; at
    `total_steps` torch's goes past its end, and one step later it raises. A phase that ends at step
    0 (pct_start total_steps = 1) starts at the peak; torch's divides by zero.

    Args:
        optimizer: a torch optimizer.
        max_lr: the peak; one for all groups, which makes them equal, or a list.
        total_steps: number of updates, at least 1; or give the next two.
        epochs: number of epochs.
        steps_per_epoch: updates in each.
        pct_start: share of the steps that rise, a float from 0 to 1.
        anneal_strategy: "cos" or "linear".
        cycle_momentum: whether momentum (or beta1) goes the other way.
        base_momentum: its lower end; one for all groups or a list.
        max_momentum: its upper end.
        div_factor: peak over first rate, above 0.
        final_div_factor: first over last rate, above 0.
        three_phase: whether it goes back to the first rate before it falls to the last.
        last_epoch: see `LRScheduler`.

    Raises:
        ScheduleError: when an argument is out of its range, or the optimizer has no momentum.

    Source: torch.optim.lr_scheduler.OneCycleLR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import OneCycleLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0, momentum=0.9)
        >>> scheduler, rates = OneCycleLR(optimizer, 1.0, 5, pct_start=0.6, div_factor=4), []
        >>> for _ in range(5):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> [round(rate, 6) for rate in rates]
        [0.25, 0.625, 1.0, 0.500012, 2.5e-05]
    """

    _schedule_phases: Any
    _anneal_func_type: Any

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.total_steps = updates(total_steps, epochs, steps_per_epoch)
        share: Any = pct_start
        if not isinstance(share, float) or not 0.0 <= share <= 1.0:
            raise ScheduleError(f"pct_start must be a float from 0 to 1, got {pct_start!r}")
        if anneal_strategy not in _CURVES:
            raise ScheduleError(f"anneal_strategy must be cos or linear, got {anneal_strategy!r}")
        for name, value in (("div_factor", div_factor), ("final_div_factor", final_div_factor)):
            positive(name, value)
        self._schedule_phases = phases_of(self.total_steps, pct_start, three_phase=three_phase)
        self._anneal_func_type = anneal_strategy
        self.cycle_momentum = cycle_momentum
        groups, begins = groups_of(optimizer), last_epoch == -1
        peaks = per_group("max_lr", max_lr, groups)
        if cycle_momentum:
            self._begin_momentum(optimizer, base_momentum, max_momentum, write=begins)
        if begins:
            watch(optimizer)
            for group, peak in zip(groups, peaks, strict=True):
                group["initial_lr"] = peak / div_factor
                group["max_lr"] = peak
                group["min_lr"] = group["initial_lr"] / final_div_factor
        super().__init__(optimizer, last_epoch)

    @staticmethod
    def _annealing_cos(start: float, end: float, pct: float) -> float:
        share = curves.cosine()(pct)
        return start * (1.0 - share) + end * share

    @staticmethod
    def _annealing_linear(start: float, end: float, pct: float) -> float:
        return start * (1.0 - pct) + end * pct

    def _curve(self) -> str:
        known = self.__dict__.get("_anneal_func_type")
        if known is not None:
            return _CURVES[known]
        # States of torch before 2.4 hold the function instead of its name.
        name = getattr(self.__dict__.get("anneal_func"), "__name__", "")
        return "linear" if name == "_annealing_linear" else "cosine"

    def _span(self) -> tuple[Span, Any]:
        """Return the part of the cycle that the present step lies in, and the step.

        A state that is loaded brings new phases.
        """
        live, phases, time = self._live, self._schedule_phases, self.last_epoch
        name = self.__dict__.get("_anneal_func_type")
        if time >= self.total_steps:
            self._warn_past(time)
            time = self.total_steps - 1
        known = live.cache
        if known is None or known[0] is not phases or known[1] is not name:
            live.cache = known = phases, name, spans(phases, self._curve())
        for span in known[2]:
            if time < span.end:
                return span, time
        return span, time

    _glides = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # One that says itself what the rates are is asked at every step.
        same = cls.get_lr is OneCycleLR.get_lr and cls._update_lr is OneCycleLR._update_lr
        cls._glides = same and cls._write_momentum is OneCycleLR._write_momentum

    def _glide(self, epoch: Any) -> bool:
        """Do what a step does, inside of a phase and where the groups hold plain numbers."""
        known, groups = self._known.cache, self.optimizer.param_groups
        moves = self.cycle_momentum
        held = list(map(rate_of, groups))
        if (
            known is None
            or known[0] is not self._schedule_phases
            or known[1] is not self.__dict__.get("_anneal_func_type")
            or "get_lr" in self.__dict__
            or type(epoch) is not int
            or not 0 < epoch < self.total_steps
            or (moves and self.use_beta1)
            or not NUMBER.issuperset(map(type, held))
        ):
            return False
        for span in known[2]:
            if epoch < span.end:
                break
        rest, gone = span.rest._core.value(epoch, 1.0), span.gone._core.value(epoch, 1.0)
        start, end = span.lr
        rates = [rest * float(group[start]) + gone * float(group[end]) for group in groups]
        if not all_floats(rates):
            return False
        low, high = span.momentum
        alike = low == high
        moved = [group.get("momentum", ABSENT) for group in groups] if moves else []
        try:
            for index, rate in enumerate(rates):
                group = groups[index]
                group["lr"] = rate
                if moves:
                    mixed = group[low] if alike else rest * group[low] + gone * group[high]
                    group["momentum"] = float(mixed)
        except BaseException:
            put_back(groups, held)
            put_back(groups, moved, "momentum")
            raise
        self._known.marks, self._last_lr, self.last_epoch = rates, rates[:], epoch
        return True

    def _warn_past(self, step: int) -> None:
        live = self._live
        if self._get_lr_called_within_step and step > self.total_steps and not live.warned:
            live.warned = True
            warnings.warn(
                f"OneCycleLR is at step {step}, past its total_steps={self.total_steps}:"
                " the final rate holds",
                RatesheetWarning,
                stacklevel=6,
            )

    def get_lr(self) -> list[Any]:
        """Return the rates of the present step, one float per group; in a step, write momentum."""
        if not self._get_lr_called_within_step:
            self._warn_outside()
        groups = self.optimizer.param_groups
        span, time = self._span()
        rest, gone = span.shares(time)
        if self.cycle_momentum and self._get_lr_called_within_step:
            start, end = span.momentum
            # Where both are one, it is that one, whatever the shares round to.
            first, last = (1.0, 0.0) if start == end else (rest, gone)
            self._write_momentum(groups, [first * g[start] + last * g[end] for g in groups])
        start, end = span.lr
        return [rest * float(g[start]) + gone * float(g[end]) for g in groups]
