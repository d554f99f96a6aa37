"""The state of a scheduler: what torch keeps in it, and what is known of the groups besides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor
from torch.optim import Optimizer
from torch.optim import lr_scheduler as _torch

from ratesheet.compat.torch.held import Mark, marks, numbers, untouched, values_of, write
from ratesheet.compat.torch.live import Live
from ratesheet.compat.torch.watch import hook, known
from ratesheet.errors import CheckpointError

__all__ = ["Stateful"]


class Stateful(_torch.LRScheduler):
    """What `LRScheduler` stands on: its attributes, saved and loaded."""

    # Not in __dict__, which is the state.
    __slots__ = ("_known",)
    _known: Live
    optimizer: Optimizer
    base_lrs: list[Any]
    last_epoch: int
    _step_count: int
    _last_lr: list[Any]

    @property
    def _live(self) -> Live:
        # Not every constructor calls the one above.
        try:
            return self._known
        except AttributeError:
            self._known = Live()
            return self._known

    def _note(self, groups: list[dict[str, Any]]) -> None:
        self._live.marks = marks(groups)
        self._last_lr = values_of(self._live.marks)

    def _owns(self) -> bool:
        """Whether every group holds what this scheduler wrote last."""
        groups, written = self.optimizer.param_groups, self._live.marks
        return len(groups) == len(written) and all(
            untouched(group["lr"], mark) for group, mark in zip(groups, written, strict=True)
        )

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
        rates = getattr(self, "_last_lr", [])
        self._live.marks = [Mark(None, -1, r) if isinstance(r, Tensor) else r for r in rates]

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
