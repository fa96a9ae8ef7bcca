"""Rendering: a filled paper becomes a file, and a notice says what about it is not as the standard has it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from papers.content import Content
from papers.fonts import USUAL, Wanted
from papers.kinds import KINDS, Kind

PDF, DOCX = "pdf", "docx"
FORMS: Final = {PDF: "application/pdf", DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
"""The forms in which a paper is made, and their types."""
OWN: Final = "papers"
"""The folder of a home in which an office keeps its own templates, KIND.docx, and fonts/."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A paper as a file, and what is to be said of how it was made."""

    content: bytes
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Press:
    """How this house prints: the fonts it wants, and where its own templates lie."""

    fonts: Wanted = USUAL
    home: Path | None = None

    def own(self, kind: Kind) -> Path | None:
        """Return the office's own template of a kind, where it has one."""
        path = self.home / OWN / f"{kind.name}.docx" if self.home else None
        return path if path and path.is_file() else None


def render(kind: str, content: Content, form: str, press: Press | None = None) -> Rendered:
    """Return a paper as PDF or Word; the same paper gives the same bytes. Unusable says why the office's own template is none."""
    return render_as(KINDS[kind], content, form, press or Press())


def render_as(row: Kind, content: Content, form: str, press: Press) -> Rendered:
    """Return what is laid out as a row says it, also one that is not in the table of papers."""
    if form == PDF:
        from papers.pdf import as_pdf  # noqa: PLC0415 heavy, and not for who makes Word

        made, notices = as_pdf(content, row, press.fonts)
        own = press.own(row)
        if own is not None:
            notices = (*notices, f"PDF 按统一格式排，本单位的模板 {own.name} 只用于 Word")
        return Rendered(made, notices)
    if (own := press.own(row)) is not None:
        from papers.own import in_own  # noqa: PLC0415 heavy, and not for who makes PDF

        return Rendered(in_own(content, row, own))
    from papers.word.printing import as_word  # noqa: PLC0415 as above

    return Rendered(as_word(content, row))
