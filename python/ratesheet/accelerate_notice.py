"""Accelerate steps a prepared scheduler once a process at each update: said once, in words."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

from ratesheet.errors import RatesheetWarning

if TYPE_CHECKING:
    from typing import NoReturn

    from ratesheet.schedule import Schedule

__all__ = ["NoTotalSteps"]


class NoTotalSteps:
    """The attribute `total_steps` that a scheduler does not have.

    Of trainers, Accelerate alone asks for it: whenever it is about to step a scheduler as often as
    there are processes. That the question comes is how it can be noticed, at no cost in a step.
    Subclasses are left in peace: the fronts have the lengths of their originals, whose scripts
    multiply them by the number of processes.
    """

    def __get__(self, scheduler: Any, owner: type) -> NoReturn:
        """Say it where Accelerate runs several processes; then the attribute is missing."""
        if scheduler is not None and vars(owner).get("total_steps") is self:
            _notice(scheduler)
        raise AttributeError(f"{owner.__name__!r} object has no attribute 'total_steps'")


def _notice(scheduler: Any) -> None:
    state = sys.modules.get("accelerate.state")
    shared = getattr(getattr(state, "PartialState", None), "_shared_state", {})
    processes = shared.get("num_processes", 1)
    if processes == 1 or scheduler.__dict__.get("_told_of_processes"):
        return
    scheduler._told_of_processes = True
    if all(_fits(schedule, processes) for schedule in set(scheduler._binding.schedules)):
        return
    warnings.warn(
        f"Accelerate steps this scheduler {processes} times at each update, once a process: its"
        f" steps count the batches of all processes. For a schedule whose steps are updates, give"
        f" schedule.stretch({processes}), or do not hand the scheduler to prepare()",
        RatesheetWarning,
        stacklevel=4,
    )


def _fits(schedule: Schedule, processes: int) -> bool:
    spec = schedule.to_dict()
    if spec["kind"] == "stretch":
        return bool(spec["factor"] % processes == 0)
    return bool(spec["kind"] == "constant")
