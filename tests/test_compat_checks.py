"""What Lightning, Accelerate and Transformers ask of a scheduler, and short real runs in them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import ratesheet as rs
import ratesheet.compat.transformers as front
from ratesheet.compat import optimus

torch = pytest.importorskip("torch", reason="the trainers need torch")
accelerate = pytest.importorskip("accelerate", reason="needs accelerate: make test-peers")
lightning = pytest.importorskip("lightning.pytorch", reason="needs lightning: make test-peers")
transformers = pytest.importorskip("transformers", reason="needs transformers: make test-peers")

from accelerate.state import AcceleratorState, GradientState  # noqa: E402 - may be missing
from lightning.fabric.utilities.types import _Stateful  # noqa: E402 - may be missing
from lightning.pytorch.callbacks import LearningRateMonitor  # noqa: E402 - may be missing
from lightning.pytorch.core.optimizer import (  # noqa: E402 - may be missing
    _validate_optimizers_attached,
    _validate_scheduler_api,
)
from lightning.pytorch.loggers import CSVLogger  # noqa: E402 - may be missing
from lightning.pytorch.utilities.types import (  # noqa: E402 - may be missing
    LRSchedulerConfig,
    LRSchedulerTypeTuple,
)
from transformers.optimization import GreedyLR  # noqa: E402 - may be missing

LRScheduler = torch.optim.lr_scheduler.LRScheduler
ReduceLROnPlateau = torch.optim.lr_scheduler.ReduceLROnPlateau


def an_optimizer() -> Any:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)


def native(optimizer: Any) -> rs.Scheduler:
    return rs.Scheduler(optimizer, rs.warmup_linear(warmup=2, steps=10))


def linear(optimizer: Any) -> Any:
    return front.get_scheduler("linear", optimizer, 2, 10)


def plateau(optimizer: Any) -> Any:
    return front.get_scheduler("reduce_lr_on_plateau", optimizer)


def greedy(optimizer: Any) -> Any:
    return front.get_scheduler("greedy", optimizer)


STEPPED = [native, linear]
METRIC = [plateau, greedy]
RATES = [0.0, 0.05, 0.1, 0.0875, 0.075, 0.0625, 0.05, 0.0375, 0.025, 0.0125]


# What they ask


@pytest.mark.parametrize("make", STEPPED + METRIC)
def test_it_is_a_scheduler_of_torch(make):
    scheduler = make(an_optimizer())
    assert isinstance(scheduler, LRScheduler)
    assert isinstance(scheduler, rs.BaseLRScheduler)
    assert isinstance(scheduler, ReduceLROnPlateau) == (make in METRIC)


@pytest.mark.parametrize("make", STEPPED + METRIC)
def test_what_lightning_asks(make):
    optimizer = an_optimizer()
    scheduler = make(optimizer)
    assert isinstance(scheduler, _Stateful)
    assert isinstance(scheduler, LRSchedulerTypeTuple)
    assert not isinstance(scheduler, torch.optim.lr_scheduler.OneCycleLR)
    config = LRSchedulerConfig(scheduler)
    _validate_optimizers_attached([optimizer], [config])
    _validate_scheduler_api([config], lightning.LightningModule())
    assert scheduler.optimizer.defaults["lr"] == 0.1


@pytest.mark.parametrize("make", STEPPED + METRIC)
def test_what_accelerate_asks(make):
    scheduler = make(an_optimizer())
    assert not hasattr(scheduler, "total_steps")
    before, rates = scheduler.last_epoch, scheduler.get_last_lr()
    scheduler._step_count += 1  # on a micro-batch without an update
    assert (scheduler.last_epoch, scheduler.get_last_lr()) == (before, rates)
    scheduler.set()
    assert (scheduler.last_epoch, scheduler.get_last_lr()) == (before, rates)
    assert scheduler.get_lr() == scheduler.get_last_lr()


@pytest.mark.parametrize("make", STEPPED + METRIC)
def test_what_the_trainer_of_transformers_asks(make):
    wants_a_metric = isinstance(make(an_optimizer()), (ReduceLROnPlateau, GreedyLR))
    assert wants_a_metric == (make in METRIC)


def test_schedulers_that_count_by_the_step_count_are_none_of_torchs():
    # Accelerate adds to `_step_count` of torch's ones, and that is their position.
    scheduler = rs.build_lr_scheduler("wsd", optimizer=an_optimizer(), iterations=10)
    assert type(scheduler) is optimus.WSDScheduler
    assert not isinstance(scheduler, LRScheduler)


# Accelerate


@pytest.fixture
def fresh_accelerate():
    yield
    AcceleratorState._reset_state(reset_partial_state=True)
    GradientState._reset_state()


class Fit:
    """A small fit in Accelerate: which rates were used, and where the scheduler stands."""

    def __init__(self, make: Any, accumulate: int = 1) -> None:
        AcceleratorState._reset_state(reset_partial_state=True)
        GradientState._reset_state()
        self.accelerator = accelerate.Accelerator(cpu=True, gradient_accumulation_steps=accumulate)
        torch.manual_seed(0)
        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        self.inner = make(optimizer)
        data = torch.utils.data.DataLoader(torch.ones(6, 2), batch_size=1)
        self.parts = self.accelerator.prepare(model, optimizer, data, self.inner)

    def epochs(self, n: int) -> list[float]:
        model, optimizer, data, scheduler = self.parts
        used = []
        for _ in range(n):
            for batch in data:
                with self.accelerator.accumulate(model):
                    self.accelerator.backward(model(batch).pow(2).mean())
                    if self.accelerator.sync_gradients:
                        used.append(optimizer.param_groups[0]["lr"])
                    optimizer.step()
                    scheduler.step()
                    optimizer.zero_grad()
        return used


@pytest.mark.usefixtures("fresh_accelerate")
@pytest.mark.parametrize("accumulate", [1, 3])
@pytest.mark.parametrize("make", STEPPED)
def test_accelerate_steps_once_an_update(make, accumulate):
    fit = Fit(make, accumulate)
    assert type(fit.parts[3]) is accelerate.scheduler.AcceleratedScheduler
    assert fit.parts[3].optimizers == [fit.parts[1]]
    used = fit.epochs(accumulate)
    assert used == pytest.approx(RATES[:6], rel=1e-12)
    assert fit.inner.last_epoch == 6
    assert fit.parts[3].get_last_lr() == pytest.approx([0.05], rel=1e-12)


@pytest.mark.usefixtures("fresh_accelerate")
@pytest.mark.parametrize("make", STEPPED)
def test_accelerate_saves_and_resumes(make, tmp_path):
    fit = Fit(make, 2)
    fit.epochs(1)
    fit.accelerator.save_state(str(tmp_path), safe_serialization=False)
    expected = fit.epochs(2)
    again = Fit(make, 2)
    again.accelerator.load_state(str(tmp_path))
    assert again.inner.last_epoch == 3
    assert again.epochs(2) == expected == pytest.approx(RATES[3:9], rel=1e-12)


@pytest.mark.usefixtures("fresh_accelerate")
@pytest.mark.parametrize("make", STEPPED)
def test_a_scheduler_is_built_over_a_prepared_optimizer_too(make):
    accelerator = accelerate.Accelerator(cpu=True)
    optimizer = accelerator.prepare(an_optimizer())
    scheduler = accelerator.prepare(make(optimizer))
    saved = optimizer.state_dict()
    for _ in range(3):
        optimizer.step()
        scheduler.step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(RATES[3], rel=1e-12)
    optimizer.load_state_dict(saved)  # has the rate of step 0; the scheduler stands at 3
    assert optimizer.param_groups[0]["lr"] == pytest.approx(RATES[3], rel=1e-12)


@pytest.mark.usefixtures("fresh_accelerate")
def test_accelerate_steps_a_metric_scheduler():
    fit = Fit(lambda optimizer: front.ReduceLROnPlateau(optimizer, factor=0.5, patience=0))
    assert type(fit.parts[3]) is accelerate.scheduler.AcceleratedScheduler
    for loss in [1.0, 2.0, 2.0]:
        fit.parts[3].step(loss)
    assert fit.parts[3].get_last_lr() == [0.025]


# Lightning


class Module(lightning.LightningModule):
    """Fits a line, with one scheduler."""

    def __init__(self, make: Any, **config: Any) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer = torch.nn.Linear(2, 1)
        self.make, self.config = make, config
        self.used: list[float] = []

    def training_step(self, batch: Any, _: int) -> Any:
        loss = self.layer(batch).pow(2).mean()
        self.log("loss", loss)
        return loss

    def on_before_optimizer_step(self, optimizer: Any) -> None:
        self.used.append(optimizer.param_groups[0]["lr"])

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.SGD(self.parameters(), lr=0.1, momentum=0.9)
        config = {"scheduler": self.make(optimizer), "interval": "step", **self.config}
        return {"optimizer": optimizer, "lr_scheduler": config}


class Observing(Module):
    """Reports its metric to an `rs.Plateau`."""

    def lr_scheduler_step(self, scheduler: Any, metric: Any) -> None:
        scheduler.observe(metric)


def fitted(module: Any, folder: Any, epochs: int, **arguments: Any) -> Any:
    resume = arguments.pop("ckpt_path", None)
    trainer = lightning.Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        logger=CSVLogger(folder),
        callbacks=[LearningRateMonitor(logging_interval="step", log_momentum=True)],
        enable_progress_bar=False,
        enable_model_summary=False,
        log_every_n_steps=1,
        default_root_dir=folder,
        **arguments,
    )
    data = torch.utils.data.DataLoader(torch.ones(4, 2), batch_size=1)
    trainer.fit(module, data, ckpt_path=resume)
    return trainer


# Lightning's advice on workers and devices is a warning each.
quiet = pytest.mark.filterwarnings("ignore")


@quiet
@pytest.mark.parametrize("make", STEPPED)
def test_lightning_uses_logs_saves_and_resumes(make, tmp_path):
    whole = Module(make)
    trainer = fitted(whole, tmp_path / "a", 2)
    assert whole.used == pytest.approx(RATES[:8], rel=1e-12)
    assert trainer.callbacks[0].lrs == {"lr-SGD": whole.used}
    assert trainer.lr_scheduler_configs[0].scheduler.last_epoch == 8
    half = Module(make)
    fitted(half, tmp_path / "b", 1).save_checkpoint(tmp_path / "half.ckpt")
    resumed = Module(make)
    fitted(resumed, tmp_path / "c", 2, ckpt_path=tmp_path / "half.ckpt")
    assert half.used + resumed.used == whole.used
    assert resumed.layer.weight.tolist() == whole.layer.weight.tolist()


@quiet
def test_lightning_steps_once_an_update_when_gradients_are_accumulated(tmp_path):
    module = Module(native)
    fitted(module, tmp_path, 3, accumulate_grad_batches=2)
    assert module.used == pytest.approx(RATES[:6], rel=1e-12)


@quiet
@pytest.mark.parametrize(
    "make",
    [
        lambda optimizer: front.ReduceLROnPlateau(optimizer, factor=0.5, patience=0, mode="max"),
        lambda optimizer: front.GreedyLR(
            optimizer, factor=0.5, patience=0, mode="max", min_lr=0.0, threshold=10.0
        ),
    ],
)
def test_lightning_hands_the_metric_to_step(make, tmp_path):
    module = Module(make, interval="epoch", monitor="loss")
    trainer = fitted(module, tmp_path, 3)
    scheduler = trainer.lr_scheduler_configs[0].scheduler
    assert trainer.lr_scheduler_configs[0].reduce_on_plateau
    assert scheduler.last_epoch == 3
    assert len(set(module.used)) > 1


@quiet
def test_lightning_reports_to_a_plateau_by_its_hook(tmp_path):
    def make(optimizer: Any) -> rs.Scheduler:
        rules = rs.Plateau(mode="max", factor=0.5, patience=0)
        return rs.Scheduler(optimizer, rs.constant(), plateau=rules)

    module = Observing(make, interval="epoch", monitor="loss", reduce_on_plateau=True)
    fitted(module, tmp_path, 3)
    assert module.used == [*([0.1] * 8), *([0.05] * 4)]


def test_duck_typed_optimizers_are_welcome_too():
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}], defaults={"lr": 0.1})
    for make in STEPPED + METRIC:
        assert make(optimizer).optimizer is optimizer
