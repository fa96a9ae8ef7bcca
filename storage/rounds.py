"""Rounds 轮次 and their inspections: found, or made when they are new."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, select

from storage.tables import Inspection, Round
from storage.visible import tidy


def find_round(session: Session, jurisdiction: int, name: str) -> Round | None:
    """Return the round of that name."""
    return session.exec(select(Round).where(Round.jurisdiction == jurisdiction, Round.name == name)).one_or_none()


def round_made(session: Session, jurisdiction: int, name: str, profile: str) -> Round:
    """Return the round of that name, made with the profile (by hash) when it is new."""
    found = find_round(session, jurisdiction, name) or find_round(session, jurisdiction, tidy(name))
    if found is None:
        found = Round(jurisdiction=jurisdiction, name=tidy(name), profile=profile)
        session.add(found)
        session.flush()
    return found


def inspection_made(session: Session, jurisdiction: int, round_id: int, unit_id: int, feedback_on: date) -> Inspection:
    """Return the inspection of the unit in the round, made with the day of feedback when it is new."""
    query = select(Inspection).where(Inspection.round_id == round_id, Inspection.unit_id == unit_id)
    found = session.exec(query).one_or_none()
    if found is None:
        found = Inspection(jurisdiction=jurisdiction, round_id=round_id, unit_id=unit_id, feedback_on=feedback_on)
        session.add(found)
        session.flush()
    return found
