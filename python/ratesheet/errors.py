"""What ratesheet raises for values that cannot be: always naming the argument and the value."""

from __future__ import annotations

__all__ = ["CheckpointError", "RatesheetWarning", "ScheduleError"]


class ScheduleError(ValueError):
    """A schedule, a rate or a configuration that cannot be.

    Raised before anything is changed: when it arrives, every param group and every counter is as
    it was. It is a `ValueError`; a value of the wrong *type* is a `TypeError` instead.

    Example:
        >>> raise ScheduleError("steps must be at least 0, got -1")
        Traceback (most recent call last):
        ...
        ratesheet.errors.ScheduleError: steps must be at least 0, got -1
    """


class CheckpointError(ValueError):
    """A state that does not fit the scheduler it is loaded into.

    The whole state is checked before any of it is taken, so the scheduler and the param groups are
    as they were when it arrives.

    Example:
        >>> raise CheckpointError("state['step_count'] must be an integer >= 0, got -3")
        Traceback (most recent call last):
        ...
        ratesheet.errors.CheckpointError: state['step_count'] must be an integer >= 0, got -3
    """


class RatesheetWarning(UserWarning):
    """Something that works, but is probably not what was meant; each kind is said once."""
