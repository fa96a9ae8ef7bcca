"""Papers as PDF/A: data and one layout go to the typesetter; what comes back is the same for the same paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import typst

from papers.content import Content
from papers.data import as_data
from papers.fonts import USUAL, Chosen, Shelf, Wanted, choose, shelf, undrawn
from papers.kinds import Kind

LAYOUT = Path(__file__).parent / "layouts" / "gb9704.typ"
Standard = Literal["a-2b"] | None
ARCHIVED: Final = "a-2b"
"""What is issued is kept for good: as PDF/A, with all its fonts in it, from the day that it is signed."""


def as_pdf(content: Content, kind: Kind, wanted: Wanted = USUAL) -> tuple[bytes, tuple[str, ...]]:
    """Return the paper as PDF, and a notice for each font that is not the one wanted."""
    there = shelf(wanted.folder)
    chosen = choose(wanted, there.families)
    fonts = {role: list(names) for role, names in chosen.families.items()}
    data = {**as_data(content, kind), "fonts": fonts, "thin_title": chosen.thin_title}
    handed = json.dumps(data, ensure_ascii=False)
    try:
        made = _compiled(there, handed, content, ARCHIVED)
    except typst.TypstError:  # a sign that no font has: such a paper is printed all the same
        made = _compiled(there, handed, content, None)
    assert isinstance(made, bytes)
    return made, (*chosen.notices, *_missing(handed, chosen, there))


def _compiled(there: Shelf, handed: str, content: Content, standard: Standard) -> Any:
    # One for each paper: a compiler serves one thread at a time, and is made in no time where the fonts are known.
    compiler = typst.Compiler(font_paths=there.fonts, root=LAYOUT.parent)
    said, at = {"data": handed}, _moment(content)
    return compiler.compile(
        input=LAYOUT.read_bytes(), format="pdf", sys_inputs=said, timestamp=at, pdf_standards=standard
    )


def _moment(content: Content) -> int:
    """Return the day of the paper, as the file says when it was made; a draft has none."""
    on = content.on
    return int(datetime(on.year, on.month, on.day, tzinfo=UTC).timestamp()) if on else 0


def _missing(handed: str, chosen: Chosen, there: Shelf) -> Iterator[str]:
    """Yield a notice of the characters that the fonts of a paper have not: what stands in their place is to be looked at."""
    if signs := undrawn(handed, {name for names in chosen.families.values() for name in names}, there):
        yield f"所用的字体里没有这些字，请核对印出来的样子，或把有这些字的字体放进数据目录的 papers/fonts/：{signs}"
