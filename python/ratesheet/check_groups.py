"""What live param groups tell: whether they hold the rates that their scheduler means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.errors import ScheduleError
from ratesheet.finding import Finding
from ratesheet.rates import as_rate, groups_of, is_tensor

if TYPE_CHECKING:
    from ratesheet.base import BaseLRScheduler

__all__ = ["held_rates"]


def held_rates(scheduler: BaseLRScheduler, optimizer: Any = None) -> list[Finding]:
    """Return the groups that do not hold what their scheduler means for the present step.

    Args:
        scheduler: the scheduler.
        optimizer: whose groups are looked at; the scheduler's own when None.
    """
    driven = groups_of(scheduler.optimizer)
    groups = driven if optimizer is None else groups_of(optimizer)
    due = scheduler.get_lr()
    step = scheduler.last_epoch
    if len(groups) != len(due):
        words = (
            f"the optimizer has {len(groups)} groups, the scheduler drives {len(due)}: groups were"
            " added, removed or replaced since its last step"
        )
        return [Finding("replaced", words, step)]
    written = scheduler.get_last_lr()
    found = []
    for index, (group, rate) in enumerate(zip(groups, due, strict=True)):
        foreign = not any(group is own for own in driven)
        by_hand = index < len(written) and written[index] == rate
        finding = _compared(group, rate, foreign=foreign, by_hand=by_hand)
        if finding is not None:
            kind, words = finding
            found.append(Finding(kind, words, step, index, _name(group)))
    return found


def _name(group: Any) -> str | None:
    name = group.get("name")
    return name if isinstance(name, str) else None


def _compared(
    group: dict[str, Any], due: float, *, foreign: bool, by_hand: bool
) -> tuple[str, str] | None:
    held: Any = group.get("lr")
    try:
        rate = as_rate(held, "'lr'")
    except (TypeError, ScheduleError):
        return "replaced", f"it holds {held!r} for a rate; its schedule says {due:.4g}"
    # A tensor holds the rate as its own dtype rounds it.
    meant = float(held.detach().clone().fill_(due)) if is_tensor(held) else due
    if rate == meant:
        return None
    if foreign:
        why = "the scheduler drives another optimizer's groups, or copies of these"
    elif by_hand:
        why = "it was set from outside since; the next step overwrites it"
    else:
        why = "the scheduler was moved without writing; scheduler.set() writes"
    if rate == 0.0:
        return "stuck", f"it holds the rate 0, its schedule says {due:.4g}: {why}"
    kind = "above" if rate > meant else "below"
    factor = f" ({rate / meant:.4g} times)" if meant else ""
    return kind, f"it holds {rate:.4g}, {kind} its schedule's {due:.4g}{factor}: {why}"
