"""Known faults of tensor rates, D9 to D11 and H7: what ran is recorded, not timed."""

from __future__ import annotations

from typing import Any

import pytest

import ratesheet as rs

torch = pytest.importorskip("torch")

from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402 - may be missing

SCHEDULE = rs.warmup_cosine(warmup=3, steps=40, end=0.1)
ON_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")


class Recorded(TorchDispatchMode):
    """Keeps the names of the operators that torch runs."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.names.append(func.overloadpacket.__name__)
        return func(*args, **(kwargs or {}))


def make(n: int = 1, device: str = "cpu", kind: Any = torch.optim.SGD, **keys: Any) -> Any:
    groups = [
        {"params": [torch.nn.Parameter(torch.ones(4, device=device))], "lr": 0.1 * (i + 1)}
        for i in range(n)
    ]
    return kind(groups, **keys)


def rates(step: int, n: int = 1) -> list[float]:
    exact = SCHEDULE.values([step], [0.1 * (i + 1) for i in range(n)])[0]
    return torch.tensor(exact).float().tolist()


def held(optimizer: Any) -> list[float]:
    return [group["lr"].item() for group in optimizer.param_groups]


def moved(scheduler: Any) -> list[int]:
    """Make every move that a run makes; returns the positions that were come to."""
    scheduler.step()
    scheduler.step(by=5)
    scheduler.seek(20)
    scheduler.rescale(0.5)
    scheduler.rescale(2.0)
    scheduler.load_state_dict(scheduler.state_dict())
    scheduler.get_last_lr()
    scheduler.metrics()
    scheduler.step()
    return [scheduler.last_epoch]


@pytest.mark.parametrize("whole", [False, True], ids=["its method", "a function that calls it"])
@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.Adam])
def test_d9_a_compiled_step_is_compiled_once(kind, whole):
    from torch._dynamo.testing import CompileCounterWithBackend
    from torch._dynamo.utils import counters

    torch._dynamo.reset()
    counters.clear()
    counter = CompileCounterWithBackend("eager")
    optimizer = make(2, kind=kind)
    scheduler = rs.Scheduler(optimizer, rs.linear(1.0, 0.0, steps=8), tensor_lr=True)

    def update_all():
        optimizer.step()

    step = torch.compile(update_all if whole else optimizer.step, backend=counter)
    frames = []
    for update in range(8):
        for group in optimizer.param_groups:
            group["params"][0].grad = torch.full((4,), float(update))
        step()
        scheduler.step()
        frames.append(counter.frame_count)
    assert frames[2:] == [frames[1]] * 6
    assert not counters["recompiles"]
    assert held(optimizer) == [0.0, 0.0]


# What inductor imports, deprecated elsewhere.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_d9_what_inductor_compiled_follows_the_rates() -> None:
    torch._dynamo.reset()
    compiled, plain = make(2), make(2)
    schedulers = [rs.Scheduler(each, SCHEDULE, tensor_lr=True) for each in (compiled, plain)]
    step = torch.compile(compiled.step)
    with torch._dynamo.config.patch(error_on_recompile=True):
        for update in range(5):
            for each in (compiled, plain):
                for group in each.param_groups:
                    group["params"][0].grad = torch.full((4,), float(update))
            step()
            plain.step()
            for scheduler in schedulers:
                scheduler.step()
    for ours, theirs in zip(compiled.param_groups, plain.param_groups, strict=True):
        torch.testing.assert_close(ours["params"][0], theirs["params"][0])
        assert ours["params"][0][0] != 1.0


READS = {"_local_scalar_dense", "_to_copy", "item", "equal", "is_nonzero", "nonzero"}


@pytest.mark.parametrize("banked", [True, False], ids=["one tensor", "the callers' tensors"])
def test_d10_no_tensor_is_read_and_values_come_from_the_host(banked):
    optimizer = make(3)
    if not banked:
        for group in optimizer.param_groups:
            group["lr"] = torch.tensor(group["lr"], dtype=torch.float64)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=banked)
    # Whoever read a rate back would now go on from it.
    for group in optimizer.param_groups:
        group["lr"].fill_(float("nan"))
    with Recorded() as recorded:
        positions = moved(scheduler)
    assert not READS & set(recorded.names), recorded.names
    exact = SCHEDULE.values(positions, scheduler.base_lrs)[0]
    assert held(optimizer) == (torch.tensor(exact).float() if banked else exact).tolist()


@ON_CUDA
def test_d10_no_move_waits_for_the_device() -> None:
    optimizer = make(3, "cuda", torch.optim.AdamW, capturable=True)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    torch.cuda.set_sync_debug_mode("error")
    try:
        (position,) = moved(scheduler)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert held(optimizer) == rates(position, 3)


def test_d11_rates_live_in_one_tensor_for_good() -> None:
    optimizer = make(3)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    views = [group["lr"] for group in optimizer.param_groups]
    places = [view.data_ptr() for view in views]
    # What a captured graph does: it reads the same memory again, whatever Python does meanwhile.
    (position,) = moved(scheduler)
    optimizer.load_state_dict(optimizer.state_dict())
    assert all(g["lr"] is v for g, v in zip(optimizer.param_groups, views, strict=True))
    assert [view.data_ptr() for view in views] == places == [places[0] + 4 * i for i in range(3)]
    assert [view.item() for view in views] == rates(position, 3)


@ON_CUDA
def test_d11_a_captured_step_updates_by_the_rate_of_each_step() -> None:
    optimizer = make(1, "cuda", torch.optim.SGD, fused=True)
    (parameter,) = optimizer.param_groups[0]["params"]
    parameter.grad = torch.ones_like(parameter)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        optimizer.step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        optimizer.step()
    for step in range(8):
        before = parameter.detach().clone()
        graph.replay()
        torch.testing.assert_close(before - parameter, torch.full_like(before, rates(step)[0]))
        scheduler.step()


@pytest.mark.parametrize("n", [1, 100, 1000])
def test_h7_a_step_of_one_tensor_runs_no_operator_a_group(n: int) -> None:
    optimizer = make(n)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    with Recorded() as recorded:
        for _ in range(4):
            scheduler.step()
    # On the CPU the kernel fills the tensor's memory; on a device it is one copy.
    assert recorded.names == []
    assert held(optimizer) == rates(4, n)


@ON_CUDA
def test_h7_on_a_device_a_step_is_one_copy() -> None:
    optimizer = make(100, "cuda", torch.optim.AdamW, capturable=True)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    with Recorded() as recorded:
        for _ in range(4):
            scheduler.step()
    assert recorded.names == ["copy_"] * 4
    assert held(optimizer) == rates(4, 100)
