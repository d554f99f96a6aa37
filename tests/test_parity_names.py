"""The names and arguments that the pages give for other libraries exist there."""

from __future__ import annotations

import ast
import inspect
import re
import warnings

import pytest

from examples import HOME

# As the pages call a library, and the modules that its names are looked up in.
LIBRARIES = {
    "torch": ["torch.optim.lr_scheduler"],
    "Transformers": ["transformers.optimization"],
    "timm": ["timm.scheduler"],
    "optax": ["optax", "optax.contrib"],
    "fvcore": ["fvcore.common.param_scheduler"],
    "ignite": ["ignite.handlers"],
    "pytorch_optimizer": ["pytorch_optimizer"],
}
ROW = re.compile(r"^\| (?P<library>\w+) \| `(?P<call>[^`]+)` \|", re.MULTILINE)


def calls(library):
    """The calls that the tables of the pages have for a library."""
    # The migration page has lines of imports there: test_migration.py runs them.
    for path in sorted(set(HOME.rglob("*.md")) - {HOME / "migration.md"}):
        for row in ROW.finditer(path.read_text(encoding="utf-8")):
            if row["library"] == library:
                yield row["call"]


def modules(library):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a peer says while it is imported
        reason = f"needs {library}: make test-peers"
        return [pytest.importorskip(name, reason=reason) for name in LIBRARIES[library]]


def parameters(peer):
    """The arguments of a function, or of a class and of those that it passes them on to."""
    makers = [peer] if inspect.isfunction(peer) else [cls.__init__ for cls in peer.__mro__]
    return {name for make in makers for name in inspect.signature(make).parameters}


@pytest.mark.parametrize("library", LIBRARIES)
def test_names_and_arguments_exist(library):
    homes = modules(library)
    found = list(calls(library))
    assert found
    for call in found:
        node = ast.parse(call, mode="eval").body
        name = node.func.id if isinstance(node, ast.Call) else node.id
        (peer, *_) = [getattr(home, name) for home in homes if hasattr(home, name)] or [None]
        assert peer is not None, call
        if isinstance(node, ast.Call):
            given = [arg.id for arg in node.args] + [word.arg for word in node.keywords]
            assert set(given) <= parameters(peer), call
