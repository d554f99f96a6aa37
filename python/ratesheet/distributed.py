"""Do the ranks of a distributed run have the same rates?"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from contextlib import suppress
from typing import Any

from ratesheet.errors import ScheduleError
from ratesheet.plan import describe_group
from ratesheet.rates import groups_of, read_rates
from ratesheet.schedule import Schedule

__all__ = ["RankError", "verify"]

_DESCRIBED = 4
_UNREAD = "unread"


class RankError(RuntimeError):
    """Ranks of a distributed run whose schedulers differ; raised on every rank, in the same words.

    Attributes:
        ranks: the ranks that differ from most, as global ranks, rising.

    Example:
        >>> raise RankError("rank 1 differs from rank 0: step_count: 6, not 5", [1])
        Traceback (most recent call last):
        ...
        ratesheet.distributed.RankError: rank 1 differs from rank 0: step_count: 6, not 5
    """

    def __init__(self, message: str, ranks: list[int]) -> None:
        super().__init__(message, ranks)
        self.ranks = ranks

    def __str__(self) -> str:
        return str(self.args[0])


def verify(scheduler: Any, group: Any = None) -> None:
    """Compare a scheduler with those of the other ranks, to the bit: all of them call it.

    Compared are the schedules, the position, the base LRs, the names and number of the groups, the
    plateau with what it has seen, and the rates that the groups hold. Ranks exchange 32 bytes each;
    only where these differ, the ranks that differ send the rest. Rates held as tensors are read
    back from their device.

    Where torch.distributed is not initialised, and on a rank outside of `group`, there is nothing
    to compare with, and nothing is done.

    Args:
        scheduler: a `Scheduler`, or any other `BaseLRScheduler` whose state is plain data.
        group: the process group whose ranks are compared; None for all. Ranks that hold different
            groups on purpose, as the stages of a pipeline do, are compared stage by stage.

    Raises:
        RankError: when a rank differs from most (from the first one, of two). The message says
            which rank, and in what. A rank whose scheduler cannot be read is one that differs.

    Example:
        >>> import ratesheet as rs
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> rs.distributed.verify(rs.Scheduler(optimizer, rs.constant()))  # one process: nothing
    """
    distributed: Any = sys.modules.get("torch.distributed")
    if distributed is None or not distributed.is_available() or not distributed.is_initialized():
        return
    here = distributed.get_rank(group)
    if here < 0:
        return
    facts = _facts(scheduler)
    text = json.dumps(facts)
    # A rank that cannot read its scheduler still takes part: the others would wait for it.
    digest = None if _UNREAD in facts else _digest(facts)
    digests = _gathered(distributed, digest, group)
    counts = Counter(digests)
    if None not in counts and len(counts) == 1:
        return
    # The first of the most frequent: of two ranks, the first one is right.
    right = max(digests, key=lambda known: (known is not None, counts[known]))
    usual = digests.index(right)
    differing = [rank for rank, other in enumerate(digests) if other is None or other != right]
    described = differing[:_DESCRIBED]
    texts = _gathered(distributed, text if here in {usual, *described} else None, group)
    members = distributed.get_process_group_ranks(group or distributed.group.WORLD)
    known = json.loads(texts[usual])
    sentences = [
        f"rank {members[rank]} {_compared(json.loads(texts[rank]), known, members[usual])}"
        for rank in described
    ]
    if len(differing) > _DESCRIBED:
        sentences.append(f"{len(differing) - _DESCRIBED} more differ")
    raise RankError(". ".join(sentences), [members[rank] for rank in differing])


def _gathered(distributed: Any, value: Any, group: Any) -> list[Any]:
    values: list[Any] = [None] * distributed.get_world_size(group)
    distributed.all_gather_object(values, value, group=group)
    return values


def _facts(scheduler: Any) -> dict[str, Any]:
    """Return all that is compared, as JSON has it: its floats lose no bit."""
    try:
        state = scheduler.state_dict()
        groups = groups_of(scheduler.optimizer)
        rules = getattr(getattr(scheduler, "_binding", None), "plateau", None)
        facts = {
            "class": type(scheduler).__qualname__,
            **state,
            "number of groups": len(groups),
            "group names": [group.get("name") for group in groups],
            "plateau rules": repr(rules),
            "held lr": read_rates(groups),
        }
        plain: dict[str, Any] = json.loads(json.dumps(facts, default=_listed))
    except Exception as error:  # noqa: BLE001 - it is raised as a RankError, on every rank
        return {_UNREAD: f"{type(error).__name__}: {error}"}
    return plain


def _digest(facts: dict[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).digest()


def _listed(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"the state must be plain data to be compared, got {value!r}")


def _compared(here: dict[str, Any], right: dict[str, Any], usual: int) -> str:
    if _UNREAD in here:
        return f"has a scheduler that cannot be read: {here[_UNREAD]}"
    return f"differs from rank {usual}: {'; '.join(_differences(here, right))}"


def _differences(here: dict[str, Any], right: dict[str, Any]) -> list[str]:
    """Return in words where facts differ: the first place of each key."""
    words = []
    for key in {**right, **here}:
        if key not in right or key not in here:
            words.append(f"{key!r} is {'missing' if key in right else 'there'}")
        elif _differ(here[key], right[key]):
            words.append(_difference(key, here, right))
    return words


def _difference(key: str, here: dict[str, Any], right: dict[str, Any]) -> str:
    ours, theirs, names = here[key], right[key], right["group names"]
    both_lists = isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs)
    if not both_lists:
        return f"{key}: {_shown(ours)}, not {_shown(theirs)}"
    places = [i for i, pair in enumerate(zip(ours, theirs, strict=True)) if _differ(*pair)]
    first = places[0]
    group: int | None = first
    if key == "schedules" and first in right.get("schedule_index", ()):
        group = right["schedule_index"].index(first)
    elif len(theirs) != len(names):
        group = None
    where = f"[{first}]" if group is None else f" of {describe_group(group, names[group])}"
    more = f" ({len(places) - 1} more)" if len(places) > 1 else ""
    return f"{key}{where}: {_shown(ours[first])}, not {_shown(theirs[first])}{more}"


def _differ(one: Any, other: Any) -> bool:
    # Compared as numbers, 0.0 would be -0.0, and NaN not itself.
    return json.dumps(one) != json.dumps(other)


def _shown(value: Any, limit: int = 200) -> str:
    text = repr(value)
    if isinstance(value, dict) and "kind" in value:
        with suppress(ScheduleError):  # another's "kind": shown as it is
            text = repr(Schedule.from_dict(value))
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
