"""Hyperparameters beside the rate that follow schedules: weight_decay, momentum, beta1, any key."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ratesheet.assignment import schedule_for, schedules_for
from ratesheet.entries import entry_of, put_back, read_value
from ratesheet.errors import ScheduleError
from ratesheet.plan import plan_for
from ratesheet.rates import all_or_nothing, write_rates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ratesheet._rust import Plan
    from ratesheet.assignment import Source
    from ratesheet.schedule import Schedule

__all__ = ["Keyed", "keyed_by", "written"]


@dataclass(frozen=True)
class Keyed:
    """What a hyperparameter of the groups follows: one entry per group in each list.

    Attributes:
        name: the hyperparameter.
        source: where the schedules of groups that are added later come from.
        schedules: the groups' schedules.
        bases: the groups' own values at construction, of which schedules are multiples.
    """

    name: str
    source: Source
    schedules: list[Schedule]
    bases: list[float]

    @cached_property
    def plan(self) -> Plan:
        """All of it, lowered."""
        return plan_for(self.schedules, self.bases)

    def rebound(self, groups: Sequence[dict[str, Any]], kept: Sequence[int | None]) -> Keyed:
        """Return the same for groups that have changed since.

        Args:
            groups: the groups as they are now.
            kept: each one's place before, None for a new one.

        Raises:
            ScheduleError: when a new group does not have the key, or has no schedule.
        """
        schedules, bases = [], []
        for index, (group, before) in enumerate(zip(groups, kept, strict=True)):
            if before is None:
                schedules.append(schedule_for(self.source, index, group, self.name))
                bases.append(read_value(group, self.name, index))
            else:
                schedules.append(self.schedules[before])
                bases.append(self.bases[before])
        return replace(self, schedules=schedules, bases=bases)

    def __reduce__(self) -> tuple[Any, ...]:
        return Keyed, (self.name, self.source, self.schedules, self.bases)


def keyed_by(sources: Mapping[str, Source], groups: Sequence[dict[str, Any]]) -> tuple[Keyed, ...]:
    """Return what the hyperparameters follow, from the values that the groups hold now.

    Raises:
        TypeError: when a source is none, or a group holds something else than a number.
        ScheduleError: when a group does not have a key, or sources do not fit the groups.
    """
    if "betas" in sources:
        raise ScheduleError("betas are scheduled one by one: use beta1=, beta2=, beta3=")
    return tuple(
        Keyed(
            name,
            source,
            schedules_for(source, groups, name),
            [read_value(group, name, index) for index, group in enumerate(groups)],
        )
        for name, source in sources.items()
    )


@contextmanager
def written(keys: Sequence[Keyed], groups: Sequence[dict[str, Any]], step: int) -> Iterator[None]:
    """Write the values of a step into the groups; all go back when this or the block fails."""
    with ExitStack() as stack:
        for key in keys:
            entries = [entry_of(group, key.name, i) for i, group in enumerate(groups)]
            stack.enter_context(all_or_nothing(groups, "betas"))
            stack.enter_context(all_or_nothing(entries, key.name))
            write_rates(entries, key.plan.row(step), key.name)
            put_back(groups, entries, key.name)
        yield
