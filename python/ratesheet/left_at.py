"""At which step of a schedule a run was left whose rates an optimizer's state brought along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.binding import Binding

__all__ = ["left_at", "left_out"]

_FAR = 2**20
_DISTINCT = 8


def left_at(binding: Binding, rates: Sequence[Any]) -> int | None:
    """Return the first step whose rates are the given ones; None where step 0 or no near one is.

    Args:
        binding: what groups follow.
        rates: what they hold. A tensor is not read: it may lie on a device.
    """
    held = [rate for rate in rates if type(rate) is float]
    if len(held) != len(binding.base_lrs) or held == binding.plan.row(0):
        return None
    end = binding.last_step
    steps = range(1, int(min(end, _FAR)) + 1)
    followed = set(zip(binding.effective(), binding.base_lrs, held, strict=True))
    alike = np.ones(len(steps), bool)
    for schedule, base, rate in list(followed)[:_DISTINCT]:
        alike &= schedule.values(steps, base) == rate
    return next(
        (steps[i] for i in np.flatnonzero(alike)[:1] if binding.plan.row(steps[i]) == held), None
    )


def left_out(step: int) -> str:
    """Return what is to be said of a scheduler that starts anew where its optimizer goes on."""
    return (
        f"the optimizer loaded the state of step {step} of this schedule, by its rates,"
        " and this scheduler starts from step 0: load its own state too, or"
        f" seek({step}); or seek(0), where it is to start anew"
    )
