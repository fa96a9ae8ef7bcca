"""One worksheet, or one table of a document, as it lies in the file: cells by column, merged ranges, formula and error cells, true row numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from ledger.cells import Cell, Column, RawSheet
from ledger.container import FileKind, Package, kind_of
from ledger.limits import DEFAULT, Limits
from ledger.old_xls import sweep_xls
from ledger.opendocument import sweep_ods
from ledger.reading import read_apart, read_here
from ledger.refusals import Damaged, FileMissing, FileTooLarge, OldWord, TooManyRows, WordFile
from ledger.sheet import listed, place_of
from ledger.sweep import CellPlace, Traces, column_letters, sweep
from ledger.text_file import decode, split
from ledger.word import read_document
from ledger.word_grid import lay_out


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows and columns counted from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A worksheet or a document's table; `columns[c][r]` is the cell in its own row r + 1, and an empty cell is ""."""

    name: str
    columns: tuple[Column, ...]
    height: int
    merges: tuple[Merge, ...] = ()
    formulas: frozenset[CellPlace] = frozenset()
    errors: frozenset[CellPlace] = frozenset()
    visible: bool = True
    nested: frozenset[CellPlace] = frozenset()
    """Cells that hold a table of their own."""
    table: int = 0
    """Which of a document's tables it is, counted from 1; 0 for a worksheet."""
    before: int = 0
    """The rows of the document's tables before it."""
    above: tuple[str, ...] = ()
    """The lines of the document that stand above it."""
    revised: bool = False
    """Whether the document has changes that nobody accepted yet."""

    def number(self, index: int) -> int:
        """The number of a row in the file: the sheet's own, or counted through all tables of the document."""
        return self.before + index + 1

    def place(self, index: int) -> str:
        """What a row is called: “第 5 行”, or “第 2 个表格第 5 行”."""
        return place_of(index + 1, self.table)

    def listed(self, indexes: Sequence[int]) -> str:
        """What some rows are called together: “第 5、8、9 行”."""
        return listed([index + 1 for index in indexes], self.table)

    def row(self, index: int) -> tuple[Cell, ...]:
        """The cells of a row counted from 0."""
        return tuple(column[index] for column in self.columns)


Rank = Callable[[list[list[str]]], int]
"""How much of a ledger's header some rows hold: decides between comma and tab."""


def read_grids(path: Path, rank: Rank, limits: Limits = DEFAULT, *, documents: bool = False) -> list[Grid]:
    """Every worksheet of a file (a text is one), told by content and not by name; LedgerRefused says why not.

    With `documents` every table of a Word document, too; without it such a document is refused.
    """
    data = _bytes(path, limits)
    try:
        kind = kind_of(data)
        if kind is FileKind.WORD and not documents:
            raise WordFile
        return _read(kind, path, data, rank, limits)
    except OldWord:
        raise (OldWord if documents else WordFile) from None


def _read(kind: FileKind, path: Path, data: bytes, rank: Rank, limits: Limits) -> list[Grid]:
    match kind:
        case FileKind.XLSX:
            return list(_from_xlsx(data, limits))
        case FileKind.XLS:
            return list(_from_xls(data, limits))
        case FileKind.ODS:
            return list(_from_ods(data, limits))
        case FileKind.WORD:
            return list(_from_word(data, limits))
        case FileKind.TEXT:
            return [_from_text(path, data, rank, limits)]


def place_name(place: CellPlace) -> str:
    """A cell as Excel names it, such as C5."""
    return f"{column_letters(place[1])}{place[0] + 1}"


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
        size = path.stat().st_size
    except (OSError, ValueError):
        raise FileMissing(path.name) from None
    if len(data) > limits.file_bytes:
        raise FileTooLarge(size, limits.file_bytes)
    return data


def _from_xlsx(data: bytes, limits: Limits) -> Iterator[Grid]:
    found = sweep(Package(data, limits))
    for raw in (read_here if found.tame else read_apart)(data, limits):
        if raw[0] not in found.traces:
            raise Damaged("工作簿目录与内容不符")
        yield _grid(raw, found.traces[raw[0]], limits)


def _from_xls(data: bytes, limits: Limits) -> Iterator[Grid]:
    traces = sweep_xls(data)
    raws = read_apart(data, limits)
    if len(raws) != len(traces):
        raise Damaged("工作簿目录与内容不符")
    for raw, trace in zip(raws, traces, strict=True):
        yield _grid(raw, trace, limits)


def _from_ods(data: bytes, limits: Limits) -> Iterator[Grid]:
    found = sweep_ods(Package(data, limits), limits)
    raws = read_apart(data, limits)
    if len(raws) != len(found):
        raise Damaged("工作簿目录与内容不符")
    for (name, visible, height, columns, _), sheet in zip(raws, found, strict=True):
        yield _grid((name, visible, height, columns, sheet.merges), sheet.traces, limits)


def _from_word(data: bytes, limits: Limits) -> Iterator[Grid]:
    document = read_document(Package(data, limits), limits)
    before = 0
    for number, table in enumerate(document.tables, 1):
        laid = lay_out(table)
        columns = tuple(zip(*laid.rows, strict=True))
        merges = tuple(Merge(top, left, bottom, right) for (top, left), (bottom, right) in laid.merges)
        yield Grid(
            "", columns, len(laid.rows), merges, nested=frozenset(laid.nested), table=number, before=before, above=table.above,
            revised=document.revised,
        )  # fmt: skip
        before += len(laid.rows)


def _grid(raw: RawSheet, traces: Traces, limits: Limits) -> Grid:
    name, visible, height, columns, ranges = raw
    if height > limits.rows:
        raise TooManyRows(height, limits.rows)
    merges = tuple(Merge(top, left, bottom, right) for (top, left), (bottom, right) in ranges)
    return Grid(name, tuple(columns), height, merges, traces.formulas, traces.errors, visible)


def _from_text(path: Path, data: bytes, rank: Rank, limits: Limits) -> Grid:
    rows = split(decode(data), rank, limits.rows)
    return Grid(path.stem, tuple(zip_longest(*rows, fillvalue="")), len(rows))
