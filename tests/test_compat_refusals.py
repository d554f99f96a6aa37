"""What the fronts refuse, in a sentence that names the argument and the value."""

from __future__ import annotations

import pytest
import torch

import ratesheet as rs
from ratesheet.compat import fvcore, optax, timm, transformers
from ratesheet.compat import torch as front


def optimizer(groups=1):
    parameters = [torch.nn.Parameter(torch.zeros(1)) for _ in range(groups)]
    return torch.optim.SGD([{"params": [p]} for p in parameters], lr=0.1)


def wsd(**arguments):
    return timm.WSDLRScheduler(optimizer(), **{"t_initial": 10, "decay_t": 4, **arguments})


REFUSED = [
    (
        lambda: fvcore.CompositeParamScheduler([abs], [1.0], ["fixed"]),
        TypeError,
        r"schedulers\[0\] must be one of this module, got <built-in function abs>",
    ),
    (
        lambda: fvcore.MultiStepParamScheduler([1.0, 0.1, 0.01], num_updates=2, milestones=[0, 1]),
        rs.ScheduleError,
        "num_updates must be >= 3 values, got 2",
    ),
    (
        lambda: timm.create_scheduler_v2(
            optimizer(), "plateau", step_on_epochs=False, updates_per_epoch=5
        ),
        rs.ScheduleError,
        "step_on_epochs must be True for 'plateau', got False",
    ),
    (
        lambda: wsd(stable_fn="linear"),
        rs.ScheduleError,
        "stable_fn must be one of .*, got 'linear'",
    ),
    (
        lambda: wsd(decay_ratio=1.0),
        rs.ScheduleError,
        "decay_ratio must be above 0 and below 1, got 1.0",
    ),
    (
        lambda: timm.PlateauLRScheduler(optimizer()).load_state_dict([0.1]),
        TypeError,
        r"state_dict must be a dict, got \[0.1\]",
    ),
    (
        lambda: timm.PlateauLRScheduler(optimizer()).load_state_dict({"last_epoch": 3}),
        rs.CheckpointError,
        r"state_dict has no 'best', only \['last_epoch'\]",
    ),
    (
        lambda: timm.PlateauLRScheduler(optimizer()).load_state_dict({"best": 1.0, "lr": [1, 2]}),
        rs.CheckpointError,
        r"state_dict\['lr'\] must have one rate per group \(1\), got \[1, 2\]",
    ),
    (
        lambda: optax.as_optax(rs.constant(), base_lr=float("inf")),
        rs.ScheduleError,
        "base_lr must be finite, got inf",
    ),
    (
        lambda: front.SWALR(optimizer(), swa_lr=0.01, anneal_strategy="sqrt"),
        rs.ScheduleError,
        "anneal_strategy must be cos or linear, got 'sqrt'",
    ),
    (
        lambda: front.LambdaLR(optimizer(), 0.5),
        TypeError,
        "lr_lambda should be a function: lr_lambda is 0.5",
    ),
    (
        lambda: front.LambdaLR(optimizer(2), [abs, 0.5]),
        TypeError,
        r"lr_lambda should be a function: lr_lambda\[1\] is 0.5",
    ),
    (
        lambda: front.LambdaLR(optimizer(), abs).load_state_dict(
            {**front.LambdaLR(optimizer(), abs).state_dict(), "lr_lambdas": [None, None]}
        ),
        rs.CheckpointError,
        r"state_dict\['lr_lambdas'\] must have at most 1 entries, got 2",
    ),
    (
        lambda: front.StepLR(optimizer(), 3, last_epoch=4),
        KeyError,
        "param 'initial_lr' is not specified in param_groups.0. .* got last_epoch=4",
    ),
    (
        lambda: front.CosineAnnealingWarmRestarts(optimizer(), 4).step(-1),
        rs.ScheduleError,
        "epoch must be >= 0, got -1",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_what_cannot_be_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_group_without_a_rate_is_named():
    bare = optimizer(2)
    del bare.param_groups[1]["lr"]
    with pytest.raises(KeyError, match=r"group 1 has no 'lr', only \['dampening'"):
        front.StepLR(bare, 3)


def test_groups_that_went_are_an_error_at_the_next_step():
    less = optimizer(2)
    scheduler = timm.StepLRScheduler(less, decay_t=2)
    with pytest.raises(rs.ScheduleError, match="values has 3 entries for 2 groups"):
        scheduler.update_groups([0.1, 0.2, 0.3])
    del less.param_groups[1]
    with pytest.raises(rs.ScheduleError, match="the optimizer has 1 of the 2 groups it had"):
        scheduler.step(1)


def test_a_function_for_the_decay_stays_out_of_the_state():
    named = wsd(decay_fn="linear").state_dict()
    given = wsd(decay_fn=lambda x: 1.0 - x).state_dict()
    assert named.keys() - given.keys() == {"decay_fn"}


def test_an_average_that_is_none_is_a_checkpoint_error():
    scheduler = transformers.GreedyLR(optimizer(), smooth=True, window_size=2)
    state = scheduler.state_dict()
    for broken in ({"values": ["x"]}, {}, 3):
        with pytest.raises(rs.CheckpointError, match="must hold 'values', numbers, got"):
            scheduler.load_state_dict({**state, "_streaming_avg": broken})
    assert scheduler.state_dict() == state
