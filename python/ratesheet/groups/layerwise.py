"""Layer-wise learning-rate decay: few named param groups, deeper layers with higher rates."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from numbers import Integral, Real
from typing import Any

from ratesheet.errors import ScheduleError
from ratesheet.groups.depth import infer_layers

__all__ = ["layerwise"]


def layerwise(
    model: Any,
    lr: float,
    decay: float,
    weight_decay: float = 0.0,
    *,
    no_decay: Callable[[str, Any], bool] | Iterable[str] | None = None,
    layer_of: Callable[[str], int] | None = None,
) -> list[dict[str, Any]]:
    """Return param groups whose rates fall from the last layer to the first.

        lr(layer i of n) = lr * decay**(n - 1 - i)

    There is one group for each layer and each of its two kinds of parameters, those with weight
    decay and those without, so far fewer than parameters. Each trainable parameter is in exactly
    one group, a shared one where its first name puts it; frozen ones are in none, though their
    layers count.

    Args:
        model: anything with torch's `named_parameters()`.
        lr: the rate of the last layer, exactly; > 0.
        decay: from each layer to the one before it; in (0, 1].
        weight_decay: of the parameters that have any; >= 0.
        no_decay: which parameters have none. By default those of at most one dimension (biases and
            norms) and those that `model.no_weight_decay()` names, where the model has that.
            A collection adds to these: an entry is a name or a run of its parts ("bias",
            "LayerNorm.weight"), or a pattern for the whole name ("*.norm?.*"). A function of
            (name, parameter) decides alone.
        layer_of: a function from a parameter's name to its layer, from 0. By default read off the
            names: embeddings and stem first, numbered blocks in order, then the final norm and the
            head.

    Returns:
        Dicts with "params", "lr", "weight_decay" and "name" ("layer_3_decay", "layer_3_no_decay"),
        from the first layer to the last: what a torch optimizer takes as its first argument.

    Raises:
        ScheduleError: when lr, decay, weight_decay or a layer is out of range, the model has
            nothing to train, or its names show no layers and `layer_of` is not given.
        TypeError: when an argument is of another kind.

    Example:
        >>> from types import SimpleNamespace as Namespace
        >>> names = ["embed.weight", "blocks.0.weight", "blocks.1.weight", "head.weight"]
        >>> weights = [(name, Namespace(ndim=2, requires_grad=True)) for name in names]
        >>> model = Namespace(named_parameters=lambda: weights)
        >>> for group in layerwise(model, lr=0.8, decay=0.5):
        ...     print(group["name"], group["lr"])
        layer_0_decay 0.1
        layer_1_decay 0.2
        layer_2_decay 0.4
        layer_3_decay 0.8
    """
    lr = _number("lr", lr)
    if lr <= 0:
        raise ScheduleError(f"lr must be greater than 0, got {lr!r}")
    decay = _number("decay", decay)
    if not 0 < decay <= 1:
        raise ScheduleError(f"decay must be in (0, 1], got {decay!r}")
    weight_decay = _number("weight_decay", weight_decay)
    if weight_decay < 0:
        raise ScheduleError(f"weight_decay must be at least 0, got {weight_decay!r}")

    parameters = _distinct_parameters(model)
    is_exempt = _exemption(model, no_decay)
    layers = _layers([name for name, _ in parameters], layer_of)
    n_layers = max(layers) + 1
    members: dict[tuple[int, bool], list[Any]] = {}
    for (name, parameter), layer in zip(parameters, layers, strict=True):
        if parameter.requires_grad:
            members.setdefault((layer, is_exempt(name, parameter)), []).append(parameter)
    return [
        {
            "params": members[layer, exempt],
            "lr": lr * decay ** (n_layers - 1 - layer),
            "weight_decay": 0.0 if exempt else weight_decay,
            "name": f"layer_{layer}_{'no_decay' if exempt else 'decay'}",
        }
        for layer, exempt in sorted(members)
    ]


def _number(argument: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{argument} must be a number, got {value!r}")
    if not math.isfinite(value):
        raise ScheduleError(f"{argument} must be finite, got {value!r}")
    return float(value)


def _distinct_parameters(model: Any) -> list[tuple[str, Any]]:
    named_parameters = getattr(model, "named_parameters", None)
    if not callable(named_parameters):
        raise TypeError(f"model must have named_parameters(), got {type(model).__name__}")
    distinct: dict[int, tuple[str, Any]] = {}
    for name, parameter in named_parameters():
        distinct.setdefault(id(parameter), (name, parameter))
    if not any(parameter.requires_grad for _, parameter in distinct.values()):
        raise ScheduleError(
            f"model must have trainable parameters, got {type(model).__name__} with"
            f" {len(distinct)} frozen and none to train"
        )
    return list(distinct.values())


def _layers(names: list[str], layer_of: Callable[[str], int] | None) -> list[int]:
    if layer_of is None:
        return infer_layers(names)
    if not callable(layer_of):
        raise TypeError(f"layer_of must be a function of a name, got {layer_of!r}")
    layers: list[int] = []
    for name in names:
        layer: Any = layer_of(name)
        if isinstance(layer, bool) or not isinstance(layer, Integral):
            raise TypeError(f"layer_of({name!r}) must be an integer, got {layer!r}")
        if layer < 0:
            raise ScheduleError(f"layer_of({name!r}) must be at least 0, got {layer!r}")
        layers.append(int(layer))
    return layers


def _exemption(model: Any, no_decay: Any) -> Callable[[str, Any], bool]:
    if callable(no_decay):
        decide = no_decay
        return lambda name, parameter: bool(decide(name, parameter))
    if no_decay is not None and (isinstance(no_decay, str) or not isinstance(no_decay, Iterable)):
        raise TypeError(f"no_decay must be a function or a collection of names, got {no_decay!r}")
    entries = [] if no_decay is None else list(no_decay)
    for entry in entries:
        if not isinstance(entry, str):
            raise TypeError(f"no_decay must hold names, got {entry!r}")
    declared = getattr(model, "no_weight_decay", None)
    if callable(declared):
        entries.extend(declared())
    return lambda name, parameter: (
        parameter.ndim <= 1 or any(_matches(name, entry) for entry in entries)
    )


def _matches(name: str, entry: str) -> bool:
    return fnmatchcase(name, entry) or f".{entry}." in f".{name}."
