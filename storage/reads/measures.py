"""The measures 措施 of a plan in force, their progress, and what was achieved."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from clock import chinese_date
from states import KINDS, STANDING
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
    yearly: str = ""
    """Of what is kept up 长期坚持, what is done every year."""

    @property
    def term(self) -> str:
        """Say by when it is done."""
        return term_of(self.due_on, self.yearly)


def term_of(due_on: date | None, yearly: str, write: Callable[[date], str] = chinese_date) -> str:
    """Say by when a measure is done: its day, or that it is kept up 长期坚持 and by when its stage result is there."""
    if not yearly:
        return write(due_on) if due_on else ""
    stage = f"，{write(due_on)}前有阶段成果" if due_on else ""
    return f"{KINDS[STANDING]}，每年{yearly.removeprefix('每年')}{stage}"


def measures_of(driver: Driver, case: int) -> list[MeasureShown]:
    """Return the measures of a case."""
    rows = driver.all(
        "SELECT no, text, person, department, due_on, checked_by, why, yearly FROM measures WHERE case_id = ? AND until_version IS NULL ORDER BY no",
        (case,),
    )
    return [
        MeasureShown(no, text, person, department, as_date(due), checked, why, yearly)
        for no, text, person, department, due, checked, why, yearly in rows
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


MOST_NAMES = 200


def names_used(driver: Driver, unit: int, hidden: Collection[int]) -> tuple[list[str], list[str]]:
    """Return the people and the departments that the latest plans of a unit name, and its problems; of hidden cases nothing."""
    sql = (
        "SELECT c.id, m.person, m.department FROM cases c LEFT JOIN measures m ON m.case_id = c.id AND m.until_version IS NULL "
        "WHERE c.answerable_id = ? ORDER BY c.id DESC LIMIT ?"
    )
    rows = [row[1:] for row in driver.all(sql, (unit, MOST_NAMES)) if row[0] not in hidden]
    people, departments = ([row[at] for row in rows if row[at]] for at in (0, 1))
    return sorted({*people}), sorted({*departments})
