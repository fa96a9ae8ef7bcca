"""The office's ledger as xlsx: what the units know, with the office's own columns; it imports again unchanged."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ledger.out_columns import PAPERS, RUNNING, Column, ExportRow, Layout
from ledger.sweep import column_letters
from states import FOCUSED, KINDS

FIRST_ROW = 2
"""Row of the first problem, counted from 0: above it the title and the header."""
UNWRITABLE = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
MARKED = re.compile(r"[&<>_\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""What is not written as it is."""
LONGEST = 32_767
DAY_0 = date(1899, 12, 30)
"""Day 0 of Excel, which takes 1900 for a leap year."""
LONGEST_OURS = 16_000
"""So much of a text of the office's own is written; by the signs that Excel counts twice it fills a cell at most."""
CUT = "……（过长，未列完）"
MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)


WHOLE = Layout()


class CellTooLong(ValueError):
    """A text that does not fit into one cell of Excel."""

    def __init__(self, unit: str, number: str, column: str) -> None:
        where = f"“{unit}”第 {number} 号问题的“{column}”"
        super().__init__(f"{where}超过 Excel 一格的上限（32,767 字），不能导出，请先精简。")


class TooManyProblems(ValueError):
    """More problems than a worksheet has rows."""

    def __init__(self) -> None:
        super().__init__("问题超过一张工作表的上限（1,048,576 行），请按单位分别导出。")


def write_ledger(
    path: Path | str, title: str, rows: Iterable[ExportRow], layout: Layout = WHOLE, *, made_at: datetime = MADE_AT
) -> int:
    """Write the ledger and give the number of problems; the file appears whole or not at all.

    Equal rows give equal bytes, but for `made_at`, which Excel shows as the time of creation. Memory does not grow.
    """
    path = Path(path)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".ledger-") as aside:
        half = Path(aside) / "ledger.xlsx"
        count = _write(half, title, rows, layout, made_at)
        half.replace(path)
    return count


def _write(path: Path, title: str, rows: Iterable[ExportRow], layout: Layout, made_at: datetime) -> int:
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    # Closed after a failure too, because XlsxWriter keeps files open; what it then writes is discarded.
    with Workbook(str(path), options) as book:
        book.set_properties({"created": made_at})
        pen = _Pen(book, book.add_worksheet("整改台账", worksheet_class=_PlainSheet), layout)
        pen.head(title)
        count = 0
        for row in rows:
            pen.problem(FIRST_ROW + count, row)
            count += 1
        pen.foot(FIRST_ROW + count - 1)
    return count


class _PlainSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter carries no types
    """Takes every text for text, and whole rows of cells as they are written in the file: cell by cell XlsxWriter takes three times as long."""

    @staticmethod
    def _escape_control_characters(data: object) -> object:
        return _escaped(data) if isinstance(data, str) else data

    def line(self, row: int, cells: str) -> bool:
        """Write a row below those that are written; False where a worksheet has no such row."""
        if self._check_dimensions(row, 0):
            return False
        self._write_single_row(row)  # the row before, where its cells were written one by one
        self.fh.write(f'<row r="{row + 1}">{cells}</row>')
        return True


class _Pen:
    """Writes cells of one worksheet, everything a unit or a person said as plain text."""

    def __init__(self, book: Workbook, sheet: Worksheet, layout: Layout) -> None:
        cell = {"text_wrap": True, "valign": "top", "border": 1, "font_size": 10}
        self._sheet, self._layout = sheet, layout
        self._letters = [(column_letters(at), one) for at, one in enumerate(layout.columns)]
        self._title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        head = {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#F2F2F2"}
        self._header = book.add_format(cell | head)
        money, day = {"num_format": "#,##0.00"}, {"num_format": "yyyy-mm-dd", "align": "left"}
        looks = [book.add_format(cell | look) for look in ({}, money, day)]
        self._plain, self._sum, self._day = (look._get_xf_index() for look in looks)  # noqa: SLF001 no cell says them otherwise

    def head(self, title: str) -> None:
        """The title over all columns, the header, and how the sheet looks and prints."""
        sheet, last = self._sheet, len(self._layout.columns) - 1
        for column, one in enumerate(self._layout.columns):
            sheet.set_column(column, column, one.width)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, "", self._title)
        self._text(0, 0, title, self._title)
        sheet.set_row(1, 30)
        for column, one in enumerate(self._layout.columns):
            sheet.write_string(1, column, one.shown, self._header)
        sheet.freeze_panes(FIRST_ROW, 0)
        sheet.set_landscape()
        sheet.set_paper(PAPERS[self._layout.paper][1])
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def problem(self, at: int, row: ExportRow) -> None:
        """One problem."""
        cells = []
        for letters, column in self._letters:
            value = at - FIRST_ROW + 1 if column.key == RUNNING else _said(row, column)
            if isinstance(value, str) and _is_too_long(value):
                raise CellTooLong(row.unit, row.number, column.shown)
            cells.append(self._cell_of(f"{letters}{at + 1}", value))
        if not self._sheet.line(at, "".join(cells)):
            raise TooManyProblems

    def foot(self, last_row: int) -> None:
        """The filter over the header, and no green corners on numbers that are texts."""
        last = len(self._layout.columns) - 1
        self._sheet.autofilter(1, 0, max(last_row, 1), last)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:{column_letters(last)}{max(last_row, 1) + 1}"})

    def _cell_of(self, place: str, value: str | date | float) -> str:
        if isinstance(value, str):
            if not value:
                return f'<c r="{place}" s="{self._plain}"/>'
            text = _written(value)
            space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
            return f'<c r="{place}" s="{self._plain}" t="inlineStr"><is><t{space}>{text}</t></is></c>'
        if isinstance(value, date):
            return f'<c r="{place}" s="{self._day}"><v>{(value - DAY_0).days}</v></c>'
        look = self._sum if isinstance(value, float) else self._plain
        return f'<c r="{place}" s="{look}"><v>{value:.16G}</v></c>'

    def _text(self, row: int, column: int, text: str, look: Format) -> None:
        self._sheet.write_string(row, column, UNWRITABLE.sub("\ufffd", text), look)


def _written(text: str) -> str:
    """Return a text as it stands between tags."""
    if not MARKED.search(text):
        return text
    return _escaped(UNWRITABLE.sub("\ufffd", text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped(text: str) -> str:
    # XlsxWriter's own escaping takes <r>…</r> for its markup, and of _x0041_x0042_ it escapes every other code only:
    # neither would come back as it was.
    escaped = CONTROL.sub(lambda sign: f"_x{ord(sign[0]):04X}_", ESCAPE_LIKE.sub("_x005F_", text))
    return f"_x003C_{escaped[1:]}" if escaped.startswith("<r>") else escaped


def _is_too_long(text: str) -> bool:
    """Say whether a cell cannot hold it: Excel counts in units of UTF-16."""
    return len(text) > LONGEST // 2 and len(UNWRITABLE.sub("\ufffd", text).encode("utf-16-le")) // 2 > LONGEST


def _said(row: ExportRow, column: Column) -> str | date | float:
    value: str | date | float | None = getattr(row, column.key)
    if column.key == "kind":
        return KINDS[row.kind]
    if column.key == "due" and value is None:
        return "" if row.kind == FOCUSED else KINDS[row.kind]
    if column.ours and isinstance(value, str) and len(value) > LONGEST_OURS:
        return value[:LONGEST_OURS] + CUT
    return "" if value is None else value
