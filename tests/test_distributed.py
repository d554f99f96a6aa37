"""Distributed runs on gloo: the same rates on all ranks, and `verify`, which says where not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import ratesheet as rs
from ranks import launch

torch = pytest.importorskip("torch", reason="the ranks are torch's")
if not torch.distributed.is_gloo_available():
    pytest.skip("this torch was built without gloo", allow_module_level=True)

from ranks_distributed import BASES, BODY, HEAD, MADE_TO_DIFFER, loss_of  # noqa: E402 - needs gloo

pytestmark = pytest.mark.timeout(700)  # the first test of each number of ranks starts them

TOGETHER = ["ddp", "fsdp", "fsdp_tensor", "reduced", "alone", "late", "differing"]
SAVED = ["save", "save_tensor"]
LOADED = ["load", "load_tensor"]


def expected(positions):
    return [[BODY(t, BASES["body"]), HEAD(t, BASES["head"])] for t in positions]


def rounded(rows):
    return torch.tensor(rows, dtype=torch.float64).float().double().tolist()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("ranks")


@pytest.fixture(scope="module")
def two(folder):
    return launch("ranks_distributed.py", TOGETHER + SAVED, 2, folder / "two")


@pytest.fixture(scope="module")
def found(request, processes, folder):
    if processes == 2:
        return request.getfixturevalue("two")
    return launch("ranks_distributed.py", TOGETHER, processes, folder / f"all{processes}")


@pytest.fixture(scope="module")
def resumed(two, processes, folder):
    ranks = 1 if processes == 2 else processes
    return launch("ranks_distributed.py", LOADED, ranks, folder / f"load{ranks}")


@pytest.mark.parametrize("name", ["ddp", "fsdp"])
def test_every_update_of_every_rank_has_the_schedules_bits(name, found, processes):
    used = [rates for rates, _ in found[name]]
    assert used == [expected(range(14))] * processes
    weights = [weights for _, weights in found[name]]
    assert weights == [weights[0]] * processes


def test_sharding_does_not_change_what_is_learnt(found):
    (_, whole), (_, sharded) = found["ddp"][0], found["fsdp"][0]
    assert sharded == pytest.approx(whole, rel=1e-4, abs=1e-6)


def test_tensor_rates_are_rounded_once_and_stay_the_same_objects(found, processes):
    assert found["fsdp_tensor"] == [[rounded(expected(range(14))), [True, True]]] * processes


def test_a_plateau_observes_a_reduced_metric(found, processes):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    rates = []
    for step in range(10):
        plateau.step(sum(loss_of(rank, step) for rank in range(processes)) / processes)
        rates.append(optimizer.param_groups[0]["lr"])
    assert found["reduced"] == [rates] * processes
    assert rates[-1] == 0.125


def test_verify_finds_a_plateau_that_observes_the_ranks_own_metric(found, processes):
    which = "[1]: rank 1 differs from rank 0" if processes == 2 else "[0]: rank 0 differs from rank"
    for said in found["alone"]:
        assert said.startswith(which)
        assert "plateau: {'best': " in said
        assert "factors of group 0: " in said
        assert "held lr of group 0: " in said


@pytest.mark.parametrize("kind", ["float", "Tensor"])
def test_d12_b18_a_sharded_checkpoint_loads_at_another_number_of_ranks(kind, two, resumed):
    tensor = "_tensor" if kind == "Tensor" else ""
    whole = two["save" + tensor][0]
    rates = expected(range(5, 13))
    assert whole == (rounded(rates) if tensor else rates)
    for kinds, position, used in resumed["load" + tensor]:
        assert (kinds, position) == ([kind] * 2, 5)
        assert used == whole


def test_b18_a_rank_that_joins_late_agrees_by_state_and_by_seek(found, processes):
    rates = expected([7])[0]
    last = processes - 1
    for before, loaded, sought in found["late"]:
        assert before.startswith(f"[{last}]: rank {last} differs from rank 0: step_count: 0, not 7")
        assert loaded == sought == rates


SAID = {
    "one_up": "step_count: 1, not 0; held lr of group 0 ('body'): 0.001, not 0.0 (1 more)",
    "another_schedule": f"schedules of group 1 ('head'): rs.sequence(rs.linear(0.0, 1.0, steps=2),"
    f" rs.constant(1.0, steps=5), rs.linear(1.0, 0.0, steps=4)), not {HEAD!r}",
    "another_base": "base_lrs of group 1 ('head'): 0.0007000000000000001, not 0.0007",
    "by_hand": "held lr of group 1 ('head'): 0.25, not 0.0",
    "another_plateau": "plateau rules: \"Plateau(mode='min', factor=0.1, patience=3, ",
    "another_name": "group names of group 0 ('body'): 'trunk', not 'body'",
    "a_group_more": "number of groups: 3, not 2; group names: ['body', 'head', None], not ['body',"
    " 'head']; held lr: [0.0, 0.0, 0.1], not [0.0, 0.0]",
}


def test_all_kinds_of_differences_have_their_words():
    assert set(SAID) | {"unreadable"} == {change.__name__ for change in MADE_TO_DIFFER}


@pytest.mark.parametrize("name", SAID)
def test_verify_names_the_rank_that_differs_and_how(name, found, processes):
    last = processes - 1
    for said in found["differing"]:
        assert said[name].startswith(f"[{last}]: rank {last} differs from rank 0: {SAID[name]}")


def test_a_rank_that_cannot_be_read_is_named_and_keeps_nobody_waiting(found, processes):
    last = processes - 1
    words = "has a scheduler that cannot be read: ScheduleError: group 0 ('body') has no 'lr'"
    for said in found["differing"]:
        assert said["unreadable"].startswith(f"[{last}]: rank {last} {words}")
        assert said["all unreadable"].startswith(f"{list(range(processes))}: rank 0 {words}")


def test_a_group_of_ranks_is_compared_by_itself(found):
    for said in found["differing"]:
        assert (said["none"], said["a group of one"]) == ("the same", "the same")


def test_every_rank_that_differs_is_named(found, processes):
    for said in found["differing"]:
        ranks = list(range(1, processes))
        words = [f"rank {r} differs from rank 0: step_count: {r}, not 0" for r in ranks]
        assert said["each another step"].startswith(f"{ranks}: {words[0]}")
        assert all(word in said["each another step"] for word in words)


def test_without_torch_distributed_there_is_nothing_to_do():
    scheduler = rs.Scheduler(SimpleNamespace(param_groups=[{"lr": 1.0}]), rs.constant())
    rs.distributed.verify(scheduler)
    assert not torch.distributed.is_initialized()


def test_the_error_survives_pickling():
    import pickle

    error = pickle.loads(pickle.dumps(rs.distributed.RankError("rank 1 differs", [1])))
    assert (str(error), error.ranks) == ("rank 1 differs", [1])
