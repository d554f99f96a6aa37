"""Writing several hyperparameters of plain param groups at once."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ratesheet._rust import Writer
from ratesheet.entries import BETAS, entry_of
from ratesheet.rates import is_tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.keys import Keyed

__all__ = ["Together"]

_WATCHED = 8


class Together:
    """Writes rates, and with them what other keys follow; it stands in for a `_rust.Writer`.

    All that can fail is looked at first, so that nothing fails half-way: like a `Writer`, it writes
    all of it or declines, and then nothing has changed.
    """

    def __init__(
        self, rates: Writer, keys: Sequence[Keyed], lists: Sequence[list[dict[str, Any]]]
    ) -> None:
        groups = [group for part in lists for group in part]
        self._rates = rates
        self._lists = list(lists)
        self._whole: list[Writer] = []
        self._betas: list[Keyed] = []
        self._watched: list[str] = []
        # Tensors, and groups of which only some have betas, are for the way that looks at each.
        self._plain = bool(groups)
        for key in keys:
            own = {entry_of(group, key.name, i) is group for i, group in enumerate(groups)}
            if own == {True} and not any(is_tensor(group.get(key.name)) for group in groups):
                self._whole.append(Writer(key.plan, self._lists, key.name))
                self._watched.append(key.name)
            elif own == {False}:
                self._betas.append(key)
                self._watched.append("betas")
            else:
                self._plain = False
        self._starts = [0, *accumulate(map(len, self._lists))]
        self._seen: list[tuple[int, dict[str, Any], str, Any]] = []

    def write(self, optimizers: list[Any], step: int, watch: bool) -> bool:  # noqa: FBT001 - Writer's
        """Write the values of a step, and tell whether it did; see `_rust.Writer`."""
        if not self._plain or (watch and self.foreign() is not None):
            return False
        betas = self._prepared(step) if self._betas else []
        if betas is None or not self._rates.write(optimizers, step, watch):
            return False
        for writer in self._whole:
            writer.write(optimizers, step, False)  # noqa: FBT003 - it takes no keywords
        for group, values in betas:
            group["betas"] = values
        self._look(step)
        return True

    def _prepared(self, step: int) -> list[tuple[dict[str, Any], tuple[Any, ...]]] | None:
        """Return each group's betas at a step; None where some group's are no plain ones."""
        groups = [group for part in self._lists for group in part]
        betas = [group.get("betas") for group in groups]
        for key in self._betas:
            at, row = BETAS[key.name], key.plan.row(step)
            if len(row) != len(betas) or not all(_holds_float(held, at) for held in betas):
                return None
            betas = [
                (*held[:at], value, *held[at + 1 :])  # type: ignore[index]
                for held, value in zip(betas, row, strict=True)
            ]
        return list(zip(groups, betas, strict=True))  # type: ignore[arg-type]

    def take(self, step: int) -> None:
        """Take the values of a step for those that were written last."""
        self._rates.take(step)
        self._look(step)

    def _look(self, step: int) -> None:
        """Remember what a few groups hold, others at each step."""
        if not self._plain:
            return
        turn, place = divmod(step, len(self._lists))
        groups, before, n = self._lists[place], self._starts[place], len(self._lists[place])
        first = turn * _WATCHED if n > _WATCHED else 0
        self._seen = [
            (before + at, group := groups[at], key, group.get(key))
            for k in range(min(n, _WATCHED))
            for at in [(first + k) % n]
            for key in self._watched
        ]

    def foreign(self) -> tuple[int, str, Any] | None:
        """Return the group, key and value where something else was written since, or None."""
        for place, group, key, value in self._seen:
            held = group.get(key)
            if held is not value and (type(held) is not type(value) or held != value):
                return place, key, held
        return None


def _holds_float(betas: Any, at: int) -> bool:
    return type(betas) is tuple and len(betas) > at and type(betas[at]) is float
