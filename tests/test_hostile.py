"""Hostile input of every kind: the documented error, no panic, no hang, nothing half-written."""

from __future__ import annotations

import copy
import inspect
import io
import json
import math
import pickle
import random
import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import ratesheet as rs
from mutations import JUNK, NUMBERS, junk, mutate
from random_schedules import trees
from stock import STOCK

seeds = st.integers(0, 2**32).map(random.Random)
DOCUMENTED = {TypeError, ValueError, IndexError, rs.ScheduleError, rs.CheckpointError}


def attempt(call, *args, **named):
    """Call what may be refused. Returns whether it was not, and the result."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rs.RatesheetWarning)
        try:
            return True, call(*args, **named)
        except (TypeError, ValueError, IndexError) as error:
            wrong = error
    # A UnicodeError, say, is a ValueError too, but no one has written a sentence for it.
    assert type(wrong) in DOCUMENTED, repr(wrong)
    assert len(str(wrong)) > 10
    return False, None


# Checkpoints


def optimizer(*, names=True):
    groups = [
        {"params": [torch.nn.Parameter(torch.ones(2))], "lr": lr, "name": name}
        for lr, name in ((1.0, "body"), (0.05, "head"))
    ]
    if not names:
        for group in groups:
            del group["name"]
    return torch.optim.SGD(groups, momentum=0.9)


def plain(start=3):
    return rs.Scheduler(optimizer(names=False), rs.cosine(1.0, 0.0, steps=10), start_step=start)


def restoring(start=3):
    schedules = {
        "body": rs.warmup_cosine(warmup=3, steps=20) * rs.noise(seed=1),
        "head": rs.wsd_s([8, 9], decay=2, warmup=2).clip(low=rs.absolute(1e-3)),
    }
    driven = rs.Scheduler(
        optimizer(),
        schedules,
        start_step=start,
        plateau=rs.Plateau(patience=1, window=2, floor=rs.absolute(1e-4)),
        on_mismatch="restore",
    )
    for loss in (3.0, 3.0, 3.0, 2.0):
        driven.observe(loss)
    return driven


def table(start=1):
    return rs.TableScheduler(optimizer(), [[0.3, 0.2], [0.2, 0.1], [0.1, 0.0]], start_step=start)


SCHEDULERS = {"keep": plain, "restore": restoring, "table": table}


def standing(scheduler):
    """All that a failed call must not change; NaN is met nowhere in it."""
    driven = scheduler.optimizer
    return (
        copy.deepcopy(scheduler.state_dict()),
        scheduler.last_epoch,
        scheduler._step_count,
        list(scheduler.base_lrs),
        scheduler.get_last_lr(),
        [{k: v for k, v in g.items() if k != "params"} for g in driven.param_groups],
        [id(group["lr"]) for group in driven.param_groups],
    )


def assert_sound(scheduler):
    """The groups hold the rates of the present step, and they are rates."""
    held = [group["lr"] for group in scheduler.optimizer.param_groups]
    assert held == scheduler.get_lr() == scheduler.get_last_lr()
    assert all(type(rate) is float and math.isfinite(rate) for rate in held)


def load(scheduler, state):
    """Load a state that may be refused; returns whether it was taken."""
    before = standing(scheduler)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rs.RatesheetWarning)
            scheduler.load_state_dict(state)
    except rs.CheckpointError as error:
        refused = str(error)
    except TypeError as error:
        refused = str(error)
        assert "state must be a dict" in refused
    else:
        assert_sound(scheduler)
        return True
    assert len(refused) > 10
    assert standing(scheduler) == before
    scheduler.step()  # and it goes on
    assert_sound(scheduler)
    return False


@pytest.mark.parametrize("kind", SCHEDULERS)
@given(chance=seeds)
def test_an_edited_checkpoint_is_refused_whole_or_loads_whole(kind, chance):
    build = SCHEDULERS[kind]
    load(build(), mutate(chance, build(start=2).state_dict()))


@pytest.mark.parametrize("kind", SCHEDULERS)
@pytest.mark.parametrize("value", JUNK, ids=lambda value: f"{type(value).__name__}-{value!r:.20}")
def test_anything_in_the_place_of_a_value_or_of_the_state(kind, value):
    build = SCHEDULERS[kind]
    state = build(start=2).state_dict()
    assert not load(build(), value)
    for key in state:
        load(build(), {**state, key: value})
        load(build(), {k: v for k, v in state.items() if k != key})


@pytest.mark.parametrize("kind", SCHEDULERS)
def test_a_foreign_checkpoint_is_refused(kind):
    driven = optimizer()
    torchs = torch.optim.lr_scheduler
    foreign = [
        torchs.StepLR(driven, 3),
        torchs.OneCycleLR(driven, 0.1, total_steps=9),
        torchs.ReduceLROnPlateau(driven),
        torchs.SequentialLR(driven, [torchs.ExponentialLR(driven, 0.9)], milestones=[]),
        driven,
        torch.nn.Linear(2, 2),
    ]
    for other in foreign:
        assert not load(SCHEDULERS[kind](), other.state_dict())
    for other in set(SCHEDULERS) - {kind}:
        state = SCHEDULERS[other]().state_dict()
        taken = load(SCHEDULERS[kind](), state)
        # A table needs a position and base LRs alone, which every state has. A state without names
        # goes by places, and groups without names take any.
        assert taken == (other != "table")


def test_a_truncated_file_never_reaches_the_scheduler():
    scheduler = restoring()
    text = json.dumps(scheduler.state_dict())
    file = io.BytesIO()
    torch.save(scheduler.state_dict(), file)
    data = file.getvalue()
    for share in (0.0, 0.1, 0.5, 0.9, 0.999):
        with pytest.raises(json.JSONDecodeError):
            json.loads(text[: int(len(text) * share)])
        with pytest.raises((RuntimeError, EOFError)):
            torch.load(io.BytesIO(data[: int(len(data) * share)]), weights_only=True)
    assert load(restoring(), json.loads(text))


def test_a_deeply_nested_checkpoint_is_refused():
    state = plain().state_dict()
    spec = state["schedules"][0]
    deep = {"kind": "constant", "value": [0.0, 1.0]}
    for _ in range(100_000):
        deep = {"kind": "stretch", "factor": 1.0, "schedule": deep}
    assert not load(plain(), {**state, "schedules": [{"version": spec["version"], **deep}]})


def test_a_huge_number_in_a_checkpoint_is_refused():
    state = plain().state_dict()
    assert not load(plain(), {**state, "base_lrs": [1.0, 10**400]})
    assert not load(plain(), {**state, "step_count": 10**400})


# Schedules as data


def build(data):
    """Build a schedule of data that may be refused, and use it."""
    try:
        schedule = rs.Schedule.from_dict(data)
    except rs.ScheduleError as error:
        refused = str(error)
    else:
        use(schedule)
        return
    assert len(refused) > 10


def use(schedule):
    """Write a schedule down, read it back, evaluate it."""
    again = rs.Schedule.from_dict(schedule.to_dict())
    assert again == schedule
    assert pickle.loads(pickle.dumps(schedule)) == schedule
    assert isinstance(repr(schedule), str)
    assert json.loads(json.dumps(schedule.to_dict(), allow_nan=False)) == schedule.to_dict()
    for step in (0, 1, 7, 2.5, 1000, 2**40, 2**63 - 1):
        for base in (1.0, 0.0, 3e-4):
            try:
                value = schedule(step, base)
            except rs.ScheduleError:
                continue
            assert isinstance(value, float)
            assert schedule.values([step], base)[0] == value or math.isnan(value)


SPECS = [make().to_dict() for make, _ in STOCK.values()]


@given(chance=seeds)
def test_an_edited_spec_is_refused_or_a_schedule(chance):
    build(mutate(chance, chance.choice(SPECS)))


@given(chance=seeds, tree=trees)
def test_an_edited_spec_of_any_schedule_is_refused_or_a_schedule(chance, tree):
    build(mutate(chance, tree.schedule.to_dict()))


@given(chance=seeds)
def test_edited_json_is_refused_or_a_schedule(chance):
    text = json.dumps(chance.choice(SPECS))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text))
        text = (
            text[:at] + chance.choice('0123456789.-e,:[]{}"tn ') + text[at + chance.randint(0, 2) :]
        )
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        return
    build(data)


# Every public call

FUNCTIONS = sorted(
    name
    for name in rs.__all__
    if inspect.isfunction(getattr(rs, name)) and not name.startswith(("register", "build_"))
)
CURVES = [name for name in rs.curves.__all__ if name[0].islower()]


def arguments(chance, function, good):
    """Arguments of a call: of each kind some that are wrong."""
    args, named = [], {}
    for name, parameter in inspect.signature(function).parameters.items():
        value = chance.choice(good) if chance.random() < 0.6 else junk(chance)
        if parameter.kind is parameter.VAR_POSITIONAL:
            args += [chance.choice(good) for _ in range(chance.randint(0, 2))]
        elif parameter.kind is parameter.VAR_KEYWORD or (
            parameter.default is not parameter.empty and chance.random() < 0.5
        ):
            continue
        elif parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = value
        else:
            args.append(value)
    return args, named


GOOD = [
    *(0, 1, 2, 5, 10, 0.0, 0.1, 0.5, 1.0, 2.0, "linear", "cosine", "sqrt", "start", "end", "cycle"),
    *(rs.absolute(1e-3), rs.Level(1e-3, 0.5), rs.curves.cosine(), rs.constant(0.5, steps=4)),
    *(
        rs.cosine(1.0, 0.0, steps=5),
        [1.0, 0.5, 0.2],
        [(0, 1.0), (4, 0.5)],
        [3, 5, 8],
        abs,
        math.cos,
    ),
    *(range(4), range(0, 9, 2), rs.Table(rs.constant(0.5), 3)),
]


@pytest.mark.parametrize("name", FUNCTIONS)
@given(chance=seeds)
def test_a_function_takes_its_arguments_or_says_why_not(name, chance):
    function = getattr(rs, name)
    args, named = arguments(chance, function, GOOD)
    _, result = attempt(function, *args, **named)
    if isinstance(result, rs.Schedule):
        use(result)


@pytest.mark.parametrize("name", CURVES)
@given(chance=seeds)
def test_a_curve_takes_its_arguments_or_says_why_not(name, chance):
    function = getattr(rs.curves, name)
    args, named = arguments(chance, function, [*GOOD, (0.5, rs.curves.linear())])
    built, curve = attempt(function, *args, **named)
    if not built:
        return
    # Waves need not be over when they end.
    assert (curve(0.0), curve(1.0)) == (0.0, 1.0) or curve.to_dict()["kind"] in {"waves", "blend"}
    assert eval(repr(curve), {"rs": rs}) == curve  # noqa: S307 - our own expression
    for u in NUMBERS:
        called, share = attempt(curve, u)
        assert isinstance(share, float) == called


METHODS = [
    *("values", "table", "then", "clip", "repeat", "cycles", "delay", "advance", "stretch"),
    *("every", "until", "next_multiple", "warp", "cooldown", "__call__"),
    *("__mul__", "__rmul__", "__add__", "__radd__", "__eq__"),
]


@pytest.mark.parametrize("name", METHODS)
@given(chance=seeds, tree=trees)
def test_a_method_of_a_schedule_takes_its_arguments_or_says_why_not(name, chance, tree):
    method = getattr(tree.schedule, name)
    args, named = arguments(chance, method, GOOD)
    before = tree.schedule.to_dict()
    _, result = attempt(method, *args, **named)
    if isinstance(result, rs.Schedule):
        use(result)
    assert tree.schedule.to_dict() == before


@given(chance=seeds)
def test_a_table_takes_an_index_or_says_why_not(chance):
    steps, bases = chance.choice((5, range(1, 9, 3), [0, 2.5, 9])), chance.choice((1.0, [1.0, 0.1]))
    made = rs.Table(rs.cosine(1.0, 0.0, steps=5), steps, bases)
    keys = [junk(chance), chance.randint(-4, 4), slice(junk(chance), None), [0, -1], [True, False]]
    key = chance.choice(keys)
    whole = made.numpy()
    for index in (key, (key, chance.choice(keys)), (key, 0, 0)):
        taken, part = attempt(made.__getitem__, index)
        assert (part is not None) == taken
    assert (made.numpy() == whole).all()


CALLS = {
    "step": lambda s, a, b: s.step(by=a),
    "step positional": lambda s, a, b: s.step(a),
    "seek": lambda s, a, b: s.seek(a),
    "last_epoch": lambda s, a, b: (setattr(s, "last_epoch", a), s.set()),
    "lr_at": lambda s, a, b: s.lr_at(a),
    "table": lambda s, a, b: s.table(a),
    "table of a key": lambda s, a, b: s.table(a, key=b),
    "observe": lambda s, a, b: s.observe(a),
    "rescale": lambda s, a, b: s.rescale(a, b),
    "rescale all": lambda s, a, b: s.rescale(a),
    "rescale key": lambda s, a, b: s.rescale(a, key=b),
    "base_lrs": lambda s, a, b: setattr(s, "base_lrs", a),
    "base_lrs of two": lambda s, a, b: setattr(s, "base_lrs", [a, b]),
    "load": lambda s, a, b: s.load_state_dict(a),
    "check": lambda s, a, b: rs.check(s, total_steps=a, optimizer=b),
}


# A position far past the end of the schedule is told of, and is no fault.
@pytest.mark.filterwarnings("ignore::ratesheet.RatesheetWarning")
@pytest.mark.parametrize("name", CALLS)
@given(chance=seeds)
def test_a_call_of_a_scheduler_does_it_all_or_nothing(name, chance):
    scheduler = restoring()
    first, second = (chance.choice([*GOOD, junk(chance), junk(chance)]) for _ in range(2))
    before = standing(scheduler)
    done, _ = attempt(CALLS[name], scheduler, first, second)
    assert done or standing(scheduler) == before
    assert_sound(scheduler)
    if scheduler.last_epoch < 2**62:  # the last step that there is has no next one
        scheduler.step()
        assert_sound(scheduler)


@pytest.mark.parametrize("cls", [rs.Scheduler, rs.TableScheduler])
@given(chance=seeds)
def test_a_scheduler_that_cannot_be_built_writes_nothing(cls, chance):
    driven = optimizer(names=chance.random() < 0.5)
    if chance.random() < 0.3:
        chance.choice(driven.param_groups)["lr"] = junk(chance)
    held = [group["lr"] for group in driven.param_groups]
    args, named = arguments(chance, cls, [*GOOD, {"body": rs.constant(), "head": rs.constant()}])
    built, scheduler = attempt(cls, driven, *args[1:], **named)
    if built:
        attempt(scheduler.step)
    else:
        assert all(a is b["lr"] for a, b in zip(held, driven.param_groups, strict=True))


@given(chance=seeds)
def test_a_plateau_takes_its_arguments_and_metrics_or_says_why_not(chance):
    good = [*GOOD, "min", "max", "rel", "abs", "ignore", "bad", True]
    make = chance.choice([rs.Plateau, rs.Plateau.keras, rs.Plateau.timm, rs.Plateau.greedy])
    args, named = arguments(chance, make, good)
    built, plateau = attempt(make, *args, **named)
    if not built:
        return
    scheduler = rs.Scheduler(optimizer(), rs.cosine(1.0, 0.1, steps=9), plateau=plateau)
    for metric in (1.0, *(junk(chance) for _ in range(6)), 1.0, 1.0):
        before = standing(scheduler)
        seen, _ = attempt(scheduler.observe, metric)
        assert seen or standing(scheduler) == before
        scheduler.step()
        assert_sound(scheduler)
    load(scheduler, json.loads(json.dumps(scheduler.state_dict(), allow_nan=False)))
