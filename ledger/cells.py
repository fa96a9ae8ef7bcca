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

from python_calamine import CalamineWorkbook, PasswordError, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

Cell = str | int | float | bool | date | datetime | time | timedelta
Column = tuple[Cell, ...]
RawSheet = tuple[str, bool, int, list[Column], list[tuple[tuple[int, int], tuple[int, int]]]]
"""name, visible, height, columns, merged ranges ((row, column), (row, column)) counted from 0."""

Flat = str | float | tuple[str]
"""A cell on its way through the pipe."""


def load(data: bytes, row_limit: int) -> list[RawSheet]:
    """Every worksheet of a workbook in its order; one of more than `row_limit` rows comes with its height alone."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        metas = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        return [_load_sheet(book, meta, row_limit) for meta in metas]


def _load_sheet(book: CalamineWorkbook, meta: SheetMetadata, row_limit: int) -> RawSheet:
    name, visible = meta.name, meta.visible == SheetVisibleEnum.Visible
    sheet = book.get_sheet_by_name(name)
    height = sheet.end[0] + 1 if sheet.end else 0
    if height > row_limit:
        return name, visible, height, [], []
    columns: list[Column] = list(zip(*sheet.to_python(skip_empty_area=False), strict=True))
    return name, visible, height, columns, sheet.merged_cell_ranges or []


def pack(sheets: list[RawSheet]) -> bytes:
    """The sheets as bytes for the pipe; dates become one-element tuples of their ISO text."""
    return marshal.dumps([(*head, list(map(_flat, columns)), merges) for *head, columns, merges in sheets], 2)


def unpack(packed: bytes) -> list[RawSheet]:
    """What `pack` was given."""
    sheets = marshal.loads(packed)  # noqa: S302  # written by `pack` in a process of ours
    return [(*head, list(map(_lively, columns)), merges) for *head, columns, merges in sheets]


def _flat(column: Column) -> tuple[Flat, ...]:
    return tuple(map(_flat_cell, column))


def _flat_cell(cell: Cell) -> Flat:
    if isinstance(cell, str | int | float):
        return cell
    return (cell.isoformat(),) if isinstance(cell, date) else str(cell)


def _lively(column: tuple[Flat, ...]) -> Column:
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
    except BaseException:  # noqa: BLE001  # a panic of the reader is no Exception
        sys.exit(4)
    sys.stdout.buffer.write(packed)


if __name__ == "__main__":
    _main(*map(int, sys.argv[1:]))
