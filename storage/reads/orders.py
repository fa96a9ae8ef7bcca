"""Where problems are ordered to be put right at once: the inspections under way, and what was ordered in one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from states import MOVES
from storage.aside import WAITING
from storage.scope import Scope, Where, narrowed
from storage.sql import Driver, Row, as_date

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


def places_of_inspections(driver: Driver, jurisdiction: int, inspections: Collection[int]) -> dict[int, Where]:
    """Return where problems of each of these inspections belong."""
    if not inspections:
        return {}
    among, params = driver.among("i.id", sorted(inspections))
    rows = driver.all(f"{_PLACE} AND {among}", (jurisdiction, *params))
    return {row[0]: Where(row[1], row[2], row[0], row[3]) for row in rows}


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


def ordered_so(driver: Driver, inspection: int, problem: str, detail: str, scope: Scope) -> str:
    """Return the number of the problem of these words that was ordered in an inspection; empty where there is none in the scope."""
    among, params = narrowed(driver, scope)
    sql = (
        "SELECT c.number FROM cases c WHERE c.inspection_id = ? AND c.ordered_on IS NOT NULL AND NOT c.void AND c.problem = ? "
        f"AND c.detail = ?{among} ORDER BY c.id LIMIT 1"
    )
    row = driver.one(sql, (inspection, problem, detail, *params))
    return str(row[0]) if row else ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A problem that was ordered at once and that no list of feedback has yet."""

    case: int
    inspection: int
    number: str
    problem: str
    state: str


def ordered_in(driver: Driver, inspections: Sequence[int]) -> list[Ordered]:
    """Return the problems ordered at once in some inspections that no list of feedback has yet, the first first."""
    among, params = driver.among("c.inspection_id", inspections)
    acts, names = driver.among("t.action", [move.action for move in MOVES if move.renumbers])
    sql = (
        f"SELECT c.id, c.inspection_id, c.number, c.problem, c.state FROM cases c WHERE {among} AND c.ordered_on IS NOT NULL "
        f"AND NOT c.void AND NOT EXISTS (SELECT 1 FROM trail t WHERE t.case_id = c.id AND {acts}) ORDER BY c.id"
    )
    return [Ordered(*row) for row in driver.all(sql, [*params, *names])]


@dataclass(frozen=True, slots=True)
class Standing:
    """An order that was prepared and is not settled: where, by whom, whether it waits for the office or came back."""

    place: Where
    prepared_by: int
    waits: bool


def standing_orders(driver: Driver, jurisdiction: int) -> list[Standing]:
    """Return the orders that wait, and those that came back: few."""
    rows = driver.all(
        "SELECT i.unit_id, COALESCE(u.answerable_id, u.id), i.id, i.round_id, p.prepared_by, p.state FROM prepared_orders p "
        "JOIN inspections i ON i.id = p.inspection_id JOIN units u ON u.id = i.unit_id "
        f"WHERE p.jurisdiction = ? AND p.state = '{WAITING}' UNION ALL "
        "SELECT i.unit_id, COALESCE(u.answerable_id, u.id), i.id, i.round_id, p.prepared_by, p.state FROM prepared_orders p "
        "JOIN inspections i ON i.id = p.inspection_id JOIN units u ON u.id = i.unit_id "
        "WHERE p.jurisdiction = ? AND p.returned IS NOT NULL",
        (jurisdiction, jurisdiction),
    )
    return [Standing(Where(*row[:4]), row[4], row[5] == WAITING) for row in rows]


def _one(row: Row) -> UnderWay:
    number, unit, answerable, around, name, of, first, last = row
    return UnderWay(number, Where(unit, answerable, number, around), name, of, as_date(first), as_date(last))
