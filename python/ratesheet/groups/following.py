"""A live scheduler whose groups are merged: what it makes of them, and how it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.binding import Binding
from ratesheet.errors import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.scheduler import Scheduler

__all__ = ["go_on", "standing"]


def standing(scheduler: Scheduler, optimizer: Any) -> list[dict[str, Any]]:
    """Return what each of an optimizer's groups follows: its schedule, base LR and factor.

    Raises:
        ScheduleError: when the groups have changed since the scheduler wrote to them.
    """
    _, binding = scheduler._bound()
    if binding is not scheduler._binding:
        raise ScheduleError(
            "schedules is a Scheduler that has not seen the present groups yet:"
            " call its set() before coalesce()"
        )
    start = _start(scheduler, optimizer)
    followed = zip(binding.schedules, binding.base_lrs, binding.factors, strict=True)
    return [
        {"(schedule)": schedule, "(base LR)": base_lr, "(plateau)": factor}
        for schedule, base_lr, factor in list(followed)[start : start + len(optimizer.param_groups)]
    ]


def go_on(scheduler: Scheduler, optimizer: Any, before: int, firsts: Sequence[int]) -> None:
    """Tie a scheduler to the merged groups of one of its optimizers.

    Args:
        scheduler: the scheduler, bound to the groups before.
        optimizer: has the merged groups already.
        before: how many groups it had.
        firsts: for each merged group, the place of the one among them that it goes on as.
    """
    old, start = scheduler._binding, _start(scheduler, optimizer)
    kept = [
        *range(start),
        *(start + first for first in firsts),
        *range(start + before, len(old.base_lrs)),
    ]
    groups, sizes = scheduler._read_groups()
    binding = Binding.of(
        groups,
        sizes,
        [old.schedules[i] for i in kept],
        [old.base_lrs[i] for i in kept],
        plateau=old.plateau,
        factors=[old.factors[i] for i in kept],
    )
    scheduler._go_on_with(groups, binding)


def _start(scheduler: Scheduler, optimizer: Any) -> int:
    start = 0
    for each in scheduler._optimizers:
        if each.param_groups is optimizer.param_groups:
            break
        start += len(each.param_groups)
    return start
