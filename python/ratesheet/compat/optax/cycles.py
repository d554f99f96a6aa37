"""optax's schedules that go up and down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.arguments import number, positive
from ratesheet.compat.optax.piecewise import join_schedules, joined_points
from ratesheet.compat.optax.warmups import warmup_cosine_decay_schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ratesheet.schedule import Schedule

__all__ = ["cosine_onecycle_schedule", "linear_onecycle_schedule", "sgdr_schedule"]


def _one_cycle(
    curve: str, steps: int, peak: float, div: float, points: Iterable[tuple[float, float]]
) -> Schedule:
    number("peak_value", peak)
    for name, value in (("transition_steps", steps), ("div_factor", div)):
        positive(name, value)
    return joined_points(curve, peak / div, points)


def linear_onecycle_schedule(
    transition_steps: int,
    peak_value: float,
    pct_start: float = 0.3,
    pct_final: float = 0.85,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
) -> Schedule:
    """Return one cycle of three lines.

        points: (0, peak/div), (int(pct_start T), peak), (int(pct_final T), peak/div),
                (T, peak/div/final_div), with T = transition_steps

    Args:
        transition_steps: length of the whole, above 0.
        peak_value: the greatest rate.
        pct_start: share of the steps that rise.
        pct_final: share of the steps at which the rate is back at its start.
        div_factor: greatest over first rate, above 0.
        final_div_factor: first over last rate, above 0.

    Returns:
        A schedule of `transition_steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Source: optax's function of this name. Where two points fall on one step, optax loses the first
    of them; here it is a jump.

    Example:
        >>> linear_onecycle_schedule(20, 1.0, div_factor=4.0).values([0, 6, 17, 20])
        array([2.5e-01, 1.0e+00, 2.5e-01, 2.5e-05])
    """
    number("transition_steps", transition_steps)
    turns = [int(pct_start * transition_steps), int(pct_final * transition_steps)]
    scales = (div_factor, 1.0 / div_factor, 1.0 / final_div_factor)
    points = zip([*turns, transition_steps], scales, strict=True)
    return _one_cycle("linear", transition_steps, peak_value, div_factor, points)


def cosine_onecycle_schedule(
    transition_steps: int,
    peak_value: float,
    pct_start: float = 0.3,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
) -> Schedule:
    """Return one cycle of two half waves.

        points: (0, peak/div), (int(pct_start T), peak), (T, peak/div/final_div),
                with T = transition_steps

    Args:
        transition_steps: length of the whole, above 0.
        peak_value: the greatest rate.
        pct_start: share of the steps that rise.
        div_factor: greatest over first rate, above 0.
        final_div_factor: first over last rate, above 0.

    Returns:
        A schedule of `transition_steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Source: optax's function of this name.

    Example:
        >>> cosine_onecycle_schedule(20, 1.0, div_factor=4.0).values([0, 3, 6, 20])
        array([2.50e-01, 6.25e-01, 1.00e+00, 2.50e-05])
    """
    number("transition_steps", transition_steps)
    top, last = int(pct_start * transition_steps), int(transition_steps)
    points = [(top, div_factor), (last, 1.0 / (div_factor * final_div_factor))]
    return _one_cycle("cosine", transition_steps, peak_value, div_factor, points)


def sgdr_schedule(cosine_kwargs: Iterable[Mapping[str, Any]]) -> Schedule:
    """Return warmup-cosine cycles one after another.

    Args:
        cosine_kwargs: the arguments of `warmup_cosine_decay_schedule` for each cycle; its
            `decay_steps` is the cycle's length.

    Returns:
        A schedule as long as all cycles.

    Raises:
        TypeError: when an argument is not a number, or one is missing.
        ScheduleError: when one is out of its range, or there is no cycle.

    Source: optax's function of this name; Loshchilov and Hutter (2017).

    Example:
        >>> cycle = {"init_value": 0.0, "peak_value": 1.0, "warmup_steps": 1, "decay_steps": 3}
        >>> sgdr_schedule([cycle, {**cycle, "peak_value": 0.5}]).values(range(7))
        array([0.  , 1.  , 0.5 , 0.  , 0.5 , 0.25, 0.  ])
    """
    cycles = [dict(arguments) for arguments in cosine_kwargs]
    schedules = [warmup_cosine_decay_schedule(**arguments) for arguments in cycles]
    ends: list[int] = []
    for arguments in cycles[:-1]:
        ends.append((ends[-1] if ends else 0) + arguments["decay_steps"])
    return join_schedules(schedules, ends)
