"""What someone else wrote into param groups since the last step, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet._rust import Writer

__all__ = ["foreign"]

_SAMPLE = 8


def foreign(
    groups: Sequence[dict[str, Any]], written: Sequence[float], writer: Writer, position: int
) -> str | None:
    """Return what is to be said of a value from outside, None where none was found.

    Of many groups, a few are looked at, others at each position.

    Args:
        groups: the param groups.
        written: each group's rate as it was written last.
        writer: what wrote it, and other keys beside it.
        position: the position that the next values are for.
    """
    n, first = len(groups), position * _SAMPLE
    for i in range(n) if n <= _SAMPLE else [(first + k) % n for k in range(_SAMPLE)]:
        held = groups[i].get("lr")
        if isinstance(held, float) and held != written[i]:
            return (
                f"group {i}'s lr was set to {held!r} from outside and is overwritten; to change"
                " rates by hand, use rescale() or assign base_lrs"
            )
    found = writer.foreign(position)
    if found is None or found[1] == "lr":
        return None
    i, key, held = found
    return (
        f"group {i}'s {key} was set to {held!r} from outside and is overwritten; to change"
        " it by hand, use rescale(key=)"
    )
