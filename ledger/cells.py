"""Cells as python-calamine reads them; old and odd files in a process of their own, which may die without harm.

calamine is fast, but a crafted file can make it panic, loop or abort the process (one cell in XFD1048576 asks for
400 GB). This file is also the script of that other process, so it imports nothing of the house.
"""

from __future__ import annotations

import io
import marshal
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

Cell = str | int | float | bool | date | datetime | time | timedelta
Column = tuple[Cell, ...]
RawSheet = tuple[str, bool, int, list[Column], list[tuple[tuple[int, int], tuple[int, int]]]]
"""name, visible, height, columns, merged ranges ((row, column), (row, column)) counted from 0."""

PLAIN = frozenset({str, int, float, bool})


def load(data: bytes, row_limit: int) -> list[RawSheet]:
    """Every worksheet of a workbook in its order; one of more than `row_limit` rows comes with its height alone."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        kinds = [(meta.name, meta.visible == SheetVisibleEnum.Visible, meta.typ) for meta in book.sheets_metadata]
        return [
            _load_sheet(book, name, visible, row_limit)
            for name, visible, kind in kinds
            if kind == SheetTypeEnum.WorkSheet
        ]


def _load_sheet(book: CalamineWorkbook, name: str, visible: bool, row_limit: int) -> RawSheet:
    sheet = book.get_sheet_by_name(name)
    height = sheet.end[0] + 1 if sheet.end else 0
    if height > row_limit:
        return name, visible, height, [], []
    columns: list[Column] = list(zip(*sheet.to_python(skip_empty_area=False), strict=True))
    return name, visible, height, columns, sheet.merged_cell_ranges or []


def pack(sheets: list[RawSheet]) -> bytes:
    """The sheets as bytes for the pipe; dates become one-element tuples of their ISO text."""
    flat = [(name, visible, height, [_flat(c) for c in columns], merges) for name, visible, height, columns, merges in sheets]
    return marshal.dumps(flat, 2)


def unpack(packed: bytes) -> list[RawSheet]:
    """What `pack` was given."""
    sheets = marshal.loads(packed)
    return [(name, visible, height, [_lively(c) for c in columns], merges) for name, visible, height, columns, merges in sheets]


def _flat(column: Column) -> tuple[Any, ...]:
    return column if PLAIN.issuperset(map(type, column)) else tuple(map(_flat_cell, column))


def _flat_cell(cell: Cell) -> Any:
    if isinstance(cell, date):
        return (cell.isoformat(),)
    return cell if type(cell) in PLAIN else str(cell)


def _lively(column: tuple[Any, ...]) -> Column:
    if tuple not in set(map(type, column)):
        return column
    return tuple(_date(cell[0]) if isinstance(cell, tuple) else cell for cell in column)


def _date(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _main(row_limit: int, seconds: int, memory: int) -> None:
    """Read a workbook from standard input and write `pack`'s bytes; exit 3 when it is locked, 4 when damaged."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        packed = pack(load(sys.stdin.buffer.read(), row_limit))
    except PasswordError:
        sys.exit(3)
    except BaseException:  # a panic of the reader is no Exception
        sys.exit(4)
    sys.stdout.buffer.write(packed)


if __name__ == "__main__":
    _main(*map(int, sys.argv[1:]))
