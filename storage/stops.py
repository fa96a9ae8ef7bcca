"""Stops 中止计时: for which cases, from which day to which, the days do not count; the one place where it is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from storage.rows import CaseRow
from storage.sql import Driver, Question, Row

KIND: Final = "suspension"
ALL, UNIT, CASE = "all", "unit", "case"
REACHES: Final = {ALL: "本机构的全部问题", UNIT: "一个党组织的问题", CASE: "一个问题"}
OUTAGE, DISASTER, INQUIRY = "outage", "disaster", "inquiry"
GROUNDS: Final = {OUTAGE: "系统停机", DISASTER: "灾害", INQUIRY: "立案审查调查"}


@dataclass(frozen=True, slots=True)
class Span:
    """Days that do not count, both ends included, and since when people knew of them."""

    first: date
    last: date
    known_on: date


@dataclass(frozen=True, slots=True)
class Stop:
    """A suspension in force: what it reaches, and its days."""

    reach: str
    unit: int | None
    case: int | None
    span: Span

    def covers(self, case: CaseRow) -> bool:
        """Say whether it stops the clocks of a case: by its number, by the unit inspected, or by the one that answers."""
        if self.reach == CASE:
            return self.case == case.id
        return self.reach == ALL or self.unit in (case.unit_id, case.answerable_id)


def ask_stops(jurisdiction: int) -> Question:
    """Return what asks, beside other things, which stops a jurisdiction has."""
    return f"SELECT fields FROM listed WHERE jurisdiction = ? AND kind = '{KIND}' ORDER BY id", (jurisdiction,)


def stops_found(rows: Sequence[Row]) -> tuple[Stop, ...]:
    """Return the stops in force by the rows that were asked for."""
    found = (stop_of(json.loads(row[0])) for row in rows)
    return tuple(one for one in found if one)


def stops_of(driver: Driver, jurisdiction: int) -> tuple[Stop, ...]:
    """Return the stops in force of a jurisdiction."""
    return stops_found(driver.all(*ask_stops(jurisdiction)))


def stop_of(row: Mapping[str, Any]) -> Stop | None:
    """Return what a row of the register says; None once it is taken back."""
    if row.get("gone"):
        return None
    first, last, known = (_day(row[name]) for name in ("starts_on", "ends_on", "entered_on"))
    return Stop(row["reach"], row["unit_id"], row["case"], Span(first, last, known))


def spans_for(stops: Iterable[Stop], case: CaseRow) -> tuple[Span, ...]:
    """Return the days that do not count for a case, the earliest first."""
    return tuple(sorted((one.span for one in stops if one.covers(case)), key=lambda one: (one.first, one.last)))


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
