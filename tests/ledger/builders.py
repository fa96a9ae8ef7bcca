"""Ledgers of every make, built for one test each."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import xlwt

DATA = Path(__file__).resolve().parent.parent / "data"
HEADER = (
    "序号",
    "单位",
    "方面",
    "反馈问题",
    "具体表现",
    "整改措施",
    "责任领导",
    "责任部门",
    "责任人",
    "整改时限",
    "完成情况",
    "备注",
)
COLUMN = {name: index for index, name in enumerate(HEADER)}


def line(number: Any, problem: Any = "路灯不亮", due: Any = "2021年4月30日", **more: Any) -> list[Any]:
    """A row under HEADER; other columns by their names."""
    cells: list[Any] = [""] * len(HEADER)
    said = {"序号": number, "单位": "城伯镇党委", "反馈问题": problem, "整改时限": due, **more}
    for name, value in said.items():
        cells[COLUMN[name]] = value
    return cells


def xlsx(path: Path, rows: Iterable[Sequence[Any]], merged: Iterable[str] = (), sheet: str = "整改台账") -> Path:
    """A workbook of one sheet; "" leaves a cell out, a text beginning with = is a formula as in Excel."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value != "":
                page.cell(at, column, value)
    for area in merged:
        page.merge_cells(area)
    book.save(path)
    return path


def shared_xlsx(path: Path, rows: Iterable[Sequence[Any]]) -> Path:
    """A workbook that keeps its texts in a table of their own, as Excel does."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("整改台账")
    for at, row in enumerate(rows):
        page.write_row(at, 0, row)
    book.close()
    return path


def xls(path: Path, rows: Iterable[Sequence[Any]], merged: Iterable[tuple[int, int, int, int]] = ()) -> Path:
    """An old workbook; a text beginning with = is a formula."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("整改台账")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and value.startswith("="):
                page.write(at, column, xlwt.Formula(value[1:]))
            elif value != "":
                page.write(at, column, value)
    for area in merged:
        page.merge(*area)
    book.save(str(path))
    return path


def csv_bytes(rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as text, in Excel's manner."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def repacked(
    source: Path, target: Path, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None
) -> Path:
    """An archive again, with its parts changed and some added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return target
