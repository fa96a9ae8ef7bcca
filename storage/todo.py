"""What waits for somebody: cases by what their state owes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from states import ARROWS
from storage.lamps import LAMP_ON
from storage.sql import Driver, Row, as_date

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
    answerable: str = ""
    lamp_on: date | None = None


_SELECT = (
    f"SELECT c.id, c.number, u.name, c.problem, c.state, c.state_due_on, c.rung, c.flagged, c.unsigned, a.name, {LAMP_ON} FROM cases c "
    "JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id "
)


def waiting(
    driver: Driver,
    jurisdiction: int,
    condition: str,
    params: Sequence[Any] = (),
    units: Sequence[int] | None = None,
    by: str = "c.state_due_on",
) -> list[Waiting]:
    """Return at most MOST cases that meet a condition (written by the caller, never from input), the earliest date first."""
    where, found = _where(driver, jurisdiction, condition, params, units)
    sql = f"{_SELECT}{where} ORDER BY {by} IS NULL, {by}, c.id LIMIT {MOST}"
    return [
        Waiting(
            case,
            number,
            unit,
            problem,
            state,
            as_date(due),
            rung,
            flagged,
            unsigned,
            answerable=answerable,
            lamp_on=as_date(lamp),
        )
        for case, number, unit, problem, state, due, rung, flagged, unsigned, answerable, lamp in driver.all(sql, found)
    ]


def count_waiting(
    driver: Driver, jurisdiction: int, condition: str, params: Sequence[Any] = (), units: Sequence[int] | None = None
) -> int:
    """Return how many cases meet such a condition in all."""
    where, found = _where(driver, jurisdiction, condition, params, units)
    row = driver.one(f"SELECT COUNT(*) FROM cases c {where}", found)
    return row[0] if row else 0


_UNHELD = (
    "SELECT u.id, u.parent_id FROM units u WHERE u.jurisdiction = ? AND NOT EXISTS (SELECT 1 FROM posts h "
    "JOIN accounts k ON k.person_id = h.person_id AND k.state = 'open' WHERE h.jurisdiction = u.jurisdiction "
    "AND h.role = 'secretary' AND h.unit_id = u.id AND (h.starts_on IS NULL OR h.starts_on <= ?) "
    "AND (h.ends_on IS NULL OR h.ends_on >= ?))"
)
_OWED_BY_UNIT = "c.owes IN ('secretary', 'handler') OR c.unsigned > 0"


def unheld(driver: Driver, jurisdiction: int, day: date, below: Sequence[int] | None = None) -> list[Waiting]:
    """Return the first case of each unit that owes something and whose secretary's post nobody holds who can sign in.

    The first is what the unit owes by the nearest day, which stands as its date.
    `extra` is how many cases of the unit wait so; `below` are the units above which are asked for, else all.
    """
    vacant = [
        unit
        for unit, parent in driver.all(_UNHELD, (jurisdiction, day, day))
        if below is None or (parent in below and unit not in below)
    ]
    cases: dict[str, list[Waiting]] = {}
    for case in waiting(driver, jurisdiction, _OWED_BY_UNIT, units=vacant) if vacant else ():
        cases.setdefault(case.answerable, []).append(case)
    days = _owed_by_units(driver, [case.id for own in cases.values() for case in own])
    return [_nearest(own, days) for own in cases.values()]


def _nearest(own: Sequence[Waiting], days: dict[int, date]) -> Waiting:
    """Return the case of which the unit owes something first, with that day and how many there are."""
    first = min(own, key=lambda case: (days.get(case.id, date.max), case.id))
    return replace(first, due_on=days.get(first.id), extra=len(own))


def _owed_by_units(driver: Driver, cases: Sequence[int]) -> dict[int, date]:
    """Return the nearest day by which the unit owes something, of each case: its clocks alone, and none that stands still."""
    among, params = driver.among("case_id", list(cases) or [0])
    sql = (
        "SELECT case_id, MIN(due_on) FROM clocks WHERE owes IN ('secretary', 'handler') AND paused_since IS NULL "
        f"AND {among} GROUP BY case_id"
    )
    return {case: day for case, due in driver.all(sql, params) if (day := as_date(due))}


def _where(
    driver: Driver, jurisdiction: int, condition: str, params: Sequence[Any], units: Sequence[int] | None
) -> tuple[str, list[Any]]:
    where, found = f"WHERE c.jurisdiction = ? AND ({condition})", [jurisdiction, *params]
    if units is None:
        return where, found
    among, more = driver.among("c.answerable_id", list(units) or [0])
    return f"{where} AND {among}", [*found, *more]


def lately_done(driver: Driver, jurisdiction: int, person: int, limit: int = 8) -> list[tuple[int, str, str, str, int]]:
    """Return the last entries that somebody made: case, unit, number, action, instant (microseconds)."""
    sql = (
        "SELECT t.case_id, u.name, c.number, t.action, t.at FROM trail t JOIN cases c ON c.id = t.case_id JOIN units u ON u.id = c.unit_id "
        "WHERE t.jurisdiction = ? AND t.actor_id = ? ORDER BY t.idx DESC LIMIT ?"
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in driver.all(sql, (jurisdiction, person, limit))]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What somebody prepared and nobody has confirmed yet: its cases, and the first of them as a line."""

    number: int
    action: str
    preparer: int
    by: str
    cases: tuple[int, ...]
    answerable: int
    first: Waiting
    returned: str | None = None


_DRAFTED = (
    "SELECT d.id, d.action, d.prepared_by, p.name, d.intent, d.returned, c.answerable_id, c.id, c.number, u.name, c.problem, c.state, "
    "c.state_due_on, c.rung, c.flagged, c.unsigned FROM drafts d JOIN people p ON p.id = d.prepared_by JOIN cases c ON c.id = d.case_id "
    "JOIN units u ON u.id = c.unit_id"
)


def open_drafts(driver: Driver, jurisdiction: int) -> list[Drafted]:
    """Return what waits to be confirmed, oldest first."""
    sql = f"{_DRAFTED} WHERE d.jurisdiction = ? AND d.state = 'open' ORDER BY d.id"
    return [_drafted(row) for row in driver.all(sql, (jurisdiction,))]


def _drafted(row: Row) -> Drafted:
    number, action, preparer, by, intent, returned, answerable, *first = row
    case, of, unit, problem, state, due, rung, flagged, unsigned = first
    cases = tuple(one["case"] for one in json.loads(intent))
    waits = Waiting(case, of, unit, problem, state, as_date(due), rung, flagged, unsigned, extra=len(cases))
    return Drafted(number, action, preparer, by, cases, answerable, waits, returned)


def returned_drafts(driver: Driver, jurisdiction: int, person: int) -> list[Drafted]:
    """Return what somebody prepared and got back with a reason, each for the cases that nobody prepared or did since.

    Only cases whose state still has the act are left; the first of a draft is the first of these.
    """
    rows = driver.all(
        f"{_DRAFTED} WHERE d.jurisdiction = ? AND d.prepared_by = ? AND d.returned IS NOT NULL ORDER BY d.id DESC",
        (jurisdiction, person),
    )
    later = {(one.action, case) for one in open_drafts(driver, jurisdiction) for case in one.cases}
    found: list[Drafted] = []
    for one in map(_drafted, rows):
        left = [case for case in one.cases if (one.action, case) not in later]
        left = [case for case in left if case not in _done_since(driver, one, left)]
        later |= {(one.action, case) for case in one.cases}
        found += _narrowed(driver, jurisdiction, one, left)
    return found[::-1]


def _done_since(driver: Driver, one: Drafted, cases: Sequence[int]) -> set[int]:
    among, params = driver.among("t.case_id", list(cases) or [0])
    sql = (
        f"SELECT t.case_id FROM trail t JOIN drafts d ON d.id = ? WHERE t.action = d.action AND t.at > d.at AND {among}"
    )
    return {row[0] for row in driver.all(sql, [one.number, *params])}


def _narrowed(driver: Driver, jurisdiction: int, one: Drafted, cases: Sequence[int]) -> list[Drafted]:
    """Return a draft for those of its cases that still have its act, or nothing."""
    among, params = driver.among("c.id", list(cases) or [0])
    fit = [case for case in waiting(driver, jurisdiction, among, params) if (case.state, one.action) in ARROWS]
    if not fit:
        return []
    return [replace(one, cases=tuple(case.id for case in fit), first=replace(fit[0], extra=len(fit)))]


def unsigned_actions(driver: Driver, cases: Sequence[int]) -> dict[int, list[str]]:
    """Return the actions that wait for a signature 签收, of each case."""
    among, params = driver.among("r.case_id", list(cases) or [0])
    sql = (
        "SELECT r.case_id, t.action FROM receipts r JOIN trail t ON t.case_id = r.case_id AND t.version = r.version "
        f"WHERE r.signed_version IS NULL AND {among} ORDER BY r.case_id, r.version"
    )
    found: dict[int, list[str]] = {}
    for case, action in driver.all(sql, params):
        found.setdefault(case, []).append(action)
    return found


def return_reasons(driver: Driver, cases: Sequence[int]) -> dict[int, str]:
    """Return why each case last came back, in the words of who returned it."""
    among, params = driver.among("t.case_id", list(cases) or [0])
    sql = (
        "SELECT t.case_id, x.body FROM trail t JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        f"WHERE t.action IN ('return_plan', 'return_work', 'reopen') AND {among} ORDER BY t.version"
    )
    found = {}
    for case, body in driver.all(sql, params):
        kept = json.loads(body)
        said = kept.get("answers.reason") or kept.get("answers.what_failed")
        found[case] = str(said[1]) if said else ""
    return found
