"""compat.transformers in the real Trainer: the rates it trains with, saving and resuming."""

from __future__ import annotations

import json
from typing import Any

import pytest

import ratesheet as rs
import ratesheet.compat.transformers as front

torch = pytest.importorskip("torch", reason="transformers needs torch")
transformers = pytest.importorskip("transformers", reason="needs transformers: make test-peers")
pytest.importorskip("accelerate", reason="the Trainer needs accelerate")
hf = pytest.importorskip("transformers.optimization", reason="needs transformers: make test-peers")

STEPS = 12


class Line(torch.nn.Module):
    """Fits a line, with a loss of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(3, 1)

    def forward(self, x: Any, labels: Any = None) -> dict[str, Any]:
        y = self.layer(x).squeeze(-1)
        return {"loss": torch.nn.functional.mse_loss(y, labels), "logits": y}


def rows(n: int = 48) -> list[dict[str, Any]]:
    draw = torch.Generator().manual_seed(3)
    xs = torch.randn(n, 3, generator=draw)
    return [{"x": x, "labels": x.sum()} for x in xs]


class Used(transformers.TrainerCallback):
    """Keeps the rates that each update was made with."""

    def __init__(self) -> None:
        self.rates: list[list[float]] = []

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.rates.append([float(group["lr"]) for group in kwargs["optimizer"].param_groups])


def trainer(folder: Any, make: Any, *, max_steps: int = STEPS, **arguments: Any) -> Any:
    torch.manual_seed(0)
    model = Line()
    groups = [
        {"params": [model.layer.weight], "lr": 1e-2},
        {"params": [model.layer.bias], "lr": 1e-3},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-2)
    settings = {
        "output_dir": str(folder),
        "max_steps": max_steps,
        "per_device_train_batch_size": 4,
        "save_strategy": "steps",
        "save_steps": 5,
        "logging_steps": 1,
        "report_to": [],
        "use_cpu": True,
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        **arguments,
    }
    used = Used()
    built = transformers.Trainer(
        model=model,
        args=transformers.TrainingArguments(**settings),
        train_dataset=rows(),
        eval_dataset=rows(8),
        optimizers=(optimizer, make(optimizer)),
        callbacks=[used],
    )
    built.used = used
    return built


def trained(folder: Any, make: Any, resume: Any = None, **arguments: Any) -> Any:
    built = trainer(folder, make, **arguments)
    built.train(resume_from_checkpoint=resume)
    return built


SPECIFIC = {
    "cosine_with_min_lr": {"min_lr_rate": 0.1},
    "cosine_warmup_with_min_lr": {"min_lr_rate": 0.1},
    "warmup_stable_decay": {"num_decay_steps": 4},
}
NAMES = [name for name in front.TYPE_TO_SCHEDULER_FUNCTION if name not in front.names._METRIC]


def by_name(library: Any, name: str) -> Any:
    return lambda optimizer: library.get_scheduler(name, optimizer, 3, STEPS, SPECIFIC.get(name))


def logged(run: Any) -> list[float]:
    return [entry["learning_rate"] for entry in run.state.log_history if "learning_rate" in entry]


def weights(run: Any) -> list[float]:
    return torch.cat([p.detach().flatten() for p in run.model.parameters()]).tolist()


@pytest.mark.parametrize("name", NAMES)
def test_a_run_has_the_originals_rates_logs_and_weights(name, tmp_path):
    ours, theirs = (trained(tmp_path / lib.__name__, by_name(lib, name)) for lib in (front, hf))
    assert len(ours.used.rates) == STEPS
    for one, other in zip(ours.used.rates, theirs.used.rates, strict=True):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-18)
    assert logged(ours) == pytest.approx(logged(theirs), rel=1e-9, abs=1e-18)
    assert weights(ours) == pytest.approx(weights(theirs), rel=1e-5)


@pytest.mark.parametrize("name", ["linear", "cosine_with_restarts", "warmup_stable_decay"])
def test_resuming_goes_on_bit_for_bit(name, tmp_path):
    whole = trained(tmp_path / "a", by_name(front, name))
    resumed = trained(tmp_path / "b", by_name(front, name), tmp_path / "a" / "checkpoint-5")
    assert resumed.used.rates == whole.used.rates[5:]
    assert weights(resumed) == weights(whole)


@pytest.mark.parametrize("name", ["linear", "cosine"])
def test_a_checkpoint_of_the_original_goes_on_under_ours(name, tmp_path):
    theirs = trained(tmp_path / "a", by_name(hf, name))
    ours = trained(tmp_path / "b", by_name(front, name), tmp_path / "a" / "checkpoint-5")
    for one, other in zip(ours.used.rates, theirs.used.rates[5:], strict=True):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-18)


def test_a_checkpoint_of_ours_goes_on_under_the_original(tmp_path):
    ours = trained(tmp_path / "a", by_name(front, "cosine"))
    theirs = trained(tmp_path / "b", by_name(hf, "cosine"), tmp_path / "a" / "checkpoint-5")
    for one, other in zip(theirs.used.rates, ours.used.rates[5:], strict=True):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-18)


def test_the_checkpoints_file_is_plain_data(tmp_path):
    trained(tmp_path, by_name(front, "linear"))
    state = torch.load(tmp_path / "checkpoint-5" / "scheduler.pt", weights_only=True)
    assert json.loads(json.dumps(state)) == state
    assert (state["step_count"], state["last_epoch"], state["base_lrs"]) == (5, 5, [1e-2, 1e-3])


def native(optimizer: Any) -> rs.Scheduler:
    backbone = rs.warmup_cosine(warmup=3, steps=STEPS, end=0.1)
    return rs.Scheduler(optimizer, [backbone, backbone * 0.5])


def test_a_native_scheduler_runs_and_resumes_in_the_trainer(tmp_path):
    whole = trained(tmp_path / "a", native)
    schedule = rs.warmup_cosine(warmup=3, steps=STEPS, end=0.1)
    expected = [[schedule(t, 1e-2), schedule(t, 1e-3) * 0.5] for t in range(STEPS)]
    for used, rates in zip(whole.used.rates, expected, strict=True):
        assert used == pytest.approx(rates, rel=1e-15)
    resumed = trained(tmp_path / "b", native, tmp_path / "a" / "checkpoint-10")
    assert resumed.used.rates == whole.used.rates[10:]
    assert weights(resumed) == weights(whole)


def test_one_step_is_made_per_update_when_gradients_are_accumulated(tmp_path):
    run = trained(tmp_path, by_name(front, "linear"), gradient_accumulation_steps=3)
    assert run.lr_scheduler.last_epoch == STEPS
    assert run.used.rates[-1] == pytest.approx([1e-2 / 9, 1e-3 / 9], rel=1e-12)


METRIC = {
    "reduce_lr_on_plateau": {"patience": 0, "factor": 0.5, "threshold": 0.9},
    "greedy": {"patience": 0, "factor": 0.5, "min_lr": 0.0},
}


def on_metric(library: Any, name: str) -> Any:
    return lambda optimizer: library.get_scheduler(name, optimizer, None, None, METRIC[name])


EVALUATE = {"eval_strategy": "steps", "eval_steps": 1, "metric_for_best_model": "loss"}


@pytest.mark.parametrize("name", METRIC)
def test_the_trainer_hands_over_its_metric_and_resumes(name, tmp_path):
    ours, theirs = (
        trained(tmp_path / lib.__name__, on_metric(lib, name), **EVALUATE) for lib in (front, hf)
    )
    assert ours.used.rates == theirs.used.rates
    assert logged(ours) == logged(theirs)
    assert len({rates[0] for rates in ours.used.rates}) > 3
    checkpoint = tmp_path / front.__name__ / "checkpoint-5"
    resumed = trained(tmp_path / "b", on_metric(front, name), checkpoint, **EVALUATE)
    assert resumed.used.rates == ours.used.rates[5:]
    checkpoint = tmp_path / hf.__name__ / "checkpoint-5"
    taken_over = trained(tmp_path / "c", on_metric(front, name), checkpoint, **EVALUATE)
    assert taken_over.used.rates == ours.used.rates[5:]
