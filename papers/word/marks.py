"""The marks of Word: paragraphs, runs, tables and sections as XML, in the numbers of GB/T 9704."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any, Final

from lxml.builder import ElementMaker

from papers.content import plain

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_E: Final = ElementMaker(namespace=W, nsmap={"w": W})
Element = Any

TEXT, TITLE, TO, NUMBER, SIGN = "gwText", "gwTitle", "gwTo", "gwNumber", "gwSign"
HEADINGS: Final = ("gwHeading1", "gwHeading2", "gwHeading3", "gwHeading3")
CELL, CELL_HEAD, FORM, FORM_LABEL, HAND, TINY = "gwCell", "gwCellHead", "gwForm", "gwFormLabel", "gwHand", "gwTiny"
BLANK, ATTACHED = "gwBlank", "gwAttached"

UPRIGHT_WIDTH, ACROSS_WIDTH = 8844, 12756
"""The type area in twips: 156 mm, and 225 mm across."""
A4: Final = (11906, 16838)
LINE: Final = 579
"""A line in twips: 28.95 pt, so that 22 stand on a page."""


def twips(millimetres: float) -> int:
    """Return millimetres as Word counts them."""
    return round(millimetres / 25.4 * 1440)


def w(name: str, /, *children: Element, **attributes: object) -> Element:
    """Return an element of Word with its attributes."""
    made = getattr(_E, name)(*children)
    for key, value in attributes.items():
        made.set(f"{{{W}}}{key}", str(value))
    return made


def run(text: str, style: str = "", *, size: float = 0) -> list[Element]:
    """Return a run of text, or several where it has line ends; it is never anything but text."""
    found: list[Element] = []
    for place, line in enumerate(plain(text).split("\n")):
        marks = [w("rStyle", val=style)] if style else []
        marks += [w("sz", val=round(size * 2)), w("szCs", val=round(size * 2))] if size else []
        said = w("t", line)
        said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        found.append(w("r", *([w("rPr", *marks)] if marks else []), *([w("br")] if place else []), said))
    return found


def paragraph(runs: Iterable[Element], style: str, *marks: Element) -> Element:
    """Return a paragraph of a style, with what else is to be said of it in the order that Word wants."""
    return w("p", w("pPr", w("pStyle", val=style), *marks), *runs)


def kept(paragraph_: Element) -> Element:
    """Return a paragraph that stands on the page of what follows it."""
    style = paragraph_.find(f"{{{W}}}pPr/{{{W}}}pStyle")
    style.addnext(w("keepLines"))
    style.addnext(w("keepNext"))
    return paragraph_


def table(widths: Sequence[int], rows: Iterable[Element], *, ruled: bool = True) -> Element:
    """Return a table whose columns are as wide as said, in twips."""
    edge: dict[str, object] = {"val": "single", "sz": 4, "space": 0, "color": "000000"} if ruled else {"val": "nil"}
    borders = w("tblBorders", *(w(side, **edge) for side in ("top", "left", "bottom", "right", "insideH", "insideV")))
    margins = w("tblCellMar", *(w(side, w=85, type="dxa") for side in ("left", "right")))
    marks = w(
        "tblPr", w("tblW", w=sum(widths), type="dxa"), w("jc", val="center"), borders, w("tblLayout", type="fixed"), margins
    )  # fmt: skip
    return w("tbl", marks, w("tblGrid", *(w("gridCol", w=width) for width in widths)), *rows)


def row(cells: Iterable[Element], *, head: bool = False, splits: bool = False, high: int = 0) -> Element:
    """Return a row: the head stands again on each page, others are not split unless a page would not hold them."""
    marks = [] if splits else [w("cantSplit")]
    marks += [w("trHeight", val=high, hRule="atLeast")] if high else []
    marks += [w("tblHeader")] if head else []
    return w("tr", w("trPr", *marks), *cells)


def cell(paragraphs: Iterable[Element], width: int, span: int = 1, *, middle: bool = True) -> Element:
    """Return a cell of so many columns."""
    marks = [w("tcW", w=width, type="dxa"), *([w("gridSpan", val=span)] if span > 1 else [])]
    return w("tc", w("tcPr", *marks, w("vAlign", val="center" if middle else "top")), *paragraphs)


def section_break(section: Element, *, wide: bool, first: bool) -> Element:
    """Return the paragraph that ends a part of the paper: what stood before it has this section's page."""
    return paragraph([], TINY, turned(deepcopy(section), wide=wide, first=first))


def turned(section: Element, *, wide: bool, first: bool) -> Element:
    """Return the section upright or across; only the first has a first page of its own."""
    size, margins = section.find(f"{{{W}}}pgSz"), section.find(f"{{{W}}}pgMar")
    around = {"top": 28, "bottom": 26, "left": 35, "right": 37} if wide else {}
    size.set(f"{{{W}}}w", str(A4[wide]))
    size.set(f"{{{W}}}h", str(A4[not wide]))
    size.attrib.pop(f"{{{W}}}orient", None)
    if wide:
        size.set(f"{{{W}}}orient", "landscape")
    for side, millimetres in around.items():
        margins.set(f"{{{W}}}{side}", str(twips(millimetres)))
    own = section.find(f"{{{W}}}titlePg")
    if own is not None and not first:
        section.remove(own)
    return section
