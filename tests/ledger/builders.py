"""Ledgers of every make, built for one test each."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

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


def et(path: Path, source: Path) -> Path:
    """An old workbook as WPS keeps it: the same records, under its own ending."""
    path.write_bytes(source.read_bytes())
    return path


OPEN = "urn:oasis:names:tc:opendocument:xmlns:"
ODS_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{OPEN}office:1.0" '
    f'xmlns:table="{OPEN}table:1.0" xmlns:text="{OPEN}text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body>'
)


def ods(
    path: Path, *tables: str, manifest: str = "", more: dict[str, bytes] | None = None, kind: str = "spreadsheet"
) -> Path:
    """A workbook of LibreOffice with these tables, each as its own XML (`ods_table` makes one)."""
    body = f"{ODS_HEAD}<office:{kind}>{''.join(tables)}</office:{kind}></office:body></office:document-content>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}", zipfile.ZIP_STORED)
        archive.writestr("content.xml", body)
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{OPEN}manifest:1.0">{manifest}</m:manifest>')
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return path


def ods_table(rows: Iterable[Sequence[Any]], name: str = "整改台账") -> str:
    """A table of these rows; what begins with < is XML of a cell as it stands."""
    cells = ["".join(text if str(text).startswith("<table:") else ods_cell(text) for text in row) for row in rows]
    return f'<table:table table:name="{name}">{"".join(f"<table:table-row>{row}</table:table-row>" for row in cells)}</table:table>'


def ods_cell(text: Any, **attributes: str) -> str:
    """A cell of text, each line a paragraph; attributes by their names with __ for the colon and _ for the hyphen."""
    said = "".join(f' {name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in attributes.items())
    if text == "":
        return f"<table:table-cell{said}/>"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(text).split("\n"))
    return f'<table:table-cell office:value-type="string"{said}>{lines}</table:table-cell>'


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
}


def docx(path: Path, *blocks: str, **parts: str | bytes) -> Path:
    """A Word document of these blocks (`par` and `word_table` make them); parts by their names without ending, such as numbering."""
    body = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}"><w:body>{"".join(blocks)}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in WORD_PARTS.items():
            archive.writestr(name, content)
        archive.writestr("word/document.xml", body)
        for name, part in parts.items():
            archive.writestr(f"word/{name}.xml", part)
    return path


def par(text: str, form: str = "") -> str:
    """A paragraph; `form` is what stands in its pPr."""
    return f'<w:p><w:pPr>{form}</w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def word_table(rows: Iterable[Sequence[Any]], widths: Sequence[int] = ()) -> str:
    """A table of these rows; what begins with < is XML of a cell as it stands (`word_cell` makes one)."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = ("".join(text if str(text).startswith("<w:") else word_cell(text) for text in row) for row in rows)
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def word_cell(text: Any, *, span: int = 1, merge: str = "", inner: str = "") -> str:
    """A cell, each line a paragraph; `merge` is restart or continue, `inner` stands behind its words."""
    form = (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "") + (f'<w:vMerge w:val="{merge}"/>' if merge else "")
    lines = "".join(map(par, str(text).split("\n")))
    return f"<w:tc><w:tcPr>{form}</w:tcPr>{lines}{inner}</w:tc>"
