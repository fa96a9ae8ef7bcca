"""Which units nobody holds a post in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from states import STAND_IN
from storage.sql import Driver


def units_without(driver: Driver, role: str, units: Collection[int], day: date) -> list[int]:
    """Return which of the units nobody holds the role in on the day, or only people whose accounts are all closed, or who stand in for some days."""
    among, params = driver.among("t.unit_id", sorted(units) or [0])
    sql = (
        f"SELECT DISTINCT t.unit_id FROM posts t JOIN accounts a ON a.person_id = t.person_id WHERE {among} AND t.role = ? "
        f"AND t.capacity <> '{STAND_IN}' AND a.state = 'open' "
        "AND (t.starts_on IS NULL OR t.starts_on <= ?) AND (t.ends_on IS NULL OR t.ends_on >= ?)"
    )
    held = {row[0] for row in driver.all(sql, [*params, role, day, day])}
    return sorted(set(units) - held)
