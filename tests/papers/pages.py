"""What stands on the pages of a PDF, measured: words with their places in millimetres from the upper left corner."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

MM = 72 / 25.4


@dataclass(frozen=True)
class Words:
    """Words in one place: where their line begins and stands, their size in points, their font."""

    text: str
    left: float
    baseline: float
    size: float
    font: str


@dataclass(frozen=True)
class Page:
    """A page: its size in millimetres, and what stands on it."""

    width: float
    height: float
    words: tuple[Words, ...]

    def lines(self, size: float = 16) -> list[tuple[float, str]]:
        """Return the lines of a size, the uppermost first: where each stands, and what it says."""
        found: dict[float, str] = {}
        for one in self.words:
            if one.size == size:
                found[round(one.baseline, 1)] = found.get(round(one.baseline, 1), "") + one.text
        return sorted(found.items())

    @property
    def text(self) -> str:
        """Return all that it says."""
        return "".join(one.text for one in self.words)


def pages(content: bytes) -> list[Page]:
    """Return the pages of a PDF."""
    return [_page(page) for page in PdfReader(io.BytesIO(content)).pages]


def _page(page: Any) -> Page:
    height = float(page.mediabox.height)
    found: list[Words] = []

    def see(text: str, outer: list[float], inner: list[float], font: DictionaryObject | None, size: float) -> None:
        if text.strip() and font:
            x = outer[0] * inner[4] + outer[2] * inner[5] + outer[4]
            y = outer[1] * inner[4] + outer[3] * inner[5] + outer[5]
            name = str(font["/BaseFont"]).rpartition("+")[2]
            found.append(Words(text.strip("\n"), x / MM, (height - y) / MM, round(size, 2), name))

    page.extract_text(visitor_text=see)
    return Page(float(page.mediabox.width) / MM, height / MM, tuple(found))


def fonts_of(content: bytes) -> set[str]:
    """Return the fonts that a PDF embeds, by their names."""
    found = set()
    for page in PdfReader(io.BytesIO(content)).pages:
        resources: Any = page["/Resources"]
        fonts: Any = resources.get_object().get("/Font") or {}
        found |= {str(one.get_object()["/BaseFont"]).rpartition("+")[2] for one in fonts.get_object().values()}
    return found
