"""One worksheet as it lies in the file: cells by column, merged ranges, formula and error cells, true row numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from ledger.cells import Cell, Column, RawSheet
from ledger.container import FileKind, Package, kind_of
from ledger.limits import DEFAULT, Limits
from ledger.old_xls import sweep_xls
from ledger.reading import read_apart, read_here
from ledger.refusals import Damaged, FileMissing, FileTooLarge, TooManyRows
from ledger.sweep import CellPlace, Traces, column_letters, sweep
from ledger.text_file import decode, split


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows and columns counted from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A worksheet; `columns[c][r]` is the cell in the sheet's own row r + 1, and an empty cell is ""."""

    name: str
    columns: tuple[Column, ...]
    height: int
    merges: tuple[Merge, ...] = ()
    formulas: frozenset[CellPlace] = frozenset()
    errors: frozenset[CellPlace] = frozenset()
    visible: bool = True

    def row(self, index: int) -> tuple[Cell, ...]:
        """The cells of a row counted from 0."""
        return tuple(column[index] for column in self.columns)


Rank = Callable[[list[list[str]]], int]
"""How much of a ledger's header some rows hold: decides between comma and tab."""


def read_grids(path: Path, rank: Rank, limits: Limits = DEFAULT) -> list[Grid]:
    """Every worksheet of a file (a text is one), told by content and not by name; LedgerRefused says why not."""
    data = _bytes(path, limits)
    match kind_of(data):
        case FileKind.XLSX:
            return list(_from_xlsx(data, limits))
        case FileKind.XLS:
            return list(_from_xls(data, limits))
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


def _grid(raw: RawSheet, traces: Traces, limits: Limits) -> Grid:
    name, visible, height, columns, ranges = raw
    if height > limits.rows:
        raise TooManyRows(height, limits.rows)
    merges = tuple(Merge(top, left, bottom, right) for (top, left), (bottom, right) in ranges)
    return Grid(name, tuple(columns), height, merges, traces.formulas, traces.errors, visible)


def _from_text(path: Path, data: bytes, rank: Rank, limits: Limits) -> Grid:
    rows = split(decode(data), rank, limits.rows)
    return Grid(path.stem, tuple(zip_longest(*rows, fillvalue="")), len(rows))
