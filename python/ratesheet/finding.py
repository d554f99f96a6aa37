"""Finding: one thing that `check` has to say."""

from __future__ import annotations

from dataclasses import dataclass

from ratesheet.plan import describe_group

__all__ = ["Finding"]


@dataclass(frozen=True, repr=False)
class Finding:
    """One thing that `check` found: immutable, and printed in words.

    Attributes:
        kind: what it is, one of the words that the page on checking lists.
        words: what was found and what can be done, one sentence.
        step: the step where it begins, None where it has none.
        group: the index of the group, None when it is said of all.
        name: the group's name, None where it has none.

    Example:
        >>> import ratesheet as rs
        >>> print(rs.Finding("stuck", "its base LR is 0", group=3, name="head"))
        group 3 ('head'): its base LR is 0
    """

    kind: str
    words: str
    step: int | None = None
    group: int | None = None
    name: str | None = None

    def __str__(self) -> str:
        who = "" if self.group is None else f"{describe_group(self.group, self.name)}: "
        return who + self.words

    def __repr__(self) -> str:
        return f"<rs.Finding {self.kind!r}: {self}>"
