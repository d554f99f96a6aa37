"""Lengths in updates, from samples and epochs, and clocks of samples."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ratesheet.arguments import flag, number, pair, whole
from ratesheet.errors import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["samples_seen", "total_steps"]


def total_steps(
    *,
    samples: int,
    batch_size: int,
    epochs: int,
    accumulate: int = 1,
    world_size: int = 1,
    drop_last: bool = False,
) -> int:
    """Return the number of optimizer updates of a training run.

        per rank = ceil(samples / world_size); with drop_last, floor
        batches  = ceil(per rank / batch_size); with drop_last, floor
        updates  = epochs * ceil(batches / accumulate)

    Args:
        samples: size of the data set.
        batch_size: samples of one batch on one rank, at least 1.
        epochs: passes over the data.
        accumulate: batches that make one update, at least 1; the last ones of an epoch make one
            too, however few they are.
        world_size: ranks that share the data, at least 1; a sampler fills up the last round, as
            torch's DistributedSampler does.
        drop_last: whether the incomplete batch, and the incomplete round of ranks, are left out.

    Returns:
        An int: the `steps` of a schedule that is stepped once an update.

    Raises:
        TypeError: when an argument is not an integer.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.total_steps(samples=1_797, batch_size=64, epochs=10)
        290
        >>> rs.total_steps(samples=1_797, batch_size=64, epochs=10, accumulate=4, world_size=2)
        40
    """
    per_round = whole("world_size", world_size, 1)
    per_batch, per_update = whole("batch_size", batch_size, 1), whole("accumulate", accumulate, 1)
    count = whole("samples", samples)
    share = count // per_round if flag("drop_last", drop_last) else -(-count // per_round)
    batches = share // per_batch if drop_last else -(-share // per_batch)
    return whole("epochs", epochs) * -(-batches // per_update)


def samples_seen(sizes: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Return the clock of a batch-size ramp: how many samples are seen at which step.

        seen(t) = sum of the batch sizes of the updates before t

    Args:
        sizes: (step, batch size) pairs: from this step on, so many samples an update. The first
            step is 0, steps rise, sizes are at least 1.

    Returns:
        (step, samples) points for `Schedule.warp`, which goes on with the last size.

    Raises:
        TypeError: when an entry is no pair of integers.
        ScheduleError: when the first step is not 0 or steps do not rise.

    Example:
        >>> import ratesheet as rs
        >>> by_samples = rs.linear(1.0, 0.0, steps=8000)
        >>> by_samples.warp(rs.samples_seen([(0, 100), (20, 400)])).values([0, 20, 30, 35])
        array([1.  , 0.75, 0.25, 0.  ])
    """
    ramp: list[tuple[int, int]] = []
    for index, entry in enumerate(sizes):
        name = f"sizes[{index}]"
        step, size = pair(name, entry, "step, batch size")
        ramp.append((whole(f"{name}[0]", step), whole(f"{name}[1]", size, 1)))
    if not ramp or ramp[0][0] != 0:
        raise ScheduleError(f"sizes must start at step 0, got {list(sizes)!r}")
    points, seen = [(0.0, 0.0)], 0
    # One step after the last pair fixes the size that goes on.
    for (step, size), (following, _) in pairwise([*ramp, (ramp[-1][0] + 1, 1)]):
        if following <= step:
            raise ScheduleError(
                f"sizes must be in rising order of steps, got {following} after {step}"
            )
        seen += size * (following - step)
        points.append((number("sizes", following), number("sizes", seen)))
    return points
