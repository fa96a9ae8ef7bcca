"""What somebody may do with a case now, or prepare for who does it: every act of theirs, with all that is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from states import ARROWS, CLOCK, MOVES, Move
from storage.rows import CaseRow, read_cases
from storage.sql import Driver
from workflow.asked import missing_materials
from workflow.facts import read_facts
from workflow.machine import reasons
from workflow.may import prepares_as, role_of
from workflow.subject import Actor, Intent
from workflow.supposed import Supposed, subject_of


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
    # Nobody is asked yet which cases go together: the siblings are supposed to.
    supposed = Supposed(actor, role, now, batch=frozenset(facts.siblings))
    subject = subject_of(session, case, intent, facts, supposed)
    return Offer(move, role, tuple(reasons(subject)), tuple(missing_materials(move, (), facts)))


# What does not hold now holds no more, however long one waits and whatever one fills in.
OVER = frozenset({
    "something_unsigned", "extension_asked", "first_extension", "first_objection", "one_opinion_each", "before_claim_due",
    "by_the_due_date", "within_rescind_limit", "no_opinion_yet", "not_from_escalated",
})  # fmt: skip


def over(session: Session, actor: Actor, move: Move, cases: Sequence[CaseRow], now: datetime) -> dict[int, list[str]]:
    """Return, of cases in a state for the move, those whose time for it has gone by, and why: said before anything is filled in."""
    if not OVER.intersection(move.only_if):
        return {}
    gathered = read_facts(Driver(session), [(case, move, Intent(move.action, case.id)) for case in cases])
    found, of_round = {}, {}
    for case in cases:
        intent, facts = Intent(move.action, case.id), gathered[case.id]
        if case.round_id not in of_round:  # calendar and profile are the round's: read once, not for each case
            of_round[case.round_id] = subject_of(session, case, intent, facts, Supposed(actor, "", now))
        role = role_of(actor, move, case) or ""
        subject = replace(
            of_round[case.round_id],
            state=case.state,
            case=case,
            intent=intent,
            facts=facts,
            role=role,
            batch=frozenset(),
        )
        if why := reasons(subject, OVER):
            found[case.id] = why
    return found
