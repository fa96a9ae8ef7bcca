"""Writing the office's ledger, as its clerks know it; what was written comes back unchanged by import."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import clock
from ledger.out_columns import COLUMNS, Column, ExportRow, Layout
from ledger.sheet_out import WHOLE, write_ledger
from results import FEN, LIST_OF, PERSONS, RESULTS, said_row
from states import ESCALATED, RUNGS, STATES
from storage.reads.ledger.beside import BESIDE
from storage.reads.ledger.records import lines_of
from storage.reads.ledger.then import Then
from storage.reads.rounds import round_cases
from storage.sql import Driver
from storage.tables import Round
from workflow.days.lamp import lamp_of

_AS_READ: Final = tuple(one.key for one in COLUMNS if one.ours and one.reads == (one.key,))
"""The columns that say what is read under their own name."""
if unread := sorted({name for one in COLUMNS for name in one.reads} - set(BESIDE)):
    raise LookupError(
        f"ledger/out_columns.py 的列要读 {'、'.join(unread)}，storage/reads/ledger/beside.py 的 BESIDE 里没有"
    )


def write_out(
    driver: Driver, path: Path, round_row: Round, today: date, unit: str | None = None, layout: Layout = WHOLE,
    then: Then | None = None, told: Callable[[int, int], None] | None = None,
) -> int:  # fmt: skip
    """Write the ledger of a round (of one unit with its villages) as of a day; return the number of problems. `told` hears how many of how many are written."""
    title = f"{unit or ''}{round_row.name}巡察反馈问题整改台账{as_of_words(then)}"
    ids = round_cases(driver, round_row.id or 0, unit)
    rows = (export_row(line, then.day if then else today) for line in lines_of(driver, ids, layout.reads, then))
    return write_ledger(path, title, _counted(rows, len(ids), told) if told else rows, layout)


def _counted(rows: Iterable[ExportRow], of: int, told: Callable[[int, int], None]) -> Iterator[ExportRow]:
    for done, row in enumerate(rows, start=1):
        yield row
        told(done, of)


def as_of_words(then: Then | None) -> str:
    """Return what a title says of the day that a ledger is as of."""
    return f"（截至 {clock.written_date(then.day)}）" if then else ""


def export_row(line: dict[str, Any], today: date) -> ExportRow:
    """Return a case's line, read from the records, as the ledger writes it."""
    results = {kind: amount for kind, amount in line["results"].items() if RESULTS[kind].unit != PERSONS}
    submitted = line.get("submitted", {})
    return ExportRow(
        line["number"], line["unit"], line["problem"], line["category"], line["detail"], line["basis"], line["amount"],
        line.get("measures") or line["measures_said"], line["responsible"], line["department"], line["person"], line["due_on"], line["kind"],
        line.get("progress") or submitted.get("said") or line["said"], line["note"], STATES[line["state"]].shown, line["state_due_on"],
        _warning(line, today), line["first_due_on"], line["submitted_on"], line["verified_on"], line["published_on"],
        **{kind: amount / 100 if RESULTS[kind].unit == FEN else amount for kind, amount in results.items()},
        rules=_listed(line["listed"], "rules"), sums=_listed(line["listed"], "sums"), people=_people(line["results"], line["listed"]),
        returns=line["returns"], extensions=line["extensions"], round=line["round"],
        topics=line["topics"] or "", split_from=line["split_from"] or "", answerable=line["answerable"],
        fed_back=line["fed_back_on"], own_words=submitted.get("said") or line["said"], root_cause=submitted.get("root_cause", ""),
        elsewhere=submitted.get("elsewhere", ""), rung=RUNGS.get(line["rung"], ""), **{name: line.get(name, "") for name in _AS_READ},
    )  # fmt: skip


def cells_of(driver: Driver, ids: Sequence[int], columns: Collection[Column], today: date) -> dict[int, dict[str, Any]]:
    """Return what the ledger that is handed out says of some cases under these columns, by case and key."""
    reads = {name for column in columns for name in column.reads}
    keys = [column.key for column in columns]
    rows = {line["id"]: export_row(line, today) for line in lines_of(driver, ids, reads)}
    return {case: {key: getattr(row, key) for key in keys} for case, row in rows.items()}


def _listed(rows: Sequence[Mapping[str, Any]], name: str) -> str:
    return "\n".join(said_row(row) for row in rows if LIST_OF[row["kind"]] == name)


def _people(results: dict[str, int], rows: Sequence[Mapping[str, Any]]) -> str:
    counted = [one for one in RESULTS.values() if one.unit == PERSONS and one.name in results]
    named = {
        one.name: "、".join(row["name"] for row in rows if row["kind"] == one.name and "name" in row) for one in counted
    }
    return "，".join(
        f"{one.shown} {results[one.name]} {one.unit}{f'（{named[one.name]}）' if named[one.name] else ''}"
        for one in counted
    )


def _warning(line: dict[str, Any], today: date) -> str:
    plain = bool(line["flagged"]) or line["state"] == ESCALATED
    lamp = lamp_of(line["lamp_on"], today, paused=line["paused"], plain=plain)
    return "；".join([*([lamp.words] if line["lamp_on"] else []), *(["疑似整改不力"] if line["flagged"] else [])])
