"""The pages of docs/ run as they stand, name everything, and show what their code draws."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import ratesheet as rs
from examples import FAMILIES, HOME, PAGES, page
from gallery import gallery

IMAGE = pytest.importorskip("PIL.Image", reason="pictures are read with what matplotlib brings")

FILES = sorted(HOME.rglob("*.md"))
TEXTS = {path: path.read_text(encoding="utf-8") for path in FILES}
DRAWN = [(name, picture) for name, examples in PAGES.items() for picture in examples]
SCHEDULES = [
    name
    for name in rs.__all__
    if getattr(getattr(rs, name), "__module__", "").startswith("ratesheet.schedules.")
]
COMBINATORS = set(vars(rs.Schedule)) - {"steps", "values", "table", "plot", "to_dict", "from_dict"}
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(text):
    """Each block of Python of a page: its kind, its code, and the line that it starts on."""
    for match in re.finditer(r"^```(python|pycon)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        yield match[1], match[2], text.count("\n", 0, match.start(2))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOME).as_posix())
def test_the_code_of_a_page_runs_and_gives_what_it_says(path):
    names = {"__name__": "page"}
    for kind, code, line in blocks(TEXTS[path]):
        if kind == "python":
            source = compile("\n" * line + code, str(path), "exec", dont_inherit=True)
            exec(source, names)  # noqa: S102 - our own pages
            continue
        test = doctest.DocTestParser().get_doctest(code, {}, path.name, str(path), line)
        assert test.examples, f"{path.name}, line {line}: no >>> in a block of pycon"
        test.globs = names
        result = doctest.DocTestRunner(optionflags=FLAGS).run(test, clear_globs=False)
        assert result.failed == 0


def test_every_fence_is_of_a_kind_that_is_known():
    for path, text in TEXTS.items():
        opened = re.findall(r"^```(.*)$", text, re.MULTILINE)[::2]
        assert set(opened) <= {"python", "pycon", "sh", "text"}, path


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_has_a_section_with_its_picture(name):
    (where,) = [family for family in FAMILIES if name in PAGES[family]]
    example = PAGES[where][name]
    assert example.section == name
    assert any(re.search(rf"\brs\.{name}\(", code) for code in example.code)
    section = TEXTS[page(where)].partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert "\n$$\n" in section
    assert "\n| library | name and arguments | numbers |\n" in section
    values = [code for kind, code, _ in blocks(section) if kind == "pycon"]
    assert any(f"rs.{name}(" in code for code in values)


def test_the_schedules_are_many():
    assert len(SCHEDULES) == 54


@pytest.mark.parametrize("name", sorted(n for n in COMBINATORS if not n.startswith("_")))
def test_every_combinator_is_on_its_page(name):
    assert re.search(rf"(\.|`){name}\b", TEXTS[page("combining")])


def test_pages_refer_to_all_pictures_and_only_to_those_that_exist():
    for path, text in TEXTS.items():
        for alt, target in re.findall(r"!\[(.*?)\]\((.*?)\)", text):
            assert (path.parent / target).is_file(), (path, target)
            assert alt or path.name == "gallery.md", (path, target)
    shown = {f"{name}-{picture}.png" for name, picture in DRAWN}
    assert {path.name for path in (HOME / "pictures").iterdir()} == shown
    for name, picture in DRAWN:
        assert f"pictures/{name}-{picture}.png" in TEXTS[page(name)]


@pytest.mark.parametrize(("name", "picture"), DRAWN)
def test_a_picture_was_drawn_by_the_code_before_it(name, picture):
    with IMAGE.open(HOME / "pictures" / f"{name}-{picture}.png") as image:
        assert image.text["Description"] == PAGES[name][picture].description, "run make pictures"


def test_the_gallery_shows_every_picture():
    assert TEXTS[HOME / "gallery.md"] == gallery(), "run make pictures"


def test_the_api_has_every_public_name():
    listed = set(re.findall(r"^::: ratesheet\.(\S+)$", TEXTS[HOME / "api.md"], re.MULTILINE))
    modules = {"distributed", "groups", "levels"}  # what they hold is listed by itself
    inside = {
        f"{module}.{name}"
        for module in ("distributed", "groups")
        for name in getattr(rs, module).__all__
    }
    assert listed == (set(rs.__all__) - modules - {"__version__"}) | inside


def test_every_page_is_in_the_navigation():
    nav = (HOME.parent / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r"^ +- (?:\w+: )?(\S+\.md)$", nav, re.MULTILINE))
    assert listed == {path.relative_to(HOME).as_posix() for path in FILES}
    assert [f"schedules/{name}.md" for name in FAMILIES] == re.findall(r"schedules/\w+\.md", nav)


def test_links_between_pages_lead_somewhere():
    for path, text in TEXTS.items():
        for target, anchor in re.findall(r"\]\(([\w/.]*\.md)?(?:#([\w-]+))?\)", text):
            linked = (path.parent / target).resolve() if target else path
            headings = re.findall(r"^#+ (.+)$", TEXTS[Path(linked)], re.MULTILINE)
            anchors = {re.sub(r"[^\w]+", "-", heading.lower()).strip("-") for heading in headings}
            assert not anchor or anchor in anchors, (path.name, target, anchor)
