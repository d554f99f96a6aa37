"""The soaks in small: a few kills, some thousand constructions and steps."""

from __future__ import annotations

import sys

import pytest
import torch

import soak_kill
import soak_leaks


@pytest.mark.skipif(sys.platform == "win32", reason="the killed processes are forked")
@pytest.mark.timeout(600)
def test_a_killed_run_that_resumes_equals_the_uninterrupted_one():
    runs, kills, wrong, half = soak_kill.soak(kills=2, seed=1)
    assert (kills, wrong, half) == (2, 0, 0)
    assert runs >= 1


def test_a_wrong_rate_would_be_counted(tmp_path):
    rates = {(0, ("0x1p-1",)), (1, ("0x1p-2",))}
    (tmp_path / "rates.txt").write_text("0 0x1p-1 a b\n0 0x1p-1 a b\n1 0x1p-2 a b\n1 0x1")
    assert soak_kill.noted(tmp_path) == {(t, (*row, "a", "b")) for t, row in rates}


def test_a_half_written_checkpoint_would_be_counted(tmp_path):
    _, optimizer, scheduler = soak_kill.build()
    states = {"optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    torch.save({**states, "at": 0}, tmp_path / "checkpoint.pt")
    assert not soak_kill.half_written(tmp_path)
    scheduler.step()
    torch.save({**states, "scheduler": scheduler.state_dict(), "at": 1}, tmp_path / "checkpoint.pt")
    assert soak_kill.half_written(tmp_path)


@pytest.mark.parametrize("work", [soak_leaks.construct, soak_leaks.step])
def test_memory_and_references_stay_flat(work):
    assert soak_leaks.flat(work(5_000))


def test_a_leak_would_be_seen():
    kept = []
    with soak_leaks.Growth(kept) as growth:
        kept.extend([0.5 + i] for i in range(5_000))
    assert not soak_leaks.flat(growth)


class Plain:
    """An optimizer of nobody's that can be referred to weakly."""

    def __init__(self):
        self.param_groups = [{"lr": 0.1}]


@pytest.mark.parametrize("kind", ["plain", "torch"])
def test_there_is_no_reference_cycle_through_the_optimizer(kind):
    def make():
        if kind == "torch":
            return torch.optim.SGD([torch.zeros(1)], lr=0.1)
        return Plain()

    assert soak_leaks.dies_without_the_collector(make) == (True, True)
