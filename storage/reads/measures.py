"""The measures 措施 of a plan in force, their progress, and what was achieved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.sql import Driver, Row, as_date


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """A measure of the plan in force."""

    no: int
    text: str
    person: str
    department: str
    due_on: date | None
    checked_by: str
    why: str = ""


def measures_of(driver: Driver, case: int) -> list[MeasureShown]:
    """Return the measures of a case."""
    rows = driver.all(
        "SELECT no, text, person, department, due_on, checked_by, why FROM measures WHERE case_id = ? AND until_version IS NULL ORDER BY no",
        (case,),
    )
    return [
        MeasureShown(no, text, person, department, as_date(due), checked, why)
        for no, text, person, department, due, checked, why in rows
    ]


def progress_of(driver: Driver, case: int) -> dict[int, list[Row]]:
    """Return the progress entries of a case by measure, oldest first: text, figures, instant (microseconds), person, the unit that assists where it is its."""
    sql = (
        "SELECT g.measure_no, g.text, g.figures, t.at, p.name, u.name FROM progress g JOIN trail t ON t.case_id = g.case_id AND t.version = g.version "
        "LEFT JOIN people p ON p.id = t.actor_id LEFT JOIN units u ON u.id = g.unit_id WHERE g.case_id = ? ORDER BY g.version"
    )
    found: dict[int, list[Row]] = {}
    for number, *rest in driver.all(sql, (case,)):
        found.setdefault(number, []).append(tuple(rest))
    return found


def results_of(driver: Driver, case: int) -> list[Row]:
    """Return what was achieved in a case: kind and amount (money in fen)."""
    return driver.all(
        "SELECT kind, amount FROM results WHERE case_id = ? AND until_version IS NULL ORDER BY kind", (case,)
    )
