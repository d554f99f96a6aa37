"""torch's SequentialLR, ChainedScheduler and SWALR over rs.Scheduler; GradScaler's skips."""

from __future__ import annotations

from typing import Any

import pytest

import ratesheet as rs

torch = pytest.importorskip("torch", reason="the loops are torch's")

lr_scheduler = torch.optim.lr_scheduler
# torch deprecates, at each milestone, the argument that its own SequentialLR gives.
quiet = pytest.mark.filterwarnings("ignore:.*deprecated:UserWarning")

DECAY = rs.cosine(1.0, 0.1, steps=8)
BASES = [0.1, 0.02]


class Fit:
    """A tiny model with two groups, trained on a line."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.model = torch.nn.Linear(3, 1)
        self.x = torch.randn(16, 3)
        self.y = self.x.sum(dim=1, keepdim=True)
        groups = [
            {"params": [self.model.weight], "lr": BASES[0]},
            {"params": [self.model.bias], "lr": BASES[1]},
        ]
        self.optimizer = torch.optim.SGD(groups, momentum=0.9)
        self.used: list[list[float]] = []

    def native(self, schedule: rs.Schedule = DECAY) -> rs.Scheduler:
        return rs.Scheduler(self.optimizer, schedule, base_lrs=BASES)

    def loss(self) -> Any:
        return torch.nn.functional.mse_loss(self.model(self.x), self.y)

    def update(self) -> None:
        self.used.append([group["lr"] for group in self.optimizer.param_groups])
        self.optimizer.zero_grad()
        self.loss().backward()
        self.optimizer.step()

    def train(self, scheduler: Any, updates: int) -> list[list[float]]:
        for _ in range(updates):
            self.update()
            scheduler.step()
        return self.used


def rows(*factors: float) -> list[Any]:
    return [pytest.approx([factor * base for base in BASES], rel=1e-12) for factor in factors]


@quiet
def test_torchs_sequence_goes_from_its_own_child_to_ours():
    fit = Fit()
    warm = lr_scheduler.LinearLR(fit.optimizer, 0.25, 1.0, 3)
    parent = lr_scheduler.SequentialLR(fit.optimizer, [warm, fit.native()], [3])
    used = fit.train(parent, 12)
    assert used == rows(0.25, 0.5, 0.75, *(DECAY(t) for t in range(9)))


@quiet
def test_torchs_sequence_goes_from_ours_to_its_own_child():
    fit = Fit()
    tail = lr_scheduler.ConstantLR(fit.optimizer, 0.5, 100)
    parent = lr_scheduler.SequentialLR(fit.optimizer, [fit.native(), tail], [4])
    used = fit.train(parent, 6)
    assert used == rows(*(DECAY(t) for t in range(4)), 0.5, 0.5)


def test_torchs_sequence_of_none_but_ours_misses_its_key_at_once():
    fit = Fit()
    children = [fit.native(), fit.native()]
    with pytest.raises(KeyError, match="initial_lr"):
        lr_scheduler.SequentialLR(fit.optimizer, children, [3])


@quiet
def test_torchs_sequence_resumes_over_ours():
    def sequence(fit: Fit) -> Any:
        for group in fit.optimizer.param_groups:
            group["initial_lr"] = group["lr"]  # as torch's own children would
        children = [fit.native(rs.linear(0.1, 1.0, steps=3)), fit.native()]
        return lr_scheduler.SequentialLR(fit.optimizer, children, [3])

    whole = Fit()
    whole.train(sequence(whole), 10)
    half = Fit()
    parent = sequence(half)
    half.train(parent, 5)
    state = {"optimizer": half.optimizer.state_dict(), "scheduler": parent.state_dict()}
    again = Fit()
    resumed = sequence(again)
    resumed.load_state_dict(state["scheduler"])
    again.optimizer.load_state_dict(state["optimizer"])
    # Where an optimizer loads a state, the scheduler built last writes: the active child.
    assert again.train(resumed, 5) == whole.used[5:]


@quiet
@pytest.mark.parametrize("first", ["the optimizer", "the scheduler"])
def test_torchs_sequence_resumes_before_its_milestone(first):
    def sequence(fit: Fit) -> Any:
        for group in fit.optimizer.param_groups:
            group["initial_lr"] = group["lr"]
        children = [fit.native(rs.linear(0.1, 1.0, steps=4)), fit.native(DECAY), fit.native()]
        return lr_scheduler.SequentialLR(fit.optimizer, children, [4, 9])

    whole = Fit()
    whole.train(sequence(whole), 12)
    half = Fit()
    parent = sequence(half)
    half.train(parent, 2)
    state = {"optimizer": half.optimizer.state_dict(), "scheduler": parent.state_dict()}
    assert [child["step_count"] for child in state["scheduler"]["_schedulers"]] == [2, -1, -1]
    again = Fit()
    resumed = sequence(again)
    loads = [
        lambda: again.optimizer.load_state_dict(state["optimizer"]),
        lambda: resumed.load_state_dict(state["scheduler"]),
    ]
    for load in loads if first == "the optimizer" else loads[::-1]:
        load()
    assert again.train(resumed, 10) == whole.used[2:]


def test_before_its_turn_a_child_writes_nothing_and_takes_new_bases():
    fit = Fit()
    child = rs.Scheduler(fit.optimizer, rs.constant(0.5))
    child.last_epoch = -1
    for group in fit.optimizer.param_groups:
        group["lr"] = 0.25
    child.set()
    child.rescale(2.0)
    child.load_state_dict({**child.state_dict(), "base_lrs": [0.4, 0.2]})
    assert [group["lr"] for group in fit.optimizer.param_groups] == [0.25, 0.25]
    assert child.get_lr() == child.get_last_lr() == [0.25, 0.25]
    child.step()
    assert (child.last_epoch, child.get_last_lr()) == (0, [0.2, 0.1])


def test_torchs_chain_multiplies_what_ours_wrote():
    fit = Fit()
    factor = lr_scheduler.ExponentialLR(fit.optimizer, 0.5)
    parent = lr_scheduler.ChainedScheduler([fit.native(), factor], fit.optimizer)
    # Ours is a function of the step: it writes anew, so the factor after it acts once, and says so.
    with pytest.warns(rs.RatesheetWarning, match="was set to .* from outside and is overwritten"):
        used = fit.train(parent, 4)
    assert used == rows(1.0, *(0.5 * DECAY(t) for t in (1, 2, 3)))


def test_swalr_takes_over_from_ours():
    fit = Fit()
    scheduler = fit.native()
    fit.train(scheduler, 5)
    averaged = torch.optim.swa_utils.AveragedModel(fit.model)
    swa = torch.optim.swa_utils.SWALR(fit.optimizer, swa_lr=0.05, anneal_epochs=4)
    start = [DECAY(5) * base for base in BASES]
    for _ in range(6):
        fit.update()
        averaged.update_parameters(fit.model)
        swa.step()
    assert fit.used[5] == pytest.approx(start, rel=1e-12)
    assert fit.used[7] == pytest.approx([(rate + 0.05) / 2 for rate in start], rel=1e-6)
    assert fit.used[-1] == pytest.approx([0.05, 0.05], rel=1e-12)
    assert scheduler.get_last_lr() == start


def scaled(fit: Fit, scheduler: Any, spoiled: set[int], batches: int) -> None:
    """Train as torch's page on mixed precision does, and step where the update was made."""
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    for batch in range(batches):
        fit.optimizer.zero_grad()
        scaler.scale(fit.loss() * (float("inf") if batch in spoiled else 1.0)).backward()
        rates = [group["lr"] for group in fit.optimizer.param_groups]
        scale = scaler.get_scale()
        scaler.step(fit.optimizer)
        scaler.update()
        if scaler.get_scale() >= scale:
            fit.used.append(rates)
            scheduler.step()


@pytest.mark.parametrize("spoiled", [{0}, {0, 1, 2}, {3}, {1, 5, 6}])
def test_f4_updates_that_a_scaler_skips_are_not_counted(spoiled):
    fit = Fit()
    scheduler = fit.native()
    scaled(fit, scheduler, spoiled, 8)
    made = 8 - len(spoiled)
    assert scheduler.last_epoch == made
    assert fit.used == rows(*(DECAY(t) for t in range(made)))


def test_f4_the_optimizers_own_hook_counts_whatever_the_loop_does():
    fit = Fit()
    scheduler = fit.native()
    fit.optimizer.register_step_post_hook(lambda *_: scheduler.step())

    class Nothing:
        def step(self) -> None:
            """The hook does it."""

    scaled(fit, Nothing(), {0, 2, 3}, 8)
    assert scheduler.last_epoch == 5
    assert fit.used == rows(*(DECAY(t) for t in range(5)))
