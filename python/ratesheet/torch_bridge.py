"""Where torch is loaded, a `Scheduler` is one of its LRSchedulers: trainers ask by isinstance."""

from __future__ import annotations

import sys

__all__ = ["join_torch"]


def join_torch(cls: type) -> None:
    """Add torch's LRScheduler behind the bases of `cls`, once torch is loaded; else do nothing.

    Only the class hierarchy is joined: none of torch's methods that this package defines is
    reached, and torch's constructor never runs. Where torch is not loaded, no torch optimizer can
    exist to ask for it.
    """
    module = sys.modules.get("torch.optim.lr_scheduler")
    torchs = getattr(module, "LRScheduler", None)
    if torchs is not None and not issubclass(cls, torchs):
        cls.__bases__ = (*cls.__bases__, torchs)
