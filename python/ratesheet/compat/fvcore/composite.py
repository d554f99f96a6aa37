"""fvcore's schedulers one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet.arguments import non_negative
from ratesheet.compat.fvcore.base import ParamScheduler
from ratesheet.errors import ScheduleError
from ratesheet.schedule import sequence

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CompositeParamScheduler"]

# A share of nothing is over at once; a schedule cannot be stretched to no length at all.
_SHORTEST = 1e-300
# More than rounding: a turn within a share is met although its place is a rounded sum.
_PAST = 1e-15


class CompositeParamScheduler(ParamScheduler):
    """Runs schedulers one after another, each for a share of the run.

    Args:
        schedulers: the schedulers, of this module.
        lengths: the share of each; they add up to 1, to a thousandth, which the last one makes up.
        interval_scaling: for each, "rescaled" (it runs through its whole progress within its share)
            or "fixed" (it sees the progress of the run).

    Raises:
        TypeError: when something else than such a scheduler is given.
        ScheduleError: when the lists do not fit, or the shares do not add up.

    Example:
        >>> from ratesheet.compat.fvcore import ConstantParamScheduler, CosineParamScheduler
        >>> scheduler = CompositeParamScheduler(
        ...     [ConstantParamScheduler(1.0), CosineParamScheduler(1.0, 0.0)],
        ...     lengths=[0.5, 0.5],
        ...     interval_scaling=["rescaled", "rescaled"],
        ... )
        >>> scheduler(0.0), scheduler(0.5), scheduler(0.75), scheduler(1.0)
        (1.0, 1.0, 0.5, 0.0)
    """

    def __init__(
        self,
        schedulers: Sequence[ParamScheduler],
        lengths: Sequence[float],
        interval_scaling: Sequence[str],
    ) -> None:
        if not schedulers or not len(schedulers) == len(lengths) == len(interval_scaling):
            raise ScheduleError(
                "schedulers, lengths and interval_scaling must be as long as each other and not"
                f" empty, got {len(schedulers)}, {len(lengths)} and {len(interval_scaling)}"
            )
        shares = [non_negative(f"lengths[{i}]", length) for i, length in enumerate(lengths)]
        if abs(sum(shares) - 1.0) >= 1e-3:  # noqa: PLR2004 - fvcore's
            raise ScheduleError(f"lengths must add up to 1, got {list(lengths)!r}")
        phases, turns, begin = [], [], 0.0
        for i, (scheduler, scaling) in enumerate(zip(schedulers, interval_scaling, strict=True)):
            if not isinstance(scheduler, ParamScheduler):
                raise TypeError(f"schedulers[{i}] must be one of this module, got {scheduler!r}")
            if scaling not in ("rescaled", "fixed"):
                raise ScheduleError(
                    f"interval_scaling[{i}] must be one of rescaled, fixed, got {scaling!r}"
                )
            end = 1.0 if i == len(shares) - 1 else begin + shares[i]
            if scaling == "fixed":
                phases.append(scheduler.schedule.advance(begin))
                inner = list(scheduler.turns)
            else:
                share = max(end - begin, _SHORTEST)
                phases.append(scheduler.schedule.stretch(share))
                inner = [begin + turn * share + _PAST for turn in scheduler.turns]
            turns.append([begin, *(turn for turn in inner if begin < turn < end)])
            begin = end
        joined = sequence(*phases, milestones=[starts[0] for starts in turns[1:]])
        super().__init__(joined, [turn for part in turns for turn in part])
