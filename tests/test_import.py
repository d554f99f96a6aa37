"""What importing the package does, and does not do."""

from __future__ import annotations

import ast
import inspect
import pickle
import pkgutil
import subprocess
import sys
from pathlib import Path

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


def loaded_after(code):
    return set(eval(run(f"import sys; {code}; print(sorted(sys.modules))")))  # noqa: S307 - a list that we printed


# What neither a first schedule nor a first scheduler needs; each is slow to load.
HEAVY = {
    "decimal",
    "difflib",
    "hashlib",
    "html",
    "json",
    "pathlib",
    "ratesheet.checking",
    "ratesheet.compat",
    "ratesheet.distributed",
    "ratesheet.groups",
    "ratesheet.picture",
    "ratesheet.plot",
    "ratesheet.registry",
    "ratesheet.table",
    "ratesheet.torch_schedules",
}


@pytest.mark.parametrize(
    "code",
    [
        "import ratesheet",
        (
            "import ratesheet as rs; from types import SimpleNamespace as N;"
            " rs.Scheduler(N(param_groups=[{'lr': 1.0}]), rs.cosine(1.0, 0.0, steps=4)).step()"
        ),
    ],
)
def test_what_is_not_needed_is_not_loaded(code):
    assert not loaded_after(code) & (HEAVY - loaded_after("import numpy"))


def test_importing_loads_the_schedule_and_nothing_that_drives():
    loaded = loaded_after("import ratesheet")
    assert "ratesheet.schedule" in loaded
    assert not loaded & {"ratesheet.scheduler", "ratesheet.schedules.cosine"}


def test_a_name_is_the_same_thing_whichever_is_asked_for_first():
    code = """
import sys
import ratesheet
for first in ratesheet.__all__:
    for module in [name for name in sys.modules if name.startswith("ratesheet")]:
        if module != "ratesheet._rust":
            del sys.modules[module]
    import ratesheet as rs
    found = getattr(rs, first)
    assert all(hasattr(rs, name) for name in rs.__all__), first
    assert getattr(rs, first) is found, first
print("each")
"""
    assert run(code).strip() == "each"


def test_star_brings_every_public_name():
    names = {}
    exec("from ratesheet import *", names)  # noqa: S102 - what a user writes
    assert set(rs.__all__) <= set(names)
    assert all(names[name] is getattr(rs, name) for name in rs.__all__)


def test_dir_lists_every_name_before_any_was_asked_for():
    listed = set(eval(run("import ratesheet; print(dir(ratesheet))")))  # noqa: S307 - a list that we printed
    assert set(rs.__all__) <= listed
    assert {"__doc__", "__name__", "__path__"} <= listed


@pytest.mark.parametrize("name", ["cosin", "_nothing", "__wrapped__"])
def test_a_name_that_is_not_there_is_an_attribute_error(name):
    with pytest.raises(AttributeError, match=f"^module 'ratesheet' has no attribute '{name}'$"):
        getattr(rs, name)
    with pytest.raises(ImportError, match=f"cannot import name '{name}'"):
        exec(f"from ratesheet import {name}")  # noqa: S102 - what a user writes


def test_no_module_has_the_name_of_something_else():
    """Loading a submodule binds its name in the package, over what is to be found under it."""
    modules = {found.name for found in pkgutil.iter_modules(rs.__path__)}
    things = {name for name in rs.__all__ if not inspect.ismodule(getattr(rs, name))}
    assert not modules & things


def test_type_checkers_are_told_of_the_same_places():
    tree = ast.parse(Path(rs.__file__).read_text(encoding="utf-8"))
    (block,) = (
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    told = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    modules = dict.fromkeys(rs._MODULES, "ratesheet")
    homes = {name: f"ratesheet.{home}" for name, home in rs._HOMES.items()}
    assert told == modules | homes
    assert told.keys() <= set(rs.__all__)


@pytest.mark.parametrize("name", [name for name in rs.__all__ if callable(getattr(rs, name))])
def test_what_is_public_can_be_pickled_by_its_name(name):
    thing = getattr(rs, name)
    assert pickle.loads(pickle.dumps(thing)) is thing
