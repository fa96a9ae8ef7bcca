"""A jurisdiction 巡察机构 in passing: its code, its calendar."""

from __future__ import annotations

from storage.sql import Driver


def code_of(driver: Driver, jurisdiction: int) -> str:
    """Return the code of a jurisdiction that is there."""
    [(code,)] = driver.all("SELECT code FROM jurisdictions WHERE id = ?", (jurisdiction,))
    return str(code)


def entries_of(driver: Driver, jurisdiction: int) -> int:
    """Return how many entries its log has."""
    row = driver.one("SELECT size FROM heads WHERE jurisdiction = ?", (jurisdiction,))
    return row[0] if row else 0


def first_jurisdiction(driver: Driver) -> int:
    """Return the jurisdiction that was made first; 0 where none is."""
    row = driver.one("SELECT MIN(id) FROM jurisdictions")
    return (row[0] or 0) if row else 0
