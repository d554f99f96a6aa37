"""What a step writes into all groups at once: one column of values a hyperparameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.entries import BETAS, entry_of
from ratesheet.rates import is_tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet._rust import Plan
    from ratesheet.binding import Binding

__all__ = ["columns_of"]

_Column = tuple["Plan", str, int | None]


def columns_of(
    binding: Binding, groups: Sequence[dict[str, Any]], *, banked: bool
) -> list[_Column] | None:
    """Return the columns of a `_rust.Writer`, None where groups are to be looked at one by one.

    That is where tensors are filled in place, and where only some groups have betas.

    Args:
        binding: what the groups follow.
        groups: the groups that it was made for.
        banked: whether the rates are written elsewhere, into a bank.
    """
    if binding.tensors and not banked:
        return None
    columns: list[_Column] = [] if banked else [(binding.plan, "lr", None)]
    for key in binding.others:
        own = {entry_of(group, key.name, i) is group for i, group in enumerate(groups)}
        if len(own) != 1 or any(is_tensor(group.get(key.name)) for group in groups):
            return None
        columns.append((key.plan, key.name, None if own == {True} else BETAS[key.name]))
    return columns
