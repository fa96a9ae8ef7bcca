"""Rows under one merged number are one problem, whose measures fill several lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ledger.columns import Columns
from ledger.sheet import Row
from states import AT_ONCE, CONTINUING, FOCUSED, STANDING

LONGER = (AT_ONCE, FOCUSED, CONTINUING, STANDING)


def join(rows: list[Row], columns: Columns, continues: Mapping[int, int]) -> list[Row]:
    """The problems, each continued row joined to the one it continues; two problems under one number are a fault."""
    if not continues:
        return rows
    owners: dict[int, Row] = {}
    later: dict[int, str] = {}
    for index, row in enumerate(rows):
        line = columns.rows[index]
        top = continues.get(line, line)
        if top not in owners:
            owners[top] = row
            continue
        owner = owners[top]
        if row.problem and owner.problem and row.problem != owner.problem:
            columns.fault(index, "problem", row.problem, "与上面的行合用一个编号，却是另一个问题，请分开编号。")
        if (row.due or owner.due) != owner.due or row.kind != owner.kind:
            later[columns.rows.index(top)] = "同一编号下有几个时限，按最晚的记"
        owners[top] = _joined(owner, row)
    columns.notice_each(sorted(later.items()))
    return list(owners.values())


def _joined(owner: Row, row: Row) -> Row:
    dues = [due for due in (owner.due, row.due) if due]
    return replace(
        owner,
        problem=owner.problem or row.problem,
        detail=_both(owner.detail, row.detail, "\n"),
        basis=_both(owner.basis, row.basis, "\n"),
        amount=_both(owner.amount, row.amount, "、"),
        measures=_both(owner.measures, row.measures, "\n"),
        responsible=_both(owner.responsible, row.responsible, "、"),
        department=_both(owner.department, row.department, "、"),
        person=_both(owner.person, row.person, "、"),
        due=max(dues, default=None),
        kind=max(owner.kind, row.kind, key=LONGER.index),
        progress=_both(owner.progress, row.progress, "\n"),
        note=_both(owner.note, row.note, "\n"),
    )


def _both(one: str, other: str, between: str) -> str:
    if not other or other in one.split(between):
        return one
    return f"{one}{between}{other}" if one else other
