"""A whole sheet pasted into the form of a plan: its rows stand in the grid of each problem, what found no place is said and stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData

from grammar import Move
from ledger.plan_sheet import NoSheet, Problem, read_plan
from storage.reads.cases import Shown
from web.acts.act import Act
from web.acts.days import stated
from web.acts.faults import FormFault
from web.acts.fields import page_name

SHEET: Final = "sheet"
"""The field that a sheet is pasted into."""
_MOST_SAID: Final = 20


def takes_sheet(move: Move) -> bool:
    """Say whether a plan is filled in by the move."""
    return any(kind == "measures" for _, kind in move.asks)


def with_sheet(act: Act, form: FormData) -> tuple[FormData, list[FormFault], str]:
    """Return the form with the measures of the sheet in place of those of its problems, what found no place, and what was done in words."""
    try:
        read = read_plan(str(form.get(SHEET, "")), [_problem(one) for one in act.cases])
    except NoSheet as fault:
        return form, [FormFault(str(fault), SHEET)], ""
    places = {case: page_name("measures", case) for case in read.measures}
    kept = [
        (name, value)
        for name, value in form.multi_items()
        if not name.startswith(tuple(f"{one}." for one in places.values()))
    ]
    if not read.unplaced:
        kept = [(name, value) for name, value in kept if name != SHEET]
    cells = [one for case, rows in read.measures.items() for one in _cells(places[case], rows)]
    faults = [FormFault(f"粘贴的第 {row} 行没有填入：{why}", SHEET) for row, why in read.unplaced[:_MOST_SAID]]
    if (left := len(read.unplaced) - _MOST_SAID) > 0:
        faults.append(FormFault(f"另有 {left} 行没有填入", SHEET))
    count = sum(map(len, read.measures.values()))
    said = (
        f"已填入 {len(read.measures)} 个问题的 {count} 项措施，这些问题原来填的换成了表里的；请核对后再送。"
        if count
        else ""
    )
    return FormData([*kept, *cells]), faults, said


def _problem(case: Shown) -> Problem:
    return Problem(case.id, case.unit, str(case.number), case.problem)


def _cells(place: str, rows: Sequence[Mapping[str, str]]) -> list[tuple[str, Any]]:
    return [
        (f"{place}.{number}.{name}", stated(text) if name == "on" else text)
        for number, row in enumerate(rows, start=1)
        for name, text in row.items()
    ]
