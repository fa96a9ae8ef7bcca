"""What somebody may do with a case now, or prepare for who does it: every act of theirs, with all that is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from states import CLOCK, Move
from storage.rows import CaseRow
from storage.sql import Driver
from workflow.answers import missing_materials
from workflow.gather import Supposed, suppose
from workflow.judge import over
from workflow.machine import GUARDS, moves_from, reasons
from workflow.may import prepares_as, role_of
from workflow.refusal import Refusal, sentences
from workflow.subject import Actor, Intent


@dataclass(frozen=True, slots=True)
class Offer:
    """An act on a case: the move, the role it would be made or prepared in, what a rule says against it, what is to be attached."""

    move: Move
    role: str
    blocked: tuple[Refusal, ...]
    missing: tuple[Refusal, ...]
    prepares: bool = False


def offers(driver: Driver, actor: Actor, case: CaseRow, now: datetime) -> list[Offer]:
    """Return the acts that the actor makes or prepares on the case in its state, own acts first, else in the order of the life.

    Answers are not judged. Signing for 签收 is nothing to prepare.
    """
    moves = [move for move in moves_from(case.state) if CLOCK not in move.who]
    mine = {move.action: role for move in moves if (role := role_of(actor, move, case))}
    theirs = [move for move in moves if move.action not in mine and not move.signs]
    for_others = {move.action: role for move in theirs if (role := prepares_as(actor, move, case))}
    # Nobody is asked yet which cases go together: the siblings are supposed to.
    wanted = [Supposed(case, Intent(action, case.id), role) for action, role in (mine | for_others).items()]
    return [
        Offer(
            s.move, s.role or "", tuple(reasons(s)), tuple(missing_materials(s.move, (), s.facts)), s.move.action in for_others
        )
        for s in suppose(driver, actor, now, wanted)
    ]  # fmt: skip


def ended(
    driver: Driver, actor: Actor, move: Move, cases: Sequence[CaseRow], now: datetime
) -> dict[int, tuple[str, ...]]:
    """Return, of cases in a state for the move, those whose time for it has gone by, and why: said before anything is filled in."""
    if not any(GUARDS[name].over for name in move.only_if):
        return {}
    wanted = [Supposed(case, Intent(move.action, case.id), role_of(actor, move, case) or "") for case in cases]
    found = {s.case.id: sentences(reasons(s, over)) for s in suppose(driver, actor, now, wanted, frozenset())}
    return {case: why for case, why in found.items() if why}
