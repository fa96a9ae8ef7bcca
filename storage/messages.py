"""Messages 消息 as they are marked seen."""

from __future__ import annotations

from storage.sql import Driver


def mark_seen(driver: Driver, person: int, newest: int, now: int) -> int:
    """Mark a person's notices up to one as seen; return how many that were. Never commits."""
    return driver.run(
        "UPDATE deliveries SET seen_at = ? WHERE person_id = ? AND seen_at IS NULL AND id <= ?", (now, person, newest)
    )
