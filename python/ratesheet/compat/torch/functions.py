"""Functions of the epoch, one per group: checked, kept, and left out of the state."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from ratesheet.compat.torch.base import LRScheduler
from ratesheet.compat.torch.held import groups_of
from ratesheet.errors import CheckpointError, ScheduleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch.optim import Optimizer

__all__ = ["Functions", "kept", "restore"]


def kept(function: Any) -> dict[str, Any] | None:
    """Return what a state keeps of a callable: an object's attributes; None of a function."""
    plain = function is None or isinstance(function, types.FunctionType)
    return None if plain else dict(getattr(function, "__dict__", {}))


def restore(function: Any, attributes: dict[str, Any] | None) -> None:
    """Give a callable object the attributes that a state kept."""
    if attributes:
        function.__dict__.update(attributes)


class Functions(LRScheduler):
    """A scheduler with one function per group in `lr_lambdas`.

    Functions are not saved; of a callable object its attributes are.
    """

    lr_lambdas: list[Callable[[int], float]]

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | list[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        n = len(groups_of(optimizer))
        several = isinstance(lr_lambda, (list, tuple))
        functions: list[Any] = (
            list(lr_lambda) if isinstance(lr_lambda, (list, tuple)) else [lr_lambda] * n
        )
        if several and len(functions) != n:
            raise ScheduleError(
                f"lr_lambda must have one function per group ({n}), got {len(functions)}"
            )
        for index, function in enumerate(functions):
            if not callable(function):
                place = f"lr_lambda[{index}]" if several else "lr_lambda"
                raise TypeError(f"lr_lambda should be a function: {place} is {function!r}")
        self.lr_lambdas = functions
        super().__init__(optimizer, last_epoch)

    def _function(self, index: int) -> Callable[[int], float]:
        """Return the function of a group; one that was added later follows the others' only one."""
        functions = self.lr_lambdas
        if index >= len(functions) and any(f is not functions[0] for f in functions):
            raise ScheduleError(
                f"lr_lambdas has {len(functions)} functions, none for group {index}"
            )
        return functions[min(index, len(functions) - 1)]

    def _all(self, n: int) -> list[Callable[[int], float]]:
        """Return the functions of n groups."""
        return [self._function(index) for index in range(n)]

    def state_dict(self) -> dict[str, Any]:
        """Return the state without the functions; of callable objects their attributes."""
        return {**super().state_dict(), "lr_lambdas": [kept(f) for f in self.lr_lambdas]}

    def _check_state(self, state: Any) -> None:
        super()._check_state(state)
        entries = state.get("lr_lambdas", [])
        if len(entries) > len(self.lr_lambdas):
            raise CheckpointError(
                f"state_dict['lr_lambdas'] must have at most {len(self.lr_lambdas)} entries, got"
                f" {len(entries)}"
            )

    def _take(self, state: Mapping[str, Any]) -> None:
        rest = {key: value for key, value in state.items() if key != "lr_lambdas"}
        for function, attributes in zip(self.lr_lambdas, state.get("lr_lambdas", []), strict=False):
            restore(function, attributes)
        super()._take(rest)
