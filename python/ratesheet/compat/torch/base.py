"""LRScheduler: what every scheduler of this package is, and a base for schedulers of your own."""

from __future__ import annotations

import warnings
from typing import Any

from torch import Tensor
from torch.optim import Optimizer
from torch.optim import lr_scheduler as _torch

from ratesheet.compat.torch.held import all_floats, copies, groups_of, numbers, write
from ratesheet.compat.torch.live import Live
from ratesheet.compat.torch.stateful import Stateful
from ratesheet.compat.torch.watch import check_order, watch
from ratesheet.errors import ScheduleError

__all__ = ["EPOCH_DEPRECATION_WARNING", "LRScheduler", "_LRScheduler"]

EPOCH_DEPRECATION_WARNING: str = _torch.EPOCH_DEPRECATION_WARNING


class LRScheduler(Stateful):
    """Base class of schedulers: a subclass implements `get_lr()`.

    It has the arguments, attributes and state of torch's class, and is an instance of it. What
    differs: `optimizer.step` is not replaced (a hook sees that it ran), lists are copied in and
    out, and a step that fails leaves rates and counters as they were. `load_state_dict` also writes
    the state's rates where the groups hold what the constructor left there, so that a checkpoint
    of the scheduler alone, or one loaded after the optimizer's, ends at the right rates.

    Args:
        optimizer: a torch optimizer.
        last_epoch: the index of the last epoch when training goes on, which needs "initial_lr" in
            every group; -1 to begin.

    Attributes:
        optimizer: the optimizer.
        base_lrs: each group's "initial_lr".
        last_epoch: steps done.

    Raises:
        TypeError: when `optimizer` is not a torch optimizer.
        KeyError: when `last_epoch` is given and a group has no "initial_lr".

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import LRScheduler
        >>> class Halving(LRScheduler):
        ...     def get_lr(self):
        ...         return [base * 0.5**self.last_epoch for base in self.base_lrs]
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler = Halving(optimizer)
        >>> optimizer.step(); scheduler.step()
        >>> scheduler.get_last_lr()
        [0.5]
    """

    _is_initial: bool = False
    _glides: bool = False
    _get_lr_called_within_step: bool = False

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        groups = groups_of(optimizer)
        self._check()
        self._known = Live()
        if last_epoch != -1:
            for index, group in enumerate(groups):
                if "initial_lr" not in group:
                    raise KeyError(
                        f"param 'initial_lr' is not specified in param_groups[{index}] when"
                        f" resuming scheduler with last_epoch >= 0, got last_epoch={last_epoch}:"
                        " load the optimizer's state first, or set group['initial_lr']"
                    )
        seen = watch(optimizer)
        added = [group for group in groups if "initial_lr" not in group]
        for group in added:
            group["initial_lr"] = copies([group["lr"]])[0]
        self.optimizer = optimizer
        self.base_lrs = _at_hand([group["initial_lr"] for group in groups])
        self.last_epoch = last_epoch
        try:
            self._initial_step()
        except BaseException:
            for group in added:
                del group["initial_lr"]
            raise
        seen.leave(groups)

    def _check(self) -> None:
        """Refuse arguments that cannot be; called before anything is written."""

    def _initial_step(self) -> None:
        """Begin: go to the epoch after `last_epoch`, from what the groups hold now."""
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False

    def _join(self, epoch: int) -> None:
        """Begin at an epoch; what the groups hold is the base, where the base matters."""
        self._step_count = epoch + 1
        self._update_lr(epoch)

    def get_lr(self) -> list[Any]:
        """Return the rates of the present epoch, one per group; a subclass says what they are."""
        raise NotImplementedError(f"{type(self).__name__} must implement get_lr()")

    def _warn_outside(self) -> None:
        if not self._get_lr_called_within_step:
            warnings.warn(
                "To get the last learning rate computed by the scheduler, please use"
                " `get_last_lr()`.",
                UserWarning,
                stacklevel=3,
            )

    def get_last_lr(self) -> list[Any]:
        """Return a copy of the rates that were written last, one per group, floats or tensors."""
        return copies(self._last_lr)

    def step(self, epoch: Any = None) -> None:
        """Go to the next epoch and write its rates; call it after `optimizer.step()`.

        Args:
            epoch: deprecated in torch: jumps to this epoch, by the closed form where there is one.

        Raises:
            ScheduleError: when `get_lr()` does not give one finite rate per group. Rates and
                counters are as they were then.
        """
        count, position = self._step_count, self.last_epoch
        if count == 1:
            check_order(self.optimizer)
        if epoch is not None:
            warnings.warn(EPOCH_DEPRECATION_WARNING, UserWarning, stacklevel=2)
        elif self._glides and self._glide(position + 1):
            self._step_count = count + 1
            return
        self._step_count = count + 1
        try:
            self._update_lr(epoch)
        except BaseException:
            self._step_count, self.last_epoch = count, position
            raise

    def _glide(self, epoch: Any) -> bool:
        """Go to the next epoch by a shorter way, and tell whether there was one."""
        raise NotImplementedError

    def _update_lr(self, epoch: Any = None) -> None:
        self._get_lr_called_within_step = True
        try:
            if epoch is None:
                self.last_epoch += 1
                values = self.get_lr()
            else:
                self.last_epoch = epoch
                closed_form = getattr(self, "_get_closed_form_lr", None)
                values = self.get_lr() if closed_form is None else closed_form()
        finally:
            self._get_lr_called_within_step = False
        self._write(list(values))

    def _write(self, values: list[Any]) -> None:
        groups = self.optimizer.param_groups
        if write(groups, values):
            self._live.marks, self._last_lr = values, values[:]
        else:
            self._note(groups)

    # Groups that were added later

    def _adopt(self, n: int) -> list[float]:
        """Return n base LRs as floats, to read; a group that was added brings its own rate."""
        groups, bases = self.optimizer.param_groups, self.base_lrs
        if len(bases) == n:
            return bases if all_floats(bases) else numbers(bases, "base_lrs")
        if len(bases) > n:
            raise ScheduleError(
                f"{type(self).__name__} has {len(self.base_lrs)} base LRs, the optimizer {n}"
                " param groups: build the scheduler anew when groups were removed"
            )
        for index in range(len(self.base_lrs), n):
            group = groups[index]
            group.setdefault("initial_lr", copies([group["lr"]])[0])
            self.base_lrs += _at_hand([group["initial_lr"]])
        return numbers(self.base_lrs, "base_lrs")


class _LRScheduler(LRScheduler):
    """The name that torch had for `LRScheduler` before 2.0."""


def _at_hand(values: list[Any]) -> list[Any]:
    """Return copies that no step has to fetch from a device."""
    return [value.cpu() if isinstance(value, Tensor) else value for value in copies(values)]
