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


def note_run(engine: Engine, name: str, at: datetime, found: Mapping[str, Any], *, ok: bool) -> None:
    """Note how a run ended."""
    with writing(engine) as work:
        work.driver.run(_PUT, (name, clock.micros(at), ok, json.dumps(found, ensure_ascii=False)))
        work.commit()


def last_runs(driver: Driver) -> dict[str, tuple[int, bool, dict[str, Any]]]:
    """Return the last run of each duty: instant (microseconds), whether it went well, what it found."""
    return {
        name: (at, bool(ok), json.loads(words or "{}"))
        for name, at, ok, words in driver.all("SELECT name, at, ok, words FROM duty_runs")
    }


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
