"""What importing the package does, and does not do."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ratesheet as rs


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own code
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("how", ["import ratesheet", "from ratesheet import *"])
def test_importing_leaves_torch_alone(how):
    code = f"import sys; {how}; print(sorted({{m.partition('.')[0] for m in sys.modules}}))"
    loaded = set(eval(run(code)))  # noqa: S307 - a list that we printed
    assert not loaded & {"torch", "matplotlib", "pyarrow", "omegaconf", "sklearn"}
    assert {"numpy", "ratesheet"} <= loaded


def test_a_scheduler_works_where_torch_cannot_be_imported():
    code = """
import sys
sys.modules["torch"] = None
import ratesheet as rs
from types import SimpleNamespace
optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
scheduler = rs.Scheduler(optimizer, rs.linear(1.0, 0.0, steps=4))
scheduler.step()
print(optimizer.param_groups)
"""
    assert run(code).strip() == "[{'lr': 0.75}]"


def test_a_scheduler_built_before_torch_is_loaded_is_torchs_afterwards():
    code = """
import ratesheet as rs
import torch
optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
scheduler = rs.Scheduler(optimizer, rs.constant())
print(isinstance(scheduler, torch.optim.lr_scheduler.LRScheduler))
"""
    assert run(code).strip() == "True"


def test_every_public_name_is_there():
    assert all(hasattr(rs, name) for name in rs.__all__)
    assert rs.__version__.count(".") == 2
