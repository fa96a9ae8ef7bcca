"""Tables of figures 统计表 as blocks of a paper: the same rows as on the page and in the workbook; each as a paper of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from figures.printed import Printed
from papers.content import Attachment, Block, Content, Table, para
from papers.kinds import LIST, PLACE, Kind
from states import OFFICE

SHEET: Final = Kind("figures", "统计表", PLACE, LIST, OFFICE, (), "")
"""How a table of figures is laid out that is no paper of the office: it lies across, and bears no number."""
_LEAST, _MOST = 2, 14


def table_of(one: Printed) -> Table:
    """Return the table; columns are as wide as their words want, the first never the narrowest."""
    rows = [[cell.said for cell in row] for row in (*one.rows, *([one.total] if one.total else ()))]
    widths = tuple(
        min(_MOST, max(_LEAST, *(_width(row[place]) for row in rows), _head(column.shown))) if rows else _LEAST
        for place, column in enumerate(one.columns)
    )
    return Table(tuple(column.shown for column in one.columns), tuple(map(tuple, rows)), widths)


def _width(text: str) -> int:
    """Return how many characters wide a cell wants to be; figures are half as wide, long words go in several lines."""
    wide = sum(1 if ord(sign) > 0x2E7F else 0.55 for sign in text)
    return round(wide if wide <= 8 else max(8, wide / 2)) + 1


def _head(text: str) -> int:
    return -(-len(text) // 2) + 1


def called(one: Printed) -> str:
    """Return what a table is called: 统计表 A 各单位整改情况."""
    return f"统计表 {one.letter} {one.title}" if one.letter else one.title


def attached(tables: Sequence[Printed], said: str) -> tuple[Attachment, ...]:
    """Return tables as attachments, each across a page of its own, under its title as of when and how it counts."""
    return tuple(Attachment(called(one), _blocks(one, para(said, indent=False)), wide=True) for one in tables)


def _blocks(one: Printed, *before: Block) -> tuple[Block, ...]:
    return (*before, table_of(one), *(para(words) for words in one.notes))


def sheet(place: str, tables: Sequence[Printed], said: str) -> Content:
    """Return tables as one paper: its title, as of when and how they count, the first table, the others on pages of their own."""
    if len(tables) == 1:
        return Content(
            f"{place}巡察整改{called(tables[0])}",
            "",
            _blocks(tables[0], para(said, indent=False)),
            signed=False,
            wide=True,
        )
    return Content(
        f"{place}巡察整改统计表", "", (para(said),), attachments=attached(tables, said), signed=False, wide=True
    )
