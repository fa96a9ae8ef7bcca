"""Papers as people have them on their desk: scans, letters, ledgers in Excel."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
from playwright.sync_api import FilePayload

HEADER = ("编号", "问题", "具体表现", "整改措施", "责任领导", "责任部门", "责任人", "整改时限")
ROWS = (
    ("1", "党委会议事规则执行不严", "2025年第三季度3次重大支出未上会", "1.修订议事规则；2.补办会议记录", "林建国", "党政办", "李敏", "2026-05-20"),
    ("2", "路灯损坏长期无人维修", "武桥村背街17盏路灯不亮", "1.逐盏维修；2.明确管护责任人", "林建国", "村建中心", "李敏", "2026-05-20"),
    ("3", "惠民补贴发放不及时", "2025年度耕地地力补贴迟发41天", "1.补发到位；2.公示发放名册", "周海燕", "财政所", "张丽娟", "2026-05-20"),
)  # fmt: skip


def scan(name: str) -> FilePayload:
    """Return a scan as PDF; what bears another name is another paper."""
    return {
        "name": name,
        "mimeType": "application/pdf",
        "buffer": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n%" + name.encode() + b"\n",
    }


def program(name: str) -> FilePayload:
    """Return a program that somebody has given the name of a photo."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00" + bytes(200)}


def ledger(rows: Sequence[Sequence[str]], name: str = "问题台账.xlsx") -> FilePayload:
    """Return a ledger in Excel."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADER, *rows):
        sheet.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return {
        "name": name,
        "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "buffer": kept.getvalue(),
    }
