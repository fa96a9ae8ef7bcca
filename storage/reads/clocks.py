"""Clocks as pages and commands read them: their dates, and which run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from storage.sql import Driver, as_date


def due_days(driver: Driver, cases: Sequence[int], name: str) -> dict[int, date]:
    """Return the day of a clock for each of these cases on which it runs."""
    among, params = driver.among("case_id", list(cases) or [0])
    found = driver.all(f"SELECT case_id, due_on FROM clocks WHERE name = ? AND {among}", [name, *params])
    return {case: day for case, due in found if (day := as_date(due))}


def latest_due(driver: Driver, jurisdiction: int) -> date | None:
    """Return the last day that a clock of a jurisdiction runs to; None where none runs."""
    row = driver.one(
        "SELECT MAX(k.due_on) FROM clocks k JOIN cases c ON c.id = k.case_id WHERE c.jurisdiction = ?", (jurisdiction,)
    )
    return as_date(row[0]) if row else None


# Only columns that every schema has: it is asked before an upgrade, too.
def clocks_running(driver: Driver, jurisdiction: int) -> dict[int, tuple[str, ...]]:
    """Return the names of the clocks that run, of each case."""
    sql = "SELECT k.case_id, k.name FROM clocks k JOIN cases c ON c.id = k.case_id WHERE c.jurisdiction = ? ORDER BY k.case_id, k.name"
    found: dict[int, tuple[str, ...]] = {}
    for case, name in driver.all(sql, (jurisdiction,)):
        found[case] = (*found.get(case, ()), name)
    return found
