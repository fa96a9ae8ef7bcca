"""Where problems are ordered to be put right at once: the inspections under way, and what was ordered in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.scope import Where
from storage.sql import Driver, as_date

_PLACE = (
    "SELECT i.id, i.unit_id, COALESCE(u.answerable_id, u.id), i.round_id, u.name, r.name, i.stay_from, i.stay_to "
    "FROM inspections i JOIN units u ON u.id = i.unit_id JOIN rounds r ON r.id = i.round_id WHERE i.jurisdiction = ?"
)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An inspection of which the team is there: its number, where it belongs, its unit and round by name, from when to when."""

    number: int
    place: Where
    unit: str
    round: str
    stay_from: date | None
    stay_to: date | None


def place_of_inspection(driver: Driver, jurisdiction: int, inspection: int) -> Where | None:
    """Return where problems of an inspection belong; None where there is no such inspection."""
    row = driver.one(f"{_PLACE} AND i.id = ?", (jurisdiction, inspection))
    return Where(row[1], row[2], row[0], row[3]) if row else None


def inspection_named(driver: Driver, jurisdiction: int, inspection: int) -> UnderWay | None:
    """Return an inspection with its names and the days of the stay."""
    row = driver.one(f"{_PLACE} AND i.id = ?", (jurisdiction, inspection))
    return _one(row) if row else None


def under_way(driver: Driver, jurisdiction: int, today: date) -> list[UnderWay]:
    """Return the inspections of which the team is there today and no feedback was given, by unit."""
    sql = (
        f"{_PLACE} AND i.stay_from <= ? AND (i.stay_to IS NULL OR i.stay_to >= ?) AND i.feedback_on IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.inspection_id = i.id AND NOT c.void AND c.ordered_on IS NULL) ORDER BY i.id"
    )
    return [_one(row) for row in driver.all(sql, (jurisdiction, today, today))]


def numbers_ordered(driver: Driver, inspection: int) -> set[str]:
    """Return the numbers that problems of an inspection have."""
    return {row[0] for row in driver.all("SELECT number FROM cases WHERE inspection_id = ?", (inspection,))}


def _one(row: tuple[object, ...]) -> UnderWay:
    number, unit, answerable, around, name, of, first, last = row
    return UnderWay(number, Where(unit, answerable, number, around), name, of, as_date(first), as_date(last))  # type: ignore[arg-type]
