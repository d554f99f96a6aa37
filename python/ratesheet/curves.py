"""Curves: how a ramp goes from its start to its end.

At progress u, from 0 to 1, a curve gives the end's share s(u), from 0 to 1; the start has the rest.
Where an argument is called `curve`, a curve of this module or one of the words "linear", "cosine",
"sqrt" (s = sqrt(u)) and "square" (s = u^2) is meant.
"""

from __future__ import annotations

from typing import Any

from ratesheet._rust import Curve as _Core
from ratesheet.arguments import number

__all__ = [
    "Curve",
    "blend",
    "compose",
    "cosine",
    "inverse_sqrt",
    "linear",
    "log",
    "power",
    "rex",
    "saturating",
    "stairs",
    "tanh",
    "waves",
]


class Curve:
    """A curve from 0 to 1: immutable, with value equality, hash, pickle and an eval-able repr.

    Calling it gives the share of the end at a progress between 0 and 1.

    Example:
        >>> import ratesheet as rs
        >>> curve = rs.curves.power(p=0.5)
        >>> curve(0.0), curve(0.25), curve(1.0)
        (0.0, 0.5, 1.0)
    """

    __slots__ = ("_core",)
    _core: _Core

    def __init__(self, core: _Core) -> None:
        self._core = core

    def __call__(self, u: float) -> float:
        """Return the share of the end at progress `u`, from 0 to 1."""
        return self._core.value(number("u", u))

    def to_dict(self) -> dict[str, Any]:
        """Return the curve as plain data: its kind and arguments."""
        kind, fields = self._core.spec()
        return {"kind": kind, **{name: _plain(value) for name, value in fields.items()}}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Curve) and self._core == other._core

    def __hash__(self) -> int:
        return hash(self._core)

    def __repr__(self) -> str:
        kind, fields = self._core.spec()
        if kind == "blend":
            terms = ", ".join(f"({weight!r}, {Curve(core)!r})" for weight, core in fields["terms"])
            return f"rs.curves.blend({terms})"
        shown = (
            f"{name}={Curve(value) if isinstance(value, _Core) else value!r}"
            for name, value in fields.items()
        )
        return f"rs.curves.{kind}({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return from_dict, (self.to_dict(),)


def _plain(value: Any) -> Any:
    if isinstance(value, _Core):
        return Curve(value).to_dict()
    if isinstance(value, list):
        return [[weight, Curve(core).to_dict()] for weight, core in value]
    return value


def from_dict(spec: Any) -> Curve:
    """Return the curve that `Curve.to_dict` described.

    Raises:
        TypeError: when the kind or an argument is none that a curve has.
        ScheduleError: when a value is out of range.
    """
    kind = spec.get("kind") if isinstance(spec, dict) else None
    if kind not in _KINDS:
        raise TypeError(f"curve must be a dict with a kind of {sorted(_KINDS)}, got {spec!r}")
    fields = {name: value for name, value in spec.items() if name != "kind"}
    if kind == "compose":
        fields = {name: from_dict(value)._core for name, value in fields.items()}
    elif kind == "blend":
        fields["terms"] = [(weight, from_dict(term)._core) for weight, term in fields["terms"]]
    return Curve(getattr(_Core, kind)(**fields))


def core_of(name: str, curve: object) -> _Core:
    """Return the core of a curve or of a curve's word."""
    if isinstance(curve, Curve):
        return curve._core
    if isinstance(curve, str) and curve in _WORDS:
        return _WORDS[curve]._core
    words = ", ".join(repr(word) for word in _WORDS)
    raise TypeError(f"{name} must be one of {words} or a curve of rs.curves, got {curve!r}")


def linear() -> Curve:
    """Return s = u."""
    return Curve(_Core.linear())


def cosine() -> Curve:
    """Return s = (1 - cos(pi u)) / 2."""
    return Curve(_Core.cosine())


def power(*, p: float = 1.0, q: float = 1.0) -> Curve:
    """Return s = 1 - (1 - u^p)^q, with p and q above 0.

    q alone is polynomial decay; p alone a power of the progress (0.5 is the 1-sqrt cooldown).
    """
    return Curve(_Core.power(number("p", p), number("q", q)))


def waves(*, cycles: float = 0.5, p: float = 1.0, q: float = 1.0) -> Curve:
    """Return s = 1 - ((1 + cos(2 pi cycles u^p)) / 2)^q; half a cycle is the plain cosine."""
    return Curve(_Core.waves(number("cycles", cycles), number("p", p), number("q", q)))


def saturating(*, ratio: float) -> Curve:
    """Return s = (1 - ratio^u) / (1 - ratio), with a ratio above 0 that is not 1."""
    return Curve(_Core.saturating(number("ratio", ratio)))


def rex(*, d: float = 0.5) -> Curve:
    """Return s = 1 - (1 - u) / (1 - d u), with d below 1 (Chen et al., 2021)."""
    return Curve(_Core.rex(number("d", d)))


def tanh(*, low: float = -7.0, high: float = 3.0) -> Curve:
    """Return the part of a tanh between two arguments, scaled so that it ends exactly."""
    return Curve(_Core.tanh(number("low", low), number("high", high)))


def inverse_sqrt(*, scale: float) -> Curve:
    """Return 1 / sqrt(1 + scale u), scaled so that it goes from 0 to 1; scale above 0."""
    return Curve(_Core.inverse_sqrt(number("scale", scale)))


def log(*, n: float) -> Curve:
    """Return a logarithmic curve, s = ln(1 + u (n - 1)) over ln n, with n above 1."""
    return Curve(_Core.log(number("n", n)))


def stairs(*, n: int, rounding: str = "floor") -> Curve:
    """Return s = floor(n u) / n, or with "ceil" the stairs that end early."""
    return Curve(_Core.stairs(number("n", n), rounding))


def compose(outer: Curve, inner: Curve) -> Curve:
    """Return s = outer(inner(u))."""
    return Curve(_Core.compose(core_of("outer", outer), core_of("inner", inner)))


def blend(*terms: tuple[float, Curve]) -> Curve:
    """Return a weighted sum of curves, (weight, curve) each; the weights add up to 1."""
    return Curve(
        _Core.blend([(number("weight", w), core_of("curve", curve)) for w, curve in terms])
    )


_KINDS = set(__all__) - {"Curve"}
_WORDS = {
    "linear": linear(),
    "cosine": cosine(),
    "sqrt": power(p=0.5),
    "square": power(p=2.0),
}
