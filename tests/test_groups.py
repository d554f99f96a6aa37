"""Param groups made from real torch models, and from names alone."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

import ratesheet as rs


def model_of(names, ndim=2, **attributes):
    """A stand-in model: parameters are names with a dimension."""
    parameters = [
        (name, SimpleNamespace(requires_grad=True, ndim=1 if name.endswith("bias") else ndim))
        for name in names
    ]
    return SimpleNamespace(named_parameters=lambda: iter(parameters), **attributes)


def layers_of(*names):
    """The layer that each name lands in, found from the rates: each is twice the one below."""
    model = model_of(names)
    groups = rs.groups.layerwise(model, lr=1.0, decay=0.5)
    depth = {id(p): math.log2(group["lr"]) for group in groups for p in group["params"]}
    lowest = min(depth.values())
    return [int(depth[id(p)] - lowest) for _, p in model.named_parameters()]


def summary(groups):
    return [(g["name"], g["lr"], g["weight_decay"], len(g["params"])) for g in groups]


@pytest.fixture
def transformer():
    torch = pytest.importorskip("torch")

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = torch.nn.Embedding(10, 4)
            self.blocks = torch.nn.ModuleList(
                torch.nn.TransformerEncoderLayer(4, 2, 8) for _ in range(12)
            )
            self.norm = torch.nn.LayerNorm(4)
            self.head = torch.nn.Linear(4, 10)

    return Model()


def test_known_values(transformer):
    groups = rs.groups.layerwise(transformer, lr=1e-3, decay=0.75, weight_decay=0.05)
    rate = [1e-3 * 0.75 ** (13 - layer) for layer in range(14)]
    expected = [("layer_0_decay", rate[0], 0.05, 1)]
    for layer in range(1, 13):
        expected.append((f"layer_{layer}_decay", rate[layer], 0.05, 4))
        expected.append((f"layer_{layer}_no_decay", rate[layer], 0.0, 8))
    expected += [("layer_13_decay", 1e-3, 0.05, 1), ("layer_13_no_decay", 1e-3, 0.0, 3)]
    assert summary(groups) == expected
    assert set(groups[0]) == {"params", "lr", "weight_decay", "name"}


@pytest.mark.parametrize("name", ["SGD", "AdamW"])
def test_torch_optimizers_take_the_groups(name, transformer):
    torch = pytest.importorskip("torch")
    groups = rs.groups.layerwise(transformer, lr=1e-3, decay=0.75, weight_decay=0.05)
    optimizer = getattr(torch.optim, name)(groups)
    ours = {group["name"]: group["lr"] for group in groups}
    assert {group["name"]: group["lr"] for group in optimizer.param_groups} == ours
    held = [id(p) for group in optimizer.param_groups for p in group["params"]]
    assert sorted(held) == sorted(id(p) for p in transformer.parameters())


def test_every_trainable_parameter_once_also_tied_and_frozen(transformer):
    transformer.head.weight = transformer.embed.weight
    transformer.blocks[0].requires_grad_(requires_grad=False)
    groups = rs.groups.layerwise(transformer, lr=1.0, decay=0.5)
    held = [id(p) for group in groups for p in group["params"]]
    trainable = [p for p in transformer.parameters() if p.requires_grad]
    assert sorted(held) == sorted(map(id, trainable))
    assert any(p is transformer.embed.weight for p in groups[0]["params"])
    # A frozen layer still counts, so the rates below it do not move.
    assert (groups[0]["name"], groups[0]["lr"]) == ("layer_0_decay", 0.5**13)
    assert groups[1]["name"] == "layer_2_decay"
    assert groups[-1]["lr"] == 1.0


def test_a_repeated_parameter_goes_where_its_first_name_puts_it():
    shared = SimpleNamespace(requires_grad=True, ndim=2)
    other = SimpleNamespace(requires_grad=True, ndim=2)
    named = [("wte.weight", shared), ("h.0.weight", other), ("lm_head.weight", shared)]
    model = SimpleNamespace(named_parameters=lambda: named)
    groups = rs.groups.layerwise(model, lr=1.0, decay=0.5)
    assert [(group["lr"], group["params"]) for group in groups] == [(0.5, [shared]), (1.0, [other])]
    assert groups[0]["params"][0] is shared


def test_it_drives_a_scheduler():
    model = model_of(["0.weight", "1.weight"])
    optimizer = SimpleNamespace(param_groups=rs.groups.layerwise(model, lr=1.0, decay=0.5))

    class Constant(rs.BaseLRScheduler):
        def get_lr(self):
            return self.base_lrs

    assert Constant(optimizer).base_lrs == [0.5, 1.0]


@pytest.mark.parametrize(
    "names",
    [
        # name=layer, of models as libraries build them
        (
            "cls_token=0 pos_embed=0 patch_embed.proj.weight=0 blocks.0.a=1 blocks.1.a=2 norm.a=3"
            " head.a=3"
        ),
        (
            "transformer.wte.a=0 transformer.wpe.a=0 transformer.h.0.a=1 transformer.h.10.a=3"
            " transformer.h.2.a=2 transformer.ln_f.a=4 lm_head.a=4"
        ),
        "bert.embeddings.word.a=0 bert.encoder.layer.0.a=1 bert.encoder.layer.1.a=2 pooler.a=3",
        "tok_embeddings.a=0 layers.0.mlp.layers.7.a=1 layers.1.mlp.0.a=2 norm.a=3 output.a=3",
        (
            "conv1.a=0 bn1.a=0 layer1.0.a=1 layer1.1.a=2 layer2.0.a=3 layer2.0.down.0.a=3"
            " layer2.1.a=4"
            " fc.a=5"
        ),
        (
            "patch_embed.a=0 layers.0.blocks.0.a=1 layers.0.blocks.1.a=2 layers.0.downsample.a=2"
            " layers.1.blocks.0.a=3 norm.a=4"
        ),
        "stem.0.a=0 stages.0.blocks.0.a=1 stages.1.downsample.0.a=1 stages.1.blocks.0.a=2 head.a=3",
        (
            "shared.a=0 encoder.block.0.layer.0.a=1 encoder.block.0.layer.1.a=1 encoder.norm.a=1"
            " decoder.block.0.layer.0.a=2 decoder.norm.a=3"
        ),
        (
            "class_token=0 conv_proj.a=0 encoder.layers.encoder_layer_0.mlp.0.a=1"
            " encoder.layers.encoder_layer_1.mlp.0.a=2 encoder.ln.a=3 heads.head.a=3"
        ),
        "module.layers.0.a=1 module.layers.1.a=2 module.embed_tokens.a=0 module.logit_scale=3",
        "layer1.weight=0 layer2.weight=1 layer3.weight=2",
        "features.0.a=0 features.3.a=1 classifier.0.a=2 classifier.6.a=2",
        "blocks.0.blocks.0.a=0 blocks.0.blocks.1.a=0 blocks.1.a=1",
        "0.weight=0 0.bias=0 2.weight=1 2.bias=1",
    ],
)
def test_layers_are_read_off_the_names(names):
    pairs = [pair.split("=") for pair in names.split()]
    assert layers_of(*(name for name, _ in pairs)) == [int(layer) for _, layer in pairs]


def exempt_names(model, **options):
    by_id = {id(p): name for name, p in model.named_parameters()}
    groups = rs.groups.layerwise(model, lr=1.0, decay=1.0, weight_decay=0.1, **options)
    return {by_id[id(p)] for g in groups if g["weight_decay"] == 0.0 for p in g["params"]}


def test_who_has_no_weight_decay():
    names = [
        "pos_embed",
        "blocks.0.fc.weight",
        "blocks.0.fc.bias",
        "blocks.0.norm.weight",
        "head.w",
    ]
    plain = model_of(names)
    declaring = model_of(names, no_weight_decay=lambda: {"pos_embed", "dist_token"})
    assert exempt_names(plain) == {"blocks.0.fc.bias"}
    assert exempt_names(declaring) == {"pos_embed", "blocks.0.fc.bias"}
    assert exempt_names(plain, no_decay=["norm", "pos"]) == {
        "blocks.0.fc.bias",
        "blocks.0.norm.weight",
    }
    assert exempt_names(declaring, no_decay=("*.fc.*",)) == {
        "pos_embed",
        "blocks.0.fc.weight",
        "blocks.0.fc.bias",
    }
    assert exempt_names(declaring, no_decay=lambda name, p: name == "head.w") == {"head.w"}
    assert exempt_names(declaring, no_decay=lambda name, p: False) == set()


def test_layer_of_decides():
    model = model_of(["a.weight", "b.weight", "b.bias", "c.weight"])
    layers = {"a": np.int64(0), "b": 3, "c": 1}
    groups = rs.groups.layerwise(
        model, lr=0.8, decay=0.5, weight_decay=0.1, layer_of=lambda name: layers[name[0]]
    )
    assert summary(groups) == [
        ("layer_0_decay", 0.1, 0.1, 1),
        ("layer_1_decay", 0.2, 0.1, 1),
        ("layer_3_decay", 0.8, 0.1, 1),
        ("layer_3_no_decay", 0.8, 0.0, 1),
    ]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"lr": 0.0}, rs.ScheduleError, "lr must be greater than 0, got 0.0"),
        ({"lr": -1e-3}, rs.ScheduleError, "lr must be greater than 0, got -0.001"),
        ({"lr": math.nan}, rs.ScheduleError, "lr must be finite, got nan"),
        ({"lr": "1e-3"}, TypeError, "lr must be a number, got '1e-3'"),
        ({"lr": True}, TypeError, "lr must be a number, got True"),
        ({"decay": 0.0}, rs.ScheduleError, r"decay must be in \(0, 1\], got 0.0"),
        ({"decay": 1.5}, rs.ScheduleError, r"decay must be in \(0, 1\], got 1.5"),
        ({"decay": math.nan}, rs.ScheduleError, "decay must be finite, got nan"),
        ({"decay": None}, TypeError, "decay must be a number, got None"),
        ({"weight_decay": -0.1}, rs.ScheduleError, "weight_decay must be at least 0, got -0.1"),
        ({"weight_decay": math.inf}, rs.ScheduleError, "weight_decay must be finite, got inf"),
        ({"layer_of": lambda name: 1.0}, TypeError, r"layer_of\('0.weight'\) must be .* got 1.0"),
        ({"layer_of": lambda name: None}, TypeError, r"layer_of\('0.weight'\) must .* got None"),
        ({"layer_of": lambda name: -1}, rs.ScheduleError, "must be at least 0, got -1"),
        ({"layer_of": {"0.weight": 1}}, TypeError, "layer_of must be a function"),
        ({"no_decay": "bias"}, TypeError, "no_decay must be a function or a .* got 'bias'"),
        ({"no_decay": 3}, TypeError, "no_decay must be a function or a .* got 3"),
        ({"no_decay": [3]}, TypeError, "no_decay must hold names, got 3"),
        ({"model": None}, TypeError, r"model must have named_parameters\(\), got NoneType"),
        ({"model": model_of([])}, rs.ScheduleError, "model must have trainable parameters"),
        (
            {"model": model_of(["fc.a", "out.b"])},
            rs.ScheduleError,
            "layer_of must be given.*'fc.a'",
        ),
    ],
)
def test_nonsense_is_refused(options, error, message):
    arguments = {"model": model_of(["0.weight", "1.weight"]), "lr": 1.0, "decay": 0.5} | options
    with pytest.raises(error, match=message):
        rs.groups.layerwise(**arguments)


def test_a_frozen_model_has_nothing_to_train():
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Linear(2, 2)).requires_grad_(requires_grad=False)
    with pytest.raises(rs.ScheduleError, match="got Sequential with 2 frozen and none to train"):
        rs.groups.layerwise(model, lr=1.0, decay=0.5)
