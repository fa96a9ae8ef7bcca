"""What is kept of the cases of a round, as imports and exports compare it with a ledger."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from states import UNIT_SIDE
from storage.columns import FOUND
from storage.sql import Driver, as_date
from storage.tables import Inspection

_KNOWN = ("id", "inspection_id", "number", "due_on", "kind", "state", "ordered_on", *FOUND, *UNIT_SIDE)


def known_cases(driver: Driver, inspections: Sequence[int]) -> dict[tuple[int, str], dict[str, Any]]:
    """Return what is kept of each case of the inspections, by inspection and number; a void one holds no number."""
    among, params = driver.among("inspection_id", inspections)
    rows = driver.all(f"SELECT {', '.join(_KNOWN)} FROM cases WHERE {among} AND NOT void", params)
    known = (dict(zip(_KNOWN, row, strict=True)) for row in rows)
    return {(one["inspection_id"], one["number"]): {**one, "due_on": as_date(one["due_on"])} for one in known}


def void_numbers(driver: Driver, inspections: Sequence[int]) -> set[tuple[int, str]]:
    """Return inspection and number of each case of the inspections that is void."""
    among, params = driver.among("inspection_id", inspections)
    rows = driver.all(f"SELECT inspection_id, number FROM cases WHERE {among} AND void", params)
    return {(inspection, number) for inspection, number in rows}


def words_elsewhere(
    driver: Driver, inspections: Sequence[Inspection], hidden: Collection[int]
) -> dict[tuple[int, str, str, str], str]:
    """Return the round of each case but the void and the hidden ones that units have in other rounds, by unit, number, problem and detail."""
    if not inspections:
        return {}
    among, params = driver.among("c.unit_id", [one.unit_id for one in inspections])
    rows = driver.all(
        "SELECT c.unit_id, c.number, c.problem, c.detail, r.name, c.id FROM cases c JOIN rounds r ON r.id = c.round_id "
        f"WHERE c.jurisdiction = ? AND {among} AND c.round_id <> ? AND NOT c.void ORDER BY c.id",
        [inspections[0].jurisdiction, *params, inspections[0].round_id],
    )
    return {
        (unit, number, problem, detail): name
        for unit, number, problem, detail, name, case in rows
        if case not in hidden
    }


def unit_sides(driver: Driver, cases: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return what is kept of the unit's own side of each case, by column."""
    among, params = driver.among("id", cases)
    rows = driver.all(f"SELECT id, {', '.join(UNIT_SIDE)} FROM cases WHERE {among}", params)
    return {case: dict(zip(UNIT_SIDE, texts, strict=True)) for case, *texts in rows}


def inspection_has_cases(driver: Driver, inspection: int) -> bool:
    """Say whether a problem that is not void was fed back in an inspection; what was ordered at once before that is none."""
    sql = "SELECT 1 FROM cases WHERE inspection_id = ? AND NOT void AND ordered_on IS NULL LIMIT 1"
    return driver.one(sql, (inspection,)) is not None


def newest_round(driver: Driver, jurisdiction: int) -> int | None:
    """Return the round that was registered last."""
    row = driver.one("SELECT MAX(id) FROM rounds WHERE jurisdiction = ?", (jurisdiction,))
    return None if row is None or row[0] is None else int(row[0])


def rounds_by_day(driver: Driver, jurisdiction: int) -> list[tuple[int, str]]:
    """Return the rounds with number and name, the latest fed back first, by one of its units: what was taken over of a term before stands behind."""
    sql = (
        "SELECT r.id, r.name, (SELECT i.feedback_on FROM inspections i WHERE i.round_id = r.id AND i.feedback_on IS NOT NULL "
        "ORDER BY i.unit_id LIMIT 1) FROM rounds r WHERE r.jurisdiction = ?"
    )
    rows = [(as_date(fed) or date.min, number, name) for number, name, fed in driver.all(sql, (jurisdiction,))]
    return [(number, name) for _, number, name in sorted(rows, reverse=True)]


def round_has_cases(driver: Driver, round_id: int) -> bool:
    """Say whether a problem that is not void was fed back in a round."""
    return driver.one("SELECT 1 FROM cases WHERE round_id = ? AND NOT void LIMIT 1", (round_id,)) is not None


def round_cases(driver: Driver, round_id: int, unit: str | None) -> list[int]:
    """Return the cases of a round (of one unit with those it answers for) but the void ones, in the order of units and numbers."""
    scope, params = ("AND (u.name = ? OR a.name = ?)", [round_id, unit, unit]) if unit else ("", [round_id])
    sql = (
        "SELECT c.id FROM cases c JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id "
        f"WHERE c.round_id = ? AND NOT c.void {scope} ORDER BY c.unit_id, c.id"
    )
    return [row[0] for row in driver.all(sql, params)]
