"""compat.optimus beside the same schedulers written out plainly, in contract_schedulers.py."""

from __future__ import annotations

import copy
import itertools
import json
import pickle
import warnings
from dataclasses import dataclass, fields
from types import SimpleNamespace
from typing import Any

import pytest

import contract_schedulers
import ratesheet as rs
from parity import same
from ratesheet.compat import optimus

BASES = [3e-4, 1e-3]


def sets(**choices: list[Any]) -> list[dict[str, Any]]:
    return [
        dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())
    ]


DECAYS = ["linear", "exp", "cosine", "miror_cosine", "square", "sqrt", "linear_pw"]
# By name: (settings, iterations).
CASES: dict[str, list[tuple[dict[str, Any], int]]] = {
    "cosine_annealing": [
        (setting, n)
        for setting in [{}, *sets(eta_min=[0.0, 1e-5, 5e-4], last_epoch=[-1, 6]), {"T_max": 3}]
        for n in (1, 10, 97)
    ],
    "linear_warmup": [
        (setting, n)
        for setting in [
            {},
            *sets(warmup_steps=[0, 1, 7, 40], target_lr=[None, 0.0, 5e-4], start_lr=[0.0, 1e-5]),
            {"warmup_percent": 0.5},
            {"warmup_percent": 0.0},
        ]
        for n in (10, 97)
    ],
    "wsd": [
        *(
            (setting, n)
            for setting in sets(
                decay_type=DECAYS,
                final_lr_factor=[0.0, 0.1],
                warmup_steps=[0, 5, 60],
                fract_decay=[0.0, 0.3, 1.0],
                cooldown_start_lr_factor=[1.0, 0.8],
            )
            for n in (20, 90)
        ),
        ({}, 1000),
        ({"warmup_steps": None, "warmup_steps_fraction": 0.25}, 41),
        ({"decay_type": "sqrt", "sqrt_power": 0.8, "warmup_steps": 3}, 50),
        ({"decay_type": "linear_pw", "linear_pw_subdivisions": [0.7, 0.2], "warmup_steps": 3}, 100),
        ({"init_div_factor": 4, "warmup_steps": 8}, 50),
    ],
}
PLAIN = {
    "cosine_annealing": "contract_cosine",
    "linear_warmup": "contract_warmup",
    "wsd": "contract_wsd",
}
# States are the same kind of thing for every setting: a part of them is enough.
SOME = [(name, case) for name, cases in CASES.items() for case in cases[::7]]


def groups() -> Any:
    return SimpleNamespace(param_groups=[{"lr": lr} for lr in BASES])


def build(name: str, settings: dict[str, Any], iterations: int) -> Any:
    config = {"_name": name, **settings}
    return rs.build_lr_scheduler(config, optimizer=groups(), iterations=iterations)


def both(name: str, case: tuple[dict[str, Any], int]) -> tuple[Any, Any]:
    return build(name, *case), build(PLAIN[name], *case)


def stepped(scheduler: Any, steps: int) -> list[list[float]]:
    rows = []
    for _ in range(steps):
        rows.append([group["lr"] for group in scheduler.optimizer.param_groups])
        assert scheduler.get_last_lr() == rows[-1]
        scheduler.step()
    return rows


@pytest.mark.parametrize("name", CASES)
def test_every_rate_and_the_state_are_the_plain_ones_past_the_end_too(name):
    pairs = 0
    for case in CASES[name]:
        ours, plain = both(name, case)
        steps = 2 * case[1] + 5
        same("optimus front", stepped(ours, steps), stepped(plain, steps))
        pairs += steps * len(BASES)
        assert ours.state_dict() == plain.state_dict()
    assert pairs == {"cosine_annealing": 3696, "linear_warmup": 12096, "wsd": 120934}[name]


def test_known_values():
    scheduler = build("wsd", {"warmup_steps": 2, "init_div_factor": 10, "fract_decay": 0.4}, 10)
    rates = [row[1] for row in stepped(scheduler, 12)]
    expected = [1e-4, 5.5e-4, *([1e-3] * 5), 7.5e-4, 5e-4, 2.5e-4, 0.0, 0.0]
    assert rates == pytest.approx(expected, rel=1e-14)
    warmup = build("linear_warmup", {"warmup_steps": 4, "target_lr": 2e-3, "start_lr": 1e-3}, 10)
    assert [row[0] for row in stepped(warmup, 6)] == [1e-3, 1.25e-3, 1.5e-3, 1.75e-3, 2e-3, 2e-3]
    cosine = build("cosine_annealing", {"eta_min": 1e-4, "last_epoch": 1}, 4)
    assert [row[1] for row in stepped(cosine, 3)] == pytest.approx(
        [5.5e-4, 1e-4 + 9e-4 * 0.14644660940672624, 1e-4], rel=1e-14
    )


@dataclass
class Other:
    _name: str = "linear_warmup"
    warmup_steps: int = 4


def test_a_dict_a_dataclass_a_name_and_an_omegaconf_config_build_the_same():
    omegaconf = pytest.importorskip("omegaconf", reason="needs omegaconf")
    text = {"_name": "linear_warmup", "warmup_steps": 4}
    with warnings.catch_warnings():
        # omegaconf would rather have no dict behind a structured configuration.
        warnings.simplefilter("ignore", UserWarning)
        structured = omegaconf.OmegaConf.structured(optimus.LinearWarmupLRConfig(warmup_steps=4))
    configs = [
        text,
        optimus.LinearWarmupLRConfig(_name="linear_warmup", warmup_steps=4),
        Other(),
        omegaconf.OmegaConf.create({**text, "warmup_steps": "${twice}", "twice": 4}),
        omegaconf.OmegaConf.merge(structured, {"_name": "linear_warmup"}),
    ]
    for config in configs:
        scheduler = rs.build_lr_scheduler(config, optimizer=groups(), iterations=10)
        assert type(scheduler) is optimus.LinearWarmupLR
        assert [row[1] for row in stepped(scheduler, 5)] == [0.0, 2.5e-4, 5e-4, 7.5e-4, 1e-3]
    by_name = rs.build_lr_scheduler("linear_warmup", optimizer=groups(), iterations=80)
    assert by_name.warmup_steps == 4


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (optimus.CosineAnnealingLRConfig, {"T_max": 1000, "eta_min": 0.0, "last_epoch": -1}),
        (
            optimus.LinearWarmupLRConfig,
            {"warmup_steps": None, "warmup_percent": 0.05, "target_lr": None, "start_lr": 0.0},
        ),
        (
            optimus.WSDSchedulerConfig,
            {
                "final_lr_factor": 0.0,
                "warmup_steps": 300,
                "warmup_steps_fraction": None,
                "init_div_factor": 100,
                "fract_decay": 0.1,
                "decay_type": "linear",
                "sqrt_power": 0.5,
                "linear_pw_subdivisions": None,
                "cooldown_start_lr_factor": 1.0,
            },
        ),
    ],
)
def test_the_fields_and_their_defaults(config, expected):
    assert issubclass(config, rs.BaseLRSchedulerConfig)
    assert {f.name: f.default for f in fields(config)} == {"_name": None, **expected}


def test_names_of_the_package_are_ours():
    assert optimus.BaseLRScheduler is rs.BaseLRScheduler
    assert optimus.BaseLRSchedulerConfig is rs.BaseLRSchedulerConfig
    for name in CASES:
        assert isinstance(build(name, {}, 10), rs.BaseLRScheduler)


@pytest.mark.parametrize("k", [0, 1, 13, 44])
def test_a_state_goes_on_bit_for_bit_and_writes_the_rates(k):
    for name, case in SOME:
        scheduler = build(name, *case)
        stepped(scheduler, k)
        state = scheduler.state_dict()
        assert json.loads(json.dumps(state)) == state
        again = build(name, {}, 7)  # the settings come from the state
        again.load_state_dict(pickle.loads(pickle.dumps(state)))
        assert again.get_last_lr() == scheduler.get_last_lr()
        assert stepped(again, 30) == stepped(scheduler, 30)


def test_the_plain_schedulers_state_goes_on_under_ours():
    for name, case in SOME:
        ours, plain = build(name, {}, 7), build(PLAIN[name], *case)
        stepped(plain, 13)
        ours.load_state_dict(plain.state_dict())
        same("optimus front", stepped(ours, 100), stepped(plain, 100))


@pytest.mark.parametrize("name", CASES)
def test_states_through_torch_with_weights_only_and_copies(name, tmp_path):
    torch = pytest.importorskip("torch", reason="needs torch")
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    scheduler = rs.build_lr_scheduler({"_name": name}, optimizer=optimizer, iterations=50)
    for _ in range(13):
        optimizer.step()
        scheduler.step()
    torch.save(scheduler.state_dict(), tmp_path / "scheduler.pt")
    state = torch.load(tmp_path / "scheduler.pt", weights_only=True)
    assert state == scheduler.state_dict()
    for twin in (copy.deepcopy(scheduler), pickle.loads(pickle.dumps(scheduler))):
        assert twin.optimizer is not optimizer
        assert stepped(twin, 30)[0] == scheduler.get_last_lr()
    assert scheduler.last_epoch == 13


def test_the_warmup_is_written_back_into_the_config():
    config = optimus.LinearWarmupLRConfig(warmup_percent=0.25)
    optimus.LinearWarmupLR(config, groups(), 41)
    assert config.warmup_steps == 10
    config = optimus.WSDSchedulerConfig(warmup_steps=None, warmup_steps_fraction=0.25)
    optimus.WSDScheduler(config, groups(), 41)
    assert config.warmup_steps == 10


def test_attributes_that_are_assigned_are_followed():
    scheduler = build("cosine_annealing", {}, 10)
    scheduler.T_max = 20
    scheduler._step_count = 10
    scheduler.set()
    assert scheduler.get_last_lr() == pytest.approx([1.5e-4, 5e-4], rel=1e-14)


@pytest.mark.parametrize(
    ("name", "settings", "error", "message"),
    [
        ("linear_warmup", {"warmup_percent": None}, ValueError, "one of warmup_steps and"),
        ("wsd", {"warmup_steps": None}, AssertionError, "one of warmup_steps and"),
        ("wsd", {"decay_type": "round"}, ValueError, "decay_type must be one of .*, got 'round'"),
        ("wsd", {"fract_decay": 1.5}, ValueError, "n_hold must be >= 0, got -5"),
        ("wsd", {"init_div_factor": 0}, ValueError, "init_div_factor must be > 0, got 0"),
        ("wsd", {"warmup_steps": -1}, ValueError, "warmup_steps must be >= 0, got -1"),
        ("linear_warmup", {"start_lr": -1.0}, ValueError, "start_lr must be >= 0, got -1.0"),
        ("cosine_annealing", {"eta_min": "low"}, TypeError, "eta_min must be a number, got 'low'"),
        ("cosine_annealing", {"last_epoch": -2}, ValueError, "last_epoch must be >= -1, got -2"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(name, settings, error, message):
    optimizer = groups()
    with pytest.raises(error, match=message):
        rs.build_lr_scheduler({"_name": name, **settings}, optimizer=optimizer, iterations=10)
    assert optimizer.param_groups == [{"lr": lr} for lr in BASES]


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("cosine_annealing", {"T_max": "long"}, "state does not fit: iterations must be a number"),
        ("cosine_annealing", {"eta_min": ...}, "state has no 'eta_min', only"),
        ("linear_warmup", {"target_lrs": [1.0]}, "must have one rate per group: got 1 for 2"),
        ("wsd", {"decay_type": "round"}, "state does not fit: decay_type must be one of"),
        ("wsd", {"step_count": -1}, r"state\['step_count'\] must be an integer >= 0, got -1"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(name, change, message):
    scheduler = build(name, {}, 10)
    scheduler.step()
    state = {k: v for k, v in {**scheduler.state_dict(), **change}.items() if v is not ...}
    before, rates = scheduler.state_dict(), scheduler.get_last_lr()
    with pytest.raises(rs.CheckpointError, match=message):
        scheduler.load_state_dict(state)
    assert (scheduler.state_dict(), scheduler.get_last_lr()) == (before, rates)


def test_registering_a_name_again_is_an_error():
    with pytest.raises(rs.ScheduleError, match="'wsd' is already registered"):
        rs.register_lr_scheduler("wsd")(contract_schedulers.WSD)
