"""Live torch schedulers, taken over at any step, go on with the same rates."""

from __future__ import annotations

from typing import Any

import pytest

import ratesheet as rs
from tolerances import PEER_ATOL, PEER_RTOL

torch = pytest.importorskip("torch")
lr = torch.optim.lr_scheduler

AHEAD = 60


def sgd() -> Any:
    params = [torch.zeros(1, requires_grad=True) for _ in range(2)]
    groups = [{"params": [params[0]], "lr": 0.1}, {"params": [params[1]], "lr": 0.02, "name": "b"}]
    return torch.optim.SGD(groups, momentum=0.9)


def warm(o: Any) -> Any:
    return lr.LinearLR(o, 0.1, 1.0, total_iters=10)


class Custom(lr.LRScheduler):
    def get_lr(self) -> list[float]:
        return [base / (1 + self.last_epoch) for base in self.base_lrs]


FORMULAS = {
    "step": lambda o: lr.StepLR(o, 7, 0.5),
    "multistep": lambda o: lr.MultiStepLR(o, [3, 3, 20], 0.5),
    "constant": lambda o: lr.ConstantLR(o, 0.5, 13),
    "linear": warm,
    "exponential": lambda o: lr.ExponentialLR(o, 0.95),
    "polynomial": lambda o: lr.PolynomialLR(o, 40, 1.5),
    "cosine": lambda o: lr.CosineAnnealingLR(o, 30, 1e-3),
    "restarts": lambda o: lr.CosineAnnealingWarmRestarts(o, 5, 2, 1e-4),
    "one cycle": lambda o: lr.OneCycleLR(o, [0.2, 0.1], total_steps=90),
    "one cycle, three phases": lambda o: lr.OneCycleLR(
        o, 0.2, total_steps=90, three_phase=True, anneal_strategy="linear"
    ),
    "cyclic": lambda o: lr.CyclicLR(o, 0.01, [0.1, 0.2], step_size_up=5, step_size_down=9),
    "cyclic 2": lambda o: lr.CyclicLR(o, 0.01, 0.1, step_size_up=5, mode="triangular2"),
    "cyclic exp": lambda o: lr.CyclicLR(o, 0.01, 0.1, 5, mode="exp_range", gamma=0.98),
    "sequential": lambda o: lr.SequentialLR(
        o, [warm(o), lr.CosineAnnealingLR(o, 40)], milestones=[10]
    ),
    "chained": lambda o: lr.ChainedScheduler([lr.ExponentialLR(o, 0.97), lr.StepLR(o, 9, 0.5)]),
}
RECORDED = {
    "lambda": lambda o: lr.LambdaLR(o, [lambda t: 1 / (1 + t), lambda t: 0.9**t]),
    "multiplicative": lambda o: lr.MultiplicativeLR(o, lambda t: 0.95),
    "custom": Custom,
    "chained with a floor": lambda o: lr.ChainedScheduler(
        [lr.ExponentialLR(o, 0.97), lr.CosineAnnealingLR(o, 50, 1e-3)]
    ),
    "cyclic with a function": lambda o: lr.CyclicLR(
        o, 0.01, 0.1, 5, scale_fn=lambda x: 1 / (1 + x)
    ),
}


def rates(optimizer: Any) -> list[float]:
    return [group["lr"] for group in optimizer.param_groups]


@pytest.mark.filterwarnings("ignore:step .* is past the end")
@pytest.mark.parametrize("at", [0, 1, 9, 10, 25])
@pytest.mark.parametrize("name", [*FORMULAS, *RECORDED])
def test_rates_go_on(name: str, at: int) -> None:
    optimizer = sgd()
    scheduler = {**FORMULAS, **RECORDED}[name](optimizer)
    for _ in range(at):
        optimizer.step()
        scheduler.step()
    before = rates(optimizer)
    taken = rs.from_torch(scheduler, steps=AHEAD if name in RECORDED else None)
    assert rates(optimizer) == before
    twin = sgd()
    bases = getattr(scheduler, "base_lrs", [0.1, 0.02])
    ours = rs.Scheduler(twin, taken, base_lrs=bases, start_step=at)
    greatest = max(*before, 0.2)
    for _ in range(AHEAD - 1):
        assert rates(twin) == pytest.approx(
            rates(optimizer), rel=PEER_RTOL, abs=PEER_ATOL * greatest
        )
        optimizer.step()
        scheduler.step()
        ours.step()


def test_one_schedule_where_groups_agree_and_a_list_where_not() -> None:
    assert isinstance(rs.from_torch(FORMULAS["cosine"](sgd())), rs.Schedule)
    assert len(rs.from_torch(FORMULAS["one cycle"](sgd()))) == 2


@pytest.mark.parametrize("name", RECORDED)
def test_what_has_no_formula_needs_a_number_of_steps(name: str) -> None:
    with pytest.raises(rs.ScheduleError, match="give steps=, and that many are recorded"):
        rs.from_torch(RECORDED[name](sgd()))


def test_rates_that_were_changed_from_outside_are_seen() -> None:
    optimizer = sgd()
    scheduler = FORMULAS["exponential"](optimizer)
    optimizer.param_groups[1]["lr"] = 0.5
    with pytest.raises(rs.ScheduleError, match=r"the rate of group 1 \('b'\) is 0.5, by its"):
        rs.from_torch(scheduler)
    first, second = rs.from_torch(scheduler, steps=5)
    assert [first(3), second(3)] == pytest.approx([0.1 * 0.95**3, 0.5 * 0.95**3])


def test_metric_schedulers_and_others_are_refused() -> None:
    with pytest.raises(TypeError, match=r"use rs\.Plateau"):
        rs.from_torch(lr.ReduceLROnPlateau(sgd()))
    with pytest.raises(TypeError, match="must be a torch scheduler, got 'cosine'"):
        rs.from_torch("cosine")
    with pytest.raises(rs.ScheduleError, match="steps must be >= 1, got 0"):
        rs.from_torch(Custom(sgd()), steps=0)
