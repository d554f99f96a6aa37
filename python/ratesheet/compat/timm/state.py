"""States of timm's schedulers, checked before any of it is taken."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from ratesheet.errors import CheckpointError
from ratesheet.rates import as_rate

__all__ = ["taken"]

# What a state may lack: a function is not part of it, the steps follow from the rest.
_OPTIONAL = {"decay_fn", "warmup_steps"}
# What is not an argument of a schedule: where it stands, and whom it drives.
_STANDING = {"metric", "base_values", "warmup_steps"}


def taken(
    own: Mapping[str, Any], state_dict: Any, n_groups: int
) -> tuple[dict[str, Any], list[str]]:
    """Return the attributes that a state gives, and in words the arguments that it changes.

    Args:
        own: the state before.
        state_dict: the state that is loaded, this package's or timm's.
        n_groups: how many groups the optimizer has.

    Raises:
        TypeError: when the state is not a dict.
        CheckpointError: when it lacks an attribute, or has base values for other groups.
    """
    if not isinstance(state_dict, Mapping):
        raise TypeError(f"state_dict must be a dict, got {state_dict!r}")
    state = {k: copy.deepcopy(v) for k, v in state_dict.items() if k != "optimizer"}
    missing = sorted(set(own) - set(state) - _OPTIONAL)
    if missing:
        raise CheckpointError(f"state_dict has no {', '.join(map(repr, missing))}")
    bases = state["base_values"]
    if not isinstance(bases, (list, tuple)) or len(bases) != n_groups:
        raise CheckpointError(
            f"state_dict['base_values'] must have one value per group ({n_groups}), got {bases!r}"
        )
    state["base_values"] = [as_rate(v, f"base_values[{i}]") for i, v in enumerate(bases)]
    state.pop("warmup_steps", None)
    arguments = [k for k in own if k in state and k not in _STANDING]
    changed = [k for k in arguments if _listed(own[k]) != _listed(state[k])]
    return state, [f"{k} {state[k]!r} (not {own[k]!r})" for k in changed]


def _listed(value: Any) -> Any:
    """Return tuples as lists, which is what JSON makes of them."""
    return list(value) if isinstance(value, tuple) else value
