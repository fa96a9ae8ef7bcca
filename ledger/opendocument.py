"""What calamine does not tell of an .ods: formula and error cells, merged ranges, and how far repeated rows would reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import sax  # type: ignore[import-untyped]  # ships no types

from ledger.container import Package
from ledger.limits import Limits
from ledger.refusals import Damaged, Locked, NotALedger, TooIntricate, TooManyRows, TooWide
from ledger.sweep import UNREADABLE, CellPlace, Traces
from ledger.text_file import WIDEST

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
ASIDE: Final = frozenset({"annotation", "tracked-changes", "shapes"})
"""Comments, former contents and drawings: they hold words and cells, and are none of the sheet."""
MOST_TRACED: Final = 1_000_000
"""A formula that is repeated further than this is no formula of a ledger."""
Area = tuple[CellPlace, CellPlace]


@dataclass(slots=True)
class OdsSheet:
    """What is known of one worksheet beside its cells."""

    traces: Traces
    merges: list[Area]


def sweep_ods(package: Package, limits: Limits) -> list[OdsSheet]:
    """Unpack every part of an .ods and look through its sheets; LedgerRefused says what keeps it out."""
    if MANIFEST in package.names and b"encryption-data" in package.part(MANIFEST):
        raise Locked
    content = package.part(CONTENT)
    for name in package.names:
        if name not in (CONTENT, MANIFEST):
            package.part(name)
    walk = _Walk(limits)
    try:
        sax.parseString(content, walk, forbid_dtd=True)
    except (SAXException, *UNREADABLE):
        raise Damaged("表格内容读不出来") from None
    if not walk.is_spreadsheet:
        raise NotALedger("这是 ODF 文档，里面没有电子表格")
    return walk.sheets


@dataclass(slots=True)
class _Cell:
    repeated: int = 1
    formula: bool = False
    error: bool = False
    filled: bool = False
    merged: tuple[int, int] | None = None


@dataclass(slots=True)
class _Found:
    formulas: set[CellPlace] = field(default_factory=set)
    errors: set[CellPlace] = field(default_factory=set)
    merges: list[Area] = field(default_factory=list)


class _Walk(ContentHandler):
    """Walks the sheets; a row's cells are placed once it is known how often the row is repeated, which it says at its start."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.sheets: list[OdsSheet] = []
        self.is_spreadsheet = False
        self._limits = limits
        self._left = limits.elements * 4
        self._traced = MOST_TRACED
        self._tables = self._aside = 0
        self._found = _Found()
        self._row = self._repeated = self._column = self._width = 0
        self._cell = _Cell()

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802  # SAX's word
        local = name.rpartition(":")[2]
        self._left -= 1
        if self._left < 0:
            raise TooIntricate
        if self._aside or local in ASIDE:
            self._aside += 1
            return
        match local:
            case "spreadsheet":
                self.is_spreadsheet = True
            case "table":
                self._tables += 1
                if self._tables == 1:
                    self._found, self._row = _Found(), 0
            case "table-row" if self._tables == 1:
                self._repeated, self._column, self._width = _times(attrs, "number-rows-repeated"), 0, 0
            case "table-cell" | "covered-table-cell" if self._tables == 1:
                self._cell = _cell(attrs)
            case "p" if self._tables == 1:
                self._cell.filled = True

    def endElement(self, name: str) -> None:  # noqa: N802  # SAX's word
        if self._aside:
            self._aside -= 1
            return
        match name.rpartition(":")[2]:
            case "table":
                self._tables -= 1
                if self._tables == 0:
                    traces = Traces(frozenset(self._found.formulas), frozenset(self._found.errors))
                    self.sheets.append(OdsSheet(traces, self._found.merges))
            case "table-row" if self._tables == 1:
                self._leave_row()
            case "table-cell" | "covered-table-cell" if self._tables == 1:
                self._leave_cell()

    def _leave_cell(self) -> None:
        cell = self._cell
        if cell.filled:
            self._width = self._column + cell.repeated
            if self._width > WIDEST:
                raise TooWide(self._row + 1, self._width, WIDEST)
        if cell.formula or cell.error:
            self._trace(cell)
        if cell.merged:
            tall, wide = cell.merged
            area = ((self._row, self._column), (self._row + tall - 1, self._column + wide - 1))
            self._found.merges.append(area)
        self._column += cell.repeated

    def _trace(self, cell: _Cell) -> None:
        rows, columns = min(self._repeated, self._limits.rows), min(cell.repeated, WIDEST)
        self._traced -= rows * columns
        if self._traced < 0:
            raise TooIntricate
        places = ((row, column) for row in range(rows) for column in range(columns))
        into = self._found.formulas if cell.formula else self._found.errors
        into.update((self._row + row, self._column + column) for row, column in places)

    def _leave_row(self) -> None:
        self._row += self._repeated
        if self._width and self._row > self._limits.rows:
            raise TooManyRows(self._row, self._limits.rows)


def _cell(attrs: AttributesImpl) -> _Cell:
    values = [(key.rpartition(":")[2], str(value)) for key, value in attrs.items()]
    said = {name for name, _ in values}
    formula, error = "formula" in said, ("value-type", "error") in values
    spans = (_times(attrs, "number-rows-spanned"), _times(attrs, "number-columns-spanned"))
    return _Cell(
        _times(attrs, "number-columns-repeated"),
        formula=formula,
        error=error,
        filled=formula or error or "value-type" in said,
        merged=spans if max(spans) > 1 else None,
    )


def _times(attrs: AttributesImpl, name: str) -> int:
    text = next((str(value) for key, value in attrs.items() if key.rpartition(":")[2] == name), "1")
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 10 and int(text) else 1
