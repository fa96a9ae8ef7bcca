"""What was shown 所见: a signature covers exactly that, so it is hashed when shown and compared under the lock when signed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from states import ACTIONS, MATERIALS, STATES, Move
from storage.reads.cases import words_shown
from storage.reads.materials import Evidence, evidence_of
from storage.reads.measures import measures_of
from storage.rows import CaseRow
from storage.sql import Driver
from trail.entry import plain
from workflow.outcome import Outcome
from workflow.refusal import Refusal
from workflow.subject import File, Seen, Subject


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


def altered(driver: Driver, subjects: Iterable[Subject]) -> dict[int, list[str]]:
    """Return the cases that are not as their intents have shown them, and what of their evidence came or went."""
    shown: dict[str, list[tuple[CaseRow, Seen]]] = defaultdict(list)
    for s in subjects:
        if s.intent.shown is not None:
            shown[s.move.action].append((s.case, s.intent.shown))
    found: dict[int, list[str]] = {}
    for action, together in shown.items():
        now = seen(driver, action, [case for case, _ in together])
        found |= {
            case.id: differences(then, now[case.id]) for case, then in together if then.digest != now[case.id].digest
        }
    return found


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


def stale(s: Subject, what: Sequence[str] | None) -> Outcome:
    """Return the outcome of what was shown and has moved since: what of its evidence came and went, else where it stands.

    None for what stands as shown, and goes down with what was to go with it.
    """
    drafted, case = s.intent.prepared_by is not None, s.case
    since, again = ("起草", "起草") if drafted else ("核对", "提交")
    stands = f"现为“{STATES[case.state].shown}”，第 {case.version} 版"
    if what is None:
        why = f"同批其他问题在{since}后有变动，本批均未办理"
    elif what:
        why = f"{since}后{'，'.join(what)}，请核对后重新{again}"
    else:
        why = f"{since}后问题已变动（{stands}），请核对后重新{again}"
    changed = None if what is None else tuple(what)
    return Outcome(case.id, "stale", case.state, version=case.version, refusals=(Refusal(why),), changed=changed)
