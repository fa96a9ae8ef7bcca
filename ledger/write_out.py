"""Writing the office's ledger of a round, as its clerks know it; what was written comes back unchanged by import."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ledger.sheet_out import ExportRow, write_ledger
from results import FEN, PERSONS, RESULTS
from states import ESCALATED, STATES
from storage.reads.ledger.records import lines_of
from storage.reads.rounds import round_cases
from storage.sql import Driver
from storage.tables import Round
from workflow.days.lamp import lamp_of


def write_out(driver: Driver, path: Path, round_row: Round, today: date, unit: str | None = None) -> int:
    """Write the ledger of a round (of one unit with its villages) as of a day; return the number of problems."""
    title = f"{unit or ''}{round_row.name}巡察反馈问题整改台账"
    lines = lines_of(driver, round_cases(driver, round_row.id or 0, unit))
    return write_ledger(path, title, (export_row(line, today) for line in lines))


def export_row(line: dict[str, Any], today: date) -> ExportRow:
    """Return a case's line, read from the records, as the ledger writes it."""
    results = {kind: amount for kind, amount in line["results"].items() if RESULTS[kind].unit != PERSONS}
    return ExportRow(
        line["number"], line["unit"], line["problem"], line["category"], line["detail"], line["basis"], line["amount"],
        line["measures_said"], line["responsible"], line["department"], line["person"], line["due_on"], line["kind"],
        line["said"], line["note"], STATES[line["state"]].shown, line["state_due_on"], _warning(line, today),
        line["first_due_on"], line["submitted_on"], line["verified_on"], line["published_on"],
        **{kind: amount / 100 if RESULTS[kind].unit == FEN else amount for kind, amount in results.items()},
        people=_people(line["results"]), returns=line["returns"], extensions=line["extensions"], round=line["round"],
        topics=line["topics"] or "", split_from=line["split_from"] or "",
    )  # fmt: skip


def _people(results: dict[str, int]) -> str:
    counted = [one for one in RESULTS.values() if one.unit == PERSONS and one.name in results]
    return "，".join(f"{one.shown} {results[one.name]} {one.unit}" for one in counted)


def _warning(line: dict[str, Any], today: date) -> str:
    plain = bool(line["flagged"]) or line["state"] == ESCALATED
    lamp = lamp_of(line["lamp_on"], today, paused=line["paused"], plain=plain)
    return "；".join([*([lamp.words] if line["lamp_on"] else []), *(["疑似整改不力"] if line["flagged"] else [])])
