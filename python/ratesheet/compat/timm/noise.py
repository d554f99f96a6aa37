"""timm's noise: a share of the rate, drawn from a seed and the time."""

from __future__ import annotations

from typing import Any

__all__ = ["drawn", "noisy"]


def noisy(between: Any, t: float) -> bool:
    """Return whether there is noise at t: from a number on, or from one number up to another."""
    if between is None:
        return False
    if isinstance(between, (list, tuple)):
        return bool(between[0] <= t < between[1])
    return bool(t >= between)


def drawn(seed: int, size: float, std: float | None) -> float:
    """Return the noise of a seed, smaller than `size`: normal with a deviation, or uniform."""
    # Only torch's generator draws timm's numbers.
    import torch

    generator = torch.Generator()
    generator.manual_seed(seed)
    if std is None:
        return 2.0 * (torch.rand(1, generator=generator).item() - 0.5) * size
    while True:
        noise = torch.randn(1, generator=generator).item() * std
        if abs(noise) < size:
            return noise
