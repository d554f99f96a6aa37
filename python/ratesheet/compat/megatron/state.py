"""Which of two values holds when a checkpoint of Megatron is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ratesheet.errors import CheckpointError

__all__ = ["KEYS", "loaded"]

# What is in a state, under its present key and its former ones.
KEYS: dict[str, tuple[str, ...]] = {
    "max_lr": ("start_lr", "max_lr"),
    "min_lr": ("min_lr",),
    "lr_warmup_steps": ("warmup_iter", "warmup_steps", "lr_warmup_steps"),
    "lr_decay_steps": ("end_iter", "decay_steps", "lr_decay_steps"),
    "lr_decay_style": ("decay_style", "lr_decay_style"),
    "num_steps": ("num_iters", "num_steps"),
    "start_wd": ("start_wd",),
    "end_wd": ("end_wd",),
    "wd_incr_steps": ("wd_incr_steps",),
    "wd_incr_style": ("wd_incr_style",),
}
# States from before the weight decay was scheduled have none of these.
_LATER = ("start_wd", "end_wd", "wd_incr_steps", "wd_incr_style")


def loaded(
    own: Mapping[str, Any], state_dict: Any, *, override: bool, use_checkpoint: bool
) -> dict[str, Any]:
    """Return the values that hold from now on, by their present keys.

    Args:
        own: the scheduler's values.
        state_dict: the checkpoint's.
        override: whether the scheduler's values hold.
        use_checkpoint: whether the checkpoint's do; with neither, both must be equal.

    Raises:
        TypeError: when the state is not a dict.
        CheckpointError: when it lacks a value, or has another one where they must be equal.
    """
    if not isinstance(state_dict, Mapping):
        raise TypeError(f"state_dict must be a dict, got {state_dict!r}")
    old = "start_wd" not in state_dict
    values = {}
    for name, keys in KEYS.items():
        if old and name in _LATER:
            values[name] = own[name]
            continue
        held = [state_dict[key] for key in keys if key in state_dict]
        if not held:
            raise CheckpointError(f"state_dict has no {keys[-1]!r}, only {sorted(state_dict)}")
        values[name] = held[0]
    steps = values["num_steps"]
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
        raise CheckpointError(f"state_dict['num_steps'] must be an integer >= 0, got {steps!r}")
    if override:
        return {**own, "num_steps": steps}
    other = [
        f"{name} {values[name]!r} (here {own[name]!r})"
        for name in KEYS
        if name != "num_steps" and values[name] != own[name]
    ]
    if other and not use_checkpoint:
        raise CheckpointError(
            f"the checkpoint has other values: {', '.join(other)};"
            " use_checkpoint_opt_param_scheduler takes them,"
            " override_opt_param_scheduler keeps these"
        )
    return values
