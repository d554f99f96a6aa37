"""A scheduler that is stepped several times for each update is told so once; no other one is."""

from __future__ import annotations

import copy
import gc
import pickle
import warnings
import weakref
from types import SimpleNamespace

import pytest
import torch

import ratesheet as rs

SCHEDULE = rs.warmup_cosine(warmup=10, steps=10_000)


def make_optimizer(kind=torch.optim.SGD, **keys):
    parameter = torch.nn.Parameter(torch.ones(1))
    parameter.grad = torch.ones(1)
    return kind([parameter], lr=0.1, **keys)


def hooks(optimizer):
    return len(optimizer._optimizer_step_post_hooks)


def run(optimizer, scheduler, updates):
    """Step the scheduler with every batch; returns each batch and the words of what was said."""
    said = []
    for batch, updated in enumerate(updates):
        if updated:
            optimizer.step()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            scheduler.step()
        assert all(w.category is rs.RatesheetWarning and w.filename == __file__ for w in caught)
        said += [(batch, str(w.message)) for w in caught]
    return said


def accumulate(optimizer, scheduler, every, batches):
    return run(optimizer, scheduler, [batch % every == every - 1 for batch in range(batches)])


@pytest.mark.parametrize("every", [2, 3, 8, 64])
def test_a_step_with_every_batch_is_said_once(every):
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    ((batch, words),) = accumulate(optimizer, scheduler, every, 20 * every)
    assert batch == 17 * every - 1
    assert words.startswith(f"{16 * every} steps of this scheduler went with 16 of its optimizer")
    assert f"schedule.stretch({every})" in words
    assert hooks(optimizer) == 0
    assert scheduler.get_last_lr() == [SCHEDULE(20 * every, 0.1)]


def test_a_last_part_of_an_epoch_does_not_hide_it():
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    ((_, words),) = run(optimizer, scheduler, [False, True, False, True, True] * 10)
    assert "give schedule.stretch(2)" in words


UNITS = {
    "stretched": SCHEDULE.stretch(4),
    "stretched by another number": SCHEDULE.stretch(250),
    "stretched inside": rs.linear(0.0, 1.0, steps=8).then(SCHEDULE.stretch(4)) * 0.5,
    "constant": rs.constant(0.5),
}


@pytest.mark.parametrize("name", UNITS)
def test_a_schedule_that_says_its_unit_is_left_in_peace(name):
    optimizer = make_optimizer()
    assert accumulate(optimizer, rs.Scheduler(optimizer, UNITS[name]), 4, 100) == []


def right(optimizer, scheduler, updates=40):
    for _ in range(updates):
        optimizer.step()
        scheduler.step()


def per_epoch(optimizer, scheduler):
    for _ in range(20):
        for _ in range(5):
            optimizer.step()
        scheduler.step()


def in_the_old_order(optimizer, scheduler):
    for _ in range(40):
        scheduler.step()
        optimizer.step()


def tokens(optimizer, scheduler):
    for batch in range(100):
        if batch % 4 == 3:
            optimizer.step()
        scheduler.step(by=512)


def none_where_nothing_was_updated(optimizer, scheduler):
    for batch in range(100):
        updated = batch % 4 == 3
        if updated:
            optimizer.step()
        scheduler.step(by=int(updated))


def replayed(optimizer, scheduler):
    for _ in range(500):
        scheduler.step()
    right(optimizer, scheduler)


def drawn_between(optimizer, scheduler):
    optimizer.step()
    for _ in range(200):
        scheduler.step()
    scheduler.seek(1)
    right(optimizer, scheduler)


def never_updated(optimizer, scheduler):
    for _ in range(100):
        scheduler.step()


def seldom_updated(optimizer, scheduler):
    right(optimizer, scheduler, 3)
    never_updated(optimizer, scheduler)


def resumed(optimizer, scheduler):
    state = scheduler.state_dict()
    for _ in range(4):
        right(optimizer, scheduler, 3)
        scheduler.load_state_dict(state)
        scheduler.seek(50)


def skipped_by_a_scaler(optimizer, scheduler):
    parameter = optimizer.param_groups[0]["params"][0]
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**20)
    for batch in range(60):
        optimizer.zero_grad()
        scaler.scale(
            (parameter * (torch.inf if batch < 15 or batch == 30 else 1.0)).sum()
        ).backward()
        scaler.step(optimizer)
        scaler.update()
        scheduler.step()


USES = [
    *(right, per_epoch, in_the_old_order, tokens, none_where_nothing_was_updated, replayed),
    *(drawn_between, never_updated, seldom_updated, resumed, skipped_by_a_scaler),
]


@pytest.mark.parametrize("use", USES)
def test_right_use_is_no_news(use):
    optimizer = make_optimizer()
    use(optimizer, rs.Scheduler(optimizer, SCHEDULE.then(rs.constant(0.0))))


@pytest.mark.filterwarnings("ignore:group 0's lr was set")
def test_several_schedulers_of_one_optimizer():
    optimizer = make_optimizer()
    first, second = (rs.Scheduler(optimizer, SCHEDULE, base_lrs=[0.1]) for _ in range(2))
    for _ in range(40):
        optimizer.step()
        first.step()
        second.step()
    assert hooks(optimizer) == 0


def test_several_optimizers_of_one_scheduler_that_take_turns():
    pair = [make_optimizer(), make_optimizer()]
    both = rs.Scheduler(pair, SCHEDULE)
    for batch in range(80):
        pair[batch % 2].step()
        both.step()
    assert [hooks(each) for each in pair] == [0, 0]


@pytest.mark.parametrize("keys", [{}, {"fused": True}, {"foreach": True}])
def test_other_ways_to_step(keys):
    optimizer = make_optimizer(torch.optim.AdamW, **keys)
    right(optimizer, rs.Scheduler(optimizer, SCHEDULE))
    optimizer = make_optimizer(torch.optim.AdamW, **keys)
    assert accumulate(optimizer, rs.Scheduler(optimizer, SCHEDULE), 2, 60) != []


@pytest.mark.parametrize("options", [{"tensor_lr": True}, {"capturable": True}, {"tensor": True}])
def test_where_a_graph_may_be_replayed_no_hook_is_left(options):
    rate = torch.tensor(0.1) if options.pop("tensor", False) else 0.1
    banked = options.pop("tensor_lr", False)
    optimizer = make_optimizer(torch.optim.AdamW, **options)
    optimizer.param_groups[0]["lr"] = rate
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=banked)
    assert hooks(optimizer) == 0
    if not options:
        assert accumulate(optimizer, scheduler, 4, 100) == []


def test_an_optimizer_that_tells_nothing_is_not_watched():
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}], step=lambda: None)
    assert accumulate(optimizer, rs.Scheduler(optimizer, SCHEDULE), 4, 100) == []


def test_it_is_counted_for_a_few_updates_and_given_up_where_none_comes():
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    quiet = scheduler._silent_until
    assert hooks(optimizer) == 1
    never_updated(optimizer, scheduler)
    assert scheduler._silent_until == quiet  # nothing to count yet: a step is as quick as ever
    right(optimizer, scheduler, 10)
    assert (hooks(optimizer), scheduler._silent_until, scheduler._pace) == (0, quiet, None)
    other = make_optimizer()
    scheduler = rs.Scheduler(other, SCHEDULE)
    other.step()
    for _ in range(2048):
        assert scheduler._silent_until < 0
        scheduler.step()
    assert (hooks(other), scheduler._silent_until) == (0, quiet)


def test_step_is_not_patched_and_nothing_is_kept_alive():
    gc.collect()
    gc.disable()
    try:
        optimizer = make_optimizer()
        scheduler = rs.Scheduler(optimizer, SCHEDULE)
        right(optimizer, scheduler, 3)
        assert "step" not in vars(optimizer)
        gone = weakref.ref(scheduler)
        del scheduler
        assert gone() is None
        assert hooks(optimizer) == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_a_copy_made_while_counting_goes_on_in_silence(clone):
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    right(optimizer, scheduler, 3)
    other = clone(scheduler)
    assert accumulate(other.optimizer, other, 4, 100) == []
    assert hooks(optimizer) == 1


def test_a_step_compiled_is_counted_outside_and_not_compiled_again():
    from torch._dynamo.testing import CompileCounter

    counter = CompileCounter()
    optimizer = make_optimizer(torch.optim.SGD)
    scheduler = rs.Scheduler(
        optimizer, rs.constant(1.0, steps=99).then(rs.linear(1.0, 0.5, steps=3))
    )
    compiled = torch.compile(optimizer.step, backend=counter)
    frames = []
    for _ in range(24):
        compiled()
        scheduler.step()
        frames.append(counter.frame_count)
    assert hooks(optimizer) == 0
    assert frames == [1] * 24


def test_a_front_is_stepped_as_its_original():
    from ratesheet.compat.transformers import get_cosine_schedule_with_warmup

    optimizer = make_optimizer()
    front = get_cosine_schedule_with_warmup(optimizer, 10, 10_000)
    assert accumulate(optimizer, front, 4, 100) == []
    assert hooks(optimizer) == 0
