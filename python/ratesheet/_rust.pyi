# The compiled module, as written in rust/bindings. Levels are (rate, ratio) pairs.
from typing import Any, TypeVar, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Curve",
    "Plan",
    "Schedule",
    "Writer",
    "__version__",
    "distinct",
    "number",
    "plain_bases",
    "plain_dicts",
    "plain_rates",
    "read_groups",
]

_T = TypeVar("_T")

__version__: str

@final
class Curve:
    """How a ramp goes from its start to its end."""

    @staticmethod
    def linear() -> Curve: ...
    @staticmethod
    def cosine() -> Curve: ...
    @staticmethod
    def power(p: float, q: float) -> Curve: ...
    @staticmethod
    def waves(cycles: float, p: float, q: float) -> Curve: ...
    @staticmethod
    def saturating(ratio: float) -> Curve: ...
    @staticmethod
    def rex(d: float) -> Curve: ...
    @staticmethod
    def tanh(low: float, high: float) -> Curve: ...
    @staticmethod
    def inverse_sqrt(scale: float) -> Curve: ...
    @staticmethod
    def log(n: float) -> Curve: ...
    @staticmethod
    def stairs(n: float, rounding: str) -> Curve: ...
    @staticmethod
    def compose(outer: Curve, inner: Curve) -> Curve: ...
    @staticmethod
    def blend(terms: list[tuple[float, Curve]]) -> Curve: ...
    def value(self, u: float) -> float:
        """The share of the end at progress `u`, from 0 to 1."""

    def spec(self) -> tuple[str, dict[str, Any]]:
        """The constructor's name and its arguments."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class Schedule:
    """An immutable schedule; there is one constructor for each kind of node."""

    @staticmethod
    def constant(value: tuple[float, float], steps: float | None) -> Schedule: ...
    @staticmethod
    def ramp(
        start: tuple[float, float],
        end: tuple[float, float],
        steps: float,
        curve: Curve,
        offset: float,
        past: str,
        between: str,
    ) -> Schedule: ...
    @staticmethod
    def exponential(gamma: float, every: float, shift: float) -> Schedule: ...
    @staticmethod
    def power(
        scale: tuple[float, float], exponent: float, shift: float, lowest: float
    ) -> Schedule: ...
    @staticmethod
    def inverse_power(tau: float, inner: float, outer: float, shift: float) -> Schedule: ...
    @staticmethod
    def points(
        points: list[tuple[float, tuple[float, float]]], curve: Curve | None, side: str
    ) -> Schedule: ...
    @staticmethod
    def samples(values: list[float]) -> Schedule: ...
    @staticmethod
    def noise(
        seed: int, amplitude: float, std: float | None, start: float, end: float | None
    ) -> Schedule: ...
    @staticmethod
    def sequence(
        phases: list[Schedule], milestones: list[float] | None, timeline: str, side: str
    ) -> Schedule: ...
    @staticmethod
    def product(factors: list[Schedule]) -> Schedule: ...
    @staticmethod
    def sum(terms: list[Schedule]) -> Schedule: ...
    @staticmethod
    def least(schedules: list[Schedule]) -> Schedule: ...
    @staticmethod
    def greatest(schedules: list[Schedule]) -> Schedule: ...
    @staticmethod
    def cooldown(
        schedule: Schedule, at: float, steps: float, to: tuple[float, float], curve: Curve
    ) -> Schedule: ...
    @staticmethod
    def shift(schedule: Schedule, by: float) -> Schedule: ...
    @staticmethod
    def stretch(schedule: Schedule, factor: float) -> Schedule: ...
    @staticmethod
    def staircase(schedule: Schedule, every: float) -> Schedule: ...
    @staticmethod
    def until(schedule: Schedule, steps: float) -> Schedule: ...
    @staticmethod
    def next_multiple(schedule: Schedule, period: float) -> Schedule: ...
    @staticmethod
    def cycle(
        schedule: Schedule, first: float, growth: float, count: float | None, clock: str
    ) -> Schedule: ...
    @staticmethod
    def warp(schedule: Schedule, times: list[tuple[float, float]]) -> Schedule: ...
    @property
    def steps(self) -> float | None:
        """The length in steps, or None."""

    @property
    def has_absolute(self) -> bool:
        """Whether some level carries an absolute rate."""

    @property
    def affine(self) -> bool:
        """Whether the value is `a + c * b` with a and c free of the base LR b."""

    def value(self, step: float, base_lr: float, /) -> float:
        """The rate at a step from a base LR; both are checked."""

    def spec(self) -> tuple[str, dict[str, Any]]:
        """The constructor's name and its arguments; children are schedules."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class Plan:
    """The schedules and base LRs of a list of groups; base_lrs is float64, shape (n_groups,).

    index[g] tells which of the schedules group g follows; None: all follow the first.
    """

    def __new__(
        cls, schedules: list[Schedule], index: list[int] | None, base_lrs: NDArray[np.float64]
    ) -> Plan: ...
    @property
    def n_groups(self) -> int:
        """The number of groups."""

    @property
    def n_schedules(self) -> int:
        """The number of distinct schedules."""

    def row(self, step: int) -> list[float]:
        """The rates at a step, one a group."""

    def fill_row(self, step: int, out: NDArray[np.float64] | NDArray[np.float32]) -> None:
        """Fills `out`, shape (n_groups,), at a step; rates are rounded once to its dtype."""

    def fill(self, start: int, stride: int, out: NDArray[np.float64]) -> None:
        """Fills `out`, shape (n_steps, n_groups): rows are `start`, `start + stride`, .."""

    def fill_at(self, steps: NDArray[np.int64], out: NDArray[np.float64]) -> None:
        """Fills `out`, shape (n_steps, n_groups), at whole steps."""

    def fill_between(self, steps: NDArray[np.float64], out: NDArray[np.float64]) -> None:
        """Fills `out`, shape (n_steps, n_groups), at any times."""

@final
class Writer:
    """Writes hyperparameters into optimizers' param groups.

    lists: the param_groups of the optimizers, as they are now.
    columns: the plan of each hyperparameter, its key, and its place where it is one of the "betas".
    """

    def __new__(
        cls, lists: list[list[dict[str, Any]]], columns: list[tuple[Plan, str, int | None]]
    ) -> Writer: ...
    def write(self, optimizers: list[Any], step: int, watch: bool) -> bool:
        """Writes the values of a step, and tells whether it did.

        It does not, and changes nothing, where a list is another one or holds other groups, a group
        is no plain dict, its betas are no tuple of floats, or, if it is to watch, one of a few
        groups does not hold what was written last.
        """

    def advance(
        self, optimizers: list[Any], step: int, by: object, until: float, watch: bool
    ) -> int | None:
        """Writes the values of `by` steps on, and returns that step.

        It returns None, and changes nothing, where `write` does not write, where that step is past
        `until`, or where `by` is no plain int of at least 0.
        """

    def take(self, step: int) -> None:
        """Takes the values of a step for those that were written last."""

    def foreign(self, step: int) -> tuple[int, str, Any] | None:
        """What someone else wrote into one of the few groups that a step watches.

        The group's index, the key and what is held there, None where nobody did.
        """

def number(name: str, value: object, /) -> float:
    """A real number as a float; a bool, a string or None is a TypeError."""

def distinct(objects: list[_T]) -> list[_T]:
    """Each object of a list once, in the order in which they come first."""

def plain_bases(values: list[Any]) -> NDArray[np.float64] | None:
    """Base LRs as an array, if all are plain floats that are finite and at least 0."""

def plain_dicts(groups: list[Any]) -> bool:
    """Whether all groups are plain dicts."""

def plain_rates(groups: list[dict[str, Any]], key: str) -> list[float] | None:
    """What the groups hold under a key, if all are plain dicts with finite floats there."""

def read_groups(
    groups: list[dict[str, Any]], key: str, flag: str | None = None
) -> tuple[list[str | None], list[float] | None, bool]:
    """Each group's "name", what `plain_rates` returns, and whether some hold a true flag.

    A name that is no string is None.
    """
