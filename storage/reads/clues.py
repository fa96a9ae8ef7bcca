"""Clues 问题线索 whose reply is due: how many, since when, as one line of the home says it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from storage.sql import Driver, as_date


@dataclass(frozen=True, slots=True)
class CluesDue:
    """The clues that nobody has replied to and whose day is near or past: how many pieces, of them late, the first day."""

    count: int
    late: int
    first: date


def clues_due(driver: Driver, jurisdiction: int, today: date, until: date, hidden: Collection[int]) -> CluesDue | None:
    """Return the clues whose reply is due by a day, without those that come from problems hidden from the viewer; None where there are none."""
    among, cases = driver.among("case_id", hidden) if hidden else ("1 = 0", [])
    row = driver.one(
        "SELECT COALESCE(SUM(COALESCE(pieces, 1)), 0), COALESCE(SUM(CASE WHEN due_on < ? THEN COALESCE(pieces, 1) ELSE 0 END), 0), MIN(due_on) "
        f"FROM clues WHERE jurisdiction = ? AND replied_on IS NULL AND due_on <= ? AND (case_id IS NULL OR NOT ({among}))",
        [today, jurisdiction, until, *cases],
    )
    first = as_date(row[2]) if row else None
    return None if row is None or first is None else CluesDue(int(row[0]), int(row[1]), first)
