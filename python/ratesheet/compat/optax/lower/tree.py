"""A whole schedule as one array expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.compat.optax.lower import clocks, joins, leaves
from ratesheet.compat.optax.lower.cycle import cycle
from ratesheet.compat.optax.lower.ramp import ramp
from ratesheet.schedule import Schedule
from ratesheet.spec import VERSION

if TYPE_CHECKING:
    from ratesheet.compat.optax.lower.level import Node

__all__ = ["lowered"]

_LEAVES = ("constant", "exponential", "inverse_power", "noise", "points", "power", "samples")
_CLOCKS = ("cooldown", "next_multiple", "shift", "staircase", "stretch", "until", "warp")


def lowered(xp: Any, spec: dict[str, Any], base_lr: float) -> Node:
    """Return a schedule, given as plain data, as a function of (t, left)."""
    kind = spec["kind"]
    fields = {name: value for name, value in spec.items() if name not in ("kind", "version")}
    node: Node
    if kind in _LEAVES:
        node = getattr(leaves, kind)(xp, **fields)
    elif kind == "ramp":
        node = ramp(xp, base_lr, **fields)
    elif kind in _CLOCKS:
        child = lowered(xp, fields.pop("schedule"), base_lr)
        node = getattr(clocks, kind)(xp, child, **fields)
    elif kind == "cycle":
        inner = fields.pop("schedule")
        node = cycle(xp, lowered(xp, inner, base_lr), _value(inner)._core.steps, **fields)
    else:
        node = _joined(xp, kind, fields, base_lr)
    return node


def _joined(xp: Any, kind: str, fields: dict[str, Any], base_lr: float) -> Node:
    (name,) = set(fields) & {"factors", "phases", "schedules", "terms"}
    specs = fields[name]
    children = [lowered(xp, spec, base_lr) for spec in specs]
    if kind == "sum":
        return joins.total(children)
    if kind == "product":
        rated = [_value(spec)._core.has_absolute for spec in specs]
        return joins.product(xp, children, rated)
    if kind in ("least", "greatest"):
        rated = [_value(spec)._core.has_absolute for spec in specs]
        probe = base_lr if any(rated) else 1.0
        return joins.extreme(xp, children, probe, least=kind == "least")
    bounds = fields.get("milestones")
    if bounds is None:
        heads = [_value({"kind": "sequence", **fields, "phases": specs[: i + 1]}) for i in
                 range(len(specs) - 1)]  # fmt: skip
        bounds = [head._core.steps for head in heads]
    return joins.sequence(xp, children, bounds, fields["timeline"], fields["side"])


def _value(spec: dict[str, Any]) -> Schedule:
    return Schedule.from_dict({"version": VERSION, **spec})
