"""Tables as arrays and tensors, rounded once from float64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ratesheet.evaluate import fill
from ratesheet.memory import check_fits, empty

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from ratesheet.table import Table

__all__ = ["as_array", "as_tensor"]


def as_array(table: Table, out: Any, dtype: DTypeLike | None) -> NDArray[Any]:
    """Return a table as an array; see `Table.numpy`."""
    if out is None:
        kind = np.dtype(np.float64 if dtype is None else dtype)
        if kind.kind != "f":
            raise TypeError(f"dtype must be a floating one, got {kind}")
        out = empty(table.shape, kind)
    elif not isinstance(out, np.ndarray) or out.dtype.kind != "f" or not out.flags.writeable:
        raise TypeError(f"out must be a writeable array of floats, got {type(out).__name__}")
    elif dtype is not None and out.dtype != np.dtype(dtype):
        raise TypeError(f"out has dtype {out.dtype}, dtype says {np.dtype(dtype)}")
    elif out.shape != table.shape:
        raise ValueError(f"out must have shape {table.shape}, got {out.shape}")
    if out.dtype == np.float64 and out.flags.c_contiguous and out.flags.aligned:
        fill(table._plan, table.steps, out)
    else:
        for start, block in table.blocks():
            out[start : start + len(block)] = block
    filled: NDArray[Any] = out
    return filled


def as_tensor(table: Table, device: Any, dtype: Any) -> Any:
    """Return a table as a torch tensor; see `Table.torch`."""
    import torch

    kind = torch.float64 if dtype is None else dtype
    if not isinstance(kind, torch.dtype) or not kind.is_floating_point:
        raise TypeError(f"dtype must be a floating one of torch, got {dtype!r}")
    one = torch.empty(1, dtype=kind, device=device)
    here = one.device.type == "cpu"
    if here:
        check_fits(table.shape, one.element_size(), str(kind))
    out = one.new_empty(table.shape)
    if kind == torch.float64 and here:
        as_array(table, out.numpy(), None)
        return out
    for start, block in table.blocks():
        part: NDArray[Any] = block
        if kind == torch.float32:
            part = block.astype(np.float32)
        elif kind != torch.float64:
            part = _rounded_to_odd(block)
        out[start : start + len(block)].copy_(torch.from_numpy(part).to(kind))
    return out


def _rounded_to_odd(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return float32 values that round on to a narrower type as the float64 ones themselves would.

    torch takes float64 to its narrow types by way of float32. Two roundings to nearest may differ
    from one. They do not where the first cuts off and sets the last bit of what is inexact.
    S. Boldo, G. Melquiond, "When double rounding is odd", 2005.
    """
    with np.errstate(over="ignore"):
        near = values.astype(np.float32)
    inexact, bits = near != values, near.view(np.uint32)
    bits -= np.abs(near) > np.abs(values)
    bits |= inexact
    return near
