"""A move supposed, not made: the subject that its rules look at, for offers and drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

import clock
from states import ACTIONS
from storage.rows import CaseRow
from storage.sql import Driver
from workflow.rules import calendar_of, profiles_of
from workflow.subject import Actor, Facts, Intent, Subject


@dataclass(frozen=True, slots=True)
class Supposed:
    """Who would make a move in which role and when, with which answers read, together with which cases."""

    actor: Actor
    role: str
    now: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)
    batch: frozenset[int] = frozenset()


def subject_of(session: Session, case: CaseRow, intent: Intent, facts: Facts, supposed: Supposed) -> Subject:
    """Return what the rules of the move would look at."""
    driver = Driver(session)
    head = driver.one("SELECT calendar FROM heads WHERE jurisdiction = ?", (case.jurisdiction,))
    return Subject(
        case.state, ACTIONS[intent.action], case, intent, supposed.actor, supposed.role, dict(supposed.answers), facts,
        profiles_of(session, driver, [case.round_id])[case.round_id],
        calendar_of(session, case.jurisdiction, head[0] if head else ""),
        clock.micros(supposed.now), clock.local_date(supposed.now), supposed.batch | {case.id},
    )  # fmt: skip
