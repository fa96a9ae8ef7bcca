"""Papers as PDF: data and one layout go to the typesetter; what comes back is the same for the same paper."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from papers.content import Content
from papers.data import as_data
from papers.fonts import USUAL, Wanted, choose, shelf
from papers.kinds import Kind

LAYOUT = Path(__file__).parent / "layouts" / "gb9704.typ"


def as_pdf(content: Content, kind: Kind, wanted: Wanted = USUAL) -> tuple[bytes, tuple[str, ...]]:
    """Return the paper as PDF, and a notice for each font that is not the one wanted."""
    there = shelf(wanted.folder)
    chosen = choose(wanted, there.families)
    fonts = {role: list(names) for role, names in chosen.families.items()}
    data = {**as_data(content, kind), "fonts": fonts, "thin_title": chosen.thin_title}
    handed = json.dumps(data, ensure_ascii=False)
    made = _compiler(wanted.folder).compile(
        input=LAYOUT.read_bytes(), format="pdf", sys_inputs={"data": handed}, timestamp=0
    )
    assert isinstance(made, bytes)
    return made, chosen.notices


@lru_cache(maxsize=8)
def _compiler(folder: Path | None) -> Any:
    import typst  # noqa: PLC0415 only who prints needs it

    return typst.Compiler(font_paths=shelf(folder).fonts, root=LAYOUT.parent)
