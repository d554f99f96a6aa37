"""A scheduler's state: plain data, checked whole before any of it is taken."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ratesheet.arguments import non_negative, whole
from ratesheet.errors import CheckpointError, ScheduleError
from ratesheet.observation import Observed, restored
from ratesheet.plan import check_base_lrs
from ratesheet.state_keys import dump_keys, load_keys
from ratesheet.state_parts import difference, listed, ordered, packed, schedules_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.binding import Binding
    from ratesheet.keys import Keyed
    from ratesheet.schedule import Schedule

__all__ = ["Loaded", "checked_mismatch", "dump", "load"]

_VERSION = 1
_CHOICES = ("keep", "restore", "error")


class Loaded(NamedTuple):
    """What a checkpoint changes."""

    position: int
    base_lrs: list[float]
    schedules: list[Schedule]
    factors: list[float]
    observed: Observed
    others: Sequence[Keyed]
    differences: list[str]


def checked_mismatch(on_mismatch: Any) -> str:
    """Return the choice of what happens when a checkpoint has other schedules."""
    if not isinstance(on_mismatch, str) or on_mismatch not in _CHOICES:
        raise ScheduleError(f"on_mismatch must be one of {_CHOICES}, got {on_mismatch!r}")
    return on_mismatch


def dump(position: int, binding: Binding, observed: Observed) -> dict[str, Any]:
    """Return the state: only int, float, str, list and dict, for JSON and weights_only loads."""
    state: dict[str, Any] = {
        "version": _VERSION,
        "step_count": position,
        "base_lrs": list(binding.base_lrs),
        **packed(binding.schedules),
    }
    if None not in binding.names:
        state["names"] = list(binding.names)
    if binding.plateau is not None:
        state["plateau"] = observed.to_dict()
        state["factors"] = list(binding.factors)
    if binding.others:
        state["keys"] = dump_keys(binding.others)
    return state


def load(state: Any, binding: Binding, on_mismatch: str, *, explicit: bool) -> Loaded:
    """Check a state against the present groups and return what it changes."""
    _check_keys(state)
    try:
        # -1 where torch's SequentialLR has not come to it yet.
        position = whole("state['step_count']", state["step_count"], -1)
    except (TypeError, ScheduleError) as error:
        raise CheckpointError(str(error)) from error
    n = len(listed(state, "base_lrs"))
    order = _order(state, binding, n)
    base_lrs = ordered(_bases(state), order)
    schedules = ordered(schedules_in(state, n, "state"), order)
    differences = difference("", schedules, binding.schedules, binding.names)
    if differences and on_mismatch == "error":
        raise CheckpointError(differences)
    notes = []
    if differences and on_mismatch == "keep":
        notes.append(f"{differences}; this scheduler's schedule stays")
    others, notes_on_keys = load_keys(state, binding, order, on_mismatch)
    notes += notes_on_keys
    if explicit and base_lrs != binding.base_lrs:
        notes.append(f"the checkpoint has base_lrs {base_lrs}; the given {binding.base_lrs} stay")
    factors, observed = [1.0] * n, Observed()
    if "plateau" in state and binding.plateau is not None:
        observed = restored(state["plateau"])
        factors = ordered(_factors(state, n), order)
    else:
        notes += _plateau_lost(state, binding)
    return Loaded(
        position,
        binding.base_lrs if explicit else base_lrs,
        schedules if on_mismatch == "restore" else binding.schedules,
        factors,
        observed,
        others,
        notes,
    )


def _plateau_lost(state: Mapping[str, Any], binding: Binding) -> list[str]:
    if "plateau" in state:
        return ["the checkpoint has a plateau and this scheduler has none: its factors are left"]
    if binding.plateau is not None:
        return ["the checkpoint has no plateau: this scheduler's starts anew"]
    return []


def _factors(state: Mapping[str, Any], n: int) -> list[float]:
    factors = listed(state, "factors") if "factors" in state else None
    if factors is None or len(factors) != n:
        raise CheckpointError(f"state['factors'] must have {n} entries, got {factors!r}")
    try:
        checked = [non_negative("factors", factor) for factor in factors]
    except (TypeError, ScheduleError):
        checked = [math.inf]
    if not all(map(math.isfinite, checked)):
        raise CheckpointError(f"state['factors'] must be finite numbers >= 0, got {factors!r}")
    return checked


def _check_keys(state: Any) -> None:
    if not isinstance(state, Mapping):
        raise TypeError(f"state must be a dict as state_dict() returns it, got {state!r}")
    if "last_epoch" in state and "step_count" not in state:
        raise CheckpointError(
            f"state is a torch scheduler's ('last_epoch' {state['last_epoch']!r}), not this one's:"
            " go on from it with start_step= and base_lrs="
        )
    for key in ("version", "step_count", "base_lrs", "schedules", "schedule_index"):
        if key not in state:
            raise CheckpointError(f"state has no {key!r}, only {sorted(map(str, state))}")
    if type(state["version"]) is not int or state["version"] != _VERSION:
        raise CheckpointError(f"state['version'] must be {_VERSION}, got {state['version']!r}")


def _bases(state: Mapping[str, Any]) -> list[float]:
    try:
        return check_base_lrs(listed(state, "base_lrs"))
    except (TypeError, ScheduleError) as error:
        raise CheckpointError(f"state['base_lrs']: {error}") from error


def _order(state: Mapping[str, Any], binding: Binding, n: int) -> list[int]:
    """Return, for each present group, its place in the state: by name, else the same."""
    names = listed(state, "names") if "names" in state else None
    if names is not None and (len(names) != n or any(type(name) is not str for name in names)):
        raise CheckpointError(f"state['names'] must have {n} entries, all str, got {names!r}")
    present = binding.names
    if names is not None and None not in present and len(set(present)) == len(present):
        missing = [name for name in present if name not in names]
        if missing or len(names) != len(present):
            raise CheckpointError(
                f"state['names'] must be the groups' names {present!r}, got {names!r}"
            )
        return [names.index(name) for name in present]
    if n != len(binding.keys):
        raise CheckpointError(
            f"state['base_lrs'] must have one entry per group: got {n} for {len(binding.keys)}"
        )
    return list(range(n))
