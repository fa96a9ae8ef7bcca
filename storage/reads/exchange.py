"""What goes into the files between offices: problems with the entries of their birth, and where those of a round stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from states import DONE, WITHDRAWN
from storage.confidence import restrictions
from storage.reads.lamps import late
from storage.sql import Driver, as_date


class Fed(NamedTuple):
    """A problem as it was fed back: its words stand in the texts beside its entry."""

    case: int
    number: str
    unit: str
    team: str
    kind: str
    fed_back_on: date
    due_on: date | None
    at: int
    body: bytes
    texts: str


class Stood(NamedTuple):
    """Where a problem of a round stands."""

    case: int
    number: str
    unit: str
    problem: str
    detail: str
    state: str
    kind: str
    fed_back_on: date
    due_on: date | None
    submitted_on: date | None
    verified_on: date | None
    overdue: bool
    results: dict[str, int]


def fed_back(driver: Driver, jurisdiction: int, round_id: int, units: Sequence[int]) -> list[Fed]:
    """Return the problems of a round that were fed back to some units, but the withdrawn and those that are for some alone 限定知悉, by unit and in order."""
    among, params, secret = *driver.among("c.unit_id", units), restrictions(driver, jurisdiction)
    rows = driver.all(
        "SELECT c.id, c.number, u.name, i.team, m.fields, c.kind, c.fed_back_on, c.due_on, t.idx, t.body, x.body FROM cases c "
        "JOIN units u ON u.id = c.unit_id JOIN inspections i ON i.id = c.inspection_id LEFT JOIN listed m ON m.id = i.team_id "
        "JOIN trail t ON t.case_id = c.id AND t.version = 1 LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        f"WHERE c.jurisdiction = ? AND c.round_id = ? AND {among} AND NOT c.void AND c.state <> ? ORDER BY c.unit_id, c.id",
        [jurisdiction, round_id, *params, WITHDRAWN],
    )
    return [
        Fed(
            case,
            number,
            unit,
            json.loads(team)["name"] if team else words or "",
            kind,
            *_born(fed, due),
            at,
            bytes(body),
            texts or "{}",
        )
        for case, number, unit, words, team, kind, fed, due, at, body, texts in rows
        if case not in secret
    ]


def rounds_of_others(driver: Driver, jurisdiction: int) -> list[int]:
    """Return the rounds that are an upper office's."""
    sql = "SELECT id FROM rounds WHERE jurisdiction = ? AND source_id IS NOT NULL ORDER BY id"
    return [row[0] for row in driver.all(sql, (jurisdiction,))]


def cases_there(driver: Driver, jurisdiction: int, round_id: int, units: Sequence[int]) -> set[int]:
    """Return the problems of a round that were ever fed back to some units."""
    among, params = driver.among("unit_id", units)
    sql = f"SELECT id FROM cases WHERE jurisdiction = ? AND round_id = ? AND {among}"
    return {row[0] for row in driver.all(sql, [jurisdiction, round_id, *params])}


def numbers_here(driver: Driver, jurisdiction: int, round_id: int) -> dict[int, str]:
    """Return the numbers of the problems of a round by the cases that they are here, but those that are for some alone 限定知悉."""
    sql, secret = (
        "SELECT id, number FROM cases WHERE jurisdiction = ? AND round_id = ?",
        restrictions(driver, jurisdiction),
    )
    return {case: number for case, number in driver.all(sql, (jurisdiction, round_id)) if case not in secret}


def standing(driver: Driver, jurisdiction: int, round_id: int, today: date) -> list[Stood]:
    """Return where each problem of a round stands, but the void and those that are for some alone 限定知悉; what was achieved counts where it is accepted."""
    overdue, days = late(today)
    rows = driver.all(
        "SELECT c.id, c.number, u.name, c.problem, c.detail, c.state, c.kind, c.fed_back_on, c.due_on, c.submitted_on, c.verified_on, "
        f"CASE WHEN {overdue} THEN 1 ELSE 0 END FROM cases c JOIN units u ON u.id = c.unit_id "
        "WHERE c.jurisdiction = ? AND c.round_id = ? AND NOT c.void ORDER BY c.unit_id, c.id",
        [*days, jurisdiction, round_id],
    )
    achieved, secret = _achieved(driver, jurisdiction, round_id), restrictions(driver, jurisdiction)
    return [
        Stood(
            case, number, unit, problem, detail, state, kind, *_born(fed, due), as_date(submitted), as_date(verified), bool(over), achieved.get(case, {}),
        )
        for case, number, unit, problem, detail, state, kind, fed, due, submitted, verified, over in rows
        if case not in secret
    ]  # fmt: skip


def _achieved(driver: Driver, jurisdiction: int, round_id: int) -> dict[int, dict[str, int]]:
    accepted, params = driver.among("c.state", DONE)
    found: dict[int, dict[str, int]] = {}
    for case, kind, amount in driver.all(
        "SELECT r.case_id, r.kind, r.amount FROM cases c JOIN results r ON r.case_id = c.id AND r.until_version IS NULL "
        f"WHERE c.jurisdiction = ? AND c.round_id = ? AND {accepted}",
        [jurisdiction, round_id, *params],
    ):
        found.setdefault(case, {})[kind] = int(amount)
    return found


def _born(fed_back: Any, due: Any) -> tuple[date, date | None]:
    day = as_date(fed_back)
    assert day is not None
    return day, as_date(due)
