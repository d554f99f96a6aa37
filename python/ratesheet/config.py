"""RegistryConfig: a configuration that is a dataclass and a dict at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

__all__ = ["RegistryConfig"]


@dataclass(init=False, repr=False, eq=False)
class RegistryConfig(dict[str, Any]):
    """Names what to build and carries its settings; a dataclass **and** a dict.

    Subclass it with `@dataclass` and give every field a default. Fields and keys are one storage:
    `config.gamma` and `config["gamma"]` are the same value, whichever of them was written. Keys
    that are no field are welcome, by item or by attribute. Since it is a dict, it compares,
    iterates, unpacks and dumps to JSON as one. A misspelt keyword in the constructor of a subclass
    is a `TypeError`, as in any dataclass.

    Args:
        _name: the name under which the class to build is registered; None says nothing yet.
        **extra: further keys. Only here and in `BaseLRSchedulerConfig`; a decorated subclass takes
            its fields, and further keys as items.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass
        ... class StairsConfig(RegistryConfig):
        ...     gamma: float = 0.5
        >>> config = StairsConfig(_name="stairs")
        >>> config.gamma, config["gamma"]
        (0.5, 0.5)
        >>> config["every"] = 10
        >>> config.every
        10
        >>> config
        StairsConfig(_name='stairs', gamma=0.5, every=10)
        >>> dict(config)
        {'_name': 'stairs', 'gamma': 0.5, 'every': 10}
    """

    _name: str | None = None

    def __init__(self, _name: str | None = None, **extra: Any) -> None:
        super().__init__(_name=_name, **extra)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # `@dataclass` would write its own, which see the fields and forget the other keys.
        for special in ("__repr__", "__eq__"):
            if special not in cls.__dict__:
                setattr(cls, special, getattr(cls, special))

    def __getattribute__(self, name: str) -> Any:
        # A field's default lives on the class too, so a plain lookup would find it there first.
        if not name.startswith("__") and name in _field_names(type(self)):
            return _item(self, name)
        return super().__getattribute__(name)

    def __getattr__(self, name: str) -> Any:
        return _item(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _field_names(type(self)) or not hasattr(type(self), name):
            self[name] = value
        elif hasattr(dict, name):
            raise AttributeError(
                f"{type(self).__name__}.{name} is a method of dict: set the key by config[{name!r}]"
            )
        else:
            super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if name in self:
            del self[name]
        else:
            super().__delattr__(name)

    def __repr__(self) -> str:
        settings = ", ".join(f"{key}={value!r}" for key, value in self.items())
        return f"{type(self).__name__}({settings})"


def _field_names(config_class: type[RegistryConfig]) -> frozenset[str]:
    return frozenset(field.name for field in fields(config_class))


def _item(config: RegistryConfig, name: str) -> Any:
    if name in config:
        return config[name]
    raise AttributeError(f"{type(config).__name__} has no field or key {name!r}")
