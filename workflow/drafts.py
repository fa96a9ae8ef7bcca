"""Drafts 起草: what one prepared and another confirms; not a move, but confirming fires it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import select

from states import ACTIONS
from storage.rows import CaseRow, lock_cases, lock_head, read_cases
from storage.scope import Placed
from storage.sql import Driver
from storage.tables import Draft, DraftCase
from storage.work import Work
from trail.entry import Dice, plain
from workflow.cosigning import signatures_of
from workflow.engine import done_before, fire
from workflow.gather import Supposed, suppose
from workflow.judge import NOT_THERE, against_draft, no_such_action, one_filing
from workflow.may import acts_as, prepares_as, sees
from workflow.outcome import Outcome
from workflow.refusal import Refusal, sentences
from workflow.shown import as_seen, differences, seen
from workflow.subject import Actor, Intent, Material, Seen


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft's number, or why it was not taken: all sentences, and those of each case."""

    draft: int | None
    refusals: tuple[Refusal, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def refused(self) -> tuple[str, ...]:
        """Return what is said against it, each sentence once."""
        return sentences(self.refusals)

    def against(self, cases: Iterable[int]) -> tuple[Outcome, ...]:
        """Return what is said against it case by case: against some of them, or else against all."""
        if self.outcomes or not self.refusals:
            return self.outcomes
        return tuple(Outcome(case, "refused", refusals=self.refusals) for case in cases)


def draft(work: Work, intent: Intent, actor: Actor, now: datetime) -> Drafted:
    """Keep a prepared move of one case for another to confirm; never commits."""
    return draft_batch(work, [intent], actor, now)


def draft_batch(work: Work, intents: Sequence[Intent], actor: Actor, now: datetime) -> Drafted:
    """Keep a prepared move of several cases (one action) for another to confirm; never commits."""
    driver = work.driver
    lock_head(driver, actor.jurisdiction)
    ids = [intent.case_id or 0 for intent in intents]
    cases = lock_cases(driver, actor.jurisdiction, ids)
    if not ids or any(case not in cases or not sees(actor, cases[case]) for case in ids):
        return Drafted(None, (NOT_THERE,))
    if any(one.received for one in intents):
        return Drafted(None, (Refusal("代录签字件不用起草，直接办理，再由书记确认"),))
    faults = _against(driver, intents, cases, actor, now)
    if faults:
        return Drafted(None, tuple(dict.fromkeys(why for one in faults for why in one.refusals)), faults)
    assert actor.person_id is not None
    first = cases[ids[0]]
    by = prepares_as(actor, ACTIONS[intents[0].action], first)
    packed = _packed(intents)
    if (sent := _sent_already(work, actor, intents[0].action, packed)) is not None:
        return Drafted(sent)
    found = seen(driver, intents[0].action, list(cases.values()))
    work.note_done()
    row = Draft(
        jurisdiction=actor.jurisdiction, case_id=first.id, action=intents[0].action, intent=packed,
        prepared_by=actor.person_id, prepared_role=by.role if by else "",
        shown=_packed_seen(found), at=now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    work.session.add_all(DraftCase(draft_id=row.id or 0, case_id=case) for case in cases)
    work.session.flush()
    return Drafted(row.id)


def _sent_already(work: Work, actor: Actor, action: str, packed: str) -> int | None:
    """Return the draft that still waits and says the same, word for word: a button pressed twice sends one."""
    waiting = select(Draft.id).where(
        Draft.jurisdiction == actor.jurisdiction, Draft.state == "open", Draft.prepared_by == actor.person_id
    )
    return work.session.exec(waiting.where(Draft.action == action, Draft.intent == packed)).first()


def prepared_action(work: Work, draft_id: int, actor: Actor) -> str:
    """Return the move that a draft of the actor's jurisdiction prepares; empty where there is none."""
    row = work.driver.one("SELECT action FROM drafts WHERE id = ? AND jurisdiction = ?", (draft_id, actor.jurisdiction))
    return row[0] if row else ""


def confirm(
    work: Work, draft_id: int, actor: Actor, now: datetime, key: str | None = None, dice: Dice = os.urandom
) -> Outcome:
    """Fire a draft of one case; stale when what was shown has moved since. Never commits."""
    return confirm_batch(work, draft_id, actor, now, key, dice)[0]


def confirm_batch(
    work: Work,
    draft_id: int,
    actor: Actor,
    now: datetime,
    key: str | None = None,
    dice: Dice = os.urandom,
    signed: str | None = None,
) -> list[Outcome]:
    """Fire what was prepared, all or none, or say why not; stale when what was shown has moved since. Never commits.

    `signed` is the sentence for which the password was given.
    """
    driver = work.driver
    lock_head(driver, actor.jurisdiction)
    row = work.session.exec(
        select(Draft).where(Draft.id == draft_id, Draft.jurisdiction == actor.jurisdiction)
    ).one_or_none()
    not_there = Outcome(None, "refused", refusals=(Refusal(f"没有第 {draft_id} 号起草件，或不在您的职责范围内"),))
    if row is None:
        return [not_there]
    beside = signatures_of(driver, [draft_id])[draft_id] if ACTIONS[row.action].cosigned else ()
    prepared = [
        replace(
            one,
            prepared_by=row.prepared_by,
            prepared_role=row.prepared_role,
            key=key,
            signed=signed or None,
            cosigned=beside,
        )
        for one in unpacked(row)
    ]
    if row.state != "open":
        cases = read_cases(driver, actor.jurisdiction, [one.case_id or 0 for one in prepared]).values()
        if not all(sees(actor, case) for case in cases):
            return [not_there]
        why = f"第 {draft_id} 号起草件已{'确认' if row.state == 'confirmed' else '撤下'}"
        why += f"：{row.returned}" if row.returned else ""
        return done_before(driver, prepared, actor) or [_no(case, why) for case in cases]
    outcomes = fire(work, prepared, actor, now, "all", dice=dice)
    if any(NOT_THERE in one.refusals for one in outcomes):
        return [not_there]
    if all(outcome.outcome == "done" for outcome in outcomes):
        row.state = "confirmed"
        work.session.add(row)
        work.session.flush()
    return outcomes


def may_confirm(action: str, prepared_by: int | None, cases: Iterable[Placed], actor: Actor) -> bool:
    """Say whether somebody is who confirms what a person has prepared, in all of its cases, and so may return it too."""
    move = ACTIONS[action]
    if move.second and prepared_by == actor.person_id:
        return False
    return all(acts_as(actor, move, case) for case in cases)


def take_down(work: Work, number: int, actor: Actor, reason: str) -> str:
    """Take a draft down, as its preparer or as who returns it with a reason; return the sentence against it, if any.

    A preparer puts away what came back, too. Never commits.
    """
    lock_head(work.driver, actor.jurisdiction)
    row = work.session.get_one(Draft, number, populate_existing=True)
    own = row.prepared_by == actor.person_id
    if row.state == "confirmed" or (row.state != "open" and not own):
        return f"第 {number} 号起草件已{'确认' if row.state == 'confirmed' else '撤下'}"
    if not own and not reason.strip():
        return "请写明退回理由，起草人会看到"
    work.note_done()
    row.state, row.returned = "dropped", None if own else reason.strip()
    work.session.add(row)
    return ""


def _no(case: CaseRow, why: str) -> Outcome:
    return Outcome(case.id, "refused", case.state, version=case.version, refusals=(Refusal(why),))


def moved_since(driver: Driver, drafts: Sequence[tuple[Draft, Sequence[CaseRow]]]) -> dict[int, dict[int, list[str]]]:
    """Return, by draft, which of its cases have moved since it was prepared, and what of them changed, came or went.

    Such a draft can only be prepared again.
    """
    now: dict[str, dict[int, Seen]] = {}
    for action in {row.action for row, _ in drafts}:
        together = {case.id: case for row, cases in drafts if row.action == action for case in cases}
        now[action] = seen(driver, action, list(together.values()))
    return {
        row.id or 0: {
            case: differences(then, now[row.action][case])
            for case, then in _seen(row).items()
            if then.digest != now[row.action][case].digest
        }
        for row, _ in drafts
    }


def _against(
    driver: Driver, intents: Sequence[Intent], cases: Mapping[int, CaseRow], actor: Actor, now: datetime
) -> tuple[Outcome, ...]:
    """Return what is against drafting: one outcome for each case that has something against it."""
    known = [one for one in intents if one.action in ACTIONS]
    supposed = [Supposed(case, _prepared_as(one, case, actor)) for one in known if (case := cases[one.case_id or 0])]
    subjects = suppose(driver, actor, now, supposed, frozenset(cases))
    found = {s.case.id: against_draft(s) for s in subjects}
    if not any(found.values()):  # what one of them lacks is said of it, not of all
        unlike = one_filing(subjects)
        found = {s.case.id: unlike.get(s.move.action, []) for s in subjects}
    found |= {one.case_id or 0: [no_such_action(one.action)] for one in intents if one not in known}
    return tuple(
        Outcome(case, "refused", cases[case].state, refusals=tuple(dict.fromkeys(why)))
        for case in (one.case_id or 0 for one in intents)
        if (why := found[case])
    )


def _prepared_as(intent: Intent, case: CaseRow, actor: Actor) -> Intent:
    by = prepares_as(actor, ACTIONS[intent.action], case)
    return replace(intent, prepared_role=by.role if by else None)


def _packed(intents: Sequence[Intent]) -> str:
    packed = [
        {
            "case": one.case_id,
            "answers": plain(one.answers),
            "materials": [asdict(m) for m in one.materials],
            "occurred_on": plain(one.occurred_on),
        }
        for one in intents
    ]
    return json.dumps(packed, ensure_ascii=False)


def _packed_seen(found: Mapping[int, Seen]) -> str:
    return json.dumps({case: asdict(one) for case, one in found.items()}, ensure_ascii=False)


def _seen(row: Draft) -> dict[int, Seen]:
    shown: dict[str, Any] = json.loads(row.shown)
    return {int(case): as_seen(one["digest"], one["said"], one["files"]) for case, one in shown.items()}


def shown_in(row: Draft) -> dict[int, dict[str, str]]:
    """Return what was shown of each case when it was prepared, by name."""
    return {case: dict(one.said) for case, one in _seen(row).items()}


def unpacked(row: Draft) -> list[Intent]:
    """Return the intents that a draft holds."""
    packed: list[dict[str, Any]] = json.loads(row.intent)
    shown = _seen(row)
    return [
        Intent(
            row.action, one["case"], answers=one["answers"], materials=tuple(Material(**m) for m in one["materials"]),
            occurred_on=date.fromisoformat(one["occurred_on"]) if one["occurred_on"] else None, shown=shown[one["case"]],
        )
        for one in packed
    ]  # fmt: skip
