"""Comparing a schedule with what a peer gives, step by step, and counting what was compared."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from tolerances import PEER_ATOL, PEER_RTOL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import ArrayLike

    import ratesheet as rs

# (parameter sets, steps) that were compared, by peer.
SETS: Counter[str] = Counter()
STEPS: Counter[str] = Counter()


def agree(
    peer: str,
    schedule: rs.Schedule,
    theirs: Callable[[int], float],
    steps: Iterable[int],
    *,
    base_lr: float = 1.0,
    rtol: float = PEER_RTOL,
) -> None:
    """Assert that a schedule has a peer's rates at these steps.

    Args:
        peer: whose rates they are, for the count.
        schedule: ours.
        theirs: the peer's rate at a step.
        steps: the steps.
        base_lr: the base LR of ours; what `theirs` returns has it in already.
        rtol: relative difference that is borne; near zero, the same share of a thousandth of the
            greatest rate, since a peer's own cancellation leaves no more digits.
    """
    rows = list(steps)
    same(peer, schedule.values(rows, base_lr), [theirs(step) for step in rows], rtol=rtol)


def same(peer: str, ours: ArrayLike, theirs: ArrayLike, *, rtol: float = PEER_RTOL) -> None:
    """Assert that the rates of one group agree, step by step; see `agree`."""
    expected = np.asarray(theirs, dtype=np.float64)
    atol = max(PEER_ATOL, rtol * 1e-3) * float(np.max(np.abs(expected), initial=0.0))
    np.testing.assert_allclose(ours, expected, rtol=rtol, atol=atol)
    SETS[peer] += 1
    STEPS[peer] += expected.size
