"""What is late, in one line for each who lets it lie: by unit, or by what the office owes. Late is what the ledger's lamps call so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from states import ESCALATED
from storage.reads.lamps import LAMP_ON
from storage.reads.ledger.questions import Ask, Filters, question
from storage.sql import Driver, Row, as_date

_IS_RISEN = f"CASE WHEN c.state = '{ESCALATED}' THEN 1 END"


@dataclass(frozen=True, slots=True)
class LateUnit:
    """A unit with late or escalated cases: how many of each, and the earliest date gone by."""

    id: int
    name: str
    late: int
    escalated: int
    since: date | None
    both: int = 0
    """Escalated cases that are among the late ones."""

    @property
    def all(self) -> int:
        """Return how many cases they are in all, none twice."""
        return self.late + self.escalated - self.both


@dataclass(frozen=True, slots=True)
class LateOffice:
    """What the office owes late in one state: how many cases, and the earliest date gone by."""

    state: str
    late: int
    since: date | None


def late_units(driver: Driver, ask: Ask) -> list[LateUnit]:
    """Return the units that answer for late or escalated cases, who has been late longest first."""
    late = _grouped(driver, ask, Filters(lamp="late"), "c.answerable_id", LAMP_ON)
    escalated = _grouped(driver, ask, Filters(state=ESCALATED), "c.answerable_id")
    both = {row[0]: row[3] for row in late}
    units = {row[0]: (row[1], as_date(row[2])) for row in late}
    by_hand = {row[0]: row[1] for row in escalated}
    listed = sorted(units.keys() | by_hand.keys())
    among, params = driver.among("id", listed or [0])
    names: dict[int, str] = dict(driver.all(f"SELECT id, name FROM units WHERE {among}", params))
    found = [
        LateUnit(unit, names[unit], *_late(units, unit, by_hand.get(unit, 0)), both.get(unit, 0)) for unit in listed
    ]
    return sorted(found, key=lambda one: (one.since or date.max, -one.late, -one.escalated, one.id))


def _late(units: dict[int, tuple[int, date | None]], unit: int, escalated: int) -> tuple[int, int, date | None]:
    count, since = units.get(unit, (0, None))
    return count, escalated, since


def late_office(driver: Driver, ask: Ask) -> list[LateOffice]:
    """Return what the office owes late, by state, what has lain longest first."""
    rows = _grouped(driver, ask, Filters(lamp="office"), "c.state")
    found = [LateOffice(state, count, as_date(since)) for state, count, since, _ in rows]
    return sorted(found, key=lambda one: (one.since or date.max, one.state))


def _grouped(driver: Driver, ask: Ask, filters: Filters, by: str, day: str = "c.state_due_on") -> Sequence[Row]:
    sql, params = question(driver, replace(ask, filters=filters), f"{by}, COUNT(*), MIN({day}), COUNT({_IS_RISEN})")
    return driver.all(f"{sql} GROUP BY {by}", params)
