"""What fvcore's schedulers share: a schedule of the progress of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet.arguments import non_negative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.schedule import Schedule

__all__ = ["ParamScheduler"]

# Progress is a rounded quotient: it is at a turn where it is within this much before it.
_CLOSE = 1e-12


class ParamScheduler:
    """Maps the progress of a run, from 0 to 1, to a value.

    Args:
        schedule: the values as a schedule whose step 1 is the end of the run.
        turns: the progress at which they jump or turn, in rising order.

    Attributes:
        schedule: the schedule.
        turns: the turns, a tuple.
    """

    def __init__(self, schedule: Schedule, turns: Sequence[float] = ()) -> None:
        self.schedule = schedule
        self.turns = tuple(turns)

    def __call__(self, where: float) -> float:
        """Return the value at a progress.

        Args:
            where: the progress, at least 0; from 1 on the last value holds.

        Raises:
            TypeError: when it is not a number.
            ScheduleError: when it is negative or not finite.
        """
        at = non_negative("where", where)
        near = [turn for turn in self.turns if 0.0 < turn - at <= _CLOSE]
        return self.schedule(near[-1] if near else at)

    def over(self, steps: float) -> Schedule:
        """Return the values over a run of so many steps, as multiples of the base LR.

        Example:
            >>> from ratesheet.compat.fvcore import LinearParamScheduler
            >>> LinearParamScheduler(1.0, 0.0).over(4).values(range(6))
            array([1.  , 0.75, 0.5 , 0.25, 0.  , 0.  ])
        """
        return self.schedule.stretch(steps)
