"""optax's schedules beside the front of the same names, and any schedule as a JAX function."""

from __future__ import annotations

import inspect
import pickle
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import accuracy_cases
import ratesheet as rs
from parity import same
from random_schedules import trees
from ratesheet.compat import optax as ours

jax = pytest.importorskip("jax", reason="needs jax: make test-peers")
theirs = pytest.importorskip("optax", reason="needs optax: make test-peers")

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST = 150
F32 = 1e-6  # of the greatest rate so far
F64 = 1e-12


@pytest.fixture
def double_precision() -> Iterator[None]:
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


def lists(*choices: Any) -> list[Any]:
    return [list(choice) for choice in choices]


# name: argument lists
SETS: dict[str, list[list[Any]]] = {
    "constant_schedule": lists([0.3], [0], [1e-5]),
    "linear_schedule": lists(
        [0.3, 0.02, 90], [0.0, 0.3, 20, 10], [0.3, 0.1, 0], [0.3, 0.1, -1], [0.3, 0.1, 9, -4]
    ),
    "polynomial_schedule": lists(
        [0.3, 0.01, 2.5, 80, 7], [0.0, 0.3, 0.5, 40], [0.3, 0.01, 1, 0], [0.3, 0.0, 3, 33]
    ),
    "cosine_decay_schedule": lists(
        [0.3, 77], [0.3, 77, 0.1], [0.3, 77, 0.1, 1.7], [0.3, 1], [0.3, 40, 1.5], [0.0, 40]
    ),
    "exponential_decay": lists(
        [0.3, 12, 0.8],
        [0.3, 12, 0.5, 9, True, 0.02],
        [0.3, 12, 1.2, 0, False, 0.9],
        [0.3, 12, 0.8, 0, False, 0.5],
        [0.3, 0, 0.8],
        [0.3, 12, 0.0],
        [0.3, 7, 0.9, -3, True],
    ),
    "piecewise_constant_schedule": lists(
        [0.3], [0.3, {20: 0.5, 60: 0.1}], [0.3, {60: 0.1, 20: 0.5}], [0.3, {0: 0.5, 4: 0.0}]
    ),
    "piecewise_interpolate_schedule": lists(
        ["linear", 0.3, {20: 0.5, 60: 0.1}],
        ["cosine", 0.3, {20: 0.5, 60: 0.1}],
        ["linear", 0.3, {0: 0.5, 60: 3.0}],
        ["cosine", 0.3],
    ),
    "linear_onecycle_schedule": lists([100, 0.3], [37, 0.3, 0.2, 0.6, 10.0, 100.0]),
    "cosine_onecycle_schedule": lists([100, 0.3], [37, 0.3, 0.5, 10.0, 100.0], [3, 0.3, 0.198]),
    "warmup_constant_schedule": lists([0.0, 0.3, 15], [0.3, 0.1, 40]),
    "warmup_cosine_decay_schedule": lists(
        [0.03, 0.3, 15, 100, 0.015], [0.0, 0.3, 15, 100, 0.015, 0.6], [0.0, 0.3, 0, 50],
        [0.0, 0.3, 99, 100], [0.0, 0.3, 1, 2],
    ),
    "warmup_exponential_decay_schedule": lists(
        [0.0, 0.3, 15, 10, 0.7], [0.0, 0.3, 15, 10, 0.7, 5, True, 0.015], [0.1, 0.3, 0, 9, 0.5]
    ),
    "sgdr_schedule": [
        [[
            {"init_value": 0.0, "peak_value": 0.3, "warmup_steps": 10, "decay_steps": 40},
            {"init_value": 0.1, "peak_value": 0.15, "warmup_steps": 0, "decay_steps": 60,
             "end_value": 0.01, "exponent": 2.0},
        ]]
    ],
}  # fmt: skip
PAIRS = [(name, arguments) for name, sets in SETS.items() for arguments in sets]


def peer_values(schedule: Any, last: int = LAST) -> list[float]:
    steps = jax.numpy.arange(last)
    values = np.asarray(jax.jit(jax.vmap(schedule))(steps))
    if np.isnan(values).any():  # compiled, a fractional power of optax's has no number at its end
        values = np.asarray(jax.vmap(schedule)(steps))
    return [float(value) for value in values]


@pytest.mark.usefixtures("double_precision")
@pytest.mark.parametrize(("name", "arguments"), PAIRS)
def test_every_step_and_past_the_end(name: str, arguments: list[Any]) -> None:
    schedule = getattr(ours, name)(*arguments)
    expected = peer_values(getattr(theirs, name)(*arguments))
    for base_lr in (1.0, 0.01):  # values are rates, whatever the base LR
        same("optax's front", schedule.values(range(LAST), base_lr), expected)
    got = jax.jit(jax.vmap(ours.as_optax(schedule)))(jax.numpy.arange(LAST))
    same("as_optax", np.asarray(got), expected)


def test_float32_beside_optax_in_float32() -> None:
    for name, arguments in PAIRS:
        schedule = getattr(ours, name)(*arguments)
        expected = np.array(peer_values(getattr(theirs, name)(*arguments)))
        # Near 0 optax in float32 has lost its digits.
        atol = F32 * max(expected.max(), 1e-30)
        np.testing.assert_allclose(schedule.values(range(LAST)), expected, rtol=F32, atol=atol)


@pytest.mark.usefixtures("double_precision")
def test_join_schedules() -> None:
    mine = ours.join_schedules(
        [ours.linear_schedule(0.0, 0.3, 30), ours.cosine_decay_schedule(0.3, 50),
         ours.constant_schedule(0.01)], [20, 60],
    )  # fmt: skip
    peer = theirs.join_schedules(
        [theirs.linear_schedule(0.0, 0.3, 30), theirs.cosine_decay_schedule(0.3, 50),
         theirs.constant_schedule(0.01)], [20, 60],
    )  # fmt: skip
    same("optax's front", mine.values(range(LAST)), peer_values(peer))


def test_names_and_arguments_are_optaxs() -> None:
    schedules = {n for n in vars(theirs.schedules) if re.match(r"[a-z]\w*_schedules?$", n)}
    assert {*schedules, "exponential_decay"} == set(ours.__all__) - {"as_optax"}
    for name in set(ours.__all__) - {"as_optax"}:
        mine, peer = (inspect.signature(getattr(m, name)).parameters for m in (ours, theirs))
        assert [(p.name, p.default) for p in mine.values()] == [
            (p.name, p.default) for p in peer.values()
        ], name


def test_where_the_front_differs_from_optax_on_purpose() -> None:
    # No warmup: optax stays at the first rate for ever.
    assert ours.warmup_constant_schedule(0.0, 0.3, 0)(0) == 0.3
    assert float(theirs.warmup_constant_schedule(0.0, 0.3, 0)(50)) == 0.0
    # Two points on one step: optax keeps the later one only.
    assert ours.linear_onecycle_schedule(1, 0.3).values([0, 1]).tolist() == pytest.approx(
        [0.3 / 25, 0.3 / 25e4]
    )
    assert float(theirs.linear_onecycle_schedule(1, 0.3)(0)) == pytest.approx(0.3 / 625)
    # Compiled, optax's fractional powers are NaN from their end on: 1 - t/T falls below 0 there.
    arguments = (0.3, 0.01, 2.5, 80, 7)
    assert np.isnan(float(jax.jit(theirs.polynomial_schedule(*arguments))(87)))
    mine = ours.as_optax(ours.polynomial_schedule(*arguments))
    assert float(jax.jit(mine)(87)) == float(jax.jit(mine)(500)) == pytest.approx(0.01)
    # A peak of 0: optax ends at 0 instead of the end it was given.
    assert ours.warmup_cosine_decay_schedule(0.0, 0.0, 5, 10, 0.1)(10) == 0.1
    assert float(theirs.warmup_cosine_decay_schedule(0.0, 0.0, 5, 10, 0.1)(10)) == 0.0


# Rows of the list of known faults.


def test_e1_e3_past_the_end_the_last_rate_holds() -> None:
    for schedule in (ours.cosine_decay_schedule(1.0, 5), ours.linear_schedule(1.0, 0.0, 5)):
        assert schedule.values([5, 6, 7, 10, 10**12]).tolist() == [0.0] * 5
        rate = ours.as_optax(schedule)
        assert [float(rate(t)) for t in (5, 6, 10, 2**31 - 1, 10**12)] == [0.0] * 5


def test_e9_a_warmup_starts_at_zero() -> None:
    rates = ours.linear_schedule(0.0, 1.0, 4).values(range(5)).tolist()
    assert rates == [0.0, 0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_e11_short_cycles_have_no_nan(steps: int) -> None:
    schedule = ours.cosine_onecycle_schedule(steps, 1.0, pct_start=0.198)
    assert schedule(0) == 1.0
    assert schedule(steps) == pytest.approx(1.0 / 25 / 1e4, rel=1e-15)
    assert np.isfinite(schedule.values(range(5))).all()


def test_e15_e16_lengths_that_cannot_be_are_refused() -> None:
    with pytest.raises(rs.ScheduleError, match="decay_steps must be > 0, got -1"):
        ours.cosine_decay_schedule(0.3, -1)
    with pytest.raises(rs.ScheduleError, match=r"more than warmup_steps \(500\), got 100"):
        ours.warmup_cosine_decay_schedule(0.0, 0.3, 500, 100)
    with pytest.raises(rs.ScheduleError, match="transition_steps must be > 0, got 0"):
        ours.linear_onecycle_schedule(0, 0.3)


def test_e19_boundaries_rise() -> None:
    parts = [ours.constant_schedule(x) for x in (1.0, 2.0, 3.0)]
    with pytest.raises(rs.ScheduleError, match=r"boundaries must be in rising order, got \[5, 3\]"):
        ours.join_schedules(parts, [5, 3])


def test_e20_alpha_is_a_ratio() -> None:
    assert ours.cosine_decay_schedule(0.1, 100, alpha=0.01)(100) == 1e-3
    assert ours.warmup_cosine_decay_schedule(0.0, 0.1, 0, 100, end_value=1e-4)(100) == 1e-4


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ours.polynomial_schedule(1.0, 0.0, 0, 5), "power must be > 0, got 0"),
        (lambda: ours.piecewise_interpolate_schedule("up", 1.0), "linear, cosine, got 'up'"),
        (lambda: ours.piecewise_constant_schedule(1.0, {3: -1.0}), r"\[3\] must be >= 0, got -1.0"),
        (lambda: ours.as_optax(rs.constant(), base_lr=-1.0), "base_lr must be >= 0, got -1.0"),
        (lambda: ours.as_optax(rs.noise()), "noise needs an end"),
        (
            lambda: ours.as_optax(rs.ramp(1.0, 0.0, steps=5, past="raise")),
            "past='raise' cannot be",
        ),
    ],
)
def test_what_cannot_be_is_refused(make: Any, message: str) -> None:
    with pytest.raises(rs.ScheduleError, match=message):
        make()
    with pytest.raises(TypeError, match="schedule must be a schedule, got 3"):
        ours.as_optax(3)  # type: ignore[arg-type]


def test_schedules_are_values() -> None:
    for name, arguments in PAIRS:
        schedule = getattr(ours, name)(*arguments)
        assert pickle.loads(pickle.dumps(schedule)) == schedule
        assert rs.Schedule.from_dict(schedule.to_dict()) == schedule


# as_optax


def steps_of(case: Any) -> Any:
    near = [t for t in case.known if t < 2**31]
    return np.unique(np.concatenate([np.asarray(case.steps)[::37], near, np.arange(130)]))


def check(schedule: rs.Schedule, steps: Any, base_lr: float, tolerance: float) -> None:
    rate = jax.jit(ours.as_optax(schedule, base_lr))
    got, want = np.asarray(rate(steps.astype(np.int32))), schedule.values(steps, base_lr)
    greatest = np.maximum.accumulate(np.abs(want))
    assert (np.abs(got - want) <= tolerance * greatest).all(), schedule


@pytest.mark.parametrize("case", accuracy_cases.CASES, ids=lambda case: case.name)
def test_every_schedule_in_float32(case: Any) -> None:
    check(case.build(), steps_of(case), accuracy_cases.BASE, F32)


@pytest.mark.usefixtures("double_precision")
@pytest.mark.parametrize("case", accuracy_cases.CASES[::3], ids=lambda case: case.name)
def test_every_third_schedule_in_float64(case: Any) -> None:
    check(case.build(), steps_of(case), accuracy_cases.BASE, F64)


@pytest.mark.usefixtures("double_precision")
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(trees)
def test_schedules_at_random_in_float64(tree: Any) -> None:
    steps = np.arange(200)
    want = tree.schedule.values(steps, 0.5)
    got = np.asarray(jax.jit(ours.as_optax(tree.schedule, 0.5))(steps))
    np.testing.assert_allclose(got, want, rtol=0, atol=F64 * max(np.abs(want).max(), 1e-30))


SHAPES: dict[str, rs.Schedule] = {
    "left boundary": rs.sequence(
        rs.constant(1.0), rs.linear(0.5, 0.0, steps=9), milestones=[4], side="left"
    ),
    "left, one clock": rs.sequence(
        rs.constant(1.0), rs.exponential(0.9), milestones=[4], timeline="global", side="left"
    ),
    "stairs cut at a stair": rs.step(0.5, every=10).until(30),
    "repeated": rs.linear(1.0, 0.0, steps=7).repeat(3),
    "repeated, growing": rs.cosine(1.0, 0.1, steps=7).repeat(3, growth=2),
    "shrinking cycles": rs.linear(1.0, 0.0, steps=8).cycles(
        first=8, growth=0.5, n=3, clock="phase"
    ),
    "peaks by number": rs.warm_restarts(first=11, growth=1.5, peak_decay=0.5, n=4),
    "cooldown": rs.warmup_cosine(warmup=9, steps=80).cooldown(at=30, steps=20, to=0.01),
    "cooldown of stairs": rs.step(0.5, every=10).cooldown(at=30, steps=0),
    "noise": rs.cosine(1.0, 0.1, steps=90) * rs.noise(seed=3, start=5, end=60),
    "clip of two kinds": rs.linear(1.0, 0.0, steps=90).clip(rs.absolute(1e-2), 0.7),
    "warp": rs.cosine(1.0, 0.0, steps=800).warp([(0, 0), (10, 40), (40, 400)]),
    "next multiple": rs.polynomial_cycles(1.0, 0.1, steps=20, power=2.0),
    "free line": rs.range_test(0.1, every=20),
    "free cosine": rs.ramp(1.0, 0.2, steps=20, curve="cosine", past="free"),
    "recorded": rs.from_array([0.5, 0.1, 0.7]),
    "geometric": rs.lr_finder(steps=100),
    "harmonic": rs.harmonic(1.0, 0.01, steps=60),
    "stairs up and down": rs.one_cycle_decay(
        0.1, up=20, down=30, rate=0.5, up_stairs=4, down_stairs=5
    ),
    "mirrored": rs.mirrored_cosine(1.0, 0.0, steps=50),
    "tanh": rs.tanh(1.0, 0.0, steps=60, exact_ends=False),
    "rex": rs.rex(1.0, 0.0, steps=60),
    "advance": rs.cosine(1.0, 0.0, steps=60).advance(20).stretch(2),
    "composed curve": rs.ramp(
        1.0, 0.0, steps=60, curve=rs.curves.compose(rs.curves.cosine(), rs.curves.power(p=2.0))
    ),
    "log warmup": rs.log_warmup(steps=30),
    "noam": rs.noam(d_model=512, warmup=40),
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_kind_of_node(name: str) -> None:
    schedule = SHAPES[name]
    check(schedule, np.arange(160), 0.3, F32)


@pytest.mark.usefixtures("double_precision")
@pytest.mark.parametrize("name", SHAPES)
def test_every_kind_of_node_between_steps(name: str) -> None:
    steps = np.arange(0.0, 160.0, 0.25)
    got = np.asarray(jax.jit(ours.as_optax(SHAPES[name], 0.3))(steps))
    np.testing.assert_allclose(got, SHAPES[name].values(steps, 0.3), rtol=1e-9, atol=1e-12)


def test_known_values() -> None:
    rate = ours.as_optax(rs.warmup_cosine(warmup=4, steps=12, end=0.1), base_lr=2.0)
    values = [float(rate(t)) for t in (-3, 0, 1, 4, 8, 12, 13)]
    assert values == pytest.approx([0.0, 0.0, 0.5, 2.0, 1.1, 0.2, 0.2], rel=1e-6)


def test_distances_stay_exact_past_what_float32_counts() -> None:
    schedule = rs.linear(1.0, 0.0, steps=2**27)
    rate = jax.jit(ours.as_optax(schedule))
    for t in (2**27 - 1, 2**27 - 7, 2**26 + 1):
        assert float(rate(t)) == pytest.approx(schedule(t), rel=1e-6)
    assert float(rate(2**27)) == 0.0


def test_the_step_may_be_anything_that_jax_counts_with() -> None:
    jnp = jax.numpy
    rate = ours.as_optax(rs.linear(1.0, 0.0, steps=10))
    for step in (
        5, np.int64(5), 5.0, jnp.int32(5), jnp.uint8(5), jnp.float32(5), jnp.bfloat16(5),
    ):  # fmt: skip
        assert float(rate(step)) == 0.5
    shaped = rate(jnp.arange(6).reshape(2, 3))
    assert (shaped.shape, shaped.dtype) == ((2, 3), jnp.float32)
    assert ours.as_optax(rs.constant(0.5))(jnp.arange(4)).shape == (4,)


def test_it_compiles_maps_and_scans_once() -> None:
    jnp = jax.numpy
    schedule = rs.warmup_cosine(warmup=10, steps=100)
    rate = ours.as_optax(schedule, base_lr=0.3)
    want = schedule.values(range(120), 0.3)
    traced = 0

    @jax.jit
    def compiled(step: Any) -> Any:
        nonlocal traced
        traced += 1
        return rate(step)

    one_by_one = [float(compiled(t)) for t in range(120)]
    _, scanned = jax.lax.scan(lambda count, _: (count + 1, rate(count)), 0, length=120)
    mapped = jax.jit(jax.vmap(rate))(jnp.arange(120))
    for got in (one_by_one, scanned, mapped):
        np.testing.assert_allclose(np.asarray(got), want, rtol=0, atol=F32 * 0.3)
    assert traced == 1


def test_it_drives_an_optax_optimizer_as_optaxs_own_does() -> None:
    jnp = jax.numpy
    arguments = (0.0, 0.1, 5, 40, 0.01)
    mine = ours.as_optax(ours.warmup_cosine_decay_schedule(*arguments))
    peer = theirs.warmup_cosine_decay_schedule(*arguments)

    def train(schedule: Any) -> Any:
        optimizer = theirs.adam(schedule)
        start = {"w": jnp.array([1.0, -2.0, 3.0]), "b": jnp.array(0.5)}

        def loss(params: Any) -> Any:
            return jnp.sum(params["w"] ** 2) + (params["b"] - 1.0) ** 2

        def update(carry: Any, _: Any) -> Any:
            params, state = carry
            updates, state = optimizer.update(jax.grad(loss)(params), state, params)
            return (theirs.apply_updates(params, updates), state), loss(params)

        return jax.jit(lambda: jax.lax.scan(update, (start, optimizer.init(start)), length=60))()

    (params, _), losses = train(mine)
    (expected, _), expected_losses = train(peer)
    np.testing.assert_allclose(losses, expected_losses, rtol=1e-4)
    np.testing.assert_allclose(params["w"], expected["w"], rtol=1e-4)
    assert losses[-1] < losses[0] / 2


def test_inject_hyperparams_shows_the_rate() -> None:
    jnp = jax.numpy
    schedule = rs.linear(1.0, 0.0, steps=4)
    optimizer = theirs.inject_hyperparams(theirs.sgd)(learning_rate=ours.as_optax(schedule, 0.4))
    params = jnp.ones(2)
    state = optimizer.init(params)
    for t in range(6):
        _, state = optimizer.update(jnp.ones(2), state, params)
        shown = float(state.hyperparams["learning_rate"])
        assert shown == pytest.approx(schedule(t, 0.4), abs=1e-7)
