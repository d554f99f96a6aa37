"""The rates of groups at a step, from schedules that follow a scheduler's attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.evaluate import step_array, values
from ratesheet.plan import plan_for

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from ratesheet._rust import Plan
    from ratesheet.schedule import Schedule

__all__ = ["Rows"]


class Rows:
    """Evaluates schedules that are built anew only when what they are made of has changed.

    The peers' schedulers keep their arguments as attributes, which scripts and `load_state_dict`
    assign. A key of those attributes tells whether the schedules still say the same.
    """

    def __init__(self) -> None:
        self._key: Hashable = None
        self._schedules: list[Schedule] = []
        self._base_lrs: list[float] = []
        self._plan: Plan | None = None

    def at(
        self,
        step: float,
        key: Hashable,
        base_lrs: Sequence[float],
        build: Callable[[], Sequence[Schedule]],
    ) -> list[float]:
        """Return the rates at a step, one per group.

        Args:
            step: the step, at least 0; a fraction lies between steps.
            key: everything that `build` looks at.
            base_lrs: the groups' base LRs.
            build: returns one schedule for all groups, or one for each.
        """
        bases = list(base_lrs)
        if self._plan is None or key != self._key or bases != self._base_lrs:
            schedules = list(build())
            self._plan = plan_for(schedules, bases)
            self._key, self._schedules, self._base_lrs = key, schedules, bases
        if isinstance(step, int):
            step_array([step])
            return self._plan.row(step)
        row: list[float] = values(self._schedules, [step], bases, None)[0].tolist()
        return row

    def __reduce__(self) -> tuple[Any, ...]:
        return Rows, ()
