"""What was shown 所见: a signature covers exactly that, so it is hashed when shown and compared under the lock when signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from states import ACTIONS, MATERIALS, STATES, Move
from storage.reads.cases import words_shown
from storage.reads.materials import Evidence, evidence_of
from storage.reads.measures import measures_of
from storage.rows import CaseRow, lock_cases, lock_head, read_cases
from storage.sql import Driver
from storage.work import Work
from trail.entry import plain
from workflow.engine import Mode, fire
from workflow.outcome import Outcome
from workflow.refusal import Refusal
from workflow.repeat import digests, remembered
from workflow.subject import Actor, Intent

File = tuple[int | None, str, str]
"""A piece of evidence: the number of its measure, its name, its content hash."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was shown of a case: the hash of all of it, and the evidence among it by which a difference is said."""

    digest: str
    files: tuple[File, ...] = ()


def lays_open(move: Move) -> bool:
    """Say whether who makes the move signs for the measures and their evidence."""
    return "evidence@" in move.needs


def seen(driver: Driver, action: str, cases: Sequence[CaseRow]) -> dict[int, Seen]:
    """Return what a person sees of each case before this act: state, dates and texts, not reminders; measures and evidence where it lays them open."""
    words = words_shown(driver, [case.id for case in cases])
    open_to_view = lays_open(ACTIONS[action])
    evidence = evidence_of(driver, {case.id: case.cycle for case in cases}) if open_to_view else {}
    return {case.id: _seen(driver, case, words[case.id], evidence.get(case.id)) for case in cases}


def _seen(driver: Driver, case: CaseRow, words: Mapping[str, str], evidence: Sequence[Evidence] | None) -> Seen:
    shown = [case.state, case.shown_version, plain(case.due_on), plain(case.state_due_on), case.kind, dict(words)]
    if evidence is None:
        return Seen(_hash(shown))
    measures = [
        [m.no, m.text, m.person, m.department, plain(m.due_on), m.checked_by, m.why]
        for m in measures_of(driver, case.id)
    ]
    files = tuple(sorted(((one.measure, one.name, one.sha256) for one in evidence), key=str))
    return Seen(_hash([*shown, measures, files]), files)


def _hash(shown: object) -> str:
    return sha256(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def altered(
    driver: Driver, intents: Sequence[Intent], actor: Actor, shown: Mapping[int, Seen]
) -> dict[int, list[str]]:
    """Return the cases that are not as they were shown, and what of their evidence came or went; what was done under its key is as it is."""
    known = remembered(driver, actor, intents, digests(actor, intents))
    waiting = [intent.case_id or 0 for position, intent in enumerate(intents) if position not in known]
    cases = read_cases(driver, actor.jurisdiction, waiting)
    now = seen(driver, intents[0].action, list(cases.values()))
    before = {case: shown.get(case, Seen("")) for case in now}
    return {case: differences(before[case], now[case]) for case in now if before[case].digest != now[case].digest}


def differences(then: Seen, now: Seen) -> list[str]:
    """Return in words which evidence came and which went."""
    came = [one for one in now.files if one not in then.files]
    went = [one for one in then.files if one not in now.files]
    return [
        *(f"新增{MATERIALS['evidence']}{_file(one)}" for one in came),
        *(f"撤下{MATERIALS['evidence']}{_file(one)}" for one in went),
    ]


def _file(one: File) -> str:
    return f"“{one[1]}”" + (f"（第 {one[0]} 项措施）" if one[0] else "")


def fire_as_shown(
    work: Work, intents: Sequence[Intent], actor: Actor, now: datetime, mode: Mode, shown: Mapping[int, Seen]
) -> list[Outcome]:
    """Fire what was shown; none of it, and all of it stale, when one of its cases is not as it was shown. Never commits."""
    driver = work.driver
    lock_head(driver, actor.jurisdiction)
    cases = lock_cases(driver, actor.jurisdiction, [intent.case_id or 0 for intent in intents])
    moved = altered(driver, intents, actor, shown)
    if not moved:
        return fire(work, intents, actor, now, mode)
    return [stale(case, "核对", moved.get(case.id)) for case in cases.values()]


def stale(case: CaseRow, since: str, what: Sequence[str] | None) -> Outcome:
    """Return the outcome of what was shown and has moved since: what of its evidence came and went, else where it stands."""
    if what is None:
        why = f"同批其他问题在{since}后有变动，本批均未办理"
    elif what:
        why = f"{since}后{'，'.join(what)}，请核对后重新{'起草' if since == '起草' else '提交'}"
    else:
        stands = f"现为“{STATES[case.state].shown}”，第 {case.version} 版"
        why = f"{since}后问题已变动（{stands}），请核对后重新{'起草' if since == '起草' else '提交'}"
    return Outcome(case.id, "stale", case.state, version=case.version, refusals=(Refusal(why),))
