"""Coalesced: merged param groups, what was merged, and checkpoints across it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from ratesheet.errors import CheckpointError
from ratesheet.groups import carried
from ratesheet.groups.settings import ABSENT

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ratesheet.schedule import Schedule

__all__ = ["Coalesced", "Difference"]


class Difference(NamedTuple):
    """A key that keeps groups apart.

    Attributes:
        key: of the groups; in brackets, what is not theirs: "(schedule)", "(base LR)",
            "(plateau)", "(kind of params)".
        values: the distinct values under it, as they come; "absent" where a group has none.
        without: how many groups there would be if this key were equal everywhere.
    """

    key: str
    values: list[Any]
    without: int


class Coalesced(Sequence[dict[str, Any]]):
    """What `coalesce` returns: a sequence of the merged groups, for an optimizer to take.

    Attributes:
        groups: the merged groups, a list of dicts; of a live optimizer, its own.
        members: the places of each merged group's groups among the groups that were given.
        names: their names, None where one has none.
        schedules: the merged groups' schedules, for `Scheduler`; None where none were given.
        differences: what keeps the groups apart, key by key.
    """

    def __init__(
        self,
        groups: list[dict[str, Any]],
        members: list[list[int]],
        *,
        sizes: list[int],
        labels: list[dict[str, Any]],
        settings: list[dict[str, Any]],
        prints: list[dict[str, Hashable]],
        schedules: list[Schedule] | None,
    ) -> None:
        self.groups = groups
        self.members = members
        self.names = [[labels[i].get("name") for i in each] for each in members]
        self.schedules = schedules
        self.differences = _differences(settings, prints)
        self._layout = carried.Layout(members, sizes, labels)
        self._settings = settings
        self._prints = prints

    def __len__(self) -> int:
        return len(self.groups)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self.groups[index]

    def __repr__(self) -> str:
        return f"<{sum(map(len, self.members))} param groups, coalesced to {len(self)}>"

    def between(self, first: int, second: int) -> dict[str, tuple[Any, Any]]:
        """Return what keeps two merged groups apart: each key's two values, as they were merged.

        Example:
            >>> import ratesheet as rs
            >>> merged = rs.groups.coalesce(
            ...     [{"params": [], "lr": 0.1}, {"params": [], "lr": 0.1, "momentum": 0.9}]
            ... )
            >>> merged.between(0, 1)
            {'momentum': (absent, 0.9)}
        """
        here, there = self._settings[first], self._settings[second]
        one, other = self._prints[first], self._prints[second]
        return {
            key: (here.get(key, ABSENT), there.get(key, ABSENT))
            for key in {**here, **there}
            if one.get(key, ABSENT) != other.get(key, ABSENT)
        }

    def merge_state(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Return a checkpoint from before the merge as the merged groups would have written it.

        A checkpoint of the merged groups is returned as it is, so that a script can pass on any.

        Args:
            state: the `state_dict()` of an optimizer, of a `Scheduler`, or of a `BaseLRScheduler`
                that adds nothing. It is not changed; tensors are shared with it.

        Raises:
            TypeError: when it is none of these.
            CheckpointError: when its groups are not the ones that were given, or groups that are
                one now are not set alike in it.
        """
        return self._carried(state, carried.merge_optimizer, carried.merge_scheduler)

    def split_state(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Return a checkpoint of the merged groups as the groups before would have written it.

        Args:
            state: as for `merge_state`, the other way round.

        Raises:
            TypeError: when it is none of these.
            CheckpointError: when its groups are not the merged ones.
        """
        return self._carried(state, carried.split_optimizer, carried.split_scheduler)

    def _carried(self, state: Any, optimizers: Any, schedulers: Any) -> dict[str, Any]:
        if not isinstance(state, Mapping):
            raise TypeError(f"state must be a dict as state_dict() returns it, got {state!r}")
        if "param_groups" in state and "state" in state:
            return dict(optimizers(state, self._layout))
        if "step_count" in state and "base_lrs" in state:
            return dict(schedulers(state, self._layout))
        raise CheckpointError(
            "state must be an optimizer's, with 'state' and 'param_groups', or a scheduler's, with"
            f" 'step_count' and 'base_lrs', got {sorted(map(str, state))}"
        )


def _differences(
    settings: list[dict[str, Any]], prints: list[dict[str, Hashable]]
) -> list[Difference]:
    found = []
    for key in dict.fromkeys(key for each in settings for key in each):
        values: dict[Hashable, Any] = {}
        for each, made in zip(settings, prints, strict=True):
            values.setdefault(made.get(key, ABSENT), each.get(key, ABSENT))
        if len(values) > 1:
            rest = {frozenset((k, v) for k, v in made.items() if k != key) for made in prints}
            found.append(Difference(key, list(values.values()), len(rest)))
    return found
