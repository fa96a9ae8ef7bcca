"""The office's ledger as xlsx: what the units know, with the office's own columns; it imports again unchanged."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ledger.sweep import column_letters
from states import FOCUSED, KINDS

FIRST_ROW = 2
"""Row of the first problem, counted from 0: above it the title and the header."""
UNWRITABLE = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One problem as the office sends it out; from `state` on it is the office's own and not read back."""

    number: str
    unit: str
    problem: str
    category: str = ""
    detail: str = ""
    basis: str = ""
    amount: str = ""
    measures: str = ""
    responsible: str = ""
    department: str = ""
    person: str = ""
    due: date | None = None
    kind: str = FOCUSED
    progress: str = ""
    note: str = ""
    state: str = ""
    state_due: date | None = None
    warning: str = ""
    first_due: date | None = None
    asked: date | None = None
    accepted: date | None = None
    published: date | None = None
    rules_new: int | None = None
    rules_revised: int | None = None
    money_cleared: float | None = None
    money_repaid: float | None = None
    money_recovered: float | None = None
    people: str = ""
    returns: int = 0
    extensions: int = 0
    round: str = ""
    topics: str = ""
    split_from: str = ""


COLUMNS: tuple[tuple[str, str, float], ...] = (
    ("序号", "", 6),
    ("编号", "number", 8),
    ("轮次", "round", 12),
    ("单位", "unit", 16),
    ("方面", "category", 18),
    ("反馈问题", "problem", 24),
    ("具体表现", "detail", 36),
    ("定性依据", "basis", 14),
    ("涉及金额", "amount", 10),
    ("整改措施", "measures", 36),
    ("责任领导", "responsible", 10),
    ("责任部门", "department", 12),
    ("责任人", "person", 10),
    ("整改时限", "due", 12),
    ("整改类型", "kind", 10),
    ("完成情况", "progress", 24),
    ("备注", "note", 14),
    ("专题", "topics", 12),
    ("状态", "state", 10),
    ("现时限", "state_due", 12),
    ("预警", "warning", 10),
    ("原定时限", "first_due", 12),
    ("申请销号日期", "asked", 12),
    ("验收销号日期", "accepted", 12),
    ("公开日期", "published", 12),
    ("新建制度（项）", "rules_new", 8),
    ("修订制度（项）", "rules_revised", 8),
    ("清理资金（元）", "money_cleared", 12),
    ("清退资金（元）", "money_repaid", 12),
    ("挽回资金（元）", "money_recovered", 12),
    ("人员处理", "people", 14),
    ("退回次数", "returns", 8),
    ("延期次数", "extensions", 8),
    ("拆分自", "split_from", 8),
)
"""Each with the field it shows; the first is the running number of the line."""


class CellTooLong(ValueError):
    """A text that does not fit into one cell of Excel."""

    def __init__(self, unit: str, number: str, column: str) -> None:
        where = f"“{unit}”第 {number} 号问题的“{column}”"
        super().__init__(f"{where}超过 Excel 一格的上限（32,767 字），不能导出，请先精简。")


class TooManyProblems(ValueError):
    """More problems than a worksheet has rows."""

    def __init__(self) -> None:
        super().__init__("问题超过一张工作表的上限（1,048,576 行），请按单位分别导出。")


def write_ledger(path: Path | str, title: str, rows: Iterable[ExportRow], *, made_at: datetime = MADE_AT) -> int:
    """Write the ledger and give the number of problems; the file appears whole or not at all.

    Equal rows give equal bytes, but for `made_at`, which Excel shows as the time of creation. Memory does not grow.
    """
    path = Path(path)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".ledger-") as aside:
        half = Path(aside) / "ledger.xlsx"
        count = _write(half, title, rows, made_at)
        half.replace(path)
    return count


def _write(path: Path, title: str, rows: Iterable[ExportRow], made_at: datetime) -> int:
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
        pen = _Pen(book, book.add_worksheet("整改台账", worksheet_class=_PlainSheet))
        pen.head(title)
        count = 0
        for row in rows:
            pen.problem(FIRST_ROW + count, row)
            count += 1
        pen.foot(FIRST_ROW + count - 1)
    return count


class _PlainSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter carries no types
    """Takes every text for text."""

    # XlsxWriter's own escaping takes <r>…</r> for its markup, and of _x0041_x0042_ it escapes every other code only:
    # neither would come back as it was.
    @staticmethod
    def _escape_control_characters(data: object) -> object:
        if not isinstance(data, str):
            return data
        escaped = CONTROL.sub(lambda sign: f"_x{ord(sign[0]):04X}_", ESCAPE_LIKE.sub("_x005F_", data))
        return f"_x003C_{escaped[1:]}" if escaped.startswith("<r>") else escaped


class _Pen:
    """Writes cells of one worksheet, everything a unit or a person said as plain text."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        cell = {"text_wrap": True, "valign": "top", "border": 1, "font_size": 10}
        self._sheet = sheet
        self._title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        head = {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#F2F2F2"}
        self._header = book.add_format(cell | head)
        self._cell = book.add_format(cell)
        self._money = book.add_format(cell | {"num_format": "#,##0.00"})
        self._date = book.add_format(cell | {"num_format": "yyyy-mm-dd", "align": "left"})

    def head(self, title: str) -> None:
        """The title over all columns, the header, and how the sheet looks and prints."""
        sheet, last = self._sheet, len(COLUMNS) - 1
        for column, (_, _, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, "", self._title)
        self._text(0, 0, title, self._title)
        sheet.set_row(1, 30)
        for column, (label, _, _) in enumerate(COLUMNS):
            sheet.write_string(1, column, label, self._header)
        sheet.freeze_panes(FIRST_ROW, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def problem(self, at: int, row: ExportRow) -> None:
        """One problem."""
        for column, (label, key, _) in enumerate(COLUMNS):
            result = self._value(at, column, _said(row, key) if key else at - FIRST_ROW + 1)
            if result == -1:
                raise TooManyProblems
            if result:
                raise CellTooLong(row.unit, row.number, label)

    def foot(self, last_row: int) -> None:
        """The filter over the header, and no green corners on numbers that are texts."""
        last = len(COLUMNS) - 1
        self._sheet.autofilter(1, 0, max(last_row, 1), last)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:{column_letters(last)}{max(last_row, 1) + 1}"})

    def _value(self, row: int, column: int, value: str | date | float) -> int:
        if isinstance(value, date):
            return int(self._sheet.write_datetime(row, column, value, self._date))
        if isinstance(value, str):
            return self._text(row, column, value, self._cell)
        look = self._money if isinstance(value, float) else self._cell
        return int(self._sheet.write_number(row, column, value, look))

    def _text(self, row: int, column: int, text: str, look: Format) -> int:
        return int(self._sheet.write_string(row, column, UNWRITABLE.sub("\ufffd", text), look))


def _said(row: ExportRow, key: str) -> str | date | float:
    if key == "kind":
        return KINDS[row.kind]
    if key == "due" and row.due is None:
        return "" if row.kind == FOCUSED else KINDS[row.kind]
    value: str | date | float | None = getattr(row, key)
    return "" if value is None else value
