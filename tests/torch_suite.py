"""Run torch's own scheduler tests on this package's classes: python tests/torch_suite.py PATH.

PATH is test/optim/test_lrscheduler.py of a pytorch checkout of the installed version. The file is
read with the import names changed, and is not copied.
"""

from __future__ import annotations

import sys
import types
import unittest
from pathlib import Path

NAMES = {
    "from torch.optim.lr_scheduler import": "from ratesheet.compat.torch import",
    "from torch.optim.swa_utils import SWALR": "from ratesheet.compat.torch import SWALR",
    "torch.optim.lr_scheduler.": "ratesheet.compat.torch.",
}


def main(path: str) -> int:
    source = "import ratesheet.compat.torch\n" + Path(path).read_text(encoding="utf-8")
    for theirs, ours in NAMES.items():
        source = source.replace(theirs, ours)
    module = types.ModuleType("torch_suite")
    sys.modules["torch_suite"] = module
    exec(compile(source, path, "exec"), module.__dict__)  # noqa: S102 - the file that was asked for
    tests = unittest.TestLoader().loadTestsFromTestCase(module.TestLRScheduler)
    result = unittest.TextTestRunner().run(tests)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
