"""What somebody may do with a case now, or prepare for who does it: every act of theirs, with all that is still missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

import clock
from states import ARROWS, CLOCK, MOVES, Move
from storage.rows import CaseRow, read_cases
from storage.sql import Driver
from workflow.asked import missing_materials
from workflow.facts import read_facts
from workflow.machine import reasons
from workflow.may import prepares_as, role_of
from workflow.rules import calendar_of, profiles_of
from workflow.subject import Actor, Facts, Intent, Subject


@dataclass(frozen=True, slots=True)
class Offer:
    """An act on a case: the move, the role it would be made or prepared in, what a rule says against it, what is to be attached."""

    move: Move
    role: str
    blocked: tuple[str, ...]
    missing: tuple[str, ...]
    prepares: bool = False


def offers(session: Session, actor: Actor, case_id: int, now: datetime) -> list[Offer]:
    """Return the acts that the actor makes or prepares on the case in its state, own acts first, else in the order of the life.

    Answers are not judged. Signing for 签收 is nothing to prepare.
    """
    driver = Driver(session)
    case = read_cases(driver, actor.jurisdiction, [case_id]).get(case_id)
    if case is None:
        return []
    moves = [move for move in MOVES if (case.state, move.action) in ARROWS and CLOCK not in move.who]
    mine = [(move, role) for move in moves if (role := role_of(actor, move, case))]
    own = {move.action for move, _ in mine}
    theirs = [move for move in moves if move.action not in own and move.action != "acknowledge"]
    for_others = [(move, role) for move in theirs if (role := prepares_as(actor, move, case))]
    return [
        *(_offer(session, driver, case, move, role, actor, now) for move, role in mine),
        *(replace(_offer(session, driver, case, move, role, actor, now), prepares=True) for move, role in for_others),
    ]


def _offer(
    session: Session, driver: Driver, case: CaseRow, move: Move, role: str, actor: Actor, now: datetime
) -> Offer:
    intent = Intent(move.action, case.id)
    facts = read_facts(driver, [(case, move, intent)])[case.id]
    subject = _subject(session, driver, case, move, role, actor, facts, now)
    return Offer(move, role, tuple(reasons(subject)), tuple(missing_materials(move, (), facts)))


def _subject(
    session: Session, driver: Driver, case: CaseRow, move: Move, role: str, actor: Actor, facts: Facts, now: datetime
) -> Subject:
    head = driver.one("SELECT calendar FROM heads WHERE jurisdiction = ?", (case.jurisdiction,))
    calendar = calendar_of(session, case.jurisdiction, head[0] if head else "")
    profile = profiles_of(session, driver, [case.round_id])[case.round_id]
    siblings = frozenset(facts.siblings) | {case.id}
    at = clock.micros(now)
    return Subject(
        case.state,
        move,
        case,
        Intent(move.action, case.id),
        actor,
        role,
        {},
        facts,
        profile,
        calendar,
        at,
        clock.local_date(now),
        siblings,
    )
