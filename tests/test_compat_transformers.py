"""compat.transformers beside the installed Transformers: names, signatures, every rate."""

from __future__ import annotations

import inspect
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import ratesheet as rs
import ratesheet.compat.transformers as front
from parity import same
from tolerances import PEER_ATOL, PEER_RTOL
from transformers_cases import BASES, CASES, horizon, stepped, two_groups

torch = pytest.importorskip("torch", reason="transformers needs torch")
hf = pytest.importorskip("transformers.optimization", reason="needs transformers: make test-peers")
utils = pytest.importorskip("transformers.trainer_utils", reason="needs transformers")
layerwise = pytest.importorskip("transformers.trainer_pt_utils", reason="needs transformers")

if TYPE_CHECKING:
    from numpy.typing import NDArray


def both(name: str, arguments: dict[str, Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return our rates and theirs, (steps, groups), past the end by as much again."""
    steps = range(horizon(arguments))
    ours = getattr(front, name)(two_groups(torch), **arguments).table(steps).numpy()
    lambdas = getattr(hf, name)(two_groups(torch), **arguments).lr_lambdas
    pairs = list(zip(lambdas, BASES, strict=True))
    return ours, np.array([[base * factor(t) for factor, base in pairs] for t in steps])


# By function: pairs of rates that are compared, and how many of them differ for which reason.
MISSED = "a restart is missed by rounding"
PAST_BASE = "a fractional warmup goes past the base LR"
COMPARED: dict[str, tuple[int, dict[str, int]]] = {
    "get_constant_schedule": (60, {}),
    "get_constant_schedule_with_warmup": (1592, {}),
    "get_linear_schedule_with_warmup": (6380, {}),
    "get_cosine_schedule_with_warmup": (31900, {}),
    "get_cosine_with_hard_restarts_schedule_with_warmup": (54784, {MISSED: 14}),
    "get_polynomial_decay_schedule_with_warmup": (55440, {}),
    "get_inverse_sqrt_schedule": (6368, {}),
    "get_cosine_with_min_lr_schedule_with_warmup": (127600, {}),
    "get_cosine_with_min_lr_schedule_with_warmup_lr_rate": (382800, {PAST_BASE: 120}),
    "get_wsd_schedule": (73872, {}),
}


def reason(name: str, arguments: dict[str, Any], step: int) -> str | None:
    """Return why a rate of ours is another, and right; None where it must be the same."""
    w, n = arguments.get("num_warmup_steps"), arguments.get("num_training_steps")
    if name == "get_cosine_with_min_lr_schedule_with_warmup_lr_rate":
        if w != int(w) and step == int(w):
            return PAST_BASE
    elif name == "get_cosine_with_hard_restarts_schedule_with_warmup" and step > w:
        length = max(1, n - w)
        if (step - w) * arguments["num_cycles"] % length == 0:
            return MISSED
    return None


@pytest.mark.parametrize("name", CASES)
def test_every_rate_is_the_originals_past_the_end_too(name):
    pairs, differing = 0, {}
    for arguments in CASES[name]:
        ours, theirs = both(name, arguments)
        pairs += ours.size
        close = np.isclose(ours, theirs, rtol=PEER_RTOL, atol=PEER_ATOL * theirs.max())
        for step in np.argwhere(~close)[:, 0]:
            why = reason(name, arguments, int(step))
            assert why is not None, (name, arguments, step)
            differing[why] = differing.get(why, 0) + 1
        same("transformers front", ours[close], theirs[close])
    assert (pairs, differing) == COMPARED[name]


@pytest.mark.parametrize("name", CASES)
def test_stepping_beside_an_optimizer_gives_these_rates(name):
    arguments = CASES[name][0]
    steps = min(horizon(arguments), 300)
    ours = stepped(getattr(front, name)(two_groups(torch), **arguments), steps)
    theirs = stepped(getattr(hf, name)(two_groups(torch), **arguments), steps)
    same("transformers front", ours, theirs)


def functions() -> list[str]:
    return [
        name
        for name, value in vars(hf).items()
        if inspect.isfunction(value) and name.startswith("get_") and value.__module__ == hf.__name__
    ]


@pytest.mark.parametrize("name", functions())
def test_every_function_of_the_original_is_here_with_its_signature(name):
    ours = inspect.signature(getattr(front, name)).parameters.values()
    theirs = inspect.signature(getattr(hf, name)).parameters.values()
    assert [(p.name, p.kind, p.default) for p in ours] == [
        (p.name, p.kind, p.default) for p in theirs
    ]


@pytest.mark.parametrize("name", ["GreedyLR", "AdafactorSchedule"])
def test_classes_have_the_originals_signature(name):
    ours = inspect.signature(getattr(front, name)).parameters.values()
    theirs = inspect.signature(getattr(hf, name)).parameters.values()
    assert [(p.name, p.kind, p.default) for p in ours] == [
        (p.name, p.kind, p.default) for p in theirs
    ]


def test_the_plateau_has_torchs_signature():
    ours = inspect.signature(front.ReduceLROnPlateau).parameters.values()
    theirs = inspect.signature(torch.optim.lr_scheduler.ReduceLROnPlateau).parameters.values()
    assert [(p.name, p.default) for p in ours] == [(p.name, p.default) for p in theirs]


SPECIFIC = {
    "cosine_with_restarts": {"num_cycles": 3},
    "polynomial": {"power": 2.0, "lr_end": 1e-6},
    "inverse_sqrt": {"timescale": 40},
    "cosine_with_min_lr": {"min_lr_rate": 0.1},
    "cosine_warmup_with_min_lr": {"min_lr": 1e-5, "warmup_lr_rate": 0.1},
    "warmup_stable_decay": {"num_decay_steps": 20, "min_lr_ratio": 0.1},
}
STEPPED = [kind for kind in utils.SchedulerType if kind.value not in front.names._METRIC]


@pytest.mark.parametrize("as_enum", [True, False])
@pytest.mark.parametrize("kind", STEPPED)
def test_get_scheduler_by_every_name(kind, as_enum):
    name = kind if as_enum else kind.value
    arguments = (10, 100, SPECIFIC.get(kind.value))
    ours = stepped(front.get_scheduler(name, two_groups(torch), *arguments), 150)
    theirs = stepped(hf.get_scheduler(name, two_groups(torch), *arguments), 150)
    same("transformers front", ours, theirs)


def test_the_names_are_the_originals():
    assert set(front.TYPE_TO_SCHEDULER_FUNCTION) == {kind.value for kind in utils.SchedulerType}
    for kind, function in hf.TYPE_TO_SCHEDULER_FUNCTION.items():
        assert front.TYPE_TO_SCHEDULER_FUNCTION[kind].__name__ == function.__name__


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("square",), "name must be one of linear, .* got 'square'"),
        ((None,), "name must be one of linear, .* got None"),
        (("linear",), "num_warmup_steps must be given for 'linear', got None"),
        (("linear", 3), "num_training_steps must be given for 'linear', got None"),
        (("inverse_sqrt",), "num_warmup_steps must be given for 'inverse_sqrt', got None"),
        (("linear", -1, 9), "num_warmup_steps must be >= 0, got -1"),
        (("inverse_sqrt", 1, None, {"timescale": 0}), "timescale must be > 0, got 0"),
        (("polynomial", 1, 9, {"power": 0}), "power must be > 0, got 0"),
        (("cosine_with_restarts", 1, 9, {"num_cycles": -1}), "num_cycles must be >= 0, got -1"),
        (("cosine_with_min_lr", 1, 9), "one of min_lr and min_lr_rate must be given, got None"),
        (
            ("polynomial", 1, 9, {"lr_end": 1.0}),
            r"lr_end must be below the default lr, 0.0003, got",
        ),
        (
            ("warmup_stable_decay", 1, None, {"num_decay_steps": 2}),
            "one of num_training_steps and num_stable_steps must be given",
        ),
        (
            ("warmup_stable_decay", 1, 9, {"num_decay_steps": 2, "decay_type": "exp"}),
            "decay_type must be one of linear, cosine, 1-sqrt, got 'exp'",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(arguments, message):
    name, *lengths = arguments
    optimizer = two_groups(torch)
    with pytest.raises(rs.ScheduleError, match=message):
        front.get_scheduler(name, optimizer, *lengths)
    assert [group["lr"] for group in optimizer.param_groups] == BASES
    assert all("initial_lr" not in group for group in optimizer.param_groups)


def test_an_argument_that_a_schedule_does_not_have_is_a_type_error_as_there():
    for get_scheduler in (front.get_scheduler, hf.get_scheduler):
        with pytest.raises(TypeError, match="power"):
            get_scheduler("linear", two_groups(torch), 1, 9, {"power": 2})


def test_both_lengths_of_wsd_are_said_to_be_one_too_many():
    with pytest.warns(rs.RatesheetWarning, match="num_stable_steps=3 is used"):
        scheduler = front.get_wsd_schedule(two_groups(torch), 2, 4, 90, num_stable_steps=3)
    assert scheduler.lr_at(9) == [0.0, 0.0]


def test_a_polynomial_decay_of_no_steps_is_at_its_end():
    scheduler = front.get_polynomial_decay_schedule_with_warmup(two_groups(torch), 5, 5, 3e-5)
    assert scheduler.lr_at(4)[0] == 0.8 * 3e-4
    assert scheduler.lr_at(5) == pytest.approx([3e-5, 1e-4], rel=1e-15)
    theirs = hf.get_polynomial_decay_schedule_with_warmup(two_groups(torch), 5, 5, 3e-5)
    with pytest.raises(ZeroDivisionError):
        theirs.lr_lambdas[0](5)


def test_a_rate_is_made_a_multiple_by_the_optimizers_default():
    optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
    with pytest.raises(TypeError, match=r"optimizer must have defaults\['lr'\]"):
        front.get_polynomial_decay_schedule_with_warmup(optimizer, 1, 9)


def per_parameter() -> tuple[list[Any], Any]:
    """Return parameters with an optimizer each, and the dummy in front of these."""
    parameters = [torch.nn.Parameter(torch.ones(1)) for _ in range(3)]
    pairs = zip(parameters, [1e-2, 1e-3, 1e-4], strict=True)
    each = {parameter: torch.optim.SGD([parameter], lr=lr) for parameter, lr in pairs}

    def update(parameter: Any) -> None:
        each[parameter].step()
        each[parameter].zero_grad()

    for parameter in parameters:
        parameter.register_post_accumulate_grad_hook(update)
    return parameters, layerwise.LayerWiseDummyOptimizer(optimizer_dict=each, lr=1e-2)


@pytest.mark.parametrize(
    ("name", "specific"),
    [("cosine", None), ("polynomial", {"lr_end": 1e-5}), ("cosine_with_min_lr", {"min_lr": 1e-5})],
)
def test_layer_wise_optimizers_get_the_originals_rates(name, specific):
    parameters, dummy = per_parameter()
    scheduler = front.get_scheduler(name, dummy, 3, 20, specific)
    ours = []
    for _ in range(30):
        ours.append(scheduler.get_last_lr())
        assert ours[-1] == [o.param_groups[0]["lr"] for o in dummy.optimizer_dict.values()]
        sum(p.sum() for p in parameters).backward()
        dummy.step()
        scheduler.step()
    assert all(parameter.item() < 1.0 for parameter in parameters)
    # The original's own front for several fails where torch checks lengths; its parts do not.
    _, dummy = per_parameter()
    parts = [hf.get_scheduler(name, o, 3, 20, specific) for o in dummy.optimizer_dict.values()]
    same("transformers front", ours, np.hstack([stepped(part, 30) for part in parts]))


def test_a_layer_wise_run_resumes():
    scheduler = front.get_scheduler("cosine", per_parameter()[1], 3, 20)
    for _ in range(7):
        scheduler.step()
    _, dummy = per_parameter()
    resumed = front.get_scheduler("cosine", dummy, 3, 20)
    resumed.load_state_dict(scheduler.state_dict())
    assert resumed.last_epoch == 7
    rates = [o.param_groups[0]["lr"] for o in dummy.optimizer_dict.values()]
    assert rates == scheduler.get_last_lr()
    assert rates == pytest.approx([8.695045e-3, 8.695045e-4, 8.695045e-5], rel=1e-6)


def test_importing_needs_neither_torch_nor_transformers():
    code = """
import sys
sys.modules["torch"] = sys.modules["transformers"] = None
from types import SimpleNamespace
from ratesheet.compat.transformers import get_scheduler
optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}], defaults={"lr": 1.0})
get_scheduler("greedy", optimizer).step(0.5)
get_scheduler("polynomial", optimizer, 0, 4).step()
print(optimizer.param_groups[0]["lr"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert float(done.stdout) == pytest.approx(0.75 + 0.25e-7, rel=1e-12)


def test_optimizer_step_is_left_alone():
    optimizer = two_groups(torch)
    step = optimizer.step
    front.get_scheduler("linear", optimizer, 1, 9)
    assert optimizer.step == step
    assert not hasattr(optimizer.step, "_wrapped_by_lr_sched")
