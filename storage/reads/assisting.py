"""Units that assist 协办: who assists in a case and what is asked of them, and what is asked of the viewer's units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from storage.reads.tasks import LINE, MOST, NAMED, Waiting, line_of
from storage.scope import Scope, narrowed
from storage.sql import Driver, as_date


@dataclass(frozen=True, slots=True)
class Assists:
    """A unit that assists in a case: since when, until when where it does no more, and what is asked of it."""

    unit: str
    since: date | None
    until: date | None
    asked: str


def assistants_of(driver: Driver, case: int) -> list[Assists]:
    """Return the units that assist in a case, those that do no more behind them, each in the order in which they were named."""
    sql = (
        "SELECT u.name, x.since, x.until, x.task FROM assisting x JOIN units u ON u.id = x.unit_id "
        "WHERE x.case_id = ? ORDER BY x.until IS NOT NULL, x.version"
    )
    return [
        Assists(unit, as_date(since), as_date(until), asked) for unit, since, until, asked in driver.all(sql, (case,))
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case in which the viewer's unit assists, as a line of a list, and what is asked of it."""

    case: Waiting
    asked: str


def asked_of(driver: Driver, jurisdiction: int, units: Sequence[int], scope: Scope) -> list[Asked]:
    """Return the open cases of the scope in which these units assist, the earliest date first: at most MOST."""
    own, params = driver.among("x.unit_id", units)
    also, more = narrowed(driver, scope)
    sql = (
        f"SELECT x.task, {LINE} FROM assisting x JOIN cases c ON c.id = x.case_id {NAMED} "
        f"WHERE {own} AND x.until IS NULL AND c.jurisdiction = ? AND c.settled_at IS NULL{also} "
        f"ORDER BY c.state_due_on IS NULL, c.state_due_on, c.id LIMIT {MOST}"
    )
    rows = driver.all(sql, [*params, jurisdiction, *more])
    return [Asked(line_of(row[1:]), row[0]) for row in rows]
