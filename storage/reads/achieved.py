"""What is listed one by one of what was achieved: of a case now, and of all that were accepted as of a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from results import COLUMNS, LIST_OF, as_listed
from storage.reads.standings import HELD_THEN, USUAL, AsOf, fulfils, select, standing_there
from storage.sql import Driver

MOST_LISTED: Final = 2000


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list: the case that brought it, its number and unit, and what it says."""

    case: int
    number: str
    unit: str
    row: dict[str, Any]


def achieved_of(driver: Driver, case: int) -> dict[str, list[dict[str, Any]]]:
    """Return what is listed of that one by one, by the name of the list."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM achieved WHERE case_id = ? AND until_version IS NULL ORDER BY no"
    found: dict[str, list[dict[str, Any]]] = {}
    for row in driver.all(sql, (case,)):
        found.setdefault(LIST_OF[row[0]], []).append(as_listed(row))
    return found


def listed_as_of(driver: Driver, of: AsOf) -> list[Listed]:
    """Return what was listed in cases accepted as of the day, unit by unit, no more than MOST_LISTED."""
    done, days = fulfils("done", replace(of, counting=USUAL))
    there = standing_there(
        driver, of, beyond=f" JOIN achieved r ON r.case_id = c.id AND {HELD_THEN} JOIN cases k ON k.id = c.id JOIN units u ON u.id = c.answerable_id"
    )  # fmt: skip
    names = ", ".join(f"r.{name} AS said_{name}" for name in COLUMNS)
    columns = f"c.id AS id, k.number AS number, u.name AS unit, r.no AS no, {names}"
    listed, params = select(columns, there, f" AND {done}", after=days)
    said = ", ".join(f"said_{name}" for name in COLUMNS)
    sql = f"SELECT id, number, unit, {said} FROM ({listed}) found ORDER BY unit, id, no LIMIT {MOST_LISTED}"
    return [Listed(case, number, unit, as_listed(row)) for case, number, unit, *row in driver.all(sql, params)]
