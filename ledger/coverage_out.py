"""The coverage of a term as a workbook: in figures by kind of unit, and unit by unit with the missing first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook

from storage.reads.coverage import STAGES, Covered

_UNITS: Final = (
    ("党组织", 30),
    ("类别", 14),
    ("上级或责任党组织", 24),
    ("状态", 12),
    ("轮次", 20),
    ("驻点开始", 12),
    ("驻点结束", 12),
    ("反馈日期", 12),
)
Share = tuple[str, int, Sequence[int], str]
"""A kind of unit in words, how many count, how many are at each stage, what share is inspected."""


def write_coverage(
    path: Path,
    title: str,
    shares: Sequence[Share],
    units: Sequence[Covered],
    sorts: Mapping[str, str],
    *,
    made_at: datetime,
) -> None:
    """Write it; every text is written as text."""
    with Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1, "align": "center"})
        sheet, whole = book.add_worksheet("党组织"), book.add_worksheet("分类")
        for page in (sheet, whole):
            page.write_string(0, 0, title, bold)
            page.freeze_panes(2, 0)
        for place, (words, width) in enumerate(_UNITS):
            sheet.set_column(place, place, width)
            sheet.write_string(1, place, words, head)
        for row, one in enumerate(units, start=2):
            for place, words in enumerate(_cells(one, sorts)):
                sheet.write_string(row, place, words)
        sheet.autofilter(1, 0, len(units) + 1, len(_UNITS) - 1)
        for place, words in enumerate(("类别", "应巡", *STAGES.values(), "已巡察占比")):
            whole.set_column(place, place, 14)
            whole.write_string(1, place, words, head)
        for row, (shown, of, stages, rate) in enumerate(shares, start=2):
            whole.write_string(row, 0, shown)
            for place, figure in enumerate((of, *stages), start=1):
                whole.write_number(row, place, figure)
            whole.write_string(row, len(stages) + 2, rate)


def _cells(one: Covered, sorts: Mapping[str, str]) -> list[str]:
    visit = one.visit
    days: tuple[date | None, ...] = (visit.stay_from, visit.stay_to, visit.feedback_on) if visit else ()
    return [
        one.name,
        sorts.get(one.sort, one.sort),
        one.above,
        STAGES[one.stage],
        visit.round if visit else "",
        *(str(day or "") for day in days),
    ]
