"""A table of rates on the optimizer's device, whose present row all groups see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.bank import Bank

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DeviceRows"]


class DeviceRows:
    """The rows of a table, a counter and a `Bank`, all on one device.

    To go on is work of the device alone: it adds to the counter, finds the row and copies it into
    the bank. Captured in a CUDA graph with an optimizer's step, it goes on at each replay.

    Args:
        groups: the param groups; the device is theirs, as in `Bank`.
        table: float32, shape (n_steps, n_groups).
        steps: the rising step of each row.
    """

    def __init__(
        self,
        groups: Sequence[dict[str, Any]],
        table: NDArray[np.float32],
        steps: NDArray[np.int64],
    ) -> None:
        import torch

        self._bank = Bank(groups, torch.float32)
        device = self._bank.tensor.device
        self._table = torch.from_numpy(table).to(device)
        self._steps = torch.from_numpy(steps).to(device)
        self._count = torch.zeros(1, dtype=torch.int64, device=device)

    @property
    def position(self) -> int:
        """The counter, read back from the device."""
        return int(self._count.item())

    def seek(self, groups: Sequence[dict[str, Any]], position: int) -> None:
        """Set the counter, copy its row, and see that the groups hold the bank's views."""
        self._count.fill_(position)
        self._show()
        self._bank.bind(groups)

    def advance(self, by: int) -> None:
        """Add to the counter and copy its row."""
        self._count.add_(by)
        self._show()

    def _show(self) -> None:
        import torch

        row = torch.searchsorted(self._steps, self._count, right=True) - 1
        row.clamp_(0, len(self._steps) - 1)
        torch.index_select(self._table, 0, row, out=self._bank.tensor.unsqueeze(0))
