"""Fronts need nothing but NumPy until they are given something to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

FRONTS = ("timm", "optax", "fvcore", "megatron", "deepspeed")
PEERS = ("torch", "timm", "jax", "optax", "fvcore", "megatron", "deepspeed")

ABSENT = f"import sys; sys.modules.update(dict.fromkeys({PEERS!r})); "

DRIVES = {
    "timm": "f.create_scheduler_v2(o, 'cosine', num_epochs=10)[0].step(5)",
    "optax": "o.param_groups[0]['lr'] = f.cosine_decay_schedule(1.0, 10)(5)",
    "fvcore": "o.param_groups[0]['lr'] = f.CosineParamScheduler(1.0, 0.0)(0.5)",
    "megatron": (
        "f.OptimizerParamScheduler(o, 0.0, 1.0, 0.0, 0, 10, 'cosine', 0.0, 0.0, 0, 'constant')"
        ".step(5)"
    ),
    "deepspeed": "f.WarmupLR(o, warmup_num_steps=10, warmup_type='linear').step(5)",
}


@pytest.mark.parametrize("name", FRONTS)
def test_a_front_works_where_no_peer_can_be_imported(name: str) -> None:
    code = (
        f"{ABSENT}from types import SimpleNamespace as N; import ratesheet.compat.{name} as f;"
        f" o = N(param_groups=[{{'lr': 1.0}}]); {DRIVES[name]}; print(o.param_groups[0]['lr'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own code
    assert (done.returncode, done.stdout) == (0, "0.5\n"), done.stderr


@pytest.mark.parametrize("name", FRONTS)
def test_all_names_are_there(name: str) -> None:
    module = __import__(f"ratesheet.compat.{name}", fromlist=["__all__"])
    assert all(getattr(module, public).__doc__ for public in module.__all__)
