"""What scripts touch besides the numbers: names, signatures, attributes, warnings, tensors."""

from __future__ import annotations

import inspect
import types
import warnings

import pytest
import torch

import ratesheet as rs
from compat_torch_cases import CASES, advance, held, optimizer, ours, quietly, theirs

CLASSES = sorted(set(theirs.__dict__) - {"LRScheduler"})


def test_every_public_name_is_there():
    names = set(torch.optim.lr_scheduler.__all__) | {"EPOCH_DEPRECATION_WARNING", "SWALR"}
    assert names <= set(ours.__all__)
    assert ours.EPOCH_DEPRECATION_WARNING == torch.optim.lr_scheduler.EPOCH_DEPRECATION_WARNING
    assert ours._LRScheduler.__name__ == "_LRScheduler"


@pytest.mark.parametrize("name", [*CLASSES, "LRScheduler"])
def test_signatures_are_torchs(name):
    mine, original = (inspect.signature(getattr(lib, name)) for lib in (ours, theirs))
    assert list(mine.parameters) == list(original.parameters)
    for key, parameter in original.parameters.items():
        assert mine.parameters[key].default == parameter.default
        assert mine.parameters[key].kind == parameter.kind


@pytest.mark.parametrize("name", CLASSES)
def test_each_is_one_of_torchs_class_of_that_name(name):
    assert issubclass(getattr(ours, name), getattr(theirs, name))
    assert issubclass(getattr(ours, name), torch.optim.lr_scheduler.LRScheduler)
    assert issubclass(getattr(ours, name), ours.LRScheduler)


@pytest.mark.parametrize("name", [n for n in CASES if not n.startswith(("Chained", "Sequential"))])
def test_attributes_have_torchs_names_and_values(name):
    _, build = CASES[name]
    mine, original = (quietly(build, lib, optimizer()) for lib in (ours, theirs))
    for key, value in original.__dict__.items():
        if key == "_schedule_phases":
            assert getattr(mine, key) == value
        elif key in {"optimizer", "_scale_fn_ref", "anneal_func"}:
            assert hasattr(mine, key)
        else:
            assert getattr(mine, key) == (value if callable(value) else pytest.approx(value))
    groups = zip(mine.optimizer.param_groups, original.optimizer.param_groups, strict=True)
    for group, other in groups:
        assert set(group) == set(other)
        for key in set(group) - {"params"}:
            assert group[key] == pytest.approx(other[key])


def test_attributes_that_are_looked_into():
    opt = optimizer()
    assert ours.MultiStepLR(opt, [3, 3, 5]).milestones == {3: 2, 5: 1}
    fn = ours.LambdaLR(opt, [abs, abs])
    assert fn.lr_lambdas == [abs, abs]
    step = ours.StepLR(opt, 3)
    chain = ours.ChainedScheduler([step])
    assert chain._schedulers == [step]
    assert chain.last_epoch == 0
    sequence = ours.SequentialLR(opt, [step, ours.ExponentialLR(opt, 0.9)], [4])
    assert (sequence._milestones, sequence.last_epoch) == ([4], 0)
    assert sequence.base_lrs == [0.5, 0.02]
    phases = ours.OneCycleLR(optimizer(), 0.1, 10)._schedule_phases
    assert phases == theirs.OneCycleLR(optimizer(), 0.1, 10)._schedule_phases
    assert ours.SWALR(opt, 0.1).anneal_func(0.5) == 0.5
    assert isinstance(ours.CyclicLR(opt, 0.1, 0.2)._scale_fn_ref, types.FunctionType)
    assert ours.CyclicLR(opt, 0.1, 0.2, mode="triangular2").scale_fn(3) == 0.25


def test_changing_an_attribute_takes_effect():
    opt = optimizer(bases=[1.0])
    scheduler = ours.StepLR(opt, 2, 0.5)
    scheduler.gamma = 0.1
    assert advance(scheduler, opt, 3)[2, 0] == 0.1
    functions = ours.LambdaLR(opt, lambda _: 1.0)
    functions.base_lrs = [3.0]
    assert advance(functions, opt, 2)[1, 0] == 3.0


def test_the_last_rates_are_copies():
    opt = optimizer()
    opt.param_groups[1]["lr"] = torch.tensor(0.02, dtype=torch.float64)
    scheduler = ours.ExponentialLR(opt, 0.5)
    last = scheduler.get_last_lr()
    last[0] = 9.0
    last[1].fill_(9.0)
    assert scheduler.get_last_lr() == [0.5, torch.tensor(0.02, dtype=torch.float64)]
    advance(scheduler, opt, 3)
    assert last == [9.0, torch.tensor(9.0, dtype=torch.float64)]


# Order of the calls


def test_stepping_before_the_optimizer_is_said_once():
    opt = optimizer()
    scheduler = ours.StepLR(opt, 3)
    with pytest.warns(
        UserWarning, match=r"Detected call of `lr_scheduler.step\(\)` before"
    ) as seen:
        scheduler.step()
    scheduler.step()
    assert len(seen) == 1
    assert seen[0].filename == __file__


def test_an_optimizer_that_stepped_needs_no_warning():
    opt = optimizer()
    opt.step()
    ours.StepLR(opt, 3)
    first, second = ours.StepLR(opt, 3), ours.ExponentialLR(opt, 0.9)
    opt.step()
    first.step()
    second.step()


def test_a_replaced_step_is_said():
    opt = optimizer()
    scheduler = ours.StepLR(opt, 3)
    opt.step = types.MethodType(lambda self: None, opt)
    opt.step()
    with pytest.warns(UserWarning, match="has been overridden"):
        scheduler.step()


def test_torchs_own_wrapper_is_no_replacement():
    opt = optimizer()
    scheduler = ours.StepLR(opt, 3)
    other = theirs.StepLR(opt, 3)
    opt.step()
    scheduler.step()
    other.step()


def test_a_copy_of_a_scheduler_sees_its_own_optimizer():
    import copy

    scheduler = ours.StepLR(optimizer(), 3)
    twin = copy.deepcopy(scheduler)
    twin.optimizer.step()
    twin.step()
    with pytest.warns(UserWarning, match="Detected call"):
        scheduler.step()


def test_the_epoch_argument_is_deprecated_as_in_torch():
    opt = optimizer(bases=[1.0])
    scheduler = ours.StepLR(opt, 2, 0.5)
    opt.step()
    with pytest.warns(UserWarning, match="epoch parameter") as seen:
        scheduler.step(4)
    assert str(seen[0].message) == ours.EPOCH_DEPRECATION_WARNING
    assert scheduler.last_epoch == 4
    assert held(opt)[0] == 0.25


# Tensors


@pytest.mark.parametrize(
    "name",
    [
        "StepLR 3 0.1",
        "CosineAnnealingLR 10 0.001",
        "LambdaLR list",
        "CosineAnnealingWarmRestarts 4 2 0.001",
        "OneCycleLR 100 cos False 0.3",
        "CyclicLR triangular2 3 7",
        "SWALR cos 10",
        "ChainedScheduler of 3",
        "SequentialLR of 3",
    ],
)
def test_tensor_rates_stay_the_same_tensors(name):
    _, build = CASES[name]
    opt, plain = optimizer(), optimizer()
    tensors = [torch.tensor(base, dtype=torch.float64) for base in (0.5, 0.02)]
    for group, tensor in zip(opt.param_groups, tensors, strict=True):
        group["lr"] = tensor
    rows = advance(quietly(build, ours, opt), opt, 40)
    assert rows.tolist() == advance(quietly(build, ours, plain), plain, 40).tolist()
    for group, tensor in zip(opt.param_groups, tensors, strict=True):
        assert group["lr"] is tensor


def test_d1_a_tensor_base_is_not_multiplied_again():
    opt = optimizer(bases=[1.0])
    opt.param_groups[0]["lr"] = torch.tensor(1.0)
    scheduler = ours.LambdaLR(opt, lambda _: 0.5)
    assert advance(scheduler, opt, 3)[:, 0].tolist() == [0.5, 0.5, 0.5]


def test_d8_a_plateau_fills_the_tensor():
    opt = optimizer(bases=[1.0])
    opt.param_groups[0]["lr"] = tensor = torch.tensor(1.0, dtype=torch.float64)
    scheduler = ours.ReduceLROnPlateau(opt, factor=0.5, patience=0)
    for metric in (1.0, 2.0):
        scheduler.step(metric)
    assert opt.param_groups[0]["lr"] is tensor
    assert tensor.item() == 0.5


# Schedulers of one's own


def test_a_subclass_for_torch_works_unchanged():
    class Noam(ours._LRScheduler):
        def __init__(self, optimizer, warmup, last_epoch=-1):
            self.warmup = warmup
            super().__init__(optimizer, last_epoch)

        def get_lr(self):
            assert self._get_lr_called_within_step
            t = max(1, self.last_epoch)
            return [base * min(t**-0.5, t * self.warmup**-1.5) for base in self.base_lrs]

    opt = optimizer(bases=[1.0])
    scheduler = Noam(opt, 4)
    rates = advance(scheduler, opt, 17)[:, 0]
    assert rates[4] == 0.5
    assert rates[16] == 0.25
    assert set(scheduler.state_dict()) == {
        "warmup",
        "base_lrs",
        "last_epoch",
        "_step_count",
        "_is_initial",
        "_get_lr_called_within_step",
        "_last_lr",
    }


def test_a_subclass_of_a_class_may_scale_its_rates():
    class Scaled(ours.ExponentialLR):
        def get_lr(self):
            return [0.1 * rate for rate in super().get_lr()]

    opt = optimizer(bases=[1.0])
    Scaled(opt, 0.5)
    assert held(opt)[0] == pytest.approx(0.1)


def test_a_subclass_may_return_its_own_list_or_a_generator():
    class Same(ours.LRScheduler):
        def get_lr(self):
            return self.base_lrs if self.last_epoch else (base for base in self.base_lrs)

    opt = optimizer()
    scheduler = Same(opt)
    assert advance(scheduler, opt, 3)[:, 0].tolist() == [0.5, 0.5, 0.5]
    scheduler.base_lrs[0] = 0.25
    assert scheduler.get_last_lr() == [0.5, 0.02]


def test_a_step_that_fails_changes_nothing():
    def f(epoch):
        if epoch == 2:
            raise ZeroDivisionError
        return float("nan") if epoch == 3 else 1.0

    opt = optimizer()
    scheduler = ours.LambdaLR(opt, [lambda _: 0.5, f])
    opt.step()
    scheduler.step()
    before = scheduler.state_dict(), held(opt)
    with pytest.raises(ZeroDivisionError):
        scheduler.step()
    assert (scheduler.state_dict(), held(opt)) == before
    scheduler.last_epoch = 2
    with pytest.raises(rs.ScheduleError, match=r"get_lr\(\) of group 1 must be finite, got nan"):
        scheduler.step()
    assert held(opt) == before[1]


REFUSED = {
    "step_size must be > 0, got 0": lambda o: ours.StepLR(o, 0),
    "gamma must be >= 0, got -1": lambda o: ours.ExponentialLR(o, -1),
    "milestones must be >= 0, got -2": lambda o: ours.MultiStepLR(o, [-2]),
    "factor must be from 0 to 1, got 1.5": lambda o: ours.ConstantLR(o, 1.5),
    "total_iters must be >= 0, got -1": lambda o: ours.ConstantLR(o, total_iters=-1),
    "start_factor must be above 0 and at most 1, got 1.5": lambda o: ours.LinearLR(o, 1.5),
    "end_factor must be from 0 to 1, got 2": lambda o: ours.LinearLR(o, end_factor=2),
    "power must be > 0, got 0": lambda o: ours.PolynomialLR(o, power=0),
    "T_max must be > 0, got 0": lambda o: ours.CosineAnnealingLR(o, 0),
    "T_0 must be an integer of at least 1, got 0": (
        lambda o: ours.CosineAnnealingWarmRestarts(o, 0)
    ),
    "T_mult must be an integer of at least 1, got 1.5": (
        lambda o: ours.CosineAnnealingWarmRestarts(o, 3, 1.5)
    ),
    "mode must be one of triangular, triangular2, exp_range, got 'CATS'": (
        lambda o: ours.CyclicLR(o, 0.1, 0.2, mode="CATS")
    ),
    "step_size_up must be > 0, got 0": lambda o: ours.CyclicLR(o, 0.1, 0.2, 0),
    "max_lr must have the same length as optimizer.param_groups (2), got 3 values": (
        lambda o: ours.CyclicLR(o, 0.1, [1.0, 2.0, 3.0])
    ),
    "total_steps must be given, or epochs and steps_per_epoch": lambda o: ours.OneCycleLR(o, 0.1),
    "total_steps must be an integer of at least 1, got 0": lambda o: ours.OneCycleLR(o, 0.1, 0),
    "epochs must be an integer of at least 1, got 1.5": (
        lambda o: ours.OneCycleLR(o, 0.1, epochs=1.5, steps_per_epoch=3)
    ),
    "pct_start must be a float from 0 to 1, got 1.1": (
        lambda o: ours.OneCycleLR(o, 0.1, 10, pct_start=1.1)
    ),
    "anneal_strategy must be cos or linear, got 'CATS'": (
        lambda o: ours.OneCycleLR(o, 0.1, 10, anneal_strategy="CATS")
    ),
    "div_factor must be > 0, got 0": lambda o: ours.OneCycleLR(o, 0.1, 10, div_factor=0),
    "factor must be below 1, got 1.0": lambda o: ours.ReduceLROnPlateau(o, factor=1.0),
    "mode must be one of min, max, got 'up'": lambda o: ours.ReduceLROnPlateau(o, mode="up"),
    "anneal_epochs must be an integer of at least 0, got -1": lambda o: ours.SWALR(o, 0.1, -1),
    "swa_lr must have the same length as optimizer.param_groups (2), got 1 values": (
        lambda o: ours.SWALR(o, [0.1])
    ),
    "lr_lambda must have one function per group (2), got 1": lambda o: ours.LambdaLR(o, [abs]),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_written(message):
    opt = optimizer()
    before = [dict(group) for group in opt.param_groups]
    with pytest.raises(rs.ScheduleError) as error:
        REFUSED[message](opt)
    assert str(error.value).startswith(message)
    assert [dict(group) for group in opt.param_groups] == before


# A ChainedScheduler takes its optimizer from its schedulers.
@pytest.mark.parametrize("name", [name for name in CLASSES if name != "ChainedScheduler"])
def test_anything_but_a_torch_optimizer_is_a_type_error(name):
    stand_in = types.SimpleNamespace(param_groups=[{"lr": 1.0}], defaults={"momentum": 0.9})
    arguments = {
        "LambdaLR": (abs,),
        "MultiplicativeLR": (abs,),
        "StepLR": (3,),
        "MultiStepLR": ([3],),
        "ExponentialLR": (0.9,),
        "CosineAnnealingLR": (3,),
        "CosineAnnealingWarmRestarts": (3,),
        "CyclicLR": (0.1, 0.2),
        "OneCycleLR": (0.1, 10),
        "SWALR": (0.1,),
        "SequentialLR": ([], []),
    }.get(name, ())
    with pytest.raises(TypeError, match="SimpleNamespace is not an Optimizer"):
        getattr(ours, name)(stand_in, *arguments)


def test_momentum_needs_an_optimizer_that_has_it():
    opt = torch.optim.Rprop([torch.zeros(1)])
    for build in (lambda: ours.CyclicLR(opt, 0.1, 0.2), lambda: ours.OneCycleLR(opt, 0.1, 10)):
        with pytest.raises(rs.ScheduleError, match="must have momentum or betas"):
            build()
    assert "max_lr" not in opt.param_groups[0]


def test_importing_ratesheet_imports_no_front():
    import subprocess
    import sys

    code = "import sys, ratesheet; assert not [m for m in sys.modules if 'ratesheet.compat' in m]"
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own code


@pytest.mark.parametrize(
    "name",
    [
        "StepLR 3 0.1",
        "OneCycleLR 100 cos False 0.3",
        "SequentialLR of 3",
        "CyclicLR triangular 3 7",
    ],
)
def test_from_torch_takes_ours_too(name):
    _, build = CASES[name]
    opt = optimizer()
    scheduler = quietly(build, ours, opt)
    schedules = rs.from_torch(scheduler)
    schedule = schedules[0] if isinstance(schedules, list) else schedules
    rates = advance(scheduler, opt, 30)[:, 0]
    base = getattr(scheduler, "base_lrs", [0.5])[0]
    assert rates == pytest.approx(schedule.values(range(30), base), rel=1e-12)


def test_no_warning_in_an_ordinary_loop():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opt = optimizer()
        scheduler = ours.CosineAnnealingLR(opt, 10)
        for _ in range(10):
            opt.step()
            scheduler.step()
