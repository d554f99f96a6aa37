"""How deep a parameter sits in its model, read off its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ratesheet.errors import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["infer_layers"]

# Kinds of containers, coarse to fine: a finer one directly inside a coarser one counts on.
_RANKS = {"stage": 0, "layer": 1, "block": 2, "h": 2}
_CONTAINER = re.compile(r"(?:[a-z_]*(stage|layer|block)s?|(h))", re.IGNORECASE)
_NUMBERED = re.compile(r"([a-z_]*(stage|layer|block)s?_?)(\d+)", re.IGNORECASE)

_LAST = re.compile(r"(?:.*_)?(?:heads?|classifier|unembed\w*|embed_out|logit_scale)", re.IGNORECASE)
_FIRST = re.compile(r".*embed.*|(?:cls|class|mask)_token|(?:.*_)?stem|wte|wpe", re.IGNORECASE)

_Path = tuple[tuple[str, int], ...]


def infer_layers(names: Sequence[str]) -> list[int]:
    """Return the layer of each parameter: stem 0, blocks 1 .. n-2 in order, the rest n-1.

    A block is a numbered child of something called layers, blocks, stages or h, also with a prefix
    (`decoder_layers.3.`) or with the number in the name (`layer2.0.`, `encoder_layer_3.`). Of
    blocks inside stages (`stages.1.blocks.4.`) each is a layer. Where nothing is called so, as in a
    `Sequential`, any number counts. A parameter outside of the blocks is the stem's when it comes
    before them or is called an embedding, the last layer's when it comes after them or is called a
    head, and otherwise belongs to the block before it. A model without a stem starts with its
    first block.

    Args:
        names: parameters' names, dotted, in the model's order.

    Returns:
        Layer numbers from 0 without gaps, one per name.

    Raises:
        ScheduleError: when no name has a number to go by.

    Example:
        >>> infer_layers(["embed.weight", "blocks.0.fc.weight", "blocks.1.fc.weight", "head.bias"])
        [0, 1, 2, 3]
        >>> infer_layers(["0.weight", "0.bias", "2.weight"])
        [0, 0, 1]
    """
    paths = [_block_of(name) for name in names]
    if not any(paths):
        paths = [_any_number_of(name) for name in names]
    if not any(paths):
        raise ScheduleError(
            "layer_of must be given: no parameter's name has a numbered block, as 'blocks.0.', in"
            f" {list(names[:5])}"
        )
    paths = _without_bare_stages(paths)
    positions = _positions(names, paths)
    compact = {position: layer for layer, position in enumerate(sorted(set(positions)))}
    return [compact[position] for position in positions]


def _positions(names: Sequence[str], paths: Sequence[_Path]) -> list[int]:
    """Place each name: -1 for the stem, 0 .. for blocks in order, their number for the rest."""
    order = _order(paths)
    last_block = max(index for index, path in enumerate(paths) if path)
    positions: list[int] = []
    here = -1
    for index, (name, path) in enumerate(zip(names, paths, strict=True)):
        if path:
            here = order[path]
        parts = name.split(".")
        if path:
            positions.append(here)
        elif any(map(_LAST.fullmatch, parts)):
            positions.append(len(order))
        elif any(map(_FIRST.fullmatch, parts)):
            positions.append(-1)
        else:
            positions.append(len(order) if index > last_block else here)
    return positions


def _order(paths: Sequence[_Path]) -> dict[_Path, int]:
    """Number the blocks: containers as they come, within each by its own numbers."""
    ranks: dict[tuple[str, ...], int] = {}
    keys: dict[_Path, tuple[int, ...]] = {}
    for path in paths:
        key: tuple[int, ...] = ()
        for depth, (_, number) in enumerate(path):
            container = tuple(word for word, _ in path[: depth + 1])
            key += (ranks.setdefault(container, len(ranks)), number)
        keys[path] = key
    ordered = sorted((path for path in keys if path), key=lambda path: keys[path])
    return {path: position for position, path in enumerate(ordered)}


def _block_of(name: str) -> _Path:
    parts = name.split(".")
    path: _Path = ()
    rank, prefix, index = -1, "", 0
    while index < len(parts):
        part, following = parts[index], parts[index + 1] if index + 1 < len(parts) else ""
        container, numbered = _CONTAINER.fullmatch(part), _NUMBERED.fullmatch(part)
        if container and following.isdecimal():
            kind, number, width = _RANKS[(container[1] or container[2]).lower()], following, 2
            word = part
        elif numbered:
            kind, number, width = _RANKS[numbered[2].lower()], numbered[3], 1
            word = numbered[1]
        elif path and part.isdecimal() and index and _NUMBERED.fullmatch(parts[index - 1]):
            return (*path, ("", int(part)))
        elif path:
            return path
        else:
            prefix, index = f"{prefix}{part}.", index + 1
            continue
        if kind <= rank:
            return path
        path, rank = (*path, (prefix + word, int(number))), kind
        prefix, index = "", index + width
    return path


def _any_number_of(name: str) -> _Path:
    parts = name.split(".")
    for index, part in enumerate(parts):
        if _LAST.fullmatch(part):
            return ()
        if part.isdecimal():
            return ((".".join(parts[:index]), int(part)),)
    return ()


def _without_bare_stages(paths: Sequence[_Path]) -> list[_Path]:
    """Drop a stage that has blocks of its own: what lies beside them goes with a block."""
    parents = {path[:-1] for path in paths if len(path) > 1}
    return [() if path in parents else path for path in paths]
