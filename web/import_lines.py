"""The look through an import: the rows as they were read, each fault in its cell with its sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clock import written_date
from ledger.brought import Brought
from ledger.headers import SYNONYMS
from ledger.running import NAMES
from ledger.sheet import Row, Running, Sheet
from states import KINDS

# A fault of a column that is not shown stands with the row's number.
COLUMNS = {
    "number": "编号", "round": "轮次", "unit": "单位", "category": "方面", "problem": "问题", "state": "状态",
    "becomes": "转为", "fed_back": "反馈日期", "done": "完成日期", "closed": "销号日期", "published": "公开日期", "extended": "延期",
    "returned": "退回次数", "detail": "具体表现", "measures": "整改措施",
    "responsible": "责任领导", "department": "责任部门", "person": "责任人", "due": "时限", "topics": "专题",
}  # fmt: skip
_USUAL = {names[0]: key for key, names in (SYNONYMS | NAMES).items()} | {words: key for key, words in COLUMNS.items()}
_RUNNING = {"becomes", *NAMES}
"""Of work taken over: what it says of where it stands, what it becomes, and what is recorded of its days."""
_ANSWERS = {
    "fed_back": "feedback_on", "done": "done_on", "closed": "closed_on", "published": "published_on", "extended": "extended_to", "returned": "returned",
}  # fmt: skip
_UNIT_SIDE = {"measures", "responsible", "department", "person"}
Error = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Looked:
    """A row to look through: its number in the sheet, its cells with the sentences of their faults, and those of the row."""

    row: int
    at: tuple[int, int]
    """In which table of a document it stands (0 for a worksheet), and in which row of it."""
    cells: list[tuple[str, str, list[str]]]
    faults: list[str]


def labels_of(sheet: Sheet) -> dict[str, str]:
    """Return the columns to look through; rounds and topics only where the file names them, and the unit's side only where it says anything of it."""
    apart = {"round", "topics"} | _RUNNING | (set() if _UNIT_SIDE & sheet.fields else _UNIT_SIDE)
    running = _RUNNING if any(row.running for row in sheet.rows) else set()
    return {key: words for key, words in COLUMNS.items() if key not in apart or key in sheet.fields or key in running}


def lines_of(sheet: Sheet, brought: Brought) -> list[Looked]:
    """Return the rows in the order of the sheet, those with faults before all others; of work taken over what each becomes, and what is recorded."""
    keys = _USUAL | {label: key for key, label in sheet.labels}
    faults: dict[int, dict[str, list[Error]]] = defaultdict(lambda: defaultdict(list))
    for one in brought.errors:
        key = keys.get(one["column"], "")
        faults[one["row"]][key if key in COLUMNS else ""].append(one)
    rows = {row.row: row for row in sheet.rows}
    shown = labels_of(sheet)
    found = [
        _looked(sheet, number, rows.get(number), faults.get(number, {}), shown, brought)
        for number in sorted({*rows, *faults} - {0})
    ]
    return sorted(found, key=lambda one: one.row not in faults)


def _looked(
    sheet: Sheet,
    number: int,
    row: Row | None,
    faults: Mapping[str, Sequence[Error]],
    shown: Iterable[str],
    brought: Brought,
) -> Looked:
    becomes, recorded = brought.becomes.get(number, ""), brought.recorded.get(number)
    cells = [
        (
            key,
            becomes if key == "becomes" else _said(row, key, faults.get(key, ()), recorded),
            [one["message"] for one in faults.get(key, ())],
        )
        for key in shown
    ]
    others = [f"{one['column']}：{one['message']}" if one["column"] else one["message"] for one in faults.get("", ())]
    return Looked(number, sheet.at(number), cells, others)


def _said(row: Row | None, key: str, faults: Sequence[Error], recorded: Mapping[str, Any] | None) -> str:
    """Return what stands in the cell, of work taken over what is recorded of it; where it could not be read, as it stands there."""
    if faults:
        return str(faults[0]["value"])
    if row is None:
        return ""
    if key in NAMES:
        return _of_running(row.running or Running(), key, recorded)
    if key == "due":
        return written_date(row.due) if row.due else KINDS[row.kind]
    return str(getattr(row, key) or "")


def _of_running(said: Running, key: str, recorded: Mapping[str, Any] | None) -> str:
    if key == "state":
        return said.said
    value = getattr(said, "extended_to" if key == "extended" else key)
    if key in _ANSWERS and recorded is not None:
        value = recorded.get(_ANSWERS[key])
    if key == "extended" and not value:
        return f"{said.extended} 次" if said.extended else ""
    if key == "closed" and value and not said.closed:
        return f"{written_date(value)}（完成日期）"
    return written_date(value) if isinstance(value, date) else str(value or "")
