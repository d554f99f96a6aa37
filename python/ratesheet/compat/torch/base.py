"""LRScheduler: what every scheduler of this package is, and a base for schedulers of your own."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor
from torch.optim import Optimizer
from torch.optim import lr_scheduler as _torch

from ratesheet.compat.torch.held import (
    Mark,
    copies,
    groups_of,
    marks,
    numbers,
    untouched,
    write,
)
from ratesheet.compat.torch.watch import check_order, hook, known, watch
from ratesheet.errors import CheckpointError, ScheduleError

__all__ = ["EPOCH_DEPRECATION_WARNING", "LRScheduler", "_LRScheduler"]

EPOCH_DEPRECATION_WARNING: str = _torch.EPOCH_DEPRECATION_WARNING


@dataclass
class Live:
    """What a scheduler knows of its groups besides torch's attributes; no part of its state.

    Attributes:
        marks: what it wrote last.
        bases: the base LRs that it goes by, where rates were changed from outside.
        maps: how it made rates of them last, as (rate, ratio).
        cache: what is costly to find anew at each step.
        warned: whether it has said what it says only once.
    """

    marks: list[Mark] = field(default_factory=list)
    bases: list[float] = field(default_factory=list)
    maps: list[tuple[float, float]] = field(default_factory=list)
    cache: Any = None
    warned: bool = False


class LRScheduler(_torch.LRScheduler):
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

    # Not in __dict__, which is the state.
    __slots__ = ("_known",)
    _known: Live
    _is_initial: bool = False
    _get_lr_called_within_step: bool = False
    optimizer: Optimizer
    base_lrs: list[Any]
    last_epoch: int
    _step_count: int
    _last_lr: list[Any]

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        groups = groups_of(optimizer)
        self._check()
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

    @property
    def _live(self) -> Live:
        # Not every constructor calls the one above.
        if not hasattr(self, "_known"):
            self._known = Live()
        return self._known

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
        self._step_count = count + 1
        try:
            self._update_lr(epoch)
        except BaseException:
            self._step_count, self.last_epoch = count, position
            raise

    def _update_lr(self, epoch: Any = None) -> None:
        self._get_lr_called_within_step = True
        try:
            self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
            closed_form = getattr(self, "_get_closed_form_lr", None)
            values = self.get_lr() if epoch is None or closed_form is None else closed_form()
        finally:
            self._get_lr_called_within_step = False
        self._write(values)

    def _write(self, values: list[Any]) -> None:
        groups = self.optimizer.param_groups
        write(groups, values)
        self._note(groups)

    def _note(self, groups: list[dict[str, Any]]) -> None:
        self._live.marks = marks(groups)
        self._last_lr = [mark.value for mark in self._live.marks]

    def _owns(self) -> bool:
        """Whether every group holds what this scheduler wrote last."""
        groups, written = self.optimizer.param_groups, self._live.marks
        return len(groups) == len(written) and all(
            untouched(group["lr"], mark) for group, mark in zip(groups, written, strict=True)
        )

    # State

    def state_dict(self) -> dict[str, Any]:
        """Return all attributes but the optimizer; lists and dicts are copies."""
        return {
            key: type(value)(value) if type(value) in {list, dict} else value
            for key, value in self.__dict__.items()
            if key != "optimizer"
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over a state of this class, or of torch's class of the same name.

        The rates that it says are written where the groups hold what this scheduler wrote, or what
        the constructors left; rates that came from somewhere else stay.

        Args:
            state_dict: what `state_dict()` returned. It is left as it is.

        Raises:
            TypeError: when it is not a dict.
            CheckpointError: when it does not fit. Nothing is changed then.
        """
        self._check_state(state_dict)
        owned = self._owns()
        self._take(state_dict)
        self._settle(owned=owned)

    def _check_state(self, state: Any) -> None:
        if not isinstance(state, Mapping):
            raise TypeError(f"state_dict must be a dict as state_dict() returns it, got {state!r}")
        last, n = state.get("_last_lr"), len(self.optimizer.param_groups)
        if last is not None and len(last) != n:
            raise CheckpointError(
                f"state_dict['_last_lr'] must have one rate per param group: got {len(last)}"
                f" for {n}"
            )

    def _take(self, state: Mapping[str, Any]) -> None:
        kept = {key: value for key, value in state.items() if key != "optimizer"}
        self.__dict__.update(
            {k: type(v)(v) if type(v) in {list, dict} else v for k, v in kept.items()}
        )
        self._live.marks = [Mark(None, -1, value) for value in getattr(self, "_last_lr", [])]

    def _settle(self, *, owned: bool) -> None:
        seen, groups = known(self.optimizer), self.optimizer.param_groups
        if seen is None or seen.left != numbers([group["lr"] for group in groups]):
            if owned and getattr(self, "_last_lr", None):
                write(groups, self._last_lr)
                self._note(groups)
        elif not seen.fresh:
            # The optimizer's state was loaded before: what it held then is newer than this state.
            write(groups, seen.origin)
        elif getattr(self, "_last_lr", None):
            write(groups, self._last_lr)
            self._note(groups)
            seen.leave(groups)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_known": self._live}

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        self._known = state.pop("_known")
        self.__dict__.update(state)
        hook(self.optimizer)

    # Groups that were added later

    def _adopt(self, n: int) -> list[float]:
        """Return n base LRs as floats; a group added since the last step brings its own rate."""
        groups = self.optimizer.param_groups
        if len(self.base_lrs) > n:
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
