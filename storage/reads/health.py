"""The health of the house: how late the scan is."""

from __future__ import annotations

from storage.sql import Driver

_SECOND = 1_000_000


def scan_lag(driver: Driver, now: int) -> int:
    """Return for how many seconds the oldest due case has been waiting for the scan."""
    row = driver.one("SELECT MIN(wake_at) FROM cases WHERE wake_at IS NOT NULL AND wake_at <= ?", (now,))
    return max(now - row[0], 0) // _SECOND if row and row[0] is not None else 0
