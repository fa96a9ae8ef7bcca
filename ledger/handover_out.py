"""The sheet of a hand-over as a workbook: what is handed over, line by line, and the three who sign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook

_COLUMNS: Final = (
    ("分类", 12),
    ("问题", 26),
    ("问题内容", 44),
    ("状态", 12),
    ("整改类型", 12),
    ("整改期限", 26),
    ("本阶段期限", 22),
)


def write_handover(
    path: Path,
    title: str,
    lines: Sequence[Sequence[str]],
    signers: Sequence[Sequence[str]],
    matters: str,
    *,
    made_at: datetime,
) -> None:
    """Write it to be printed on one sheet's width; every text is written as text."""
    with Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1, "align": "center"})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("责任交接单")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.write_string(0, 0, title, bold)
        for place, (words, width) in enumerate(_COLUMNS):
            sheet.set_column(place, place, width)
            sheet.write_string(1, place, words, head)
        for row, line in enumerate(lines, start=2):
            for place, words in enumerate(line):
                sheet.write_string(row, place, words, cell)
        row = len(lines) + 3
        sheet.write_string(row, 0, f"需要说明的事项：{matters or '无'}")
        for place, (part, name, when) in enumerate(signers, start=2):
            sheet.write_string(row + place, 0, f"{part}：")
            sheet.write_string(row + place, 1, name or "（签名）")
            sheet.write_string(row + place, 2, when or "年　　月　　日")
