"""timm's schedulers by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.arguments import whole
from ratesheet.compat.timm.cosine import CosineLRScheduler
from ratesheet.compat.timm.plateau import PlateauLRScheduler
from ratesheet.compat.timm.poly import PolyLRScheduler
from ratesheet.compat.timm.stairs import MultiStepLRScheduler, StepLRScheduler
from ratesheet.compat.timm.tanh import TanhLRScheduler
from ratesheet.compat.timm.wsd import WSDLRScheduler
from ratesheet.errors import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.compat.timm.scheduler import Scheduler

__all__ = ["create_scheduler", "create_scheduler_v2", "scheduler_kwargs"]

# The arguments of a command line: what create_scheduler_v2 calls it, its name there, its default.
_OPTIONS: dict[str, tuple[str, Any]] = {
    "num_epochs": ("epochs", 100),
    "decay_epochs": ("decay_epochs", 30),
    "decay_milestones": ("decay_milestones", [30, 60]),
    "warmup_epochs": ("warmup_epochs", 5),
    "cooldown_epochs": ("cooldown_epochs", 0),
    "patience_epochs": ("patience_epochs", 10),
    "decay_rate": ("decay_rate", 0.1),
    "min_lr": ("min_lr", 0.0),
    "warmup_lr": ("warmup_lr", 1e-5),
    "warmup_prefix": ("warmup_prefix", False),
    "noise": ("lr_noise", None),
    "noise_pct": ("lr_noise_pct", 0.67),
    "noise_std": ("lr_noise_std", 1.0),
    "noise_seed": ("seed", 42),
    "cycle_mul": ("lr_cycle_mul", 1.0),
    "cycle_decay": ("lr_cycle_decay", 0.1),
    "cycle_limit": ("lr_cycle_limit", 1),
    "k_decay": ("lr_k_decay", 1.0),
    "decay_fn": ("lr_decay_fn", None),
    "stable_timescale": ("lr_stable_timescale", None),
}


def scheduler_kwargs(cfg: Any, decreasing_metric: bool | None = None) -> dict[str, Any]:
    """Return the arguments of `create_scheduler_v2` that a command line or config asks for.

    Args:
        cfg: an object with the attributes of timm's train script: `sched`, and where it has them
            `epochs`, `warmup_epochs`, `min_lr`, `lr_cycle_mul`, `sched_on_updates` and the others.
        decreasing_metric: whether the metric is to become smaller; when None, whether `eval_metric`
            has "loss" in its name.

    Returns:
        A dict of keyword arguments.

    Example:
        >>> from types import SimpleNamespace
        >>> arguments = scheduler_kwargs(SimpleNamespace(sched="cosine", epochs=90))
        >>> arguments["num_epochs"], arguments["warmup_epochs"], arguments["plateau_mode"]
        (90, 5, 'max')
    """
    falling = decreasing_metric
    if falling is None:
        falling = "loss" in getattr(cfg, "eval_metric", "top1")
    chosen = {name: getattr(cfg, key, default) for name, (key, default) in _OPTIONS.items()}
    return {
        "sched": cfg.sched,
        **chosen,
        "plateau_mode": "min" if falling else "max",
        "step_on_epochs": not getattr(cfg, "sched_on_updates", False),
    }


def create_scheduler(
    args: Any, optimizer: Any, updates_per_epoch: int = 0
) -> tuple[Scheduler | None, Any]:
    """Return the scheduler that a command line asks for, and the number of epochs to train.

    See `scheduler_kwargs` for `args` and `create_scheduler_v2` for the rest.
    """
    return create_scheduler_v2(
        optimizer, **scheduler_kwargs(args), updates_per_epoch=updates_per_epoch
    )


def create_scheduler_v2(  # noqa: C901, PLR0912 - one branch a name
    optimizer: Any,
    sched: str = "cosine",
    num_epochs: int = 300,
    decay_epochs: float | None = None,
    decay_milestones: Sequence[float] = (90, 180, 270),
    cooldown_epochs: int = 0,
    patience_epochs: int = 10,
    decay_rate: float = 0.1,
    min_lr: float = 0.0,
    warmup_lr: float = 1e-5,
    warmup_epochs: float = 0,
    warmup_prefix: bool = False,
    noise: float | Sequence[float] | None = None,
    noise_pct: float = 0.67,
    noise_std: float = 1.0,
    noise_seed: int = 42,
    cycle_mul: float = 1.0,
    cycle_decay: float = 0.1,
    cycle_limit: int = 1,
    k_decay: float = 1.0,
    decay_fn: str | None = None,
    stable_timescale: float | None = None,
    plateau_mode: str = "max",
    step_on_epochs: bool = True,
    updates_per_epoch: int = 0,
) -> tuple[Scheduler | None, Any]:
    """Return a scheduler by its name, and the number of epochs to train.

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        sched: "cosine", "tanh", "poly", "step", "multistep", "wsd", "rsqrt" (WSD with an inverse
            square root as its stable phase), "constant" (after the warmup), "plateau" or "none".
        num_epochs: epochs of the schedule; a prefixed warmup and the cooldown come on top.
        decay_epochs: epochs between two drops ("step", 90 when None), or length of the decay ("wsd"
            and "rsqrt"; below 1 a share of what follows the warmup, 0.2 when None).
        decay_milestones: epochs of the drops ("multistep").
        cooldown_epochs: epochs at `min_lr` after the schedule.
        patience_epochs: epochs without progress that are borne ("plateau").
        decay_rate: factor of a drop; with "poly" the power.
        min_lr: the rate at the end.
        warmup_lr: the first rate of the warmup.
        warmup_epochs: length of the warmup.
        warmup_prefix: whether the warmup comes before the schedule's first epoch.
        noise: share of the schedule after which there is noise, or (from, to).
        noise_pct: the greatest size of the noise.
        noise_std: its standard deviation.
        noise_seed: its seed.
        cycle_mul: ratio of one cycle's length to the one before.
        cycle_decay: ratio of one cycle's peak to the one before.
        cycle_limit: number of cycles.
        k_decay: power of the progress ("cosine", "poly").
        decay_fn: the curve of the decay ("wsd", "rsqrt"); "1-sqrt" or "linear" when None.
        stable_timescale: timescale of "rsqrt" in epochs; the warmup's length when None.
        plateau_mode: whether the metric is to become greater ("max") or smaller ("min").
        step_on_epochs: whether rates change by the epoch (`step`) or by the update (`step_update`).
        updates_per_epoch: optimizer updates in an epoch; needed without `step_on_epochs`.

    Returns:
        (scheduler, epochs to train). With "none", scheduler is None.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: timm's function of this name.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> warm = {"warmup_epochs": 2, "warmup_prefix": True}
        >>> scheduler, epochs = create_scheduler_v2(
        ...     optimizer, "cosine", num_epochs=10, cooldown_epochs=3, **warm
        ... )
        >>> scheduler.step(7)
        >>> optimizer.param_groups[0]["lr"], epochs
        (0.5, 15)
    """
    if decay_epochs is None:
        decay_epochs = 0.2 if sched in ("wsd", "rsqrt") else 90
    unit = 1 if step_on_epochs else whole("updates_per_epoch", updates_per_epoch, 1)
    t_initial, warmup_t = num_epochs * unit, warmup_epochs * unit
    noise_args = {
        "noise_range_t": _noise_range(noise, t_initial),
        "noise_pct": noise_pct,
        "noise_std": noise_std,
        "noise_seed": noise_seed,
    }
    common: dict[str, Any] = {
        "warmup_t": warmup_t,
        "warmup_lr_init": warmup_lr,
        "warmup_prefix": warmup_prefix,
        "t_in_epochs": step_on_epochs,
        **noise_args,
    }
    cycles: dict[str, Any] = {
        "t_initial": t_initial,
        "lr_min": min_lr,
        "cycle_mul": cycle_mul,
        "cycle_decay": cycle_decay,
        "cycle_limit": cycle_limit,
        **common,
    }
    scheduler: Scheduler | None
    if sched == "cosine":
        scheduler = CosineLRScheduler(optimizer, k_decay=k_decay, **cycles)
    elif sched == "tanh":
        scheduler = TanhLRScheduler(optimizer, **cycles)
    elif sched == "poly":
        scheduler = PolyLRScheduler(optimizer, power=decay_rate, k_decay=k_decay, **cycles)
    elif sched == "step":
        scheduler = StepLRScheduler(optimizer, decay_epochs * unit, decay_rate, **common)
    elif sched == "constant":
        scheduler = StepLRScheduler(optimizer, 1, **common)
    elif sched == "multistep":
        drops = [milestone * unit for milestone in decay_milestones]
        scheduler = MultiStepLRScheduler(optimizer, drops, decay_rate, **common)
    elif sched in ("wsd", "rsqrt"):
        body = t_initial if warmup_prefix else t_initial - warmup_t
        decay = decay_epochs * (body if 0 < decay_epochs < 1 else unit)
        del common["warmup_prefix"]
        scheduler = WSDLRScheduler(
            optimizer,
            body,
            round(decay),
            min_lr,
            stable_fn="rsqrt" if sched == "rsqrt" else "constant",
            stable_timescale=None if stable_timescale is None else stable_timescale * unit,
            decay_fn=decay_fn or ("linear" if sched == "rsqrt" else "1-sqrt"),
            **common,
        )
    elif sched == "plateau":
        if not step_on_epochs:
            raise ScheduleError("step_on_epochs must be True for 'plateau', got False")
        scheduler = PlateauLRScheduler(
            optimizer,
            decay_rate=decay_rate,
            patience_t=patience_epochs,
            warmup_t=warmup_t,
            warmup_lr_init=warmup_lr,
            lr_min=min_lr,
            mode=plateau_mode,
            **noise_args,
        )
    elif sched == "none":
        scheduler = None
    else:
        raise ScheduleError(f"sched must be the name of a schedule, got {sched!r}")
    length = getattr(scheduler, "get_cycle_length", None)
    if length is None:
        return scheduler, num_epochs + (warmup_epochs if warmup_prefix else 0)
    return scheduler, (length() + cooldown_epochs * unit) // unit


def _noise_range(noise: Any, t_initial: float) -> Any:
    if noise is None:
        return None
    if not isinstance(noise, (list, tuple)):
        return noise * t_initial
    ends = [share * t_initial for share in noise]
    return ends[0] if len(ends) == 1 else ends
