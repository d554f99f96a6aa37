"""Rows about the optimizer's own step: one group for each tensor, and groups coalesced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from measure import Row, Target

import ratesheet as rs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

N_LAYERS, STEPS = 14, 50


def one_each(params: Sequence[torch.Tensor]) -> list[dict[str, Any]]:
    """Return a group for each tensor: 14 rates along the depth, with and without decay."""
    return [
        {
            "params": [p],
            "lr": 1e-3 * 0.75 ** (N_LAYERS - 1 - index * N_LAYERS // len(params)),
            "weight_decay": 0.0 if p.ndim <= 1 else 0.05,
        }
        for index, p in enumerate(params)
    ]


def by_hand(params: Sequence[torch.Tensor]) -> list[dict[str, Any]]:
    """Return the groups that a person would write who knows the settings."""
    groups: dict[tuple[float, float], dict[str, Any]] = {}
    for group in one_each(params):
        key = (group["lr"], group["weight_decay"])
        groups.setdefault(key, {**group, "params": []})["params"] += group["params"]
    return list(groups.values())


def adamw(
    params: Sequence[torch.Tensor], groups: Callable[[Any], Any], way: str
) -> tuple[list[torch.nn.Parameter], torch.optim.AdamW]:
    """Return copies of the parameters, with gradients that stay, and their optimizer."""
    copies = [torch.nn.Parameter(p.detach().clone()) for p in params]
    for index, p in enumerate(copies):
        p.grad = torch.randn(p.shape, generator=torch.Generator().manual_seed(index)) * 1e-2
    return copies, torch.optim.AdamW(groups(copies), **{way: True})


def _assert_same_bits(
    runs: Sequence[tuple[list[torch.nn.Parameter], torch.optim.AdamW]], n_steps: int
) -> None:
    """Check that steps along a schedule give the same bits, in parameters and in states."""
    for _, optimizer in runs:
        scheduler = rs.Scheduler(optimizer, rs.warmup_cosine(warmup=5, steps=STEPS))
        for _ in range(n_steps):
            optimizer.step()
            scheduler.step()
        scheduler.seek(STEPS // 2)  # a rate that is not 0, for the timing
    (first, one), *others = runs
    for copies, other in others:
        for p, q in zip(first, copies, strict=True):
            assert torch.equal(p, q)
            for key, value in one.state[p].items():
                assert torch.equal(value, other.state[q][key]), key


def coalesced(params: Sequence[torch.Tensor]) -> rs.groups.Coalesced:
    return rs.groups.coalesce(one_each(params))


def row(model: str, params: Sequence[torch.Tensor], n_steps: int, way: str = "foreach") -> Row:
    plain, ours, hand = runs = [adamw(params, g, way) for g in (one_each, coalesced, by_hand)]
    _assert_same_bits(runs, n_steps)
    before, after = len(plain[1].param_groups), len(ours[1].param_groups)
    return Row(
        f"AdamW step, {way}, {model}: {before} groups coalesced to {after}",
        ours[1].step,
        {"one group per tensor": plain[1].step},
        {"merged by hand": hand[1].step},
        {"merged by hand": Target(1.1)},
    )


def small(n: int) -> list[torch.Tensor]:
    """Return n small tensors, every second one a bias."""
    return [torch.zeros(16) if index % 2 else torch.zeros(16, 16) for index in range(n)]


def vit() -> list[torch.Tensor]:
    import timm

    return list(timm.create_model("vit_small_patch16_224").parameters())


def detector() -> list[torch.Tensor]:
    import transformers

    config = transformers.RTDetrConfig()
    return list(transformers.RTDetrForObjectDetection(config).parameters())


def rows(*, quick: bool) -> list[Row]:
    """Return the rows; where it is quick, the real models are left out."""
    n = 200 if quick else 2000
    some = row(f"{n} small tensors", small(n), 5)
    if quick:
        return [some]
    models = {"ViT-S/16": vit(), "RT-DETR R50": detector()}
    ways = [(way, model) for way in ("foreach", "fused") for model in models]
    return [some, *(row(model, models[model], STEPS, way) for way, model in ways)]
