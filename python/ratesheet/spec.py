"""Schedules as plain data and as expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet import curves
from ratesheet._rust import Curve, Schedule
from ratesheet.errors import ScheduleError
from ratesheet.levels import Level

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["VERSION", "expression", "from_dict", "needs_steps", "tidy", "to_dict"]

VERSION = 1

_KINDS = {name for name in vars(Schedule) if not name.startswith("_")} - {
    "affine",
    "has_absolute",
    "spec",
    "steps",
    "value",
}
_OPTIONAL = {
    "constant": ["steps"],
    "cycle": ["count"],
    "noise": ["std", "end"],
    "points": ["curve"],
    "sequence": ["milestones"],
}
_LISTS = {"factors", "phases", "schedules", "terms"}


def tidy(x: float) -> int | float:
    """Return a whole number as an int, so that lengths print as people write them."""
    return int(x) if float(x).is_integer() else x


def needs_steps(steps: float | None, method: str) -> float:
    """Return a length, which `method` cannot do without."""
    if steps is None:
        raise ScheduleError(f"{method} needs a schedule with a length; cut it with until(n) first")
    return steps


def to_dict(core: Schedule) -> dict[str, Any]:
    """Return a schedule's kind and arguments as plain data."""
    kind, fields = core.spec()
    return {"kind": kind, **{k: _plain(value) for k, value in fields.items() if value is not None}}


def _plain(value: Any) -> Any:
    if isinstance(value, Schedule):
        return to_dict(value)
    if isinstance(value, Curve):
        return curves.Curve(value).to_dict()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def from_dict(data: Any) -> Schedule:
    """Return the schedule that plain data describe."""
    version = data.get("version") if isinstance(data, dict) else None
    if type(version) is not int or version != VERSION:
        raise ScheduleError(f"a schedule's dict must have version {VERSION}, got {version!r}")
    try:
        return _build({name: value for name, value in data.items() if name != "version"}, "")
    except RecursionError:
        raise ScheduleError("the schedule's dict is nested too deeply") from None


def _build(data: Any, where: str) -> Schedule:
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ScheduleError(f"{where or 'the schedule'} has no known kind: {kind!r}")
    fields: dict[str, Any] = dict.fromkeys(_OPTIONAL.get(kind, []))
    for name, value in data.items():
        place = f"{where}.{name}" if where else str(name)
        if name == "kind":
            continue
        if name == "schedule":
            fields[name] = _build(value, place)
        elif name in _LISTS and isinstance(value, list):
            fields[name] = [_build(item, f"{place}[{i}]") for i, item in enumerate(value)]
        elif name == "curve" and value is not None:
            fields[name] = _curve(value, place)
        else:
            fields[name] = _tuples(value)
    try:
        core: Schedule = getattr(Schedule, kind)(**fields)
    except ScheduleError:
        raise
    except (TypeError, ValueError, OverflowError) as error:
        raise ScheduleError(
            f"{where or 'the schedule'}, a {kind}, does not fit: {error}"
        ) from error
    return core


def _curve(value: Any, place: str) -> Curve:
    try:
        return curves.from_dict(value)._core
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise ScheduleError(f"{place} is no curve: {error}") from error


def _tuples(value: Any) -> Any:
    """Return pairs as tuples: JSON knows lists only."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return [_tuples(item) for item in value]
    if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 - a pair
        return tuple(_tuples(item) for item in value)
    return value


def _level(pair: tuple[float, float]) -> str:
    rate, ratio = pair
    return repr(ratio) if rate == 0.0 else repr(Level(rate, ratio))


def _curve_word(curve: Curve) -> str:
    word = next((w for w, known in curves._WORDS.items() if known._core == curve), None)
    return repr(curves.Curve(curve)) if word is None else repr(word)


def expression(core: Schedule) -> str:
    """Return an expression that makes the schedule again, with ratesheet as rs."""
    kind, f = core.spec()
    write = _WRITERS.get(kind)
    return write(f) if write else f"{expression(f['schedule'])}.{_call(kind, f)}"


def _ramp(f: dict[str, Any]) -> str:
    ends = f"{_level(f['start'])}, {_level(f['end'])}, steps={tidy(f['steps'])}"
    plain = f["offset"] == 0.0 and f["past"] == "hold" and f["between"] == "linear"
    kind, fields = f["curve"].spec()
    if plain and kind in {"linear", "cosine"}:
        return f"rs.{kind}({ends})"
    if plain and kind == "power" and fields["p"] == 1.0:
        return f"rs.polynomial({ends}, power={fields['q']!r})"
    extra = (
        "" if plain else f", offset={f['offset']!r}, past={f['past']!r}, between={f['between']!r}"
    )
    return f"rs.ramp({ends}, curve={_curve_word(f['curve'])}{extra})"


def _points(f: dict[str, Any]) -> str:
    points = ", ".join(f"({tidy(t)}, {_level(pair)})" for t, pair in f["points"])
    curve = "'hold'" if f["curve"] is None else _curve_word(f["curve"])
    side = "" if f["side"] == "right" else f", side={f['side']!r}"
    return f"rs.piecewise([{points}], curve={curve}{side})"


def _joined(schedules: list[Schedule], sign: str) -> str:
    return f"({f' {sign} '.join(expression(core) for core in schedules)})"


def _sequence(f: dict[str, Any]) -> str:
    phases = ", ".join(expression(core) for core in f["phases"])
    if f["milestones"] is None:
        return f"rs.sequence({phases})"
    milestones = [tidy(m) for m in f["milestones"]]
    extra = f"milestones={milestones!r}, timeline={f['timeline']!r}, side={f['side']!r}"
    return f"rs.sequence({phases}, {extra})"


def _call(kind: str, f: dict[str, Any]) -> str:
    if kind == "shift":
        return f"delay({tidy(f['by'])})" if f["by"] >= 0 else f"advance({tidy(-f['by'])})"
    if kind == "cooldown":
        ends = f"at={tidy(f['at'])}, steps={tidy(f['steps'])}, to={_level(f['to'])}"
        return f"cooldown({ends}, curve={_curve_word(f['curve'])})"
    if kind == "cycle":
        count = None if f["count"] is None else int(f["count"])
        span = f"first={tidy(f['first'])}, growth={tidy(f['growth'])}"
        return f"cycles({span}, n={count}, clock={f['clock']!r})"
    if kind == "warp":
        return f"warp({[(tidy(t), tidy(time)) for t, time in f['times']]!r})"
    name = {"staircase": "every"}.get(kind, kind)
    (value,) = (tidy(value) for key, value in f.items() if key != "schedule")
    return f"{name}({value!r})"


_WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {
    "constant": lambda f: (
        f"rs.constant({_level(f['value'])}"
        + ("" if f["steps"] is None else f", steps={tidy(f['steps'])}")
        + ")"
    ),
    "ramp": _ramp,
    "exponential": lambda f: (
        f"rs.exponential({f['gamma']!r}, every={tidy(f['every'])}"
        + ("" if f["shift"] == 0.0 else f", shift={tidy(f['shift'])}")
        + ")"
    ),
    "power": lambda f: (
        f"rs.power_law({_level(f['scale'])}, exponent={f['exponent']!r},"
        f" shift={tidy(f['shift'])}, lowest={tidy(f['lowest'])})"
    ),
    "inverse_power": lambda f: (
        f"rs.inverse_power(tau={tidy(f['tau'])}, inner={f['inner']!r}, outer={f['outer']!r},"
        f" shift={tidy(f['shift'])})"
    ),
    "points": _points,
    "samples": lambda f: f"rs.from_array({f['values']!r})",
    "noise": lambda f: (
        f"rs.noise(seed={f['seed']}, amplitude={f['amplitude']!r}, std={f['std']!r},"
        f" start={tidy(f['start'])}, end={None if f['end'] is None else tidy(f['end'])})"
    ),
    "sequence": _sequence,
    "product": lambda f: _joined(f["factors"], "*"),
    "sum": lambda f: _joined(f["terms"], "+"),
    "least": lambda f: f"rs.least({', '.join(map(expression, f['schedules']))})",
    "greatest": lambda f: f"rs.greatest({', '.join(map(expression, f['schedules']))})",
}
