"""When a clock of a case, or one of its rungs, is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from storage.reads import clocks
from storage.rows import read_cases, read_clocks
from storage.sql import Driver
from workflow.days.clocks import rung_day
from workflow.rules import in_force


def due_days(
    driver: Driver, jurisdiction: int, cases: Sequence[int], name: str, rung: str | None = None
) -> dict[int, date]:
    """Return the day of a clock (of one of its rungs, where named) for each of these cases on which it runs."""
    if rung is None:
        return clocks.due_days(driver, cases, name)
    running = (
        {case: there[name] for case, there in read_clocks(driver, cases).items() if name in there} if cases else {}
    )
    if not running:
        return {}
    rows = read_cases(driver, jurisdiction, list(running))
    profiles, calendar = in_force(driver, jurisdiction, {row.round_id for row in rows.values()})
    return {
        case: rung_day(row, rung, profiles[rows[case].round_id], calendar)
        for case, row in running.items()
        if case in rows
    }
