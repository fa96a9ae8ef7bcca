"""The tables A to G 统计表 as a workbook: a sheet each, under its title the day, the unit of count and how it counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from figures.printed import Cell, Printed

_WIDEST, _LEAST, _MOST_NAME = 60, 10, 31


def write_tables(path: Path, title: str, said: str, tables: Sequence[Printed], *, made_at: datetime) -> None:
    """Write it; every text is written as text, every number as a number."""
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(str(path), plain) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1, "align": "center", "text_wrap": True})
        for one in tables:
            sheet = book.add_worksheet(f"{one.letter} {one.title}".strip()[:_MOST_NAME])
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(3)
            sheet.write_string(0, 0, f"{title} {one.letter} {one.title}", bold)
            sheet.write_string(1, 0, said)
            sheet.write_string(2, 0, "；".join(one.notes))
            _write(sheet, one, head, bold)


def _write(sheet: Worksheet, one: Printed, head: object, bold: object) -> None:
    for place, column in enumerate(one.columns):
        sheet.write_string(3, place, column.shown, head)
        widest = max((len(row[place].said) for row in one.rows), default=0)
        sheet.set_column(place, place, min(max(2 * widest, 2 * len(column.shown), _LEAST), _WIDEST))
        if column.definition:
            sheet.write_comment(3, place, column.definition)
    sheet.freeze_panes(4, 1)
    for row, cells in enumerate(one.rows, start=4):
        _cells(sheet, row, cells, None)
    if one.total:
        _cells(sheet, 4 + len(one.rows), one.total, bold)


def _cells(sheet: Worksheet, row: int, cells: Sequence[Cell], form: object) -> None:
    for place, one in enumerate(cells):
        if one.number is None:
            sheet.write_string(row, place, one.said, form)
        else:
            sheet.write_number(row, place, one.number, form)
