"""Where another library is loaded, our schedulers are its classes: trainers ask by isinstance."""

from __future__ import annotations

import sys

__all__ = ["join", "join_torch"]


def join(cls: type, module: str, name: str) -> None:
    """Add a class of another library behind the bases of `cls`, once its module is loaded.

    Only the class hierarchy is joined: none of its methods that this package defines is reached,
    and its constructor never runs. Where the module is not loaded, nothing is done: nobody can ask
    for the class then.
    """
    theirs = getattr(sys.modules.get(module), name, None)
    if theirs is not None and not issubclass(cls, theirs):
        cls.__bases__ = (*cls.__bases__, theirs)


def join_torch(cls: type) -> None:
    """Make `cls` one of torch's LRSchedulers, once torch is loaded; see `join`."""
    join(cls, "torch.optim.lr_scheduler", "LRScheduler")
