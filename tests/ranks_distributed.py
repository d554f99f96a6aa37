"""What the ranks of test_distributed.py do."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint import state_dict as sharded
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

import ratesheet as rs
from ranks import answer

BODY = rs.warmup_cosine(warmup=3, steps=12, end=0.1)
HEAD = rs.wsd(warmup=2, stable=5, decay=4, curve="sqrt")
BASES = {"body": 3e-3, "head": 7e-4}


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.body, self.head = torch.nn.Linear(4, 8), torch.nn.Linear(8, 4)

    def forward(self, x: Any) -> Any:
        return self.head(torch.tanh(self.body(x)))


def driven(net: Any, make: Any = float) -> tuple[Any, rs.Scheduler]:
    inner = getattr(net, "module", net)
    groups = [
        {"params": list(getattr(inner, name).parameters()), "lr": make(base), "name": name}
        for name, base in BASES.items()
    ]
    optimizer = torch.optim.AdamW(groups, foreach=False)
    scheduler = rs.Scheduler(optimizer, {"body": BODY, "head": HEAD}, base_lrs=BASES.values())
    return optimizer, scheduler


def trained(net: Any, optimizer: Any, scheduler: Any, updates: int, rank: int) -> list[list[float]]:
    """Train on data of this rank; returns the rates that each update was made with."""
    used = []
    draw = torch.Generator().manual_seed(100 + rank)
    for _ in range(updates):
        used.append([float(group["lr"]) for group in optimizer.param_groups])
        optimizer.zero_grad()
        net(torch.randn(8, 4, generator=draw)).pow(2).mean().backward()
        optimizer.step()
        scheduler.step()
        rs.distributed.verify(scheduler)
    return used


def weights(net: Any) -> list[float]:
    whole = [getattr(p, "full_tensor", lambda p=p: p)() for p in net.parameters()]
    return torch.cat([p.detach().flatten() for p in whole]).tolist()


def ddp(rank: int, world: int, folder: Any) -> Any:
    net = DistributedDataParallel(Net())
    optimizer, scheduler = driven(net)
    return trained(net, optimizer, scheduler, 14, rank), weights(net)


def shards(world: int) -> Any:
    net, mesh = Net(), init_device_mesh("cpu", (world,))
    for layer in (net.body, net.head, net):
        fully_shard(layer, mesh=mesh)
    return net


def fsdp(rank: int, world: int, folder: Any) -> Any:
    net = shards(world)
    optimizer, scheduler = driven(net)
    return trained(net, optimizer, scheduler, 14, rank), weights(net)


def fsdp_tensor(rank: int, world: int, folder: Any) -> Any:
    net = shards(world)
    optimizer, scheduler = driven(net, torch.tensor)
    held = [group["lr"] for group in optimizer.param_groups]
    used = trained(net, optimizer, scheduler, 14, rank)
    same = [group["lr"] is one for group, one in zip(optimizer.param_groups, held, strict=True)]
    return used, same


# A metric


def watched() -> rs.Scheduler:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    rules = rs.Plateau(factor=0.5, patience=1)
    return rs.Scheduler(optimizer, rs.constant(), plateau=rules)


def loss_of(rank: int, step: int) -> float:
    """The first rank gets better only in the beginning, the others do all the time."""
    return 1.0 - 0.1 * min(step, 3) + 0.03 * max(step - 3, 0) if rank == 0 else 1.0 - 0.01 * step


def reduced(rank: int, world: int, folder: Any) -> list[float]:
    scheduler, rates = watched(), []
    for step in range(10):
        loss = torch.tensor(loss_of(rank, step), dtype=torch.float64)
        dist.all_reduce(loss)
        scheduler.observe(loss / world)
        rs.distributed.verify(scheduler)
        rates.extend(scheduler.get_last_lr())
    return rates


def alone(rank: int, world: int, folder: Any) -> str:
    scheduler = watched()
    for step in range(10):
        scheduler.observe(loss_of(rank, step))
    return refused(scheduler)


# Checkpoints


def parts(world: int, make: Any) -> Any:
    net = shards(world)
    return (net, *driven(net, make))


def state_of(net: Any, optimizer: Any, scheduler: Any) -> dict[str, Any]:
    model, optim = sharded.get_state_dict(net, optimizer)
    return {"model": model, "optim": optim, "scheduler": scheduler}


def save(rank: int, world: int, folder: Any, make: Any = float) -> Any:
    net, optimizer, scheduler = parts(world, make)
    trained(net, optimizer, scheduler, 5, rank)
    dcp.save(state_of(net, optimizer, scheduler), checkpoint_id=folder.parent / make.__name__)
    return trained(net, optimizer, scheduler, 8, rank)


def load(rank: int, world: int, folder: Any, make: Any = float) -> Any:
    net, optimizer, scheduler = parts(world, make)
    state = state_of(net, optimizer, scheduler)
    dcp.load(state, checkpoint_id=folder.parent / make.__name__)
    sharded.set_state_dict(
        net, optimizer, model_state_dict=state["model"], optim_state_dict=state["optim"]
    )
    kinds = [type(group["lr"]).__name__ for group in optimizer.param_groups]
    return kinds, scheduler.last_epoch, trained(net, optimizer, scheduler, 8, rank)


# A rank that comes later


def late(rank: int, world: int, folder: Any) -> Any:
    _, scheduler = driven(Net())
    last = rank == world - 1
    for _ in range(0 if last else 7):
        scheduler.step()
    before = refused(scheduler)
    states = [scheduler.state_dict()]
    dist.broadcast_object_list(states, src=0)
    if last:
        scheduler.load_state_dict(states[0])
    rs.distributed.verify(scheduler)
    _, sought = driven(Net())
    sought.seek(7)
    rs.distributed.verify(sought)
    return before, scheduler.get_last_lr(), sought.get_last_lr()


# Ranks that differ


def refused(scheduler: Any, group: Any = None) -> str:
    try:
        rs.distributed.verify(scheduler, group)
    except rs.distributed.RankError as error:
        return f"{error.ranks}: {error}"
    return "the same"


def one_up(scheduler: rs.Scheduler) -> rs.Scheduler:
    scheduler.step()
    return scheduler


def another_schedule(scheduler: rs.Scheduler) -> rs.Scheduler:
    schedules = {"body": BODY, "head": rs.wsd(warmup=2, stable=5, decay=4)}
    return rs.Scheduler(scheduler.optimizer, schedules, base_lrs=scheduler.base_lrs)


def another_base(scheduler: rs.Scheduler) -> rs.Scheduler:
    scheduler.rescale(1.0 + 2.0**-52, group="head")
    return scheduler


def by_hand(scheduler: rs.Scheduler) -> rs.Scheduler:
    scheduler.optimizer.param_groups[1]["lr"] = 0.25
    return scheduler


def another_plateau(scheduler: rs.Scheduler) -> rs.Scheduler:
    rules = rs.Plateau(patience=3)
    schedules = {"body": BODY, "head": HEAD}
    return rs.Scheduler(scheduler.optimizer, schedules, base_lrs=scheduler.base_lrs, plateau=rules)


def another_name(scheduler: rs.Scheduler) -> rs.Scheduler:
    scheduler.optimizer.param_groups[0]["name"] = "trunk"
    return scheduler


def a_group_more(scheduler: rs.Scheduler) -> rs.Scheduler:
    scheduler.optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(1))], "lr": 0.1})
    return scheduler


def unreadable(scheduler: rs.Scheduler) -> rs.Scheduler:
    del scheduler.optimizer.param_groups[0]["lr"]
    return scheduler


MADE_TO_DIFFER = [
    one_up,
    another_schedule,
    another_base,
    by_hand,
    another_plateau,
    another_name,
    a_group_more,
    unreadable,
]


def differing(rank: int, world: int, folder: Any) -> Any:
    said = {}
    for change in MADE_TO_DIFFER:
        scheduler = driven(Net())[1]
        said[change.__name__] = refused(change(scheduler) if rank == world - 1 else scheduler)
    said["none"] = refused(driven(Net())[1])
    said["all unreadable"] = refused(unreadable(driven(Net())[1]))
    first = dist.new_group([0])
    said["a group of one"] = refused(one_up(driven(Net())[1]) if rank else driven(Net())[1], first)
    scheduler = driven(Net())[1]
    scheduler.seek(rank)
    said["each another step"] = refused(scheduler)
    return said


SCENARIOS = {
    "ddp": ddp,
    "fsdp": fsdp,
    "fsdp_tensor": fsdp_tensor,
    "reduced": reduced,
    "alone": alone,
    "save": save,
    "save_tensor": partial(save, make=torch.tensor),
    "load": load,
    "load_tensor": partial(load, make=torch.tensor),
    "late": late,
    "differing": differing,
}

if __name__ == "__main__":
    answer(SCENARIOS)
