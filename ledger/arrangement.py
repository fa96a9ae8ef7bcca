"""A year's arrangement 放假安排 in and out of a sheet: a day or a span of days a row, 放假 or 上班, and the holiday's name; each fault by its row."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.grid import Grid, read_grids
from ledger.limits import Limits
from ledger.notice_sentences import days_told
from ledger.refusals import LedgerRefused
from ledger.spans import SHOWN, days_from
from ledger.words import as_text, as_written
from workflow.days.arrangement import Day

HEADS: Final = ("日期", "上班/放假", "名称")
LIMITS: Final = Limits(file_bytes=2**20, unpacked_bytes=16 * 2**20, rows=500)
"""A year has no more rows than days, a title and some notes."""
_ALSO: Final = {"放假/上班": 1, "安排": 1, "类型": 1, "节日": 2, "节日名称": 2, "节假日": 2}
_PLACES: Final = {head: place for place, head in enumerate(HEADS)} | _ALSO
_KINDS: Final = {
    **dict.fromkeys(("放假", "休息", "休", "放假调休", "0"), False), **dict.fromkeys(("上班", "调休上班", "调休", "补班", "班", "1"), True)
}  # fmt: skip
_KIND_BEHIND: Final = re.compile(r"(.*\d[日号])\s*(放假调休|放假|调休上班|上班|补班)", re.DOTALL)
_COMMAS: Final = re.compile(
    rf"(.+?)\s*[，、；,;]\s*({'|'.join(sorted(_KINDS, key=len, reverse=True))})\s*(?:[，、；,;]\s*([^，、；,;]*))?[。]?"
)
_ABOVE: Final = 5
"""So many rows may stand above the head."""

Fault = tuple[int, str]
"""The sheet's own row, 0 for all of it, and a sentence."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """What was read: the year, its days, the row in which each stands, and every fault."""

    year: int = 0
    days: tuple[Day, ...] = ()
    rows: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_arrangement(path: Path, year: int | None = None) -> Arranged:
    """Read a year's days (a spreadsheet or CSV, told by its content); of which year, most of them say where nobody does. Never raises for what is in it."""
    try:
        grids = [grid for grid in read_grids(path, _two_cells, LIMITS) if grid.visible and grid.columns]
    except LedgerRefused as refusal:
        return Arranged(faults=((0, str(refusal).replace("台账", "放假安排")),))
    grid = next(iter(grids), None)
    if grid is None:
        return Arranged(year or 0, faults=((0, "没有一行内容：请写明放假和调休上班的各日"),))
    return _read(grid, year)


def _two_cells(rows: list[list[str]]) -> int:
    return sum(sum(bool(cell.strip()) for cell in row) > 1 for row in rows)


def _read(grid: Grid, year: int | None) -> Arranged:
    top, places = _head(grid)
    days: list[Day] = []
    rows: list[int] = []
    faults: list[Fault] = []
    for index in range(top, grid.height):
        row = grid.row(index)
        cells = [row[place] if place is not None and place < len(grid.columns) else "" for place in places]
        if not any(str(cell).strip() for cell in cells):
            continue
        try:
            said_days = _days(cells, row, year)
            days += said_days
            rows += [index + 1] * len(said_days)
        except ValueError as fault:
            faults.append((index + 1, str(fault)))
    if not days and not faults:
        faults.append((0, "没有一行内容：请写明放假和调休上班的各日"))
    said = (
        year
        or max(Counter(day.year for day, _, _ in days).items(), key=lambda one: (one[1], one[0]), default=(0, 0))[0]
    )
    return Arranged(said, tuple(days), tuple(rows), tuple(faults))


def _head(grid: Grid) -> tuple[int, tuple[int | None, ...]]:
    """Return the first row below the head, and the place of each column; without a head they stand in their order."""
    for top in range(min(_ABOVE + 1, grid.height)):
        found = {
            _PLACES[text]: place for place, cell in enumerate(grid.row(top)) if (text := str(cell).strip()) in _PLACES
        }
        if len(found) > 1 or 0 in found:
            return top + 1, tuple(found.get(place) for place in range(len(HEADS)))
    return 0, tuple(range(len(HEADS)))


def _days(cells: Sequence[Any], whole: Sequence[Any], year: int | None) -> list[Day]:
    """Return the days of a row: one, or a span of them as a notice prints it, 2月5日至11日; the kind may stand behind them, 2月5日至11日放假.

    A row may be a holiday's own sentences in the notice, too, or have Chinese commas between its columns.
    """
    row = "，".join(said for cell in whole if (said := str(cell).strip()))
    if isinstance(cells[0], str) and (told := days_told(row, year)) is not None:
        return told
    cell, kind, name = cells[0], str(cells[1]).strip(), str(cells[2]).strip()
    if kind not in _KINDS and isinstance(cell, str) and (apart := _COMMAS.fullmatch(row)):
        cell, kind, name = apart[1], apart[2], (apart[3] or "").strip()
    kind = kind.removesuffix(".0")
    if not kind and isinstance(cell, str) and (behind := _KIND_BEHIND.fullmatch(cell.strip())):
        cell, kind = behind.groups()
    days = days_from(cell, year)
    if kind not in _KINDS:
        raise ValueError(f"“{kind[:SHOWN]}”看不懂：第二栏写“放假”或“上班”" if kind else "没有写“放假”还是“上班”")
    return [(day, _KINDS[kind], as_written(name)) for day in days]


def written_out(days: Iterable[Day]) -> bytes:
    """Return days as a CSV that spreadsheets open and `read_arrangement` reads; without a day it is what is to be filled in."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(HEADS)
    table.writerows((day.isoformat(), "上班" if worked else "放假", as_text(name)) for day, worked, name in days)
    return text.getvalue().encode("utf-8-sig")
