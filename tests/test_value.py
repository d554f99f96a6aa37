"""What one value of a schedule takes for its step and its base LR, and how it refuses the rest."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import ratesheet as rs
from ratesheet.arguments import number

LINE = rs.ramp(0.0, 1.0, steps=10, past="free")
HUGE = 10**400


class Index:
    def __init__(self, answer):
        self.answer = answer

    def __index__(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def __repr__(self):
        return f"Index({self.answer!r})"


class Whole(int):
    pass


class Real(float):
    pass


STEPS = {
    "int": (3, 0.3),
    "float": (2.5, 0.25),
    "whole float": (3.0, 0.3),
    "int of its own": (Whole(3), 0.3),
    "float of its own": (Real(2.5), 0.25),
    "numpy int": (np.int64(3), 0.3),
    "numpy uint": (np.uint8(3), 0.3),
    "numpy float": (np.float32(2.5), 0.25),
    "numpy scalar array": (np.array(3), 0.3),
    "fraction": (Fraction(5, 2), 0.25),
    "index": (Index(3), 0.3),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_may_be_any_number(name):
    step, expected = STEPS[name]
    for value in (LINE(step), LINE(step, 1), LINE(step=step, base_lr=1.0)):
        assert (type(value), value) == (float, expected)


def test_whole_numbers_are_not_rounded_to_float():
    late = rs.ramp(0.0, 1.0, steps=4).delay(2**53)
    assert [late(2**53 + n) for n in (1, 3)] == [0.25, 0.75]
    assert [late(np.int64(2**53 + n)) for n in (1, 3)] == [0.25, 0.75]
    assert [late(Index(2**53 + n)) for n in (1, 3)] == [0.25, 0.75]


def test_a_tensor_of_a_whole_number_is_a_step():
    torch = pytest.importorskip("torch")
    assert LINE(torch.tensor(3)) == 0.3
    with pytest.raises(TypeError, match=r"^step must be a number, got tensor\(3.5000\)$"):
        LINE(torch.tensor(3.5))
    with pytest.raises(TypeError, match=r"^base_lr must be a number, got tensor\(3\)$"):
        LINE(3, torch.tensor(3))


BASES = {
    "int": 2,
    "float of its own": Real(2.0),
    "numpy int": np.int32(2),
    "numpy float": np.float16(2),
    "fraction": Fraction(2),
}


@pytest.mark.parametrize("name", BASES)
def test_a_base_lr_may_be_any_real_number(name):
    assert LINE(3, BASES[name]) == 0.6
    assert LINE(2.5, base_lr=BASES[name]) == 0.5


NO_STEPS = {
    "bool": (True, TypeError, "step must be a number, got True"),
    "numpy bool": (np.True_, TypeError, f"step must be a number, got {np.True_!r}"),
    "none": (None, TypeError, "step must be a number, got None"),
    "list": ([1], TypeError, "step must be a number, got [1]"),
    "complex": (1j, TypeError, "step must be a number, got 1j"),
    "decimal": (Decimal(1), TypeError, "step must be a number, got Decimal('1')"),
    "array": (np.array([1, 2]), TypeError, "step must be a number, got array([1, 2])"),
    "no index": (
        Index(TypeError("none")),
        TypeError,
        "step must be a number, got Index(TypeError('none'))",
    ),
    "below": (-1, rs.ScheduleError, "step must be from 0 to 2**63 - 1, got -1"),
    "numpy below": (
        np.int8(-1),
        rs.ScheduleError,
        f"step must be from 0 to 2**63 - 1, got {np.int8(-1)!r}",
    ),
    "far below": (-HUGE, rs.ScheduleError, f"step must be from 0 to 2**63 - 1, got {-HUGE}"),
    "beyond": (
        2**63,
        rs.ScheduleError,
        "step must be from 0 to 2**63 - 1, got 9223372036854775808",
    ),
    "far beyond": (HUGE, rs.ScheduleError, f"step must be from 0 to 2**63 - 1, got {HUGE}"),
    "index beyond": (
        Index(2**63),
        rs.ScheduleError,
        "step must be from 0 to 2**63 - 1, got Index(9223372036854775808)",
    ),
    "nan": (math.nan, rs.ScheduleError, "steps must be numbers >= 0, got NaN"),
    "numpy nan": (np.float64("nan"), rs.ScheduleError, "steps must be numbers >= 0, got NaN"),
    "negative": (-0.5, rs.ScheduleError, "steps must be numbers >= 0, got -0.5"),
    "infinite": (math.inf, rs.ScheduleError, "steps must be numbers >= 0, got inf"),
    "huge fraction": (
        Fraction(HUGE),
        rs.ScheduleError,
        f"step must be a finite number, got {Fraction(HUGE)!r}",
    ),
}


@pytest.mark.parametrize("name", NO_STEPS)
def test_what_is_no_step_is_refused(name):
    step, error, message = NO_STEPS[name]
    for base_lr in (1.0, 1, np.float32(1.0)):
        with pytest.raises(error) as caught:
            LINE(step, base_lr)
        assert (type(caught.value), str(caught.value)) == (error, message)


def test_an_error_of_an_index_is_its_own():
    with pytest.raises(ZeroDivisionError, match=r"^mine$"):
        LINE(Index(ZeroDivisionError("mine")))


NO_BASES = {
    "bool": (True, TypeError, "base_lr must be a number, got True"),
    "word": ("1e-3", TypeError, "base_lr must be a number, got '1e-3'"),
    "none": (None, TypeError, "base_lr must be a number, got None"),
    "index": (Index(1), TypeError, "base_lr must be a number, got Index(1)"),
    "array": (np.array(1.0), TypeError, "base_lr must be a number, got array(1.)"),
    "below": (-1, rs.ScheduleError, "base_lr must be finite and >= 0, got -1"),
    "numpy nan": (
        np.float64("nan"),
        rs.ScheduleError,
        f"base_lr must be finite and >= 0, got {np.float64('nan')!r}",
    ),
    "huge": (HUGE, rs.ScheduleError, f"base_lr must be a finite number, got {HUGE}"),
}


@pytest.mark.parametrize("name", NO_BASES)
def test_what_is_no_base_lr_is_refused_before_the_step(name):
    base_lr, error, message = NO_BASES[name]
    for step in (3, 2.5, np.int64(3), -1, "3"):
        with pytest.raises(error) as caught:
            LINE(step, base_lr)
        assert (type(caught.value), str(caught.value)) == (error, message)


def test_the_call_is_pythons():
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'step'"):
        LINE()
    with pytest.raises(TypeError, match="unexpected keyword argument 'base'"):
        LINE(3, base=1.0)


def test_a_number_is_named_as_it_is_called():
    assert number("x", Fraction(1, 2)) == 0.5
    assert type(number("x", Real(1.5))) is float
    with pytest.raises(TypeError, match=r"^the lr of 'head' must be a number, got '3'$"):
        number("the lr of 'head'", "3")
    with pytest.raises(rs.ScheduleError, match=r"^x must be a finite number, got -10"):
        number("x", -HUGE)
