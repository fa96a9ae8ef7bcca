"""What somebody may do with a case now, or prepare for who does it: every act of theirs, with all that is still missing."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from grammar import Move
from states import CLOCK
from storage.rows import CaseRow
from storage.sql import Driver
from workflow.at_once import suits
from workflow.gather import Supposed, suppose
from workflow.judge import on_offer, over_now
from workflow.machine import GUARDS, moves_from
from workflow.may import acts_as, prepares_as, receives_as
from workflow.opinions import asked_of
from workflow.refusal import Refusal, sentences
from workflow.subject import Actor, Intent, Subject


@dataclass(frozen=True, slots=True)
class Offer:
    """An act on a case: the move, the role it would be made or prepared in, what a rule says against it, what is to be attached."""

    move: Move
    role: str
    blocked: tuple[Refusal, ...]
    missing: tuple[Refusal, ...]
    prepares: bool = False
    received: bool = False
    """It is the unit's, and entered from its signed paper 代录."""


def offers(driver: Driver, actor: Actor, case: CaseRow, now: datetime) -> list[Offer]:
    """Return the acts that the actor makes, prepares or enters from paper on the case in its state, own acts first, else in the order of the life.

    Answers are not judged. Signing for 签收 is nothing to prepare.
    """
    moves = [move for move in moves_from(case.state) if CLOCK not in move.who and suits(move, case)]
    mine = {move.action: post for move in moves if (post := acts_as(actor, move, case))}
    theirs = [move for move in moves if move.action not in mine and not move.is_receipt]
    for_others = {move.action: post for move in theirs if (post := prepares_as(actor, move, case))}
    # Nobody is asked yet which cases go together: the siblings are supposed to.
    wanted = [Supposed(case, Intent(action, case.id), post) for action, post in (mine | for_others).items()]
    wanted += [
        Supposed(case, Intent(move.action, case.id, received=True), post)
        for move in theirs
        if (post := receives_as(actor, move, case))
    ]
    return [_offer(s, for_others) for s in suppose(driver, actor, now, wanted) if _is_asked(s)]


def _is_asked(s: Subject) -> bool:
    """Say whether the act is anything to them: who is no party by the profile is not offered an opinion."""
    return "party_by_profile" not in s.move.only_if or s.role in asked_of(s).parties


def _offer(s: Subject, for_others: Container[str]) -> Offer:
    blocked, missing = on_offer(s)
    received = s.intent.received
    prepares = not received and s.move.action in for_others
    return Offer(s.move, s.role or "", tuple(blocked), tuple(missing), prepares, received)


def ended(
    driver: Driver, actor: Actor, move: Move, cases: Sequence[CaseRow], now: datetime, *, received: bool = False
) -> dict[int, tuple[str, ...]]:
    """Return, of cases in a state for the move, those whose time for it has gone by, and why: said before anything is filled in."""
    if not any(GUARDS[name].over for name in move.only_if):
        return {}
    return _said(driver, actor, move, cases, now, over_now, received=received)


def in_the_way(
    driver: Driver, actor: Actor, move: Move, cases: Sequence[CaseRow], now: datetime, *, received: bool = False
) -> dict[int, tuple[str, ...]]:
    """Return, of these cases, what the rules say against the move when nothing is filled in and they go together."""
    return _said(driver, actor, move, cases, now, lambda s: on_offer(s)[0], received=received) if move.only_if else {}


def _said(
    driver: Driver,
    actor: Actor,
    move: Move,
    cases: Sequence[CaseRow],
    now: datetime,
    judge: Callable[[Subject], list[Refusal]],
    *,
    received: bool,
) -> dict[int, tuple[str, ...]]:
    by = receives_as if received else acts_as
    wanted = [Supposed(case, Intent(move.action, case.id, received=received), by(actor, move, case)) for case in cases]
    together = frozenset(case.id for case in cases)
    found = {s.case.id: sentences(judge(s)) for s in suppose(driver, actor, now, wanted, together)}
    return {case: why for case, why in found.items() if why}
