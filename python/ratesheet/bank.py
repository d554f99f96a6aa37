"""The rates of all groups in one tensor, of which each group holds its element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.errors import ScheduleError
from ratesheet.plan import describe_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet._rust import Plan

__all__ = ["Bank", "bank_dtype"]

_RING = 4


class Bank:
    """One contiguous tensor of rates; `group["lr"]` is a 0-dim view of it, written with the rest.

    The views keep their identity, so that a compiled optimizer step or a captured CUDA graph reads
    the rates of the present step.

    Args:
        groups: the param groups; the tensor lies where their optimizer wants a rate, on the device
            of the first parameter of a "capturable" or "fused" group, else on the CPU.
        dtype: torch.float32 or torch.float64.

    Raises:
        ScheduleError: when a group cannot take a tensor rate.
    """

    def __init__(self, groups: Sequence[dict[str, Any]], dtype: Any) -> None:
        import torch

        for index, group in enumerate(groups):
            if group.get("foreach") and group.get("capturable") is False:
                raise ScheduleError(
                    f"{describe_group(index, group.get('name'))} has foreach=True without"
                    " capturable=True: such an optimizer takes no tensor rates"
                )
        self.tensor = torch.zeros(len(groups), dtype=dtype, device=_device(groups))
        self.views = list(self.tensor.unbind())
        on_host = self.tensor.device.type == "cpu"
        self._rows = [self.tensor] if on_host else _pinned(len(groups), dtype)
        self._arrays = [row.numpy() for row in self._rows]
        # A copy to a device may still be under way when its buffer's turn comes again.
        self._copied = [] if on_host else [torch.cuda.Event() for _ in self._rows]
        self._turn = 0

    def bind(self, groups: Sequence[dict[str, Any]]) -> None:
        """Put each group's view under its "lr"."""
        for group, view in zip(groups, self.views, strict=True):
            group["lr"] = view

    def holds(self, groups: Sequence[dict[str, Any]], first: int, position: int) -> bool:
        """Whether one of some groups, another at each position, still has its view.

        Args:
            groups: some of the groups.
            first: the place of the first of them among all.
            position: chooses the group.
        """
        if not groups:
            return True
        index = position % len(groups)
        return first + index < len(self.views) and (
            groups[index].get("lr") is self.views[first + index]
        )

    def write(self, plan: Plan, position: int) -> None:
        """Put the rates of a position into the tensor: one copy, no word back from the device."""
        turn = self._turn = (self._turn + 1) % len(self._rows)
        if self._copied:
            self._copied[turn].synchronize()
        plan.fill_row(position, self._arrays[turn])
        if self._copied:
            self.tensor.copy_(self._rows[turn], non_blocking=True)
            self._copied[turn].record()


def bank_dtype(tensor_lr: Any) -> Any:
    """Return the dtype that `tensor_lr` asks for, None for no bank."""
    if tensor_lr is False:
        return None
    import torch

    dtype = torch.float32 if tensor_lr is True else tensor_lr
    if dtype not in {torch.float32, torch.float64}:
        raise TypeError(
            f"tensor_lr must be a bool, torch.float32 or torch.float64, got {tensor_lr!r}"
        )
    return dtype


def _device(groups: Sequence[dict[str, Any]]) -> Any:
    for group in groups:
        if group.get("capturable") or group.get("fused"):
            for parameter in group.get("params", []):
                return parameter.device
    return "cpu"


def _pinned(n: int, dtype: Any) -> list[Any]:
    import torch

    return [torch.empty(n, dtype=dtype, pin_memory=True) for _ in range(_RING)]
