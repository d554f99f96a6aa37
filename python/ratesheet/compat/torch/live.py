"""What a scheduler knows of its groups besides torch's attributes; no part of its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ratesheet.compat.torch.held import all_floats
from ratesheet.plan import plan_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from ratesheet.schedule import Schedule

__all__ = ["Live", "Map", "Terms"]

Map = tuple[float, float]


class Terms(NamedTuple):
    """What the map of a step is made of.

    Attributes:
        ratio: the schedule of the ratio.
        rate: the schedule of the rate; None where it is always 0.
        low: the rate where the ratio is 0.
    """

    ratio: Schedule
    rate: Schedule | None = None
    low: float = 0.0

    def at(self, step: float) -> Map:
        """Return the map of a step."""
        ratio, rate, _ = self
        return 0.0 if rate is None else rate(step, base_lr=0.0), ratio(step)


class Live:
    """What is known of the groups.

    Attributes:
        marks: what was written last.
        bases: the base LRs gone by, where rates were changed from outside.
        cache: what is costly to find anew at each step.
        warned: whether what is said only once was said.
        terms: what the rates of the last steps were made of, while nobody came between.
        planned: the base LRs that they were made of.
        row: the rates at a step, by both.
        epoch: the step that was reached by them; `maps` are found from it when they are asked for.
    """

    __slots__ = ("_maps", "bases", "cache", "epoch", "marks", "planned", "row", "terms", "warned")

    def __init__(self) -> None:
        self.marks: list[Any] = []
        self.bases: list[float] = []
        self.cache: Any = None
        self.warned = False
        self.terms: Terms | None = None
        self.row: Callable[[int], list[float]] | None = None
        self.epoch: int | None = None
        self.planned: list[float] = []
        self._maps: list[Map] = []

    @property
    def maps(self) -> list[Map]:
        """How rates were made of the base LRs last, one (rate, ratio) a group."""
        if self.terms is not None and self.epoch is not None:
            self._maps, self.epoch = [self.terms.at(self.epoch)] * len(self.marks), None
        return self._maps

    @maps.setter
    def maps(self, maps: list[Map]) -> None:
        self._maps, self.epoch, self.row = maps, None, None

    def plan(self, terms: Terms) -> Callable[[int], list[float]] | None:
        """Return the rates as a function of the step; None where they do not follow from `terms`.

        They do where the groups hold floats of which the base LRs can be told.
        """
        bases, maps = self.bases, self.maps
        known = len(self.marks) == len(bases) == len(maps) and all(ratio for _, ratio in maps)
        return self.follow(terms, bases) if known and all_floats(self.marks) else None

    def follow(self, terms: Terms, bases: list[float]) -> Callable[[int], list[float]] | None:
        """Return the rates of base LRs as a function of the step; None where these cannot be."""
        if not (all_floats(bases) and all(base >= 0.0 for base in bases)):
            return None
        whole = terms.ratio if terms.rate is None else terms.rate + terms.ratio
        self.terms, self.planned, self.row = terms, bases, plan_for([whole], bases).row
        return self.row

    def __getstate__(self) -> tuple[Any, ...]:
        return self.marks, self.bases, self.maps, self.cache, self.warned

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        # What is not in the state is found again.
        self.terms, self.planned = None, []
        self.marks, self.bases, self.maps, self.cache, self.warned = state
