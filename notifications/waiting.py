"""The mails that wait: taking the next one, and marking what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from storage.sql import Driver

# A mail is due when no earlier one of the same case to the same person still waits: none overtakes another. Said the
# other way round, so that a planner without statistics takes the case's index and not that of all that waits.
_NEXT = (
    "SELECT d.id FROM deliveries d WHERE d.state = 'waiting' AND d.next_at <= ? "
    "AND (d.claimed_until IS NULL OR d.claimed_until <= ?) "
    "AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.case_id = d.case_id AND e.person_id = d.person_id "
    "AND e.state NOT IN ('sent', 'failed', 'dropped') AND e.outbox_id < d.outbox_id) ORDER BY d.next_at, d.id LIMIT 1"
)
_TAKE = "UPDATE deliveries SET claimed_until = ? WHERE id = ({}) RETURNING id"
_MARK = (
    "UPDATE deliveries SET state = ?, next_at = ?, sent_at = ?, last_error = ?, tries = tries + 1, "
    "claimed_until = NULL "
    "WHERE id = ? AND state = 'waiting'"
)
_LEFT = (
    "SELECT (SELECT COUNT(*) FROM deliveries WHERE state = 'waiting') "
    "+ (SELECT COUNT(*) FROM outbox WHERE expanded_at IS NULL)"
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mail: sent, failed for good, dropped, or waiting until `next_at` (microseconds) with the reason.

    One that was sent and yet stays in the house, in a folder, has that for its reason.
    """

    delivery: int
    state: Literal["sent", "failed", "waiting", "dropped"]
    next_at: int
    error: str = ""


def take(driver: Driver, now: int, until: int) -> int | None:
    """Claim the next mail that is due until an instant (microseconds); None when there is none."""
    next_one = _NEXT if driver.sqlite else f"{_NEXT} FOR UPDATE OF d SKIP LOCKED"
    row = driver.one(_TAKE.format(next_one), (until, now, now))
    return row[0] if row else None


def mark(driver: Driver, fate: Fate, now: int) -> int:
    """Write what became of a mail; return 0 when another process has already written it."""
    sent_at = now if fate.state == "sent" else None
    return driver.run(_MARK, (fate.state, fate.next_at, sent_at, fate.error, fate.delivery))


def left(driver: Driver) -> int:
    """How many mails wait, together with the messages for which nobody could be found."""
    row = driver.one(_LEFT)
    return row[0] if row else 0
