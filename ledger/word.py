"""The tables of a Word document, each with the lines that stand above it; what nobody sees on the page is not read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import sax  # type: ignore[import-untyped]  # ships no types

from ledger.container import Package
from ledger.limits import Limits
from ledger.refusals import Damaged, NoTables, TooIntricate, TooManyRows, TooWide
from ledger.sweep import UNREADABLE
from ledger.word_numbers import LEVELS, Numbering, read_numbering

DOCUMENT = "word/document.xml"
WIDEST: Final = 63
"""Word itself allows no more columns."""
DEEPEST: Final = 200
MOST_LINES: Final = 50
"""So many lines above a table are kept, the last ones: a heading stands close to its table."""
LONGEST_LINE: Final = 500
HIDDEN = frozenset({
    "drawing", "pict", "object", "Fallback", "txbxContent", "del", "moveFrom", "rt", "sdtPr", "sectPr",
    "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "tblGridChange",
})  # fmt: skip
"""Pictures and text boxes, the old half of what is given twice, what was struck out, phonetic signs, and former formats."""
REVISED = frozenset({"ins", "del", "moveFrom", "moveTo"})


@dataclass(slots=True)
class WordCell:
    """A cell: the columns of the table's grid that it reaches over, its text, how it is merged, and what else is in it."""

    span: int = 1
    lines: list[str] = field(default_factory=list)
    number: str = ""
    """The number that Word gave to an empty line."""
    below: bool = False
    """Whether it continues the cell above."""
    nested: bool = False

    @property
    def text(self) -> str:
        """What stands in the cell; of a cell with nothing but a number of Word's that number alone."""
        words = "\n".join(self.lines)
        return self.number if self.number and len(self.lines) == 1 else words


@dataclass(slots=True)
class WordRow:
    """A row: its cells, and how many columns of the grid are left free before them."""

    before: int = 0
    cells: list[WordCell] = field(default_factory=list)
    struck: bool = False


@dataclass(slots=True)
class WordTable:
    """A table: the lines above it, the widths of its grid, its rows."""

    above: tuple[str, ...] = ()
    widths: list[int] = field(default_factory=list)
    rows: list[WordRow] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """What is read of a document."""

    tables: list[WordTable] = field(default_factory=list)
    revised: bool = False
    """Whether it has changes that nobody accepted yet: it is read as if they were."""


def read_document(package: Package, limits: Limits) -> Document:
    """Return the tables of a document in their order; LedgerRefused says why there is nothing to be read."""
    numbering = read_numbering(package)
    content = package.part(DOCUMENT)
    walk = _Walk(numbering, limits)
    try:
        sax.parseString(content, walk, forbid_dtd=True)
    except (SAXException, *UNREADABLE):
        raise Damaged("文档内容读不出来") from None
    if not walk.found.tables:
        raise NoTables
    return walk.found


@dataclass(slots=True)
class _Paragraph:
    words: list[str] = field(default_factory=list)
    of: str | None = None
    level: int = 0
    style: str = ""


class _Walk(ContentHandler):
    """Walks the document once; `path` holds the elements that are open, by their local names."""

    def __init__(self, numbering: Numbering, limits: Limits) -> None:
        super().__init__()
        self.found = Document()
        self._numbering, self._limits = numbering, limits
        self._left = limits.elements
        self._path: list[str] = []
        self._hidden_at = 0
        self._depth = self._rows = 0
        self._above: deque[str] = deque(maxlen=MOST_LINES)
        self._table = WordTable()
        self._row, self._cell = WordRow(), WordCell()
        self._paragraphs: list[_Paragraph] = []
        self._vanished = False

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802  # SAX's word
        local = name.rpartition(":")[2]
        self._path.append(local)
        self._left -= 1
        if self._left < 0:
            raise TooIntricate
        if len(self._path) > DEEPEST:
            raise Damaged("内容套得太深")
        if local in REVISED:
            self.found.revised = True
        if self._hidden_at:
            return
        if local in HIDDEN:
            self._hidden_at = len(self._path)
            self._row.struck = self._row.struck or (local == "del" and self._parent == "trPr" and self._depth == 1)
        elif (enter := self._ENTERS.get(local)) is not None:
            enter(self, attrs)

    def endElement(self, name: str) -> None:  # noqa: N802  # SAX's word
        local = name.rpartition(":")[2]
        if self._hidden_at:
            if self._hidden_at == len(self._path):
                self._hidden_at = 0
        elif (leave := self._LEAVES.get(local)) is not None:
            leave(self)
        self._path.pop()

    def characters(self, content: str) -> None:
        if not self._hidden_at and not self._vanished and self._paragraphs and self._path[-1] == "t":
            self._paragraphs[-1].words.append(content)

    @property
    def _parent(self) -> str:
        return self._path[-2] if len(self._path) > 1 else ""

    # Tables, rows, cells: those of a table within a cell only add their lines to it.

    def _enter_table(self, _: AttributesImpl) -> None:
        self._depth += 1
        if self._depth == 1:
            if len(self.found.tables) == self._limits.tables:
                raise TooIntricate
            self._table = WordTable(tuple(self._above))
            self._above.clear()
        else:
            self._cell.nested = True

    def _leave_table(self) -> None:
        self._depth -= 1
        if self._depth == 0:
            self.found.tables.append(self._table)

    def _enter_row(self, _: AttributesImpl) -> None:
        if self._depth == 1:
            self._row = WordRow()

    def _leave_row(self) -> None:
        if self._depth != 1 or self._row.struck:
            return
        self._table.rows.append(self._row)
        self._rows += 1
        if self._rows > self._limits.rows:
            raise TooManyRows(self._rows, self._limits.rows)

    def _enter_cell(self, _: AttributesImpl) -> None:
        if self._depth == 1:
            self._cell = WordCell()

    def _leave_cell(self) -> None:
        if self._depth == 1:
            self._row.cells.append(self._cell)
            if len(self._row.cells) > WIDEST:
                raise TooWide(len(self._table.rows) + 1, len(self._row.cells), WIDEST)

    def _enter_column(self, attrs: AttributesImpl) -> None:
        if self._depth == 1 and len(self._table.widths) < self._limits.grid_columns:
            self._table.widths.append(_number(attrs, "w"))

    def _enter_span(self, attrs: AttributesImpl) -> None:
        if self._depth == 1 and self._parent == "tcPr":
            self._cell.span = max(1, min(_number(attrs, "val"), self._limits.grid_columns))

    def _enter_before(self, attrs: AttributesImpl) -> None:
        if self._depth == 1:
            self._row.before = min(_number(attrs, "val"), self._limits.grid_columns)

    def _enter_merge(self, attrs: AttributesImpl) -> None:
        if self._depth == 1:
            self._cell.below = _value(attrs, "val") != "restart"

    # Paragraphs and what stands in them.

    def _enter_paragraph(self, _: AttributesImpl) -> None:
        self._paragraphs.append(_Paragraph())
        self._vanished = False

    def _leave_paragraph(self) -> None:
        if not self._paragraphs:
            return
        one = self._paragraphs.pop()
        text, number = "".join(one.words), ""
        if listed := self._list_of(one):
            before, number = self._numbering.next(*listed)
            text, number = before + text, "" if text.strip() else number
        if self._depth == 0:
            if text.strip():
                self._above.append(text[:LONGEST_LINE])
        elif not self._cell.below:
            self._cell.lines.append(text)
            self._cell.number = number if len(self._cell.lines) == 1 else ""

    def _list_of(self, one: _Paragraph) -> tuple[str, int] | None:
        if one.of == "0":  # said to be in no list, whatever its style says
            return None
        of_style = self._numbering.of_style(one.style)
        if one.of is None:
            return of_style
        return one.of, one.level

    def _enter_style(self, attrs: AttributesImpl) -> None:
        if self._paragraphs and self._parent == "pPr":
            self._paragraphs[-1].style = _value(attrs, "val")

    def _enter_list(self, attrs: AttributesImpl) -> None:
        if self._paragraphs and self._parent == "numPr":
            self._paragraphs[-1].of = _value(attrs, "val")

    def _enter_level(self, attrs: AttributesImpl) -> None:
        if self._paragraphs and self._parent == "numPr":
            self._paragraphs[-1].level = min(_number(attrs, "val"), LEVELS)

    def _enter_run(self, _: AttributesImpl) -> None:
        self._vanished = False

    def _enter_vanish(self, attrs: AttributesImpl) -> None:
        if self._path[-3:-1] == ["r", "rPr"]:
            self._vanished = _value(attrs, "val") not in ("0", "false", "off")

    def _enter_tab(self, _: AttributesImpl) -> None:
        self._sign(" ")

    def _enter_break(self, _: AttributesImpl) -> None:
        self._sign("\n")

    def _enter_hyphen(self, _: AttributesImpl) -> None:
        self._sign("-")

    def _sign(self, sign: str) -> None:
        if self._paragraphs and self._parent == "r" and not self._vanished:
            self._paragraphs[-1].words.append(sign)

    _ENTERS: ClassVar[Mapping[str, Callable[[_Walk, AttributesImpl], None]]] = {
        "tbl": _enter_table, "tr": _enter_row, "tc": _enter_cell, "gridCol": _enter_column, "gridSpan": _enter_span,
        "gridBefore": _enter_before, "vMerge": _enter_merge, "p": _enter_paragraph, "pStyle": _enter_style, "numId": _enter_list,
        "ilvl": _enter_level, "r": _enter_run, "vanish": _enter_vanish, "tab": _enter_tab, "br": _enter_break, "cr": _enter_break,
        "noBreakHyphen": _enter_hyphen,
    }  # fmt: skip
    _LEAVES: ClassVar[Mapping[str, Callable[[_Walk], None]]] = {
        "tbl": _leave_table, "tr": _leave_row, "tc": _leave_cell, "p": _leave_paragraph,
    }  # fmt: skip


def _value(attrs: AttributesImpl, name: str) -> str:
    return next((str(value) for key, value in attrs.items() if key.rpartition(":")[2] == name), "")


def _number(attrs: AttributesImpl, name: str) -> int:
    text = _value(attrs, name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
