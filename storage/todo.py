"""What waits for somebody: cases by what their state owes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.sql import Driver, as_date

MOST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits, as a line of a to-do list."""

    id: int
    number: str
    unit: str
    problem: str
    state: str
    due_on: date | None
    rung: str
    flagged: str
    unsigned: int
    extra: Any = None


_SELECT = "SELECT c.id, c.number, u.name, c.problem, c.state, c.state_due_on, c.rung, c.flagged, c.unsigned FROM cases c JOIN units u ON u.id = c.unit_id "


def waiting(driver: Driver, jurisdiction: int, condition: str, params: Sequence[Any] = (), units: Sequence[int] | None = None) -> list[Waiting]:
    """Return cases that meet a condition (written by the caller, never from input), the earliest date first."""
    where, found = f"WHERE c.jurisdiction = ? AND ({condition})", [jurisdiction, *params]
    if units is not None:
        among, more = driver.among("c.answerable_id", list(units) or [0])
        where, found = f"{where} AND {among}", [*found, *more]
    sql = f"{_SELECT}{where} ORDER BY c.state_due_on IS NULL, c.state_due_on, c.id LIMIT {MOST}"
    return [Waiting(case, number, unit, problem, state, as_date(due), rung, flagged, unsigned) for case, number, unit, problem, state, due, rung, flagged, unsigned in driver.all(sql, found)]


def lately_done(driver: Driver, jurisdiction: int, person: int, limit: int = 8) -> list[tuple[int, str, str, str, int]]:
    """Return the last entries that somebody made: case, unit, number, action, instant (microseconds)."""
    sql = (
        "SELECT t.case_id, u.name, c.number, t.action, t.at FROM trail t JOIN cases c ON c.id = t.case_id JOIN units u ON u.id = c.unit_id "
        "WHERE t.jurisdiction = ? AND t.actor_id = ? ORDER BY t.idx DESC LIMIT ?"
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in driver.all(sql, (jurisdiction, person, limit))]


def open_drafts(driver: Driver, jurisdiction: int) -> list[tuple[int, str, int, int, str, str, int, int]]:
    """Return the open drafts: id, action, preparer, case, unit, number, answerable unit, instant (microseconds)."""
    sql = (
        "SELECT d.id, d.action, d.prepared_by, d.case_id, u.name, c.number, c.answerable_id, d.at FROM drafts d "
        "JOIN cases c ON c.id = d.case_id JOIN units u ON u.id = c.unit_id WHERE d.jurisdiction = ? AND d.state = 'open' ORDER BY d.id"
    )
    return [(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]) for r in driver.all(sql, (jurisdiction,))]
