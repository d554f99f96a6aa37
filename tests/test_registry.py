"""RegistryConfig, and building schedulers by name."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from dataclasses import dataclass, field
from types import MappingProxyType, SimpleNamespace

import pytest

import contract_schedulers as contract
import ratesheet as rs


@dataclass
class StairsConfig(rs.BaseLRSchedulerConfig):
    gamma: float = 0.5
    every: int = 1
    heights: list[float] = field(default_factory=lambda: [1.0])


@rs.register_lr_scheduler("test_stairs", StairsConfig)
class Stairs(rs.BaseLRScheduler):
    def __init__(self, config, optimizer, iterations=None, **kwargs):
        super().__init__(optimizer)
        self.config, self.iterations, self.kwargs = config, iterations, kwargs

    def get_lr(self):
        height = self.config.gamma ** (self._step_count // self.config.every)
        return [base * height for base in self.base_lrs]


@rs.register_lr_scheduler("test_bare")
class Bare(rs.BaseLRScheduler):
    def __init__(self, optimizer, **kwargs):
        super().__init__(optimizer)
        self.kwargs = kwargs

    def get_lr(self):
        return self.base_lrs


@dataclass(kw_only=True)
class NeedyConfig(rs.RegistryConfig):
    length: int
    power: int = 1


rs.register_lr_scheduler("test_needy", NeedyConfig)(
    type("Needy", (Stairs,), {"__doc__": "Has a field without a default."})
)


@pytest.fixture
def optimizer():
    return SimpleNamespace(param_groups=[{"lr": 1.0}])


def test_a_config_is_a_dataclass_and_a_dict():
    config = StairsConfig(_name="test_stairs", every=3)
    assert dataclasses.is_dataclass(config)
    assert isinstance(config, dict)
    assert isinstance(config, rs.RegistryConfig)
    assert [f.name for f in dataclasses.fields(config)] == ["_name", "gamma", "every", "heights"]
    plain = {"_name": "test_stairs", "gamma": 0.5, "every": 3, "heights": [1.0]}
    assert {**config} == dict(config) == dataclasses.asdict(config) == plain
    assert json.loads(json.dumps(config)) == plain
    assert dataclasses.replace(config, every=4) == plain | {"every": 4}
    assert rs.BaseLRSchedulerConfig()._name is None


def test_attributes_and_items_agree():
    config = StairsConfig()
    config.gamma = 0.1
    config["every"] = 7
    config["extra"] = "item"
    config.other = "attribute"
    config.update(heights=[2.0])
    assert (config["gamma"], config.every, config.heights) == (0.1, 7, [2.0])
    assert (config.extra, config["other"]) == ("item", "attribute")
    assert config.setdefault("gamma", 9) == 0.1
    del config.extra
    config.pop("every")
    assert "extra" not in config
    assert not hasattr(config, "extra")
    assert not hasattr(config, "every")
    with pytest.raises(AttributeError, match="StairsConfig has no field or key 'every'"):
        _ = config.every
    with pytest.raises(
        AttributeError, match=r"StairsConfig.items is a method .* config\['items'\]"
    ):
        config.items = 3


def test_configs_do_not_share_defaults():
    StairsConfig().heights.append(9.0)
    assert StairsConfig().heights == [1.0]


def test_extra_keys_count_in_equality_and_repr_and_survive_copies():
    config = StairsConfig(every=2)
    other = StairsConfig(every=2)
    assert config == other
    config.extra = [1]
    assert config != other
    assert (config == other) is False
    assert repr(config) == (
        "StairsConfig(_name=None, gamma=0.5, every=2, heights=[1.0], extra=[1])"
    )
    for twin in (copy.copy(config), copy.deepcopy(config), pickle.loads(pickle.dumps(config))):
        assert twin == config
        assert type(twin) is StairsConfig
        assert twin.extra == [1]
    assert copy.deepcopy(config).extra is not config.extra


def test_the_bare_classes_take_any_keyword_and_a_decorated_one_only_its_fields():
    for cls in (rs.RegistryConfig, rs.BaseLRSchedulerConfig):
        assert cls("x", every=2) == {"_name": "x", "every": 2}
        assert cls(_name="x", every=2).every == 2
    with pytest.raises(TypeError, match="unexpected keyword argument 'evry'"):
        StairsConfig(evry=2)


def test_methods_and_properties_of_a_config_stay_what_they_are():
    @dataclass
    class Config(rs.BaseLRSchedulerConfig):
        low: float = 1.0

        @property
        def twice(self):
            return 2 * self.low

        @twice.setter
        def twice(self, value):
            self.low = value / 2

        def __repr__(self):
            return "mine"

    config = Config()
    config.twice = 8.0
    assert (config.low, config["low"], config.twice) == (4.0, 4.0, 8.0)
    assert "twice" not in config
    assert repr(config) == "mine"


CONFIGS = {
    "dataclass": StairsConfig(_name="test_stairs", every=2),
    "bare config": rs.RegistryConfig(_name="test_stairs", every=2),
    "dict": {"_name": "test_stairs", "every": 2},
    "mapping": MappingProxyType({"_name": "test_stairs", "every": 2}),
    "plain dataclass": dataclasses.make_dataclass(
        "Plain", [("_name", str, "test_stairs"), ("every", int, 2)]
    )(),
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_every_kind_of_config_builds_the_same(config, optimizer):
    built = rs.build_lr_scheduler(config, optimizer=optimizer, iterations=10, shard=3)
    assert type(built) is Stairs
    assert type(built.config) is StairsConfig
    assert built.config == StairsConfig(_name="test_stairs", gamma=0.5, every=2, heights=[1.0])
    assert (built.iterations, built.kwargs) == (10, {"shard": 3})
    for _ in range(5):
        built.step()
    assert optimizer.param_groups == [{"lr": 0.25}]


def test_a_name_alone_means_the_defaults(optimizer):
    built = rs.build_lr_scheduler("test_stairs", optimizer=optimizer, iterations=10)
    assert built.config == StairsConfig(_name="test_stairs")


def test_none_builds_none(optimizer):
    assert rs.build_lr_scheduler(None) is None
    assert rs.build_lr_scheduler(None, optimizer=optimizer, iterations=10) is None


def test_extra_keys_are_kept_and_none_overrides_a_default(optimizer):
    config = {"_name": "test_stairs", "gamma": None, "note": {"why": "because"}}
    built = rs.build_lr_scheduler(config, optimizer=optimizer)
    assert built.config.gamma is None
    assert built.config.note == built.config["note"] == {"why": "because"}


@pytest.mark.parametrize("make", [dict, lambda config: StairsConfig(**config)])
def test_the_scheduler_gets_a_copy(make, optimizer):
    config = make({"_name": "test_stairs", "heights": [1.0, 2.0]})
    built = rs.build_lr_scheduler(config, optimizer=optimizer)
    built.config.heights.append(3.0)
    built.config.every = 99
    assert config == make({"_name": "test_stairs", "heights": [1.0, 2.0]})


def test_what_a_subclass_writes_back_stays_in_its_copy(optimizer):
    config = contract.WarmupConfig(_name="contract_warmup")
    built = rs.build_lr_scheduler(config, optimizer=optimizer, iterations=100)
    assert built.warmup_steps == 5
    assert config.warmup_steps is None


def test_a_subclass_of_the_config_stays_what_it_is(optimizer):
    @dataclass
    class Steeper(StairsConfig):
        gamma: float = 0.1

        def slope(self):
            return 1 / self.gamma

    built = rs.build_lr_scheduler(Steeper(_name="test_stairs"), optimizer=optimizer)
    assert built.config.slope() == 10.0


def test_a_class_registered_without_a_config_is_built_without(optimizer):
    built = rs.build_lr_scheduler("test_bare", optimizer=optimizer, iterations=4)
    assert built.kwargs == {"iterations": 4}


def test_omegaconf(optimizer):
    omegaconf = pytest.importorskip("omegaconf")
    root = omegaconf.OmegaConf.create(
        {"period": 2, "none": None, "lr": {"_name": "test_stairs", "every": "${period}", "x": [1]}}
    )
    built = rs.build_lr_scheduler(root.lr, optimizer=optimizer, iterations=10)
    assert built.config == StairsConfig(_name="test_stairs", every=2) | {"x": [1]}
    assert type(built.config.x) is list
    assert rs.build_lr_scheduler(root.none) is None
    structured = omegaconf.OmegaConf.structured(
        dataclasses.make_dataclass("Plain", [("_name", str, "test_stairs"), ("every", int, 3)])
    )
    assert rs.build_lr_scheduler(structured, optimizer=optimizer).config.every == 3
    with pytest.raises(TypeError, match=r"config must be a RegistryConfig, .* got ListConfig"):
        rs.build_lr_scheduler(omegaconf.OmegaConf.create([1]), optimizer=optimizer)
    root.lr.every = "???"
    with pytest.raises(omegaconf.errors.MissingMandatoryValue, match="every"):
        rs.build_lr_scheduler(root.lr, optimizer=optimizer)


@pytest.mark.parametrize(
    ("config", "error", "message"),
    [
        ("test_stair", rs.ScheduleError, r"'test_stair'; registered are .*Did you mean 'test_sta"),
        ("qqq", rs.ScheduleError, r"config\['_name'\] is 'qqq'; registered are .*'test_bare'"),
        ({"_name": "test_stair"}, rs.ScheduleError, "Did you mean 'test_stairs'"),
        ({"every": 2}, rs.ScheduleError, "config has no '_name'; registered are"),
        (StairsConfig(), rs.ScheduleError, "config has no '_name'; registered are"),
        ({"_name": 3}, TypeError, r"config\['_name'\] must be a string, got 3"),
        (3, TypeError, "config must be a RegistryConfig, a dict, .* got int: 3"),
        ([("_name", "test_stairs")], TypeError, "got list"),
        (StairsConfig, TypeError, "got type"),
        (
            "test_needy",
            TypeError,
            r"'test_needy' lacks \['length'\], .* NeedyConfig has no default",
        ),
    ],
)
def test_a_bad_config_is_refused(config, error, message, optimizer):
    with pytest.raises(error, match=message):
        rs.build_lr_scheduler(config, optimizer=optimizer, iterations=10)
    assert optimizer.param_groups == [{"lr": 1.0}]


def test_a_field_without_default_can_be_given(optimizer):
    built = rs.build_lr_scheduler({"_name": "test_needy", "length": 5}, optimizer=optimizer)
    assert built.config == NeedyConfig(_name="test_needy", length=5, power=1)


def test_a_missing_optimizer_is_python_s_own_error():
    with pytest.raises(TypeError, match="optimizer"):
        rs.build_lr_scheduler("test_stairs", iterations=10)


def test_registering_returns_the_class_and_only_once():
    assert Stairs.__name__ == "Stairs"
    other = type("Other", (Stairs,), {})
    for cls in (Stairs, other):
        with pytest.raises(rs.ScheduleError, match=r"'test_stairs' is already .* to .*Stairs"):
            rs.register_lr_scheduler("test_stairs", StairsConfig)(cls)
    early, late = (rs.register_lr_scheduler("test_twice", StairsConfig) for _ in range(2))
    assert early(other) is other
    with pytest.raises(rs.ScheduleError, match="'test_twice' is already registered"):
        late(Stairs)


@pytest.mark.parametrize(
    ("name", "config_class", "cls", "error", "message"),
    [
        ("", StairsConfig, Stairs, rs.ScheduleError, "name must not be empty, got ''"),
        (3, StairsConfig, Stairs, TypeError, "name must be a string, got 3"),
        ("test_bad", dict, Stairs, TypeError, "derived from RegistryConfig, got <class 'dict'>"),
        ("test_bad", StairsConfig(), Stairs, TypeError, "derived from RegistryConfig, got Stairs"),
        ("test_bad", StairsConfig, dict, TypeError, "must be a subclass of BaseLRScheduler, got"),
        ("test_bad", StairsConfig, len, TypeError, "must be a subclass of BaseLRScheduler, got"),
    ],
)
def test_a_bad_registration_is_refused(name, config_class, cls, error, message):
    with pytest.raises(error, match=message):
        rs.register_lr_scheduler(name, config_class)(cls)
    with pytest.raises(rs.ScheduleError, match="test_bad"):
        rs.build_lr_scheduler("test_bad")
