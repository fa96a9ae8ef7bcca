"""Drafts 起草: what one prepared and another confirms; not a move, but confirming fires it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from states import ACTIONS, ARROWS, HANDLER, OFFICE, ROLES, SECRETARY, STATES, TEAM
from storage.rows import CaseRow, lock_cases, lock_head
from storage.sql import Driver
from storage.tables import Case, Draft
from trail.entry import Dice, plain
from workflow.asked import read_answers
from workflow.engine import Outcome, fire
from workflow.may import role_of, sees
from workflow.subject import Actor, Intent, Material

NOT_THERE = "问题不存在，或不在您的职责范围内"


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft's number, or why it was not taken."""

    draft: int | None
    refused: tuple[str, ...] = ()


def draft(session: Session, intent: Intent, actor: Actor, now: datetime) -> Drafted:
    """Keep a prepared move for another to confirm; never commits."""
    driver = Driver(session)
    lock_head(driver, actor.jurisdiction)
    case = lock_cases(driver, actor.jurisdiction, [intent.case_id or 0]).get(intent.case_id or 0)
    if case is None or not sees(actor, case):
        return Drafted(None, (NOT_THERE,))
    refused = _why_not(intent, actor, case)
    if refused:
        return Drafted(None, tuple(refused))
    assert actor.person_id is not None  # noqa: S101 a person prepares
    row = Draft(
        jurisdiction=actor.jurisdiction, case_id=case.id, action=intent.action, intent=_packed(intent),
        prepared_by=actor.person_id, prepared_role=_prepares_as(intent.action, actor, case) or "",
        shown=shown_hash(case, _words(session, case.id)), at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return Drafted(row.id)


def confirm(session: Session, draft_id: int, actor: Actor, now: datetime, key: str | None = None, dice: Dice = os.urandom) -> Outcome:
    """Fire what was prepared, or say why not; stale when what was shown has moved since. Never commits."""
    driver = Driver(session)
    lock_head(driver, actor.jurisdiction)
    row = session.exec(select(Draft).where(Draft.id == draft_id, Draft.jurisdiction == actor.jurisdiction)).one_or_none()
    case = lock_cases(driver, actor.jurisdiction, [row.case_id]).get(row.case_id) if row else None
    if row is None or case is None or not sees(actor, case):
        return Outcome(None, "refused", refused=(f"没有第 {draft_id} 号起草件，或不在您的职责范围内",))
    if row.state != "open":
        return Outcome(case.id, "refused", case.state, version=case.version, refused=(f"第 {draft_id} 号起草件已{'确认' if row.state == 'confirmed' else '撤下'}",))
    if row.shown != shown_hash(case, _words(session, case.id)):
        why = f"起草后问题已变动（现为“{STATES[case.state].shown}”，第 {case.version} 版），请核对后重新起草"
        return Outcome(case.id, "stale", case.state, version=case.version, refused=(why,))
    intent = replace(_unpacked(row), prepared_by=row.prepared_by, prepared_role=row.prepared_role, key=key)
    (outcome,) = fire(session, [intent], actor, now, dice=dice)
    if outcome.outcome == "done":
        row.state = "confirmed"
        session.add(row)
        session.flush()
    return outcome


def shown_hash(case: CaseRow, words: Mapping[str, str]) -> str:
    """Return the hash of what a person sees when preparing: state, dates and texts, not reminders."""
    shown = [case.state, case.shown_version, plain(case.due_on), plain(case.state_due_on), case.kind, dict(words)]
    return sha256(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _words(session: Session, case_id: int) -> dict[str, str]:
    columns = ("problem", "detail", "responsible", "department", "person")
    query = select(*(getattr(Case, name) for name in columns)).where(col(Case.id) == case_id)  # type: ignore[call-overload]
    return dict(zip(columns, session.exec(query).one(), strict=True))


def _why_not(intent: Intent, actor: Actor, case: CaseRow) -> list[str]:
    move = ACTIONS.get(intent.action)
    if move is None:
        return [f"没有“{intent.action}”这项操作"]
    refused = []
    if (case.state, intent.action) not in ARROWS:
        refused.append(f"当前状态为“{STATES[case.state].shown}”，不能{move.shown}")
    if actor.person_id is None or _prepares_as(intent.action, actor, case) is None:
        refused.append(f"“{move.shown}”应由{'、'.join(ROLES.get(role, role) for role in move.who)}起草")
    return refused + read_answers(move, {**intent.answers})[1]


def _prepares_as(action: str, actor: Actor, case: CaseRow) -> str | None:
    """The handler prepares for the secretary, the team for the office, and each for themselves."""
    move = ACTIONS[action]
    own = role_of(actor, move, case)
    helpers = {HANDLER} if SECRETARY in move.who else {TEAM} if OFFICE in move.who else set()
    for post in actor.posts:
        if own is None and post.role in helpers and post.unit_id in (None, case.unit_id, case.answerable_id):
            return post.role
    return own


def _packed(intent: Intent) -> str:
    packed = {
        "answers": plain(intent.answers), "materials": [asdict(m) for m in intent.materials],
        "occurred_on": plain(intent.occurred_on),
    }  # fmt: skip
    return json.dumps(packed, ensure_ascii=False)


def _unpacked(row: Draft) -> Intent:
    packed: dict[str, Any] = json.loads(row.intent)
    day = packed["occurred_on"]
    materials = tuple(Material(**m) for m in packed["materials"])
    return Intent(row.action, row.case_id, answers=packed["answers"], materials=materials, occurred_on=date.fromisoformat(day) if day else None)


