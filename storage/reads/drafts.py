"""Drafts 起草件 as pages show them: those that wait, those that came back, and those of one case."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

import clock
from states import ARROWS
from storage.reads.tasks import Condition, Waiting, waiting
from storage.sql import Driver, Row, as_date
from storage.tables import Draft


@dataclass(frozen=True, slots=True)
class DraftLine:
    """What somebody prepared and nobody has confirmed yet: its cases, and the first of them as a line."""

    number: int
    action: str
    preparer: int
    by: str
    cases: tuple[int, ...]
    answerable: int
    first: Waiting
    returned: str | None = None


_LINES = (
    "SELECT d.id, d.action, d.prepared_by, p.name, d.intent, d.returned, c.answerable_id, c.id, c.number, u.name, c.problem, c.state, "
    "c.state_due_on, c.rung, c.flagged, c.unsigned FROM drafts d JOIN people p ON p.id = d.prepared_by JOIN cases c ON c.id = d.case_id "
    "JOIN units u ON u.id = c.unit_id"
)


def open_drafts(driver: Driver, jurisdiction: int) -> list[DraftLine]:
    """Return what waits to be confirmed, oldest first."""
    sql = f"{_LINES} WHERE d.jurisdiction = ? AND d.state = 'open' ORDER BY d.id"
    return [_line(row) for row in driver.all(sql, (jurisdiction,))]


def _line(row: Row) -> DraftLine:
    number, action, preparer, by, intent, returned, answerable, *first = row
    case, of, unit, problem, state, due, rung, flagged, unsigned = first
    cases = tuple(one["case"] for one in json.loads(intent))
    waits = Waiting(case, of, unit, problem, state, as_date(due), rung, flagged, unsigned, extra=len(cases))
    return DraftLine(number, action, preparer, by, cases, answerable, waits, returned)


def returned_drafts(driver: Driver, jurisdiction: int, person: int) -> list[DraftLine]:
    """Return what somebody prepared and got back with a reason, each for the cases that nobody prepared or did since.

    Only cases whose state still has the act are left; the first of a draft is the first of these.
    """
    rows = driver.all(
        f"{_LINES} WHERE d.jurisdiction = ? AND d.prepared_by = ? AND d.returned IS NOT NULL ORDER BY d.id DESC",
        (jurisdiction, person),
    )
    later = {(one.action, case) for one in open_drafts(driver, jurisdiction) for case in one.cases}
    found: list[DraftLine] = []
    for one in map(_line, rows):
        left = [case for case in one.cases if (one.action, case) not in later]
        left = [case for case in left if case not in _done_since(driver, one, left)]
        later |= {(one.action, case) for case in one.cases}
        found += _narrowed(driver, jurisdiction, one, left)
    return found[::-1]


def _done_since(driver: Driver, one: DraftLine, cases: Sequence[int]) -> set[int]:
    among, params = driver.among("t.case_id", list(cases) or [0])
    sql = (
        f"SELECT t.case_id FROM trail t JOIN drafts d ON d.id = ? WHERE t.action = d.action AND t.at > d.at AND {among}"
    )
    return {row[0] for row in driver.all(sql, [one.number, *params])}


def _narrowed(driver: Driver, jurisdiction: int, one: DraftLine, cases: Sequence[int]) -> list[DraftLine]:
    """Return a draft for those of its cases that still have its act, or nothing."""
    among, params = driver.among("c.id", list(cases) or [0])
    fit = [
        case for case in waiting(driver, jurisdiction, Condition(among), params) if (case.state, one.action) in ARROWS
    ]
    if not fit:
        return []
    return [replace(one, cases=tuple(case.id for case in fit), first=replace(fit[0], extra=len(fit)))]


def drafts_of(driver: Driver, jurisdiction: int, case: int) -> list[Row]:
    """Return the drafts of a case that wait to be confirmed: number, action, preparer's name, instant (microseconds), preparer."""
    sql = (
        "SELECT d.id, d.action, p.name, d.at, d.prepared_by FROM drafts d JOIN people p ON p.id = d.prepared_by "
        "WHERE d.jurisdiction = ? AND d.state = 'open' AND d.intent LIKE ? ORDER BY d.id"
    )
    return driver.all(sql, (jurisdiction, f'%"case": {case},%'))


def returned_before(session: Session, row: Draft, case: int) -> Draft | None:
    """Return the draft of the same act that came back to the same person before this one, since the act was last done."""
    recorded = Driver(session).one("SELECT MAX(at) FROM trail WHERE case_id = ? AND action = ?", (case, row.action))
    since = clock.from_micros(recorded[0]) if recorded and recorded[0] else None
    earlier = select(Draft).where(
        Draft.case_id == row.case_id, Draft.action == row.action, Draft.prepared_by == row.prepared_by,
        col(Draft.id) < row.id, col(Draft.returned).is_not(None), *([col(Draft.at) > since] if since else []),
    )  # fmt: skip
    return session.exec(earlier.order_by(col(Draft.id).desc())).first()
