"""ignite's engine, handlers and accumulation over rs.Scheduler."""

from __future__ import annotations

import pytest

import ratesheet as rs

torch = pytest.importorskip("torch", reason="ignite needs torch")
pytest.importorskip("ignite", reason="needs pytorch-ignite: make test-trainers")

from ignite.engine import Events, create_supervised_trainer  # noqa: E402 - may be missing
from ignite.handlers import Checkpoint, DiskSaver  # noqa: E402 - may be missing
from ignite.handlers.param_scheduler import LRScheduler  # noqa: E402 - may be missing

# ignite is full of its own and torch's deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

BATCHES = 6
SCHEDULE = rs.warmup_cosine(warmup=3, steps=12, end=0.1)


class Run:
    """A model, its optimizer and scheduler, and ignite's trainer of them."""

    def __init__(self, accumulate=1):
        torch.manual_seed(0)
        self.model = torch.nn.Linear(2, 1)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1, momentum=0.9)
        self.scheduler = rs.Scheduler(self.optimizer, SCHEDULE)
        self.used = []
        self.optimizer.register_step_pre_hook(
            lambda optimizer, *_: self.used.append(optimizer.param_groups[0]["lr"])
        )
        self.trainer = create_supervised_trainer(
            self.model,
            self.optimizer,
            torch.nn.functional.mse_loss,
            gradient_accumulation_steps=accumulate,
        )

    def go(self, epochs):
        self.trainer.run([(torch.ones(1, 2), torch.ones(1, 1))] * BATCHES, max_epochs=epochs)
        return self.used


def expected(updates):
    return [SCHEDULE(update, 0.1) for update in updates]


def test_stepped_as_a_function_after_each_iteration():
    run = Run()
    run.trainer.add_event_handler(Events.ITERATION_COMPLETED, lambda _: run.scheduler.step())
    assert run.go(2) == expected(range(12))


def test_stepped_by_its_handler_before_each_iteration():
    # Its handler writes the rate of the present step first, and then steps.
    run = Run()
    run.trainer.add_event_handler(Events.ITERATION_STARTED, LRScheduler(run.scheduler))
    assert run.go(2) == expected(range(12))


def test_stepped_per_epoch():
    run = Run()
    run.trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda _: run.scheduler.step())
    assert run.go(3) == expected(epoch for epoch in range(3) for _ in range(BATCHES))


def test_f2_accumulating_it_is_stepped_at_every_update():
    run = Run(accumulate=3)
    run.trainer.add_event_handler(
        Events.ITERATION_COMPLETED(every=3), lambda _: run.scheduler.step()
    )
    assert run.go(4) == expected(range(8))


def test_f2_stepped_at_every_batch_the_length_is_one_of_batches():
    run = Run(accumulate=3)
    run.scheduler = rs.Scheduler(run.optimizer, SCHEDULE.stretch(3), base_lrs=[0.1])
    run.trainer.add_event_handler(Events.ITERATION_COMPLETED, lambda _: run.scheduler.step())
    # An update comes at its third batch, before that batch is counted.
    rates = [SCHEDULE((3 * update + 2) / 3, 0.1) for update in range(8)]
    assert run.go(4) == pytest.approx(rates, rel=1e-15)


def test_its_checkpoints_resume_bit_for_bit(tmp_path):
    whole, half, resumed = Run(), Run(), Run()
    for run in (whole, half, resumed):
        run.trainer.add_event_handler(
            Events.ITERATION_COMPLETED, lambda _, run=run: run.scheduler.step()
        )
    whole.go(4)
    parts = {"trainer": half.trainer, "optimizer": half.optimizer, "scheduler": half.scheduler}
    saved = Checkpoint({**parts, "model": half.model}, DiskSaver(tmp_path))
    half.trainer.add_event_handler(Events.EPOCH_COMPLETED(once=2), saved)
    half.go(2)
    state = torch.load(next(tmp_path.glob("*.pt")), weights_only=True)
    parts = {
        "trainer": resumed.trainer,
        "scheduler": resumed.scheduler,
        "optimizer": resumed.optimizer,
        "model": resumed.model,
    }
    Checkpoint.load_objects(parts, state)
    resumed.go(4)
    assert half.used + resumed.used == whole.used == expected(range(24))
    assert resumed.model.weight.tolist() == whole.model.weight.tolist()
