"""A ledger's rows of problems that are known: their words are fixed, what the unit says of itself may be filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from clock import chinese_date
from ledger.brought import Altered, Brought
from ledger.errors import SHOWN, of_row
from ledger.ordered import ordered_otherwise
from ledger.sheet import Row, Sheet
from ledger.words import tidy_text
from states import KINDS, UNIT_SIDE
from storage.columns import FOUND

_SHEET_NAME: Final = {"measures_said": "measures", "said": "progress"}
Filled = list[tuple[Row, int, dict[str, str]]]
"""Rows, each with its case and what the unit says anew there."""


def leave_withdrawn(row: Row, sheet: Sheet, case: dict[str, Any], brought: Brought) -> None:
    """What was withdrawn on its merits keeps its number, and is brought in no more."""
    why = f"编号 {row.number} 的问题已经领导小组决定撤销"
    if any(sheet.says(row, name) and getattr(row, name) != case[name] for name in ("problem", "detail")):
        brought.errors.append(of_row(row, sheet, "number", f"{why}，编号不再使用；这一行是另一个问题，请另编号"))
    else:
        brought.withdrawn += 1
        brought.notices.append(f"{sheet.place(row.row)}：{why}，没有重新反馈，也没有更新")


def compare(
    row: Row,
    sheet: Sheet,
    case: dict[str, Any],
    shown: Mapping[str, Sequence[str]],
    brought: Brought,
    filled: Filled,
) -> None:
    """The words of a problem that was fed back are fixed; only the unit's own columns may be filled.

    A value that our own export filled in from the records is not taken for a new statement of the unit.
    """
    for name in FOUND:
        if not sheet.says(row, name) or getattr(row, name) == case[name] or (name == "category" and not row.category):
            continue
        if name in ("problem", "detail") and not ordered_otherwise(case):
            brought.errors.append(
                of_row(
                    row,
                    sheet,
                    name,
                    f"编号 {row.number} 已反馈，{SHOWN[name]}与原文不一致（原文：{case[name][:60] or '空'}）；"
                    "问题的文字反馈后不再改动，确有错误的请作废后按正确的文字重新反馈",
                )
            )
            return
        brought.notices.append(f"{sheet.place(row.row)}：{SHOWN[name]}与反馈时的“{case[name] or '空'}”不同，未改动")
    if row.due and row.due != case["due_on"]:
        kept = chinese_date(case["due_on"]) if case["due_on"] else "（无）"
        brought.notices.append(
            f"{sheet.place(row.row)}：整改时限 {chinese_date(row.due)} 与系统中的 {kept} 不同，未改动；期限只随办理变动"
        )
    if row.kind != case["kind"] and (sheet.says(row, "kind") or sheet.says(row, "due")):
        brought.notices.append(
            f"{sheet.place(row.row)}：整改类型“{KINDS[row.kind]}”与系统中的“{KINDS[case['kind']]}”不同，未改动"
        )
    # An empty cell says nothing: what the unit has said, it has signed.
    changed = {
        name: text
        for name, text in _said(row, sheet).items()
        if text and text not in (case[name], *map(tidy_text, shown.get(name, ())))
    }
    brought.changes += [
        Altered(row.row, row.unit or "", row.number, UNIT_SIDE[name], case[name], text)
        for name, text in changed.items()
    ]
    if changed:
        brought.updated += 1
        filled.append((row, case["id"], changed))
    else:
        brought.unchanged += 1


def _said(row: Row, sheet: Sheet) -> dict[str, str]:
    """Return the unit's own columns as the ledger says them; a column that the file lacks keeps its value."""
    named = {name: _SHEET_NAME.get(name, name) for name in UNIT_SIDE}
    return {name: getattr(row, column) for name, column in named.items() if sheet.says(row, column)}
