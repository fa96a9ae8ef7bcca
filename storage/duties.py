"""The last run of each recurring duty: what the health page and the auditor's page read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine

import clock
from storage.engine import writing
from storage.sql import Driver

LONGEST_REST: Final = timedelta(minutes=10)
"""So much longer than twice their interval the duties may be silent before that is told."""
RAN_AT: Final = (
    "(SELECT CASE WHEN COUNT(*) = 2 THEN MIN(d.at) END FROM duty_runs d WHERE d.name IN ('scan', 'deliver'))"
)
"""The column that says when the duties of every minute both ran last (microseconds), NULL where one never did."""
_PUT = (
    "INSERT INTO duty_runs (name, at, ok, words) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (name) DO UPDATE SET at = excluded.at, ok = excluded.ok, words = excluded.words"
)

_PUT_GAP = "INSERT INTO duty_gaps (began_at, ended_at) VALUES (?, ?) ON CONFLICT (began_at) DO NOTHING"
SHORTEST_GAP: Final = timedelta(minutes=10)
"""What is shorter is a restart, and nobody asks for it."""
WATCHED: Final = timedelta(days=60)


def note_run(engine: Engine, name: str, at: datetime, found: Mapping[str, Any], *, ok: bool) -> None:
    """Note how a run ended; and, where none of any duty ran for some time before it, from when to when."""
    with writing(engine) as work:
        row = work.driver.one("SELECT MAX(at) FROM duty_runs")
        before = row[0] if row else None
        if before is not None and clock.micros(at) - before >= SHORTEST_GAP // timedelta(microseconds=1):
            work.driver.run(_PUT_GAP, (before, clock.micros(at)))
        work.driver.run(_PUT, (name, clock.micros(at), ok, json.dumps(found, ensure_ascii=False)))
        work.commit()


def last_runs(driver: Driver) -> dict[str, tuple[int, bool, dict[str, Any]]]:
    """Return the last run of each duty: instant (microseconds), whether it went well, what it found."""
    return {
        name: (at, bool(ok), json.loads(words or "{}"))
        for name, at, ok, words in driver.all("SELECT name, at, ok, words FROM duty_runs")
    }


def gaps(driver: Driver, now: datetime, longer: timedelta) -> list[tuple[datetime, datetime]]:
    """Return from when to when no duty ran within the last sixty days, of what was so long or longer, the newest first."""
    sql = "SELECT began_at, ended_at FROM duty_gaps WHERE ended_at >= ? AND ended_at - began_at >= ? ORDER BY began_at DESC"
    found = driver.all(sql, (clock.micros(now - WATCHED), longer // timedelta(microseconds=1)))
    return [(clock.from_micros(began), clock.from_micros(ended)) for began, ended in found]


def ran_at(driver: Driver) -> int | None:
    """Return when the duties of every minute both ran last (microseconds), or None."""
    row = driver.one(f"SELECT {RAN_AT}")
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Rest:
    """When the duties of every minute ran last (microseconds), asked when, and how many seconds lie between two runs."""

    at: int | None
    now: datetime
    every: int

    @property
    def rests(self) -> bool:
        """Say whether nothing reminds and delivers: they never ran, or are silent for longer than they should be."""
        if self.at is None:
            return True
        return clock.from_micros(self.at) + timedelta(seconds=2 * self.every) + LONGEST_REST < self.now
