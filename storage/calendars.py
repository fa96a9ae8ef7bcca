"""Calendars 工作日历 as they are read."""

from __future__ import annotations

from datetime import date

from storage.sql import Driver, as_date


def read_calendar(driver: Driver, jurisdiction: int) -> list[tuple[date, bool, str]]:
    """Return the days that differ from Monday-Friday, in order."""
    sql = "SELECT day, working, name FROM calendar_days WHERE jurisdiction = ? ORDER BY day"
    rows = ((as_date(day), bool(working), name) for day, working, name in driver.all(sql, (jurisdiction,)))
    return [(day, working, name) for day, working, name in rows if day is not None]


def calendar_named(driver: Driver, jurisdiction: int) -> str:
    """Return the digest of the calendar that the head of a jurisdiction names."""
    head = driver.one("SELECT calendar FROM heads WHERE jurisdiction = ?", (jurisdiction,))
    return head[0] if head else ""
