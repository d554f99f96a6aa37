"""Schedulers by name: a configuration says which one, and with what settings."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, NamedTuple, TypeVar, overload

from ratesheet.base import BaseLRScheduler
from ratesheet.config import RegistryConfig
from ratesheet.errors import ScheduleError

__all__ = ["RegistryConfig", "build_lr_scheduler", "register_lr_scheduler"]

SchedulerClass = TypeVar("SchedulerClass", bound=type[BaseLRScheduler])


class _Entry(NamedTuple):
    scheduler_class: type[BaseLRScheduler]
    config_class: type[RegistryConfig] | None


_entries: dict[str, _Entry] = {}


def register_lr_scheduler(
    name: str, config_class: type[RegistryConfig] | None = None
) -> Callable[[SchedulerClass], SchedulerClass]:
    """Return a decorator that registers a scheduler class under a name.

    A name is given once and for good: registering it again is an error, with the same class too.

    Args:
        name: what a configuration's `_name` selects the class by; not empty.
        config_class: a dataclass derived from `RegistryConfig`, with the defaults; an instance of
            it is the class's first argument. With None the class is built without a configuration.

    Returns:
        A decorator that gives the class back unchanged.

    Raises:
        ScheduleError: when the name is empty or taken.
        TypeError: when `name`, `config_class` or the decorated class is of another kind.

    Example:
        >>> from dataclasses import dataclass
        >>> from types import SimpleNamespace
        >>> import ratesheet as rs
        >>> @dataclass
        ... class HalvingConfig(rs.BaseLRSchedulerConfig):
        ...     every: int = 1
        >>> @rs.register_lr_scheduler("halving-example", HalvingConfig)
        ... class Halving(rs.BaseLRScheduler):
        ...     def __init__(self, config, optimizer, iterations, **kwargs):
        ...         super().__init__(optimizer)
        ...         self.every = config.every
        ...         self.set()
        ...
        ...     def get_lr(self):
        ...         halvings = self._step_count // self.every
        ...         return [base * 0.5**halvings for base in self.base_lrs]
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = rs.build_lr_scheduler(
        ...     {"_name": "halving-example", "every": 2}, optimizer=optimizer, iterations=10
        ... )
        >>> for _ in range(2):
        ...     scheduler.step()
        >>> scheduler.get_last_lr()
        [0.5]
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, got {name!r}")
    if config_class is not None and not _is_class(config_class, RegistryConfig):
        raise TypeError(f"config_class must be derived from RegistryConfig, got {config_class!r}")
    _refuse_taken(name)

    def register(scheduler_class: SchedulerClass) -> SchedulerClass:
        if not _is_class(scheduler_class, BaseLRScheduler):
            raise TypeError(
                f"what is registered as {name!r} must be a subclass of BaseLRScheduler,"
                f" got {scheduler_class!r}"
            )
        _refuse_taken(name)
        _entries[name] = _Entry(scheduler_class, config_class)
        return scheduler_class

    return register


@overload
def build_lr_scheduler(
    config: None, *, optimizer: Any = None, iterations: int | None = None, **kwargs: Any
) -> None: ...
@overload
def build_lr_scheduler(
    config: str | Mapping[str, Any] | RegistryConfig,
    *,
    optimizer: Any = None,
    iterations: int | None = None,
    **kwargs: Any,
) -> BaseLRScheduler: ...
def build_lr_scheduler(
    config: Any, *, optimizer: Any = None, iterations: int | None = None, **kwargs: Any
) -> BaseLRScheduler | None:
    """Build the scheduler that a configuration names.

    Calls `cls(config, optimizer=optimizer, iterations=iterations, **kwargs)`, with an instance of
    the class's own configuration: the defaults, overridden by what was given. Keys that are no
    field of it are kept. It is a copy: a scheduler that writes into it leaves the caller's alone.

    Args:
        config: a `RegistryConfig` or another dataclass with a `_name`, a dict, an OmegaConf
            `DictConfig` (interpolations are resolved), the bare name, or None.
        optimizer: anything with `param_groups`, a list of dicts; passed on when given.
        iterations: the length of the training, in optimizer steps; passed on when given.
        **kwargs: passed on.

    Returns:
        The scheduler, or None where `config` is None.

    Raises:
        ScheduleError: when the configuration names nothing, or nothing that is registered.
        TypeError: when `config` is of another type, or lacks a field that has no default.
    """
    settings = _settings(config)
    if settings is None:
        return None
    name = settings.get("_name")
    entry = _find(name)
    if optimizer is not None:
        kwargs["optimizer"] = optimizer
    if iterations is not None:
        kwargs["iterations"] = iterations
    if entry.config_class is None:
        return entry.scheduler_class(**kwargs)
    # A configuration that is more than the class asks for stays what it is.
    own = type(config) if isinstance(config, entry.config_class) else entry.config_class
    build: Callable[..., BaseLRScheduler] = entry.scheduler_class
    return build(_merged(own, settings), **kwargs)


def _is_class(value: Any, base: type) -> bool:
    return isinstance(value, type) and issubclass(value, base)


def _settings(config: Any) -> dict[str, Any] | None:
    if config is None:
        return None
    if isinstance(config, str):
        return {"_name": config}
    # Who holds an OmegaConf object has imported omegaconf; nobody else has to.
    omegaconf: Any = sys.modules.get("omegaconf")
    if omegaconf is not None and omegaconf.OmegaConf.is_dict(config):
        plain = omegaconf.OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
        return _settings(plain)
    if isinstance(config, Mapping):
        return deepcopy(dict(config))
    if is_dataclass(config) and not isinstance(config, type):
        return {field.name: deepcopy(getattr(config, field.name)) for field in fields(config)}
    raise TypeError(
        "config must be a RegistryConfig, a dict, an OmegaConf DictConfig, a name or None,"
        f" got {type(config).__name__}: {config!r}"
    )


def _find(name: Any) -> _Entry:
    known = sorted(_entries)
    if name is None:
        raise ScheduleError(f"config has no '_name'; registered are {known}")
    if not isinstance(name, str):
        raise TypeError(f"config['_name'] must be a string, got {name!r}")
    if name not in _entries:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ScheduleError(f"config['_name'] is {name!r}; registered are {known}.{hint}")
    return _entries[name]


def _merged(config_class: type[RegistryConfig], settings: dict[str, Any]) -> RegistryConfig:
    wanted = [field for field in fields(config_class) if field.init]
    missing = [
        field.name
        for field in wanted
        if field.name not in settings
        and field.default is MISSING
        and field.default_factory is MISSING
    ]
    if missing:
        raise TypeError(
            f"config for {settings['_name']!r} lacks {missing}, for which"
            f" {config_class.__name__} has no default"
        )
    names = {field.name for field in wanted}
    config = config_class(**{key: value for key, value in settings.items() if key in names})
    config.update({key: value for key, value in settings.items() if key not in names})
    return config


def _refuse_taken(name: str) -> None:
    if not name:
        raise ScheduleError("name must not be empty, got ''")
    if name in _entries:
        taken = _entries[name].scheduler_class
        raise ScheduleError(
            f"name {name!r} is already registered, to {taken.__module__}.{taken.__qualname__}"
        )
