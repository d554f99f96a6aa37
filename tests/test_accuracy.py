"""Every rate of every constructor beside 50-digit arithmetic, and the same bits by every road."""

from __future__ import annotations

import numpy as np
import pytest

import ratesheet as rs
from accuracy_cases import BASE, CASES, LONG
from reference import ulps
from tolerances import RATE_ULP

BASES = [BASE, 0.1]

CONSTRUCTORS = {
    "constant",
    "cosine",
    "exponential",
    "inverse_sqrt",
    "linear",
    "multistep",
    "one_cycle",
    "piecewise",
    "polynomial",
    "step",
    "warm_restarts",
    "warmup_cosine",
    "wsd",
}

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def bits(values):
    return np.ascontiguousarray(values, dtype=np.float64).view(np.int64)


def test_every_constructor_is_covered_short_and_long():
    assert {case.name.split("-")[0] for case in CASES} == CONSTRUCTORS
    assert {case.name.split("-")[0] for case in CASES if case.steps is LONG} == CONSTRUCTORS
    assert len({case.name for case in CASES}) == len(CASES)


@every_case
def test_rates_are_within_a_few_units_of_the_last_place(case):
    rates = case.build().values(case.steps, [BASE])[:, 0].tolist()
    errors = [
        (ulps(rate, case.rate(t)), t, rate) for t, rate in zip(case.steps, rates, strict=True)
    ]
    worst, t, rate = max(errors)
    assert worst <= RATE_ULP, f"{worst:.1f} ulp at step {t}: {rate!r}, not {case.rate(t)}"


@every_case
def test_given_levels_are_met_exactly(case):
    schedule = case.build()
    assert {t: schedule(t, BASE) for t in case.known} == case.known


@every_case
@pytest.mark.filterwarnings("ignore:step .* is past the end")
def test_a_table_a_call_and_a_scheduler_give_the_same_bits(case):
    torch = pytest.importorskip("torch")
    schedule = case.build()
    values = schedule.values(case.steps, BASES)
    assert values.shape == (len(case.steps), len(BASES))
    assert values.dtype == np.float64

    called = [[schedule(t, base) for base in BASES] for t in case.steps]

    optimizer = torch.optim.SGD([{"params": [torch.zeros(1)], "lr": base} for base in BASES])
    scheduler = rs.Scheduler(optimizer, schedule, start_step=case.steps[0])
    written = []
    for _ in case.steps:
        written.append([group["lr"] for group in optimizer.param_groups])
        scheduler.step()

    np.testing.assert_array_equal(bits(called), bits(values))
    np.testing.assert_array_equal(bits(written), bits(values))


@every_case
def test_the_order_and_the_stride_of_steps_change_nothing(case):
    schedule = case.build()
    values = schedule.values(case.steps, BASES)
    backwards = schedule.values(case.steps[::-1], BASES)
    scattered = schedule.values(np.array(case.steps[::7]), BASES)
    np.testing.assert_array_equal(bits(backwards), bits(values[::-1]))
    np.testing.assert_array_equal(bits(scattered), bits(values[::7]))
