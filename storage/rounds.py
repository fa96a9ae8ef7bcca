"""Rounds 轮次: found by their names."""

from __future__ import annotations

from sqlmodel import Session, select

from storage.tables import Round


def find_round(session: Session, jurisdiction: int, name: str) -> Round | None:
    """Return the round of that name."""
    return session.exec(select(Round).where(Round.jurisdiction == jurisdiction, Round.name == name)).one_or_none()
