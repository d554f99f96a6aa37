"""Plain data made hostile: cut, edited, and with values in it that do not belong there."""

from __future__ import annotations

import copy
import math

import numpy as np
import torch

NUMBERS = (
    *(0, 1, -1, 2, 3, 7, 60, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63), 10**400),
    *(0.0, -0.0, 0.5, 1.0, 1.5, -0.1, 1e-300, 5e-324, 1e308, -1e308, 1e17),
    *(math.nan, math.inf, -math.inf),
)
WORDS = (
    "",
    "0",
    "nan",
    "linear",
    "cosine",
    "left",
    "right",
    "own",
    "global",
    "\ud800",
    "kind",
    "x" * 99,
)
OTHERS = (
    *(None, True, False, (), [], {}, [[]], [None], b"", 1j, range(3), {1: 2}, {"kind": "constant"}),
    *([0.0, 1.0], [1.0, 0.0], (0, 1, 2), [math.nan], ["a"], {"version": 1}, object(), int),
    *(np.float64(0.5), np.int64(3), np.array([1.0, 2.0]), np.array("x"), np.float32("inf")),
    *(torch.tensor(0.5), torch.tensor([1, 2]), torch.zeros(0)),
)
JUNK = NUMBERS + WORDS + OTHERS


def places(data, path=()):
    """Every place in nested lists and dicts, as a path of keys."""
    keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        yield (*path, key)
        yield from places(data[key], (*path, key))


def junk(chance):
    """A value of any kind, numbers most often; a copy, since it may be changed in its turn."""
    return copy.deepcopy(chance.choice(NUMBERS if chance.random() < 0.5 else JUNK))


def at(data, path):
    """What lies at a place."""
    for key in path:
        data = data[key]
    return data


def mutate(chance, data):
    """A copy of plain data, changed in one to three places; `chance` is a random.Random."""
    data = copy.deepcopy(data)
    for _ in range(chance.randint(1, 3)):
        found = list(places(data))
        if not found:
            break
        *path, key = chance.choice(found)
        place = at(data, path)
        change = chance.randrange(6)
        if change == 0:
            del place[key]
        elif change == 1 and isinstance(place, list):
            place.insert(key, copy.deepcopy(chance.choice(place)))
        elif change == 1:
            place[chance.choice(WORDS)] = junk(chance)
        elif change == 2:
            place[key] = copy.deepcopy(at(data, chance.choice(found)))
        elif change == 3 and isinstance(place[key], float):
            place[key] = float(place[key]) * chance.choice((-1, 0, 0.5, 2, 1e6, 1e300))
        else:
            place[key] = junk(chance)
    return data
