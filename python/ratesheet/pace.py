"""Whether a scheduler is stepped more often than its optimizers: watched for a while, said once."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from ratesheet.driven import hooked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ratesheet.schedule import Schedule
    from ratesheet.scheduler import Scheduler

__all__ = ["Pace", "pace_of"]

_GAPS = 16
_STEPS = 2048


class Pace:
    """How often a scheduler is stepped between two steps of its optimizers.

    It is stepped too often where most of some gaps are longer than one step. Updates that a scaler
    skipped, a replay up to a checkpoint, or a plot make a few long gaps at most. Nothing is counted
    before an optimizer has stepped, and no more once enough is known or too many steps went by.

    Args:
        scheduler: what is stepped; asked to `_listen` once there is something to count.
        optimizers: what it drives. torch's hooks tell of their steps, and are removed in the end.

    Attributes:
        begun: whether an optimizer has stepped.
    """

    def __init__(self, scheduler: Scheduler, optimizers: list[Any]) -> None:
        self.begun = False
        self._gaps: list[int] = []
        self._since = 0
        self._left = _STEPS
        weak = weakref.ref(scheduler)

        def note(*_: Any) -> None:
            if self.begun and len(self._gaps) < _GAPS:
                self._gaps.append(self._since)
            elif not self.begun and (driver := weak()) is not None:
                self.begun = True
                driver._listen()
            self._since = 0

        self._handles = [each.register_step_post_hook(note) for each in optimizers]
        for handle in self._handles:
            weakref.finalize(scheduler, handle.remove)

    def is_known(self, by: int) -> bool:
        """Count a step of the scheduler by some updates; returns whether there is no more to do."""
        self._since += by
        self._left -= 1
        calm = sum(gap <= 1 for gap in self._gaps)
        enough = len(self._gaps) == _GAPS or calm == _GAPS // 2
        # Several updates at a time are another unit, of which the optimizer knows nothing.
        known = enough or by > 1 or not self._left
        if known:
            self.leave()
        return known

    def leave(self) -> None:
        """Hear no more of the optimizers."""
        for handle in self._handles:
            handle.remove()

    def words(self, schedules: Iterable[Schedule]) -> str | None:
        """Return what is to be said; None where the scheduler keeps to its optimizers' steps.

        None too where the schedules that it follows are the same in all units, or say their own.
        """
        import statistics  # slow to load

        gaps = self._gaps
        if all(_has_unit(schedule.to_dict()) for schedule in set(schedules)):
            return None
        if len(gaps) < _GAPS or statistics.median_low(gaps) <= 1:
            return None
        return (
            f"{sum(gaps)} steps of this scheduler went with {len(gaps)} of its optimizer, but they"
            " count updates: its schedule will be over too soon. Where gradients are accumulated,"
            " step it after optimizer.step() alone, and not after each batch; or give"
            f" schedule.stretch({statistics.mode(gaps)}), with its lengths in updates"
        )


def pace_of(scheduler: Scheduler) -> Pace | None:
    """Return the watch over a scheduler's pace, where its optimizers tell of their steps."""
    optimizers = [hooked(each) for each in scheduler._optimizers]
    telling = all(hasattr(each, "_optimizer_step_post_hooks") for each in optimizers)
    return Pace(scheduler, optimizers) if telling else None


def _has_unit(spec: Mapping[str, Any]) -> bool:
    """Whether a schedule, as data, is the same in all units or says what its unit is."""
    return spec["kind"] == "constant" or _stretches(spec)


def _stretches(spec: Mapping[str, Any]) -> bool:
    parts = [
        part for value in spec.values() for part in (value if type(value) is list else [value])
    ]
    return spec["kind"] == "stretch" or any(
        _stretches(part) for part in parts if isinstance(part, dict) and "kind" in part
    )
