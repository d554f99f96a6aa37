"""Real models, one group for each tensor: a ViT with layer decay, and a detector."""

from __future__ import annotations

import copy

import pytest

import ratesheet as rs

torch = pytest.importorskip("torch")
STEPS = 50
SCHEDULE = rs.warmup_cosine(warmup=5, steps=STEPS)


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """Models this small spend their time waiting for threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def vit():
    timm = pytest.importorskip("timm", reason="needs timm: make test-peers")
    sizes = {"img_size": 32, "embed_dim": 48, "num_heads": 3, "num_classes": 10}
    return timm.create_model("vit_small_patch16_224", **sizes), lambda model, x: model(x)


def detector():
    transformers = pytest.importorskip("transformers", reason="needs transformers: make test-peers")
    backbone = transformers.RTDetrResNetConfig(
        embedding_size=8, hidden_sizes=[16, 32, 64, 96], out_features=["stage2", "stage3", "stage4"]
    )
    config = transformers.RTDetrConfig(
        backbone_config=backbone,
        encoder_in_channels=[32, 64, 96],
        encoder_hidden_dim=32,
        encoder_ffn_dim=64,
        d_model=32,
        decoder_in_channels=[32, 32, 32],
        decoder_ffn_dim=64,
        num_queries=8,
        num_denoising=0,
    )
    model = transformers.RTDetrForObjectDetection(config)

    def outputs(model, x):
        out = model(x)
        return torch.cat([out.logits, out.pred_boxes], -1)

    return model, outputs


def one_each(model, n_layers=14):
    """A group for each tensor: rates by how deep it lies, decay by its dimensions."""
    named = list(model.named_parameters())
    return [
        {
            "params": [p],
            "name": name,
            "lr": 1e-3 * 0.75 ** (n_layers - 1 - index * n_layers // len(named)),
            "weight_decay": 0.0 if p.ndim <= 1 else 0.05,
        }
        for index, (name, p) in enumerate(named)
    ]


def train(model, outputs, optimizer, scheduler, steps):
    for step in steps:
        torch.manual_seed(step)
        out = outputs(model, torch.randn(2, 3, 32, 32))
        optimizer.zero_grad()
        (out - 0.5).square().mean().backward()
        optimizer.step()
        scheduler.step()


def assert_same_bits(mine, theirs):
    for (name, p), q in zip(mine[0].named_parameters(), theirs[0].parameters(), strict=True):
        assert torch.equal(p, q), name
        ours, its = mine[1].state[p], theirs[1].state[q]
        assert ours.keys() == its.keys()
        assert all(torch.equal(ours[key], its[key]) for key in ours), name


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("build", "tensors", "settings"), [(vit, 152, 28), (detector, 417, 27)], ids=["vit", "detector"]
)
def test_fifty_steps_have_the_same_bits_and_states_go_across(build, tensors, settings):
    torch.manual_seed(0)
    model, outputs = build()
    start = copy.deepcopy(model)
    plain = torch.optim.AdamW(one_each(model), foreach=True)
    plainly = rs.Scheduler(plain, SCHEDULE)
    assert len(plain.param_groups) == tensors
    train(model, outputs, plain, plainly, range(STEPS // 2))
    half = copy.deepcopy((model, plain.state_dict(), plainly.state_dict()))
    train(model, outputs, plain, plainly, range(STEPS // 2, STEPS))
    moved = [not torch.equal(p, q) for p, q in zip(*map(parameters, (model, start)), strict=True)]
    assert sum(moved) > 0.9 * tensors

    merged = rs.groups.coalesce(one_each(start), SCHEDULE)
    assert len(merged) == settings
    few = torch.optim.AdamW(merged, foreach=True)
    scheduler = rs.Scheduler(few, merged.schedules)
    train(start, outputs, few, scheduler, range(STEPS))
    assert_same_bits((model, plain), (start, few))

    resumed, optimizer_state, scheduler_state = half
    merged = rs.groups.coalesce(one_each(resumed))
    again = torch.optim.AdamW(merged, foreach=True)
    scheduler = rs.Scheduler(again, SCHEDULE)
    again.load_state_dict(merged.merge_state(optimizer_state))
    scheduler.load_state_dict(merged.merge_state(scheduler_state))
    train(resumed, outputs, again, scheduler, range(STEPS // 2, STEPS))
    assert_same_bits((model, plain), (resumed, again))


def parameters(model):
    return list(model.parameters())
