"""Drafts 起草: what one prepared and another confirms; not a move, but confirming fires it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session, select

from states import ACTIONS, ARROWS, ROLES, STATES
from storage.rows import CaseRow, lock_cases, lock_head, read_cases
from storage.sql import Driver
from storage.tables import Draft, DraftCase
from trail.entry import Dice, plain
from workflow.asked import ahead_of_its_time, faulty_names, missing_materials, read_answers
from workflow.engine import Outcome, done_before, fire
from workflow.facts import read_facts
from workflow.machine import reasons
from workflow.may import prepares_as, role_of, sees
from workflow.shown import Seen, differences, seen, stale
from workflow.subject import Actor, Intent, Material
from workflow.supposed import Supposed, subject_of

NOT_THERE = "问题不存在，或不在您的职责范围内"


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft's number, or why it was not taken: all sentences, and those of each case."""

    draft: int | None
    refused: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


def draft(session: Session, intent: Intent, actor: Actor, now: datetime) -> Drafted:
    """Keep a prepared move of one case for another to confirm; never commits."""
    return draft_batch(session, [intent], actor, now)


def draft_batch(session: Session, intents: Sequence[Intent], actor: Actor, now: datetime) -> Drafted:
    """Keep a prepared move of several cases (one action) for another to confirm; never commits."""
    driver = Driver(session)
    lock_head(driver, actor.jurisdiction)
    ids = [intent.case_id or 0 for intent in intents]
    cases = lock_cases(driver, actor.jurisdiction, ids)
    if not ids or any(case not in cases or not sees(actor, cases[case]) for case in ids):
        return Drafted(None, (NOT_THERE,))
    faults = tuple(
        Outcome(intent.case_id, "refused", cases[intent.case_id or 0].state, refused=tuple(why))
        for intent in intents
        if (
            why := _why_not(session, intent, cases[intent.case_id or 0], Supposed(actor, "", now, batch=frozenset(ids)))
        )
    )
    if faults:
        return Drafted(None, tuple(dict.fromkeys(why for one in faults for why in one.refused)), faults)
    assert actor.person_id is not None
    first = cases[ids[0]]
    found = seen(session, intents[0].action, list(cases.values()))
    row = Draft(
        jurisdiction=actor.jurisdiction, case_id=first.id, action=intents[0].action, intent=_packed(intents, found),
        prepared_by=actor.person_id, prepared_role=prepares_as(actor, ACTIONS[intents[0].action], first) or "",
        shown=_together(found, ids), at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(DraftCase(draft_id=row.id or 0, case_id=case) for case in cases)
    session.flush()
    return Drafted(row.id)


def confirm(
    session: Session, draft_id: int, actor: Actor, now: datetime, key: str | None = None, dice: Dice = os.urandom
) -> Outcome:
    """Fire a draft of one case; stale when what was shown has moved since. Never commits."""
    return confirm_batch(session, draft_id, actor, now, key, dice)[0]


def confirm_batch(
    session: Session, draft_id: int, actor: Actor, now: datetime, key: str | None = None, dice: Dice = os.urandom
) -> list[Outcome]:
    """Fire what was prepared, all or none, or say why not; stale when what was shown has moved since. Never commits."""
    driver = Driver(session)
    lock_head(driver, actor.jurisdiction)
    row = session.exec(
        select(Draft).where(Draft.id == draft_id, Draft.jurisdiction == actor.jurisdiction)
    ).one_or_none()
    intents = unpacked(row) if row else []
    cases = lock_cases(driver, actor.jurisdiction, [intent.case_id or 0 for intent in intents])
    if row is None or not cases or any(not sees(actor, case) for case in cases.values()):
        return [Outcome(None, "refused", refused=(f"没有第 {draft_id} 号起草件，或不在您的职责范围内",))]
    prepared = [replace(one, prepared_by=row.prepared_by, prepared_role=row.prepared_role, key=key) for one in intents]
    if row.state != "open":
        why = f"第 {draft_id} 号起草件已{'确认' if row.state == 'confirmed' else '撤下'}"
        return done_before(driver, prepared, actor) or [_no(case, why) for case in cases.values()]
    if moved := moved_since(session, row):
        return [stale(case, "起草", moved.get(case.id)) for case in cases.values()]
    outcomes = fire(session, prepared, actor, now, "all", dice=dice)
    if all(outcome.outcome == "done" for outcome in outcomes):
        row.state = "confirmed"
        session.add(row)
        session.flush()
    return outcomes


def may_confirm(session: Session, row: Draft, actor: Actor) -> bool:
    """Say whether somebody is who confirms this draft, in all of its cases, and so may return it too."""
    move, ids = ACTIONS[row.action], [intent.case_id or 0 for intent in unpacked(row)]
    if move.second and row.prepared_by == actor.person_id:
        return False
    return all(role_of(actor, move, case) for case in read_cases(Driver(session), row.jurisdiction, ids).values())


def take_down(session: Session, number: int, actor: Actor, reason: str) -> str:
    """Take a draft down, as its preparer or as who returns it with a reason; return the sentence against it, if any.

    A preparer puts away what came back, too. Never commits.
    """
    lock_head(Driver(session), actor.jurisdiction)
    row = session.get_one(Draft, number, populate_existing=True)
    own = row.prepared_by == actor.person_id
    if row.state == "confirmed" or (row.state != "open" and not own):
        return f"第 {number} 号起草件已{'确认' if row.state == 'confirmed' else '撤下'}"
    if not own and not reason.strip():
        return "请写明退回理由，起草人会看到"
    row.state, row.returned = "dropped", None if own else reason.strip()
    session.add(row)
    return ""


def _no(case: CaseRow, why: str) -> Outcome:
    return Outcome(case.id, "refused", case.state, version=case.version, refused=(why,))


def _together(found: Mapping[int, Seen], ids: Sequence[int]) -> str:
    digests = [found[case].digest for case in ids]
    return digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()


def moved_since(session: Session, row: Draft) -> dict[int, list[str]]:
    """Return which cases have moved since this was prepared, and what of their evidence came or went: then it can only be prepared again."""
    then = _seen_then(row)
    cases = read_cases(Driver(session), row.jurisdiction, list(then))
    now = seen(session, row.action, list(cases.values()))
    if row.shown == _together(now, list(then)):
        return {}
    moved = {
        case: differences(one, now[case]) for case, one in then.items() if one.digest not in ("", now[case].digest)
    }
    return moved or {case: [] for case in then}


def _seen_then(row: Draft) -> dict[int, Seen]:
    packed: list[dict[str, Any]] = json.loads(row.intent)
    found = {}
    for one in packed:
        digest, files = one.get("shown", ("", []))
        found[int(one["case"])] = Seen(digest, tuple((measure, name, sha) for measure, name, sha in files))
    return found


# What holds as little when it is confirmed; what only has to wait, or looks at who confirms, is asked then.
LASTING = frozenset({
    "filing_takes_all", "from_before_to", "agreed_within_profile", "new_on_ahead", "until_after_due", "until_ahead",
    "measures_in_time", "measures_by_agreed", "until_by_last_day", "until_within_profile", "by_the_due_date",
    "first_extension", "measure_exists", "duplicate_named", "final_on_ahead", "plan_on_ahead", "review_on_ahead",
    "review_within_profile", "text_is_the_approved", "dissent_decided", "dissent_answered",
})  # fmt: skip


def _why_not(session: Session, intent: Intent, case: CaseRow, supposed: Supposed) -> list[str]:
    """Return why the draft would be a dead end for who is to confirm it; what only has to wait is no reason."""
    driver, actor = Driver(session), supposed.actor
    move = ACTIONS.get(intent.action)
    if move is None:
        return [f"没有“{intent.action}”这项操作"]
    refused = []
    if (case.state, intent.action) not in ARROWS:
        refused.append(f"当前状态为“{STATES[case.state].shown}”，不能{move.shown}")
    if actor.person_id is None or prepares_as(actor, move, case) is None:
        refused.append(f"“{move.shown}”应由{'、'.join(ROLES.get(role, role) for role in move.who)}起草")
    if refused:
        return refused
    facts = read_facts(driver, [(case, move, intent)])[case.id]
    answers, faults = read_answers(move, {**intent.answers}, case.kind)
    subject = subject_of(session, case, intent, facts, replace(supposed, answers=answers))
    return [
        *faults,
        *ahead_of_its_time(intent, answers, subject.today),
        *faulty_names(intent.materials),
        *missing_materials(move, intent.materials, facts),
        *reasons(subject, LASTING),
    ]


def _packed(intents: Sequence[Intent], found: Mapping[int, Seen]) -> str:
    packed = [
        {
            "case": one.case_id,
            "answers": plain(one.answers),
            "materials": [asdict(m) for m in one.materials],
            "occurred_on": plain(one.occurred_on),
            "shown": [found[one.case_id or 0].digest, found[one.case_id or 0].files],
        }
        for one in intents
    ]
    return json.dumps(packed, ensure_ascii=False)


def unpacked(row: Draft) -> list[Intent]:
    """Return the intents that a draft holds."""
    packed: list[dict[str, Any]] = json.loads(row.intent)
    return [
        Intent(
            row.action, one["case"], answers=one["answers"], materials=tuple(Material(**m) for m in one["materials"]),
            occurred_on=date.fromisoformat(one["occurred_on"]) if one["occurred_on"] else None,
        )
        for one in packed
    ]  # fmt: skip
