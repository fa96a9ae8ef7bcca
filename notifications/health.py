"""The health of the post: how long the oldest message has waited, and what was given up."""

from __future__ import annotations

from datetime import datetime, timedelta

import clock
from storage.sql import Driver

RECENT = timedelta(days=7)
# What is gathered, or waits for the office to open, is not late before its time.
_OLDEST = (
    "SELECT MIN(since) FROM (SELECT made_at AS since FROM outbox WHERE expanded_at IS NULL "
    "UNION ALL SELECT made_at FROM letters WHERE state = 'waiting' "
    "UNION ALL SELECT next_at FROM deliveries WHERE state = 'waiting' AND letter_id IS NULL) AS unsent"
)


def outbox_age(driver: Driver, now: datetime) -> int:
    """Seconds for which the oldest message or letter has waited beyond the time at which it was to leave; 0 when none has."""
    row = driver.one(_OLDEST)
    if row is None or row[0] is None:
        return 0
    return max((clock.micros(now) - int(row[0])) // 1_000_000, 0)


def given_up(driver: Driver, now: datetime) -> int:
    """Return how many mails were given up within the last days: each is somebody who was not told."""
    since = clock.micros(now - RECENT)
    row = driver.one("SELECT COUNT(*) FROM deliveries WHERE state = 'failed' AND next_at >= ?", (since,))
    return int(row[0]) if row else 0
