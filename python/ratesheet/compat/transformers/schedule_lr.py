"""ScheduleLR: a Scheduler that looks and loads like the LambdaLR that Transformers returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import whole
from ratesheet.compat.transformers.layerwise import driven
from ratesheet.errors import CheckpointError, ScheduleError
from ratesheet.plan import describe_group
from ratesheet.rates import as_rate, groups_of
from ratesheet.scheduler import Scheduler

if TYPE_CHECKING:
    from ratesheet.assignment import Source
    from ratesheet.schedule import Schedule

__all__ = ["ScheduleLR"]


class ScheduleLR(Scheduler):
    """Drives an optimizer with a schedule, with LambdaLR's arguments, attributes and state keys.

        group["lr"] = schedule(last_epoch) * group["initial_lr"]

    It does what `rs.Scheduler` does, and in addition keeps "initial_lr" in the groups, takes an
    epoch in `step`, and loads the state of the scheduler that Transformers returns. Its own state
    loads into that one too.

    Args:
        optimizer: anything with `param_groups`; a LayerWiseDummyOptimizer of Transformers stands
            for the optimizers behind it, which one ScheduleLR drives together.
        schedule: a schedule in multiples, or what else `rs.Scheduler` takes.
        last_epoch: the step before the one to start at; -1 starts anew, from the rates that the
            groups hold unless they have an "initial_lr".

    Raises:
        KeyError: when `last_epoch` is not -1 and a group has no "initial_lr".
        ScheduleError: when schedules and groups do not fit.

    Example:
        >>> import ratesheet as rs
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 0.5}])
        >>> scheduler = ScheduleLR(optimizer, rs.linear(1.0, 0.0, steps=4))
        >>> scheduler.step()
        >>> optimizer.param_groups, scheduler.last_epoch
        ([{'lr': 0.375, 'initial_lr': 0.5}], 1)
    """

    def __init__(self, optimizer: Any, schedule: Source, last_epoch: int = -1) -> None:
        optimizers = driven(optimizer)
        position = whole("last_epoch", last_epoch, -1) + 1
        groups = [group for each in optimizers for group in groups_of(each)]
        bases = _initial_rates(groups, fresh=position == 0)
        super().__init__(optimizers, schedule, base_lrs=bases, start_step=position)
        # Read from the groups, they are not the caller's word against a checkpoint's.
        self._explicit_bases = False
        # What others write is overwritten without a word, as LambdaLR does: chains rely on it.
        self._keep_silent()
        for group, base in zip(groups, bases, strict=True):
            group.setdefault("initial_lr", base)

    def step(self, *positional: Any, epoch: int | None = None, by: int = 1) -> None:
        """Go one update on, or to an epoch, and write the rates.

        Args:
            *positional: at most one, the epoch.
            epoch: the step to jump to; None for the next one.
            by: how many updates to go on.

        Raises:
            TypeError: on more than one positional argument, or an epoch that is no integer.
            ScheduleError: when the epoch is negative or the groups do not fit.
        """
        if len(positional) > 1 or (positional and epoch is not None):
            raise TypeError(f"step() takes one epoch at most, got {(*positional, epoch)!r}")
        target = positional[0] if positional else epoch
        if target is None:
            super().step(by=by)
        else:
            self.seek(whole("epoch", target))
            self._step_count += 1

    @property
    def lr_lambdas(self) -> list[Schedule]:
        """The factor of each group as a function of the step: its schedule, which is one."""
        return list(self._binding.schedules)

    @property
    def _last_lr(self) -> list[float]:
        return self.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        """Return `rs.Scheduler`'s state, and in it the keys of a LambdaLR's: plain data."""
        return {
            **super().state_dict(),
            "last_epoch": self.last_epoch,
            "_step_count": self._step_count,
            "_last_lr": self.get_last_lr(),
            "lr_lambdas": [None] * len(self._binding.base_lrs),
        }

    def load_state_dict(self, state: Any) -> None:
        """Take the position and base LRs of an own state or a LambdaLR's, and write the rates.

        Raises:
            TypeError: when `state` is not a dict.
            CheckpointError: when it does not fit; the message names the key and the value.
        """
        if isinstance(state, Mapping) and "step_count" not in state:
            state = {**super().state_dict(), **_from_lambda(state)}
        elif isinstance(state, Mapping):
            _check_agreement(state)
        super().load_state_dict(state)


def _initial_rates(groups: list[dict[str, Any]], *, fresh: bool) -> list[float]:
    """Return the groups' base LRs; where the schedule does not start anew, they must be there."""
    rates = []
    for index, group in enumerate(groups):
        label = describe_group(index, group.get("name"))
        if "initial_lr" not in group and not fresh:
            raise KeyError(f"{label} has no 'initial_lr', which last_epoch >= 0 needs")
        key = "initial_lr" if "initial_lr" in group else "lr"
        rates.append(as_rate(group.get(key), f"{key!r} of {label}"))
    return rates


def _from_lambda(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a LambdaLR's state says in the words of ours."""
    for key in ("last_epoch", "base_lrs", "lr_lambdas"):
        if key not in state:
            raise CheckpointError(f"state has no {key!r}, only {sorted(map(str, state))}")
    bases = state["base_lrs"]
    if not isinstance(bases, (list, tuple)):
        raise CheckpointError(f"state['base_lrs'] must be a list, got {bases!r}")
    try:
        rates = [as_rate(base, f"state['base_lrs'][{i}]") for i, base in enumerate(bases)]
    except (TypeError, ScheduleError) as error:
        raise CheckpointError(str(error)) from error
    return {"step_count": state["last_epoch"], "base_lrs": rates}


def _check_agreement(state: Mapping[str, Any]) -> None:
    """Refuse an own state of which only one of the two names of the position was edited."""
    position = state["step_count"]
    if state.get("last_epoch", position) != position:
        raise CheckpointError(
            f"state['last_epoch'] must be state['step_count'], {position!r},"
            f" got {state['last_epoch']!r}"
        )
