"""The front's classes inside trainers that ask by isinstance and by attribute."""

from __future__ import annotations

import pytest
import torch

from compat_torch_cases import held, optimizer, ours, theirs

DATA = torch.utils.data.TensorDataset(torch.ones(8, 2), torch.ones(8, 1))
# Trainers say much about workers, loggers and devices that is not about schedulers.
pytestmark = pytest.mark.filterwarnings("ignore")


def loader():
    return torch.utils.data.DataLoader(DATA, batch_size=2)


def lightning_rates(build, tmp_path, epochs=5):
    pl = pytest.importorskip("lightning.pytorch", reason="needs Lightning")

    class Model(pl.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = torch.nn.Linear(2, 1)
            self.rates = []

        def training_step(self, batch, _):
            self.rates.append(self.optimizers().param_groups[0]["lr"])
            x, y = batch
            loss = ((self.net(x) - y) ** 2).mean()
            self.log("flat", 1.0, on_epoch=True, on_step=False)
            return loss

        def configure_optimizers(self):
            return build(torch.optim.SGD(self.parameters(), lr=0.1, momentum=0.9))

    model = Model()
    trainer = pl.Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=tmp_path,
    )
    trainer.fit(model, loader())
    return model.rates


def test_lightning_steps_a_scheduler_per_batch(tmp_path):
    def per_step(lib):
        def build(opt):
            scheduler = lib.OneCycleLR(opt, 0.1, total_steps=20)
            return {"optimizer": opt, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}

        return build

    rates = lightning_rates(per_step(ours), tmp_path)
    assert rates == pytest.approx(lightning_rates(per_step(theirs), tmp_path), rel=1e-9)
    assert max(rates) == pytest.approx(0.1)


def test_lightning_gives_a_plateau_its_metric(tmp_path):
    def on_plateau(lib):
        def build(opt):
            scheduler = lib.ReduceLROnPlateau(opt, factor=0.5, patience=0)
            return {
                "optimizer": opt,
                "lr_scheduler": {"scheduler": scheduler, "monitor": "flat"},
            }

        return build

    rates = lightning_rates(on_plateau(ours), tmp_path)
    assert rates == lightning_rates(on_plateau(theirs), tmp_path)
    assert rates[::4] == [0.1, 0.1, 0.05, 0.025, 0.0125]


@pytest.mark.parametrize("lib", [ours, theirs], ids=["ours", "torch's"])
def test_accelerate_prepares_and_steps_it(lib):
    accelerate = pytest.importorskip("accelerate", reason="needs Accelerate")
    model = torch.nn.Linear(2, 1)
    opt = torch.optim.SGD(model.parameters(), lr=1.0)
    accelerator = accelerate.Accelerator(cpu=True, gradient_accumulation_steps=2)
    model, opt, data, scheduler = accelerator.prepare(
        model, opt, loader(), lib.LinearLR(opt, 1.0, 0.0, 4)
    )
    rates = []
    for x, y in data:
        with accelerator.accumulate(model):
            rates.append(opt.param_groups[0]["lr"])
            accelerator.backward(((model(x) - y) ** 2).mean())
            opt.step()
            scheduler.step()
            opt.zero_grad()
    assert rates == pytest.approx([1.0, 1.0, 0.75, 0.75])
    assert scheduler.get_last_lr() == pytest.approx([0.5])
    assert type(scheduler.scheduler) is lib.LinearLR


@pytest.mark.parametrize("lib", [ours, theirs], ids=["ours", "torch's"])
def test_transformers_trainer_takes_it(lib, tmp_path):
    transformers = pytest.importorskip("transformers", reason="needs Transformers")

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = torch.nn.Linear(2, 1)
            self.rates = []

        def forward(self, x, labels):
            self.rates.append(opt.param_groups[0]["lr"])
            return {"loss": ((self.net(x) - labels) ** 2).mean()}

    model = Model()
    opt = torch.optim.SGD(model.parameters(), lr=1.0)
    scheduler = lib.StepLR(opt, 3, 0.5)
    trainer = transformers.Trainer(
        model=model,
        args=transformers.TrainingArguments(
            output_dir=str(tmp_path),
            max_steps=8,
            per_device_train_batch_size=1,
            use_cpu=True,
            report_to=[],
            save_steps=4,
            disable_tqdm=True,
            logging_strategy="no",
        ),
        train_dataset=[{"x": x, "labels": y} for x, y in DATA],
        optimizers=(opt, scheduler),
    )
    trainer.train()
    assert model.rates == [1.0] * 3 + [0.5] * 3 + [0.25] * 2
    saved = torch.load(tmp_path / "checkpoint-4" / "scheduler.pt", weights_only=True)
    assert saved["last_epoch"] == 4


@pytest.mark.parametrize(
    "build",
    [
        lambda lib, o: lib.StepLR(o, 2, 0.5),
        lambda lib, o: lib.CosineAnnealingWarmRestarts(o, 3, 2),
        lambda lib, o: lib.LambdaLR(o, lambda epoch: 0.5**epoch),
    ],
    ids=["StepLR", "CosineAnnealingWarmRestarts", "LambdaLR"],
)
def test_ignite_takes_it(build):
    rows = [ignite_rates(lib, build) for lib in (ours, theirs)]
    assert rows[0] == pytest.approx(rows[1], rel=1e-9, abs=1e-15)


def test_ignite_asks_for_a_rate_without_changing_it():
    # It asks torch's ExponentialLR for the rate at 0, and gets the one after.
    exponential = lambda lib, o: lib.ExponentialLR(o, 0.5)  # noqa: E731 - like the ones above
    assert ignite_rates(ours, exponential) == [0.5**t for t in range(9)]
    assert ignite_rates(theirs, exponential)[0] == 0.5


def ignite_rates(lib, build):
    handlers = pytest.importorskip("ignite.handlers.param_scheduler", reason="needs ignite")
    opt = optimizer(bases=[1.0])
    wrapped, rates = handlers.LRScheduler(build(lib, opt)), []
    for _ in range(9):
        wrapped(None)
        rates.append(held(opt)[0])
        opt.step()
    return rates
