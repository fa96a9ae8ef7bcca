"""Who may: the role in which somebody acts on a case or prepares, and what is there for them at all."""

from __future__ import annotations

from states import ESCALATED, HANDLER, MOVES, OFFICE, RECTIFYING, SECRETARY, TEAM, UNIT_ROLES, Move
from storage.rows import CaseRow
from workflow.subject import Actor


def role_of(actor: Actor, move: Move, case: CaseRow) -> str | None:
    """Return the role in which the actor may make the move on this case, or None."""
    for post in actor.posts:
        if post.role in move.who and _reaches(post.role, post.unit_id, case):
            return post.role
    return None


def prepares_as(actor: Actor, move: Move, case: CaseRow) -> str | None:
    """Return the role in which the actor may prepare the move: the handler for the secretary, the team for the office, each for themselves."""
    own = role_of(actor, move, case)
    helpers = {HANDLER} if SECRETARY in move.who else {TEAM} if OFFICE in move.who else set()
    for post in actor.posts:
        if own is None and post.role in helpers and post.unit_id in (None, *_at_work(case)):
            return post.role
    return own


def sees(actor: Actor, case: CaseRow) -> bool:
    """Say whether the case is there for the actor: theirs as a unit, or the jurisdiction's for everybody else."""
    return any(
        post.role not in UNIT_ROLES or post.unit_id in (case.unit_id, case.answerable_id) for post in actor.posts
    )


def hidden_from(actor: Actor) -> frozenset[str]:
    """Return the actions of which the actor may know that they were done, and nothing of what was said and handed in."""
    roles = {post.role for post in actor.posts}
    return frozenset(move.action for move in MOVES if move.known_to and not roles & set(move.known_to))


def _reaches(role: str, unit_id: int | None, case: CaseRow) -> bool:
    if role == SECRETARY:
        return unit_id == case.answerable_id
    return unit_id in _at_work(case) if role == HANDLER else True


def _at_work(case: CaseRow) -> tuple[int, ...]:
    """Return the units that work on the case: who answers for it, and where it was found unless that unit has passed it on."""
    return (case.answerable_id,) if case.passed_on else (case.unit_id, case.answerable_id)


def attaches(actor: Actor, case: CaseRow) -> bool:
    """Say whether the actor's unit works on the case now, so that its evidence comes and goes."""
    units = {post.unit_id for post in actor.posts if post.role in UNIT_ROLES}
    return case.state in (RECTIFYING, ESCALATED) and not units.isdisjoint(_at_work(case))
