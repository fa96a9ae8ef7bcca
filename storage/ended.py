"""Rounds that were closed 结轮, by SQL alone: a move asks it of every birth."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from storage.sql import Driver, as_date


def rounds_ended(driver: Driver, rounds: Collection[int]) -> dict[int, date | None]:
    """Return on which day each round was closed 结轮; None of one that goes on."""
    among, params = driver.among("id", rounds)
    return {row[0]: as_date(row[1]) for row in driver.all(f"SELECT id, ended_on FROM rounds WHERE {among}", params)}
