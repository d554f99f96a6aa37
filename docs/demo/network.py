"""The data set and the network of the demo: nothing here knows of learning rates."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (torch's own habit)

WIDTH = 24
BLOCKS = 12


@dataclass(frozen=True)
class Digits:
    """1797 handwritten digits of 8 x 8 pixels: float32 (n, 1, 8, 8) in [0, 1], and their labels."""

    train_x: Tensor
    train_y: Tensor
    test_x: Tensor
    test_y: Tensor

    @classmethod
    def load(cls) -> Digits:
        """Every fifth digit is for testing."""
        raw = load_digits()
        x = torch.tensor(raw.images, dtype=torch.float32)[:, None] / 16
        y = torch.tensor(raw.target)
        test = torch.arange(len(y)) % 5 == 0
        return cls(x[~test], y[~test], x[test], y[test])

    def batch(self, step: int, size: int) -> tuple[Tensor, Tensor]:
        """The batch of a step: a function of the step alone, as its rates are."""
        order = torch.Generator().manual_seed(step)
        pick = torch.randint(len(self.train_y), (size,), generator=order)
        return self.train_x[pick], self.train_y[pick]


class Block(nn.Module):
    """Normalise, activate, convolve, and add to what came in."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(4, WIDTH)
        self.conv = nn.Conv2d(WIDTH, WIDTH, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Images in, images of the same shape out."""
        out: Tensor = x + self.conv(F.gelu(self.norm(x)))
        return out


class Net(nn.Module):
    """A stem, twelve blocks and a linear head."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, WIDTH, 3, stride=2, padding=1)
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.head = nn.Linear(WIDTH, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Images (n, 1, 8, 8) in, logits (n, 10) out."""
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.head(x.mean((2, 3)))
        return logits
