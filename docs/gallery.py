"""The page of all pictures."""

from __future__ import annotations

import re

from examples import HOME, PAGES, page

_INTRO = """\
# Gallery

Every schedule, and every way to combine them. A picture leads to the code that drew it.
"""


def gallery() -> str:
    """Return the text of docs/gallery.md: the pictures of each page, linked to their sections."""
    parts = [_INTRO]
    for name, examples in PAGES.items():
        path = page(name).relative_to(HOME).as_posix()
        title = page(name).read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        parts += [f"## {title}\n", '<div class="gallery" markdown>\n']
        for picture, example in examples.items():
            anchor = re.sub(r"[^\w]+", "-", example.section.lower())
            parts.append(
                f"[![](pictures/{name}-{picture}.png){{ loading=lazy }} {example.section}]"
                f"({path}#{anchor})\n"
            )
        parts.append("</div>\n")
    return "\n".join(parts)
