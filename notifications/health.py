"""The health of the post: how long the oldest message has waited, and what was given up."""

from __future__ import annotations

from datetime import datetime, timedelta

import clock
from storage.sql import Driver

RECENT = timedelta(days=7)
_OLDEST = (
    "SELECT MIN(made_at) FROM (SELECT made_at FROM outbox WHERE expanded_at IS NULL UNION ALL "
    "SELECT o.made_at FROM deliveries d JOIN outbox o ON o.id = d.outbox_id WHERE d.state = 'waiting') AS unsent"
)


def outbox_age(driver: Driver, now: datetime) -> int:
    """Seconds since the oldest message that has not left the house was made; 0 when all have left."""
    row = driver.one(_OLDEST)
    if row is None or row[0] is None:
        return 0
    return max((clock.micros(now) - int(row[0])) // 1_000_000, 0)


def given_up(driver: Driver, now: datetime) -> int:
    """Return how many mails were given up within the last days: each is somebody who was not told."""
    since = clock.micros(now - RECENT)
    row = driver.one("SELECT COUNT(*) FROM deliveries WHERE state = 'failed' AND next_at >= ?", (since,))
    return int(row[0]) if row else 0
