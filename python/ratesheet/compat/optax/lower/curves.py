"""Curves as array expressions: the weights of a ramp's start and end at a progress."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

__all__ = ["Weights", "curve"]

# (u, r, left) -> (w, s): u done and r left of the ramp; shares of the start and of the end.
Weights = Callable[[Any, Any, bool], tuple[Any, Any]]


def curve(xp: Any, spec: dict[str, Any]) -> Weights:
    """Return the weights of a curve, given as plain data."""
    lowered: Weights = _CURVES[spec["kind"]](
        xp, **{name: value for name, value in spec.items() if name != "kind"}
    )
    return lowered


def _complement(xp: Any, u: Any, r: Any, p: float) -> Any:
    """Return 1 - u^p, from r = 1 - u where u is close to 1."""
    if p == 1.0:
        return r
    near = -xp.expm1(p * xp.log1p(-xp.clip(r, -0.25, 0.25)))
    return xp.where(xp.abs(r) < 0.25, near, 1.0 - u**p)  # noqa: PLR2004 - the core's choice


def _linear(_: Any) -> Weights:
    return lambda u, r, _: (r, u)


def _power(xp: Any, p: float, q: float) -> Weights:
    def weights(u: Any, r: Any, _: bool) -> tuple[Any, Any]:
        done, left = u if p == 1.0 else u**p, _complement(xp, u, r, p)
        return left if q == 1.0 else left**q, _complement(xp, left, done, q)

    return weights


def _waves(xp: Any, cycles: float, p: float, q: float) -> Weights:
    def from_whole(x: Any) -> Any:
        return xp.abs(x - xp.floor(x + 0.5))

    def weights(u: Any, r: Any, _: bool) -> tuple[Any, Any]:
        turns = (u if p == 1.0 else u**p) * cycles
        left = _complement(xp, u, r, p) * cycles
        trough = 0.5 - from_whole(turns)
        if cycles == 0.5:  # noqa: PLR2004 - half a wave
            trough = xp.where(xp.abs(left) <= 0.5, left, trough)  # noqa: PLR2004
        w = xp.sin(math.pi * trough) ** 2
        s = xp.sin(math.pi * from_whole(turns)) ** 2
        return (w, s) if q == 1.0 else (w**q, _complement(xp, w, s, q))

    return weights


def _cosine(xp: Any) -> Weights:
    def beyond(x: Any) -> Any:
        return xp.sin(0.5 * math.pi * x) ** 2

    def weights(u: Any, r: Any, _: bool) -> tuple[Any, Any]:
        # Small near both ends, and 1/2 half-way.
        half = 0.5 * xp.sin(0.5 * math.pi * (r - u))
        w = xp.where(u <= 0.25, 1.0 - beyond(u), xp.where(r <= 0.25, beyond(r), 0.5 + half))  # noqa: PLR2004
        s = xp.where(u <= 0.25, beyond(u), xp.where(r <= 0.25, 1.0 - beyond(r), 0.5 - half))  # noqa: PLR2004
        return w, s

    return weights


def _saturating(xp: Any, ratio: float) -> Weights:
    log = math.log(ratio)
    whole = math.expm1(log)
    return lambda u, r, _: (
        xp.expm1(-r * log) * (-ratio / whole),
        xp.expm1(u * log) / whole,
    )


def _rex(_: Any, d: float) -> Weights:
    def weights(u: Any, r: Any, _: bool) -> tuple[Any, Any]:
        below = (1.0 - d) + d * r
        return r / below, (1.0 - d) * u / below

    return weights


def _tanh(xp: Any, low: float, high: float) -> Weights:
    low, high = (low, high) if low < high else (-low, -high)
    span = high - low

    def share(x: Any, part: Any, rest: Any, end: float) -> Any:
        sinh = xp.expm1(-2.0 * span * part) / math.expm1(-2.0 * span)
        cosh = (1.0 + math.exp(-2.0 * abs(end))) / (1.0 + xp.exp(-2.0 * xp.abs(x)))
        return sinh * cosh * xp.exp(abs(end) - xp.abs(x) - span * rest)

    def weights(u: Any, r: Any, _: bool) -> tuple[Any, Any]:
        x = r * low + u * high
        return share(x, r, u, low), share(x, u, r, high)

    return weights


def _inverse_sqrt(xp: Any, scale: float) -> Weights:
    end = math.sqrt(1.0 + scale)

    def weights(u: Any, r: Any, _: bool) -> tuple[Any, Any]:
        now = xp.sqrt(1.0 + scale * u)
        w = r * (end + 1.0) / (now * (end + now))
        return w, u * end * (end + 1.0) / (now * (now + 1.0))

    return weights


def _log(xp: Any, n: float) -> Weights:
    span, whole = n - 1.0, math.log(n)
    return lambda u, r, _: (
        xp.log1p(span * r / (1.0 + span * u)) / whole,
        xp.log1p(span * u) / whole,
    )


def _stairs(xp: Any, n: float, rounding: str) -> Weights:
    def weights(u: Any, _: Any, left: bool) -> tuple[Any, Any]:
        x = u * n
        nearest = xp.floor(x + 0.5)
        on_a_step = xp.abs(x - nearest) <= 4.0 * n * xp.finfo(xp.result_type(float)).eps
        if rounding == "floor":
            k = xp.where(on_a_step, nearest - 1.0 if left else nearest, xp.floor(x))
        else:
            k = xp.where(on_a_step, nearest, xp.ceil(x))
        k = xp.maximum(k, 0.0)
        return (n - k) / n, k / n

    return weights


def _compose(xp: Any, outer: dict[str, Any], inner: dict[str, Any]) -> Weights:
    first, last = curve(xp, inner), curve(xp, outer)

    def weights(u: Any, r: Any, left: bool) -> tuple[Any, Any]:
        w, s = first(u, r, left)
        return last(s, w, left)

    return weights


def _blend(xp: Any, terms: list[tuple[float, dict[str, Any]]]) -> Weights:
    lowered = [(weight, curve(xp, spec)) for weight, spec in terms]

    def weights(u: Any, r: Any, left: bool) -> tuple[Any, Any]:
        parts = [(weight, part(u, r, left)) for weight, part in lowered]
        return sum(k * w for k, (w, _) in parts), sum(k * s for k, (_, s) in parts)

    return weights


_CURVES: dict[str, Any] = {
    "linear": _linear,
    "cosine": _cosine,
    "power": _power,
    "waves": _waves,
    "saturating": _saturating,
    "rex": _rex,
    "tanh": _tanh,
    "inverse_sqrt": _inverse_sqrt,
    "log": _log,
    "stairs": _stairs,
    "compose": _compose,
    "blend": _blend,
}
