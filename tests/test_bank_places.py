"""A bank finds out wherever a group was added, or its view replaced."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

import ratesheet as rs

DOWN = rs.linear(1.0, 0.0, steps=10)


def optimizer(n):
    return SimpleNamespace(param_groups=[{"lr": 1.0} for _ in range(n)])


def rates(scheduler):
    return [group["lr"] for group in scheduler.optimizer.param_groups]


def once_around(scheduler):
    """As many steps as each optimizer has groups: all of them were looked at then."""
    for _ in range(3):
        scheduler.step()


@pytest.mark.parametrize("start", range(4))
def test_a_bank_takes_in_a_group_at_any_position(start):
    scheduler = rs.Scheduler(optimizer(2), rs.constant(), tensor_lr=True, start_step=start)
    scheduler.optimizer.param_groups.append({"lr": 4.0})
    scheduler.step()
    assert [float(rate) for rate in rates(scheduler)] == [1.0, 1.0, 4.0]
    assert len({rate.untyped_storage().data_ptr() for rate in rates(scheduler)}) == 1


@pytest.mark.parametrize("place", range(6))
def test_a_view_that_was_replaced_is_put_back_within_a_turn(place):
    both = [optimizer(3), optimizer(3)]
    scheduler = rs.Scheduler(both, DOWN, tensor_lr=torch.float64)
    both[place // 3].param_groups[place % 3]["lr"] = 7.0
    with pytest.warns(rs.RatesheetWarning, match=f"group {place}'s lr was set to 7.0 from outside"):
        once_around(scheduler)
    assert [float(rate) for rate in rates(scheduler)] == [DOWN(3)] * 6
