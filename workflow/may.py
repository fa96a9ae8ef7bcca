"""Who may: the role in which somebody acts on a case, and the sentences for their eyes."""

from __future__ import annotations

from states import ARROWS, BORN, CLOCK, CONFIDENTIAL, HANDLER, OFFICE, ROLES, SECRETARY, STATES, TEAM, UNIT_ROLES, Move
from storage.rows import CaseRow
from workflow.subject import Actor, Subject


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
        if own is None and post.role in helpers and post.unit_id in (None, case.unit_id, case.answerable_id):
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
    return frozenset(action for action, known_to in CONFIDENTIAL.items() if not roles & set(known_to))


def why_not(subject: Subject, actor: Actor) -> tuple[list[str], bool]:
    """Return what stands in the way before any rule is asked (state, person), and whether the case is there at all."""
    if not sees(actor, subject.case):
        return [], False
    refused = []
    if (subject.case.state, subject.move.action) not in ARROWS:
        refused.append(f"当前状态为“{_shown(subject.case.state)}”，不能{subject.move.shown}")
    if subject.role is None:
        refused.append(_wrong_person(subject))
    elif subject.move.second:
        refused += _second(subject)
    return refused, True


def _reaches(role: str, unit_id: int | None, case: CaseRow) -> bool:
    if role == SECRETARY:
        return unit_id == case.answerable_id
    return unit_id in (case.unit_id, case.answerable_id) if role == HANDLER else True


def _shown(state: str) -> str:
    return "尚未反馈" if state == BORN else STATES[state].shown


def _wrong_person(subject: Subject) -> str:
    if CLOCK in subject.move.who:
        return f"“{subject.move.shown}”只由定时任务办理"
    who = "、".join(ROLES[role] for role in subject.move.who)
    whose = "（责任党组织的）" if set(subject.move.who) & set(UNIT_ROLES) else ""
    return f"“{subject.move.shown}”应由{whose}{who}办理"


def _second(subject: Subject) -> list[str]:
    prepared = subject.intent.prepared_by
    if prepared is None:
        return [f"“{subject.move.shown}”须两人办理：请先由一人起草，再由另一人确认"]
    if prepared == subject.actor.person_id:
        return ["起草人不能确认自己起草的事项，须由另一人确认"]
    same = subject.intent.prepared_role in subject.move.who
    return [] if same else ["起草人不具有办理该事项的职责"]
