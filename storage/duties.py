"""The last run of each recurring duty: what the health page and the auditor's page read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

import clock
from storage.engine import writing
from storage.sql import Driver

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
