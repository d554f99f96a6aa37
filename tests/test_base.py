"""BaseLRScheduler: the contract, on plain objects, and its faults."""

from __future__ import annotations

import copy
import json
import math
import subprocess
import sys
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

import ratesheet as rs


class Halving(rs.BaseLRScheduler):
    def get_lr(self):
        return [base * 0.5**self._step_count for base in self.base_lrs]


class Returning(rs.BaseLRScheduler):
    """Returns, or raises, what it is told to."""

    answer: object = ()

    def get_lr(self):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def optimizer_of(*rates, names=()):
    groups = [{"lr": rate} for rate in rates]
    for group, name in zip(groups, names, strict=False):
        group["name"] = name
    return SimpleNamespace(param_groups=groups)


def rates_of(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


def test_construction_reads_the_bases_and_writes_nothing():
    optimizer = optimizer_of(1.0, 0.1)
    before = copy.deepcopy(optimizer.param_groups)
    scheduler = Halving(optimizer, iterations=10, anything="else")
    assert scheduler.optimizer is optimizer
    assert scheduler.base_lrs == [1.0, 0.1]
    assert (scheduler._step_count, scheduler.last_epoch) == (0, 0)
    assert optimizer.param_groups == before


def test_it_is_abstract_but_for_get_lr():
    with pytest.raises(TypeError, match="get_lr"):
        rs.BaseLRScheduler(optimizer_of(1.0))


def test_known_values():
    optimizer = optimizer_of(1.0, 0.1)
    scheduler = Halving(optimizer)
    rows = []
    for _ in range(3):
        scheduler.step()
        rows.append(rates_of(optimizer))
    assert rows == [[0.5, 0.05], [0.25, 0.025], [0.125, 0.0125]]
    assert scheduler.last_epoch == 3
    assert scheduler.get_last_lr() == [0.125, 0.0125]


def test_set_writes_the_present_step_and_stays_there():
    optimizer = optimizer_of(1.0)
    scheduler = Halving(optimizer)
    scheduler._step_count = 4
    scheduler.set()
    scheduler.set()
    assert rates_of(optimizer) == [0.0625]
    assert scheduler.last_epoch == 4


def test_get_last_lr_reads_the_groups():
    optimizer = optimizer_of(1.0)
    scheduler = Halving(optimizer)
    optimizer.param_groups[0]["lr"] = 7
    assert scheduler.get_last_lr() == [7.0]
    assert type(scheduler.get_last_lr()[0]) is float


def test_groups_are_read_at_each_write():
    optimizer = optimizer_of(1.0)
    scheduler = Halving(optimizer)
    optimizer.param_groups = [{"lr": 9.0}]
    scheduler.step()
    assert rates_of(optimizer) == [0.5]


def test_no_groups_is_legal():
    scheduler = Halving(optimizer_of())
    scheduler.step()
    assert (scheduler.get_last_lr(), scheduler.last_epoch) == ([], 1)


@pytest.mark.parametrize(
    "answer",
    [
        (0.25, 2),
        np.array([0.25, 2.0]),
        np.array([0.25, 2.0], dtype=np.float32),
        [np.float32(0.25), np.int64(2)],
        [Fraction(1, 4), np.array(2.0)],
        (rate for rate in [0.25, 2]),
    ],
    ids=["tuple", "array", "float32", "scalars", "others", "generator"],
)
def test_whatever_holds_numbers_is_written_as_python_floats(answer):
    optimizer = optimizer_of(1.0, 1.0)
    scheduler = Returning(optimizer)
    scheduler.answer = answer
    scheduler.set()
    assert rates_of(optimizer) == [0.25, 2.0]
    assert {type(rate) for rate in rates_of(optimizer)} == {float}


def test_a_negative_rate_is_the_subclass_s_business():
    optimizer = optimizer_of(1.0)
    scheduler = Returning(optimizer)
    scheduler.answer = [-0.5]
    scheduler.set()
    assert rates_of(optimizer) == [-0.5]


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        ([0.5], rs.ScheduleError, r"get_lr\(\) must return one rate per .* got 1 for 2"),
        ([0.5] * 3, rs.ScheduleError, "got 3 for 2"),
        ([0.5, math.nan], rs.ScheduleError, r"get_lr\(\)\[1\] must be finite, got nan"),
        ([-math.inf, 0.5], rs.ScheduleError, r"get_lr\(\)\[0\] must be finite, got -inf"),
        ([0.5, 10**400], rs.ScheduleError, r"get_lr\(\)\[1\] must be finite, got 1000"),
        ([0.5, "0.5"], TypeError, r"get_lr\(\)\[1\] must be a number, got '0.5'"),
        ([None, 0.5], TypeError, r"get_lr\(\)\[0\] must be a number, got None"),
        ([0.5, True], TypeError, r"get_lr\(\)\[1\] must be a number, got True"),
        ([0.5, np.True_], TypeError, r"get_lr\(\)\[1\] must be a number"),
        ([0.5, 1j], TypeError, r"get_lr\(\)\[1\] must be a number, got 1j"),
        ([0.5, np.zeros(2)], TypeError, r"get_lr\(\)\[1\] must be a number"),
        (None, TypeError, r"get_lr\(\) must return a list of 2 rates, got None"),
        (0.5, TypeError, r"get_lr\(\) must return a list of 2 rates, got 0.5"),
        (ZeroDivisionError("in get_lr"), ZeroDivisionError, "in get_lr"),
        (KeyboardInterrupt("stop"), KeyboardInterrupt, "stop"),
    ],
)
@pytest.mark.parametrize("call", ["set", "step"])
def test_a_bad_answer_changes_nothing(call, answer, error, message):
    optimizer = optimizer_of(1.0, 0.1)
    scheduler = Returning(optimizer)
    scheduler._step_count = 5
    scheduler.answer = answer
    with pytest.raises(error, match=message):
        getattr(scheduler, call)()
    assert rates_of(optimizer) == [1.0, 0.1]
    assert scheduler._step_count == 5
    assert scheduler.base_lrs == [1.0, 0.1]


def test_what_get_lr_wrote_itself_before_it_failed_is_undone():
    class Meddling(rs.BaseLRScheduler):
        def get_lr(self):
            self.optimizer.param_groups[0]["lr"] = 9.0
            raise RuntimeError("half way")

    optimizer = optimizer_of(1.0, 0.1)
    with pytest.raises(RuntimeError, match="half way"):
        Meddling(optimizer).step()
    assert rates_of(optimizer) == [1.0, 0.1]


def test_a_group_that_refuses_the_write_undoes_the_others():
    class Locked(dict):
        def __setitem__(self, key, value):
            raise RuntimeError("locked")

    optimizer = optimizer_of(1.0, 0.1)
    optimizer.param_groups.append(Locked(lr=0.01))
    scheduler = Halving(optimizer)
    with pytest.raises(RuntimeError, match="locked"):
        scheduler.step()
    assert rates_of(optimizer) == [1.0, 0.1, 0.01]
    assert scheduler.last_epoch == 0


def test_a_group_added_later_is_an_error_before_anything_is_written():
    optimizer = optimizer_of(1.0)
    scheduler = Halving(optimizer)
    optimizer.param_groups.append({"lr": 0.3})
    with pytest.raises(rs.ScheduleError, match="got 1 for 2"):
        scheduler.step()
    assert rates_of(optimizer) == [1.0, 0.3]
    assert scheduler.last_epoch == 0


@pytest.mark.parametrize(
    ("optimizer", "error", "message"),
    [
        (None, TypeError, "optimizer must have param_groups, a list of dicts: None"),
        ([optimizer_of(1.0)], TypeError, "optimizer must have param_groups"),
        (SimpleNamespace(param_groups=None), TypeError, "must be a list of dicts, got None"),
        (SimpleNamespace(param_groups={"lr": 1}), TypeError, "must be a list of dicts, got {'lr"),
        (SimpleNamespace(param_groups=[3]), TypeError, r"param_groups\[0\] must be a dict, got 3"),
        (optimizer_of(1.0, "x"), TypeError, "'lr' of group 1 must be a number, got 'x'"),
        (optimizer_of(None), TypeError, "'lr' of group 0 must be a number, got None"),
        (
            optimizer_of(1.0, math.nan, names=["body", "head"]),
            rs.ScheduleError,
            r"'lr' of group 1 \('head'\) must be finite, got nan",
        ),
        (
            SimpleNamespace(param_groups=[{"params": [], "name": "body"}]),
            rs.ScheduleError,
            r"group 0 \('body'\) has no 'lr', only \['name', 'params'\]",
        ),
    ],
)
def test_what_is_no_optimizer_is_refused(optimizer, error, message):
    with pytest.raises(error, match=message):
        Halving(optimizer)


def test_state_is_plain_data_and_copies():
    scheduler = Halving(optimizer_of(np.float64(1.0), 2))
    scheduler.step()
    state = scheduler.state_dict()
    assert json.loads(json.dumps(state)) == {"step_count": 1, "base_lrs": [1.0, 2.0]}
    assert {type(base) for base in state["base_lrs"]} == {float}
    state["base_lrs"][0] = 99.0
    assert scheduler.base_lrs == [1.0, 2.0]
    taken = {"step_count": 3, "base_lrs": [5.0, 6.0]}
    scheduler.load_state_dict(taken)
    taken["base_lrs"][0] = 99.0
    assert scheduler.base_lrs == [5.0, 6.0]


def test_load_restores_both_and_writes_nothing():
    optimizer = optimizer_of(1.0, 0.1)
    scheduler = Halving(optimizer)
    scheduler.load_state_dict({"step_count": 2, "base_lrs": (4, 8.0), "of a subclass": object()})
    assert (scheduler.last_epoch, scheduler.base_lrs) == (2, [4.0, 8.0])
    assert rates_of(optimizer) == [1.0, 0.1]
    scheduler.step()
    assert rates_of(optimizer) == [0.5, 1.0]


GOOD = {"step_count": 3, "base_lrs": [1.0, 2.0]}


@pytest.mark.parametrize(
    ("state", "error", "message"),
    [
        (None, TypeError, "state must be a dict .* got None"),
        ([("step_count", 3)], TypeError, "state must be a dict"),
        ({"base_lrs": [1.0, 2.0]}, rs.CheckpointError, r"no 'step_count', only \['base_lrs'\]"),
        ({"step_count": 3}, rs.CheckpointError, r"no 'base_lrs', only \['step_count'\]"),
        (GOOD | {"step_count": -1}, rs.CheckpointError, r"\['step_count'\] must be .* got -1"),
        (GOOD | {"step_count": 3.0}, rs.CheckpointError, r"\['step_count'\] must be .* got 3.0"),
        (GOOD | {"step_count": True}, rs.CheckpointError, r"\['step_count'\] must be .* got True"),
        (GOOD | {"step_count": "3"}, rs.CheckpointError, r"\['step_count'\] must be .* got '3'"),
        (GOOD | {"base_lrs": [1.0]}, rs.CheckpointError, r"\['base_lrs'\] must .* got 1 for 2"),
        (GOOD | {"base_lrs": 1.0}, rs.CheckpointError, r"\['base_lrs'\] must be a list .* got 1.0"),
        (GOOD | {"base_lrs": [1, "a"]}, rs.CheckpointError, r"\['base_lrs'\]\[1\] must .* got 'a'"),
        (GOOD | {"base_lrs": [math.inf, 1]}, rs.CheckpointError, r"\['base_lrs'\]\[0\] .* got inf"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(state, error, message):
    optimizer = optimizer_of(1.0, 0.1)
    scheduler = Halving(optimizer)
    scheduler.step()
    with pytest.raises(error, match=message):
        scheduler.load_state_dict(state)
    assert scheduler.state_dict() == {"step_count": 1, "base_lrs": [1.0, 0.1]}
    assert rates_of(optimizer) == [0.5, 0.05]


def test_errors_are_value_errors():
    assert issubclass(rs.ScheduleError, ValueError)
    assert issubclass(rs.CheckpointError, ValueError)


def test_it_works_where_torch_was_never_imported():
    script = """
import sys
from types import SimpleNamespace
import ratesheet as rs

class Halving(rs.BaseLRScheduler):
    def get_lr(self):
        return [base * 0.5**self._step_count for base in self.base_lrs]

optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
scheduler = Halving(optimizer)
scheduler.step()
scheduler.load_state_dict(scheduler.state_dict())
assert optimizer.param_groups == [{"lr": 0.5}], optimizer
assert rs.build_lr_scheduler(None) is None
assert "torch" not in sys.modules and "omegaconf" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)  # noqa: S603 - our own
