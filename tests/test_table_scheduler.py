"""TableScheduler: replays rows by step number."""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import ratesheet as rs

COSINE = rs.cosine(1.0, 0.0, steps=10)


def optimizer(*lrs: float) -> Any:
    return SimpleNamespace(param_groups=[{"lr": lr} for lr in lrs])


def rates(opt: Any) -> list[float]:
    return [group["lr"] for group in opt.param_groups]


def test_it_replays_what_a_scheduler_writes() -> None:
    one, two = optimizer(1.0, 0.3), optimizer(1.0, 0.3)
    live = rs.Scheduler(one, COSINE)
    replay = rs.TableScheduler(two, live.table(range(11)))
    for _ in range(10):
        assert rates(two) == rates(one)
        live.step()
        replay.step()
    assert rates(two) == rates(one) == [0.0, 0.0]


@pytest.mark.parametrize("make", [list, np.array, lambda rows: np.array(rows, "f4")])
def test_arrays_of_rows(make: Any) -> None:
    opt = optimizer(9.0, 9.0)
    scheduler = rs.TableScheduler(opt, make([[1.0, 2.0], [3.0, 4.0], [0.5, 0.25]]))
    seen = [rates(opt)]
    for _ in range(2):
        scheduler.step()
        seen.append(rates(opt))
    assert seen == [[1.0, 2.0], [3.0, 4.0], [0.5, 0.25]]
    assert all(type(rate) is float for rate in rates(opt))


def test_one_dimension_is_one_rate_for_all_groups() -> None:
    opt = optimizer(1.0, 1.0, 1.0)
    scheduler = rs.TableScheduler(opt, [0.4, 0.2], start_step=1)
    assert rates(opt) == [0.2] * 3
    assert scheduler.lr_at(0) == [0.4] * 3


def test_a_table_goes_by_its_own_steps() -> None:
    opt = optimizer(1.0)
    table = rs.Table(COSINE, [0, 3, 9])
    scheduler = rs.TableScheduler(opt, table)
    assert [scheduler.lr_at(step)[0] for step in (0, 2, 3, 8, 9)] == [
        COSINE(0),
        COSINE(0),
        COSINE(3),
        COSINE(3),
        COSINE(9),
    ]
    by_range = rs.TableScheduler(opt, rs.Table(COSINE, range(2, 11, 4)))
    assert [by_range.lr_at(step)[0] for step in (5, 6, 10)] == [COSINE(2), COSINE(6), COSINE(10)]


def test_outside_the_ends_hold_with_one_notice() -> None:
    opt = optimizer(1.0)
    scheduler = rs.TableScheduler(opt, rs.Table(COSINE, range(2, 5)), start_step=2)
    scheduler.seek(4)
    with pytest.warns(rs.RatesheetWarning, match="step 5 is outside the table"):
        scheduler.step()
    assert rates(opt) == [COSINE(4)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scheduler.step(by=10**6)
        scheduler.seek(0)
    assert rates(opt) == [COSINE(2)]


def test_state() -> None:
    opt = optimizer(1.0)
    scheduler = rs.TableScheduler(opt, rs.Table(COSINE, 11))
    scheduler.step(by=4)
    state = scheduler.state_dict()
    assert state == {"step_count": 4, "base_lrs": [1.0]}
    fresh_opt = optimizer(1.0)
    fresh = rs.TableScheduler(fresh_opt, rs.Table(COSINE, 11))
    fresh.load_state_dict(state)
    assert rates(fresh_opt) == [COSINE(4)]
    assert fresh.last_epoch == 4
    for bad in ({"step_count": -1, "base_lrs": [1.0]}, {"base_lrs": [1.0]}):
        with pytest.raises(rs.CheckpointError):
            fresh.load_state_dict(bad)
        assert (fresh.last_epoch, rates(fresh_opt)) == (4, [COSINE(4)])


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        ([[1.0], [2.0]], rs.ScheduleError, "table has 1 columns for 2 groups"),
        ([], rs.ScheduleError, "table must have at least one row"),
        (
            [[1.0, np.nan]],
            rs.ScheduleError,
            r"table\[0\] of group 1 must be finite and >= 0, got nan",
        ),
        ([[1.0, 1.0], [-1.0, 1.0]], rs.ScheduleError, r"table\[1\] of group 0 must be finite"),
        ("fast", TypeError, "table must be a 1-D or 2-D array of numbers"),
        ([[[1.0]]], TypeError, "table must be a 1-D or 2-D array of numbers"),
        (rs.Table(COSINE, [3, 1], [1.0, 1.0]), rs.ScheduleError, "the steps of table must rise"),
        (rs.Table(COSINE, range(9, 2, -1), [1.0, 1.0]), rs.ScheduleError, "must rise"),
        (rs.Table(COSINE, 5), rs.ScheduleError, "table has 1 columns for 2 groups"),
    ],
    ids=str,
)
def test_tables_that_do_not_fit(table: Any, error: type[Exception], message: str) -> None:
    opt = optimizer(1.0, 2.0)
    with pytest.raises(error, match=message):
        rs.TableScheduler(opt, table)
    assert rates(opt) == [1.0, 2.0]


def test_step_and_seek_refuse_what_is_no_step() -> None:
    opt = optimizer(1.0)
    scheduler = rs.TableScheduler(opt, [0.4, 0.2, 0.1])
    with pytest.raises(TypeError, match=r"step\(\) takes no positional argument, got 3: use seek"):
        scheduler.step(3)
    with pytest.raises(rs.ScheduleError, match="step must be >= 0, got -1"):
        scheduler.seek(-1)
    with pytest.raises(TypeError, match=r"by must be an integer, got 0\.5"):
        scheduler.step(by=0.5)
    assert (scheduler.last_epoch, rates(opt)) == (0, [0.4])


def test_on_the_device_rows_are_chosen_by_a_counter_there() -> None:
    torch = pytest.importorskip("torch")
    opt = torch.optim.SGD([{"params": [torch.zeros(1)], "lr": lr} for lr in (1.0, 0.3)])
    table = rs.Table(COSINE, range(0, 12, 2), [1.0, 0.3])
    scheduler = rs.TableScheduler(opt, table, on_device=True)
    views = rates(opt)
    for step in range(14):
        want = table[min(step // 2, 5)].astype("f4").tolist()
        assert [rate.item() for rate in rates(opt)] == want
        assert all(a is b for a, b in zip(rates(opt), views, strict=True))
        assert scheduler.last_epoch == step == scheduler.state_dict()["step_count"]
        scheduler.step()
    scheduler.seek(4)
    assert views[0].item() == np.float32(table[2, 0])
    other = rs.TableScheduler(opt, table, on_device=True)
    other.load_state_dict(scheduler.state_dict())
    other.step(by=2)
    assert other.get_lr() == table[3].tolist()
    assert rates(opt)[1].item() == np.float32(table[3, 1])


def test_a_step_on_the_device_is_captured_in_a_graph() -> None:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    parameter = torch.nn.Parameter(torch.zeros(4, device="cuda"))
    opt = torch.optim.AdamW([{"params": [parameter], "lr": 1.0}], capturable=True)
    scheduler = rs.TableScheduler(opt, COSINE.table(11), on_device=True)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        scheduler.step()
    scheduler.seek(0)
    for step in range(1, 11):
        graph.replay()
        assert opt.param_groups[0]["lr"].item() == np.float32(COSINE(step))
