"""The transfer list 移交清单: the volumes that are handed to the archives, and every file with its hash; as PDF and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from xlsxwriter import Workbook

from papers.content import Content, Signers, Table, day_of, para

_VOLUMES: Final = (
    ("案卷号", 4, 8),
    ("题名", 18, 40),
    ("年度", 4, 8),
    ("保管期限", 5, 10),
    ("件数", 3, 8),
    ("页数", 3, 8),
    ("备注", 10, 30),
)
_FILES: Final = (("文件", 70), ("摘要（SHA-256）", 66), ("字节", 12))


@dataclass(frozen=True, slots=True)
class Volumed:
    """A volume as lists of volumes say it."""

    number: int
    called: str
    year: str
    period: str
    pieces: int
    pages: int
    note: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """Return its row."""
        return str(self.number), self.called, self.year, self.period, str(self.pieces), str(self.pages or ""), self.note


def volumes_listed(title: str, volumes: Sequence[Volumed], now: datetime, *, signed: bool) -> Content:
    """Return the list of volumes 案卷目录; signed by who gives and who takes it is the transfer list 移交清单."""
    heads, widths = tuple(name for name, _, _ in _VOLUMES), tuple(width for _, width, _ in _VOLUMES)
    table = Table(heads, tuple(one.cells for one in volumes), widths)
    count = para(
        f"共 {len(volumes)} 卷 {sum(one.pieces for one in volumes)} 件，{day_of(now.date())}编。", indent=False
    )
    ends = (Signers((("移交单位（盖章）", ""), ("移交人、日期", ""), ("接收单位（盖章）", ""), ("接收人、日期", ""))),)
    return Content(title=title, organ="", blocks=(count, table, *(ends if signed else ())), signed=False, wide=True)


def workbook(title: str, volumes: Sequence[Volumed], files: Sequence[Mapping[str, Any]], now: datetime) -> bytes:
    """Return the transfer list as a workbook; every text is written as text."""
    made = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(made, plain) as book:
        book.set_properties({"created": now.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1, "align": "center"})
        listed, hashed = book.add_worksheet("案卷"), book.add_worksheet("文件摘要")
        listed.write_string(0, 0, title, bold)
        for place, (words, _, width) in enumerate(_VOLUMES):
            listed.set_column(place, place, width)
            listed.write_string(1, place, words, head)
        for row, one in enumerate(volumes, 2):
            for place, words in enumerate(one.cells):
                listed.write_string(row, place, words)
        for place, (words, width) in enumerate(_FILES):
            hashed.set_column(place, place, width)
            hashed.write_string(0, place, words, head)
        for row, file in enumerate(files, 1):
            hashed.write_string(row, 0, file["path"])
            hashed.write_string(row, 1, file["sha256"])
            hashed.write_number(row, 2, file["size"])
    return made.getvalue()
