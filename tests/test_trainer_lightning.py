"""Lightning over rs.Scheduler: intervals, accumulation, several groups, logging, resuming."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

import ratesheet as rs

torch = pytest.importorskip("torch", reason="Lightning needs torch")
lightning = pytest.importorskip("lightning.pytorch", reason="needs lightning: make test-trainers")

from lightning.pytorch.callbacks import LearningRateMonitor  # noqa: E402 - may be missing
from lightning.pytorch.loggers import CSVLogger  # noqa: E402 - may be missing

# Lightning's advice on workers and devices is a warning each.
pytestmark = pytest.mark.filterwarnings("ignore")

BATCHES = 5
SCHEDULES = {"body": rs.cosine(1.0, 0.1, steps=4), "head": rs.linear(1.0, 0.0, steps=4)}
BASES = {"body": 0.1, "head": 0.02}


def expected(position: int, scale: float = 1.0) -> list[float]:
    return [SCHEDULES[name].stretch(scale)(position, base) for name, base in BASES.items()]


class Module(lightning.LightningModule):
    """Two layers, a group each."""

    def __init__(self, interval: str, scale: float = 1.0, frequency: int = 1) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.body, self.head = torch.nn.Linear(2, 4), torch.nn.Linear(4, 1)
        self.interval, self.scale, self.frequency = interval, scale, frequency
        self.used: list[list[float]] = []

    def training_step(self, batch: Any, _: int) -> Any:
        return self.head(torch.tanh(self.body(batch))).pow(2).mean()

    def on_before_optimizer_step(self, optimizer: Any) -> None:
        self.used.append([group["lr"] for group in optimizer.param_groups])

    def configure_optimizers(self) -> Any:
        groups = [
            {"params": getattr(self, name).parameters(), "lr": base, "name": name}
            for name, base in BASES.items()
        ]
        optimizer = torch.optim.SGD(groups)
        schedules = {name: one.stretch(self.scale) for name, one in SCHEDULES.items()}
        config = {
            "scheduler": rs.Scheduler(optimizer, schedules),
            "interval": self.interval,
            "frequency": self.frequency,
            "name": "rate",
        }
        return {"optimizer": optimizer, "lr_scheduler": config}


def quiet_trainer(folder: Any, **arguments: Any) -> Any:
    return lightning.Trainer(
        accelerator="cpu",
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=folder,
        **arguments,
    )


def fitted(module: Any, folder: Any, epochs: int, resume: Any = None, **arguments: Any) -> Any:
    trainer = quiet_trainer(
        folder,
        max_epochs=epochs,
        logger=CSVLogger(folder),
        callbacks=[LearningRateMonitor()],
        log_every_n_steps=1,
        **arguments,
    )
    data = torch.utils.data.DataLoader(torch.ones(BATCHES, 2), batch_size=1)
    trainer.fit(module, data, ckpt_path=resume)
    return trainer


def weights(module: Any) -> list[float]:
    return torch.cat([p.detach().flatten() for p in module.parameters()]).tolist()


def test_per_epoch_a_step_is_an_epoch(tmp_path):
    module = Module("epoch")
    trainer = fitted(module, tmp_path, 5)
    assert module.used == [expected(epoch) for epoch in range(5) for _ in range(BATCHES)]
    logged = trainer.callbacks[0].lrs
    assert sorted(logged) == ["rate/body", "rate/head"]
    # Logged at each epoch's start, and with each batch's metrics; the rates are those used.
    assert sorted(set(logged["rate/body"])) == sorted({row[0] for row in module.used})


def test_per_step_a_step_is_an_update(tmp_path):
    module = Module("step", scale=5)
    fitted(module, tmp_path, 3)
    assert module.used == [expected(update, 5) for update in range(3 * BATCHES)]


@pytest.mark.parametrize("interval", ["step", "epoch"])
def test_accumulation_counts_updates_and_the_last_partial_one(interval, tmp_path):
    module = Module(interval, scale=2)
    trainer = fitted(module, tmp_path, 4, accumulate_grad_batches=2)
    updates = rs.total_steps(samples=BATCHES, batch_size=1, epochs=4, accumulate=2)
    assert len(module.used) == updates == 12
    positions = range(12) if interval == "step" else [e for e in range(4) for _ in range(3)]
    assert module.used == [expected(position, 2) for position in positions]
    scheduler = trainer.lr_scheduler_configs[0].scheduler
    assert scheduler.last_epoch == (12 if interval == "step" else 4)


def test_a_frequency_counts_anew_in_each_epoch(tmp_path):
    module = Module("step", frequency=3)
    fitted(module, tmp_path, 2)
    # Of five batches, the third one steps; the sixth batch is the first of the next epoch.
    assert module.used == [expected(p) for p in (0, 0, 0, 1, 1, 1, 1, 1, 2, 2)]


@pytest.mark.parametrize(("interval", "scale"), [("step", 3), ("epoch", 1)])
def test_resuming_goes_on_bit_for_bit(interval, scale, tmp_path):
    whole = Module(interval, scale)
    fitted(whole, tmp_path / "a", 4)
    half = Module(interval, scale)
    fitted(half, tmp_path / "b", 2).save_checkpoint(tmp_path / "half.ckpt")
    resumed = Module(interval, scale)
    fitted(resumed, tmp_path / "c", 4, tmp_path / "half.ckpt")
    assert half.used + resumed.used == whole.used
    assert weights(resumed) == weights(whole)


def test_b15_a_checkpoint_within_an_epoch_is_not_a_step_behind(tmp_path):
    whole = Module("step", 3)
    fitted(whole, tmp_path / "a", 2)
    every = lightning.callbacks.ModelCheckpoint(
        dirpath=tmp_path, every_n_train_steps=3, save_top_k=-1, filename="{step}"
    )
    cut = Module("step", 3)
    fitted_with(every, cut, tmp_path / "b")
    resumed = Module("step", 3)
    fitted(resumed, tmp_path / "c", 2, tmp_path / "step=3.ckpt")
    assert resumed.used == whole.used[3:] == [expected(update, 3) for update in range(3, 10)]


def fitted_with(callback: Any, module: Any, folder: Any) -> None:
    trainer = quiet_trainer(folder, max_epochs=1, logger=False, callbacks=[callback])
    trainer.fit(module, torch.utils.data.DataLoader(torch.ones(BATCHES, 2), batch_size=1))


class Validated(Module):
    """Reports a metric that does not get better, from epoch 1 on, in every second epoch."""

    def validation_step(self, batch: Any, _: int) -> None:
        self.log("loss", 1.0)

    def on_validation_epoch_end(self) -> None:
        if not self.trainer.sanity_checking:
            self.trainer.lr_scheduler_configs[0].scheduler.observe(1.0)

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.SGD(self.parameters(), lr=0.1)
        rules = rs.Plateau(factor=0.5, patience=0)
        scheduler = rs.Scheduler(optimizer, rs.constant(), plateau=rules)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler}}


def test_f9_a_plateau_counts_validations_and_needs_no_metric_before(tmp_path):
    module = Validated("epoch")
    trainer = quiet_trainer(
        tmp_path,
        max_epochs=6,
        check_val_every_n_epoch=2,
        logger=False,
        enable_checkpointing=False,
    )
    data = torch.utils.data.DataLoader(torch.ones(BATCHES, 2), batch_size=1)
    trainer.fit(module, data, data)
    # Validated after epochs 1, 3 and 5: best, then bad twice; the last lowers what no epoch uses.
    assert [row[0] for row in module.used[::BATCHES]] == [0.1, 0.1, 0.1, 0.1, 0.05, 0.05]
    assert trainer.lr_scheduler_configs[0].scheduler.get_last_lr() == [0.025]


class ByHand(lightning.LightningModule):
    """Accumulates four batches by itself, and steps the scheduler with every batch or update."""

    def __init__(self, *, every_batch: bool) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.layer, self.every_batch = torch.nn.Linear(2, 1), every_batch

    def training_step(self, batch: Any, index: int) -> None:
        self.manual_backward(self.layer(batch).pow(2).mean())
        updated = index % 4 == 3
        if updated:
            self.optimizers().step()
            self.optimizers().zero_grad()
        if updated or self.every_batch:
            self.lr_schedulers().step()

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.SGD(self.parameters(), lr=0.01)
        return [optimizer], [rs.Scheduler(optimizer, rs.cosine(1.0, 0.1, steps=500))]


@pytest.mark.parametrize("every_batch", [True, False])
def test_f2_accumulating_by_hand_a_step_with_every_batch_is_said(every_batch, tmp_path):
    trainer = quiet_trainer(tmp_path, max_epochs=1, logger=False, enable_checkpointing=False)
    data = torch.utils.data.DataLoader(torch.ones(100, 2), batch_size=1)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", rs.RatesheetWarning)
        trainer.fit(ByHand(every_batch=every_batch), data)
    told = [str(one.message) for one in said if issubclass(one.category, rs.RatesheetWarning)]
    assert [words[:9] for words in told] == (["64 steps "] if every_batch else [])


def test_f2_accumulation_by_the_trainer_is_no_news(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error", rs.RatesheetWarning)
        fitted(Module("step", 30), tmp_path, 20, accumulate_grad_batches=4)
