"""When something is owed that has a date of its own, beside the date of the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from storage.rows import read_cases, read_clocks
from storage.sql import Driver, as_date
from workflow.days.clocks import rung_day
from workflow.rules import calendar_of, profiles_of


def owed_days(
    driver: Driver, jurisdiction: int, cases: Sequence[int], name: str, rung: str | None = None
) -> dict[int, date]:
    """Return the day of a clock (of one of its rungs, where named) for each of these cases on which it runs."""
    if rung is None:
        among, params = driver.among("case_id", list(cases) or [0])
        found = driver.all(f"SELECT case_id, due_on FROM clocks WHERE name = ? AND {among}", [name, *params])
        return {case: day for case, due in found if (day := as_date(due))}
    clocks = {case: there[name] for case, there in read_clocks(driver, cases).items() if name in there} if cases else {}
    if not clocks:
        return {}
    rows = read_cases(driver, jurisdiction, list(clocks))
    profiles = profiles_of(driver, {row.round_id for row in rows.values()})
    head = driver.one("SELECT calendar FROM heads WHERE jurisdiction = ?", (jurisdiction,))
    calendar = calendar_of(driver, jurisdiction, head[0] if head else "")
    return {
        case: rung_day(row, rung, profiles[rows[case].round_id], calendar)
        for case, row in clocks.items()
        if case in rows
    }
