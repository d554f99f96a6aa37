"""The README's Python runs as it stands, and says what is true."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_every_block_runs_and_gives_what_its_comments_say():
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(README), "exec"), names)  # noqa: S102 - the README is ours
        for line in block.splitlines():
            shown = re.fullmatch(r"(schedule\(.*?\)) +# ([\d.]+)", line)
            if shown:
                assert eval(shown[1], names) == float(shown[2])  # noqa: S307 - the README is ours


def test_its_pictures_and_targets_exist():
    text = README.read_text(encoding="utf-8")
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", text):
        assert (README.parent / picture).is_file()
    for target in re.findall(r"^make (\w+)", text, re.MULTILINE):
        assert f"\n{target}: " in makefile
