"""The part of a scheduler's state that is about hyperparameters beside the rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ratesheet.errors import CheckpointError, ScheduleError
from ratesheet.rates import as_rate
from ratesheet.state_parts import difference, listed, ordered, packed, schedules_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.binding import Binding
    from ratesheet.keys import Keyed

__all__ = ["dump_keys", "load_keys"]


def dump_keys(keys: Sequence[Keyed]) -> dict[str, Any]:
    """Return each key's bases and schedules as plain data."""
    return {key.name: {"bases": list(key.bases), **packed(key.schedules)} for key in keys}


def load_keys(
    state: Mapping[str, Any], binding: Binding, order: Sequence[int], on_mismatch: str
) -> tuple[list[Keyed], list[str]]:
    """Return what the keys follow after a state is loaded, and what there is to say about it.

    Args:
        state: the state; one from before there were keys has none.
        binding: what the groups follow now.
        order: each present group's place in the state.
        on_mismatch: which schedules stay where they differ.

    Raises:
        CheckpointError: when the data do not fit, or differ where that is an error.
    """
    saved = state.get("keys", {})
    if not isinstance(saved, Mapping):
        raise CheckpointError(f"state['keys'] must be a dict, got {saved!r}")
    notes = [
        f"the checkpoint has a schedule of {name!r} and this scheduler has none: it is left"
        for name in saved
        if name not in {other.name for other in binding.others}
    ]
    loaded = []
    for other in binding.others:
        if other.name not in saved:
            notes.append(
                f"the checkpoint has no {other.name!r}: it goes on from what the groups held when"
                " the scheduler was built"
            )
            loaded.append(other)
            continue
        found = _loaded(saved[other.name], other, order)
        differing = difference(other.name, found.schedules, other.schedules, binding.names)
        if differing and on_mismatch == "error":
            raise CheckpointError(differing)
        if differing and on_mismatch == "keep":
            notes.append(f"{differing}; this scheduler's schedule stays")
            found = replace(found, schedules=other.schedules)
        loaded.append(found)
    return loaded, notes


def _loaded(part: Any, other: Keyed, order: Sequence[int]) -> Keyed:
    where = f"state['keys'][{other.name!r}]"
    if not isinstance(part, Mapping):
        raise CheckpointError(f"{where} must be a dict, got {part!r}")
    for key in ("bases", "schedules", "schedule_index"):
        if key not in part:
            raise CheckpointError(f"{where} has no {key!r}, only {sorted(map(str, part))}")
    values = listed(part, "bases", where)
    if len(values) != len(order):
        raise CheckpointError(f"{where}['bases'] must have {len(order)} entries, got {values!r}")
    schedules = schedules_in(part, len(order), where)
    bases = [_base(value, f"{where}['bases'][{i}]") for i, value in enumerate(values)]
    return replace(other, schedules=ordered(schedules, order), bases=ordered(bases, order))


def _base(value: Any, what: str) -> float:
    try:
        base = as_rate(value, what)
    except (TypeError, ScheduleError) as error:
        raise CheckpointError(str(error)) from error
    if base < 0.0:
        raise CheckpointError(f"{what} must be >= 0, got {value!r}")
    return base
