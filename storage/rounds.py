"""Rounds 轮次: found by their names; which of them have been closed 结轮."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, select

from storage.sql import Driver, as_date
from storage.tables import Round


def find_round(session: Session, jurisdiction: int, name: str) -> Round | None:
    """Return the round of that name."""
    return session.exec(select(Round).where(Round.jurisdiction == jurisdiction, Round.name == name)).one_or_none()


def rounds_ended(driver: Driver, rounds: Collection[int]) -> dict[int, date | None]:
    """Return on which day each round was closed 结轮; None of one that goes on."""
    among, params = driver.among("id", rounds)
    return {row[0]: as_date(row[1]) for row in driver.all(f"SELECT id, ended_on FROM rounds WHERE {among}", params)}
