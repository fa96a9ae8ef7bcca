"""What was shown 所见: a signature covers exactly that, so it is hashed when shown and compared under the lock when signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final

from clock import chinese_date
from grammar import Move
from states import ACTIONS, KINDS, MATERIALS, STATES, UNIT_SIDE
from storage.papers import Paper, papers_waiting
from storage.reads.cases import words_shown
from storage.reads.materials import Evidence, evidence_of
from storage.reads.measures import MeasureShown, measures_of
from storage.rows import CaseRow
from storage.sql import Driver
from trail.canonical import canonical
from workflow.outcome import Outcome
from workflow.refusal import Refusal
from workflow.subject import File, Seen, Subject


def lays_open(move: Move) -> bool:
    """Say whether who makes the move signs for the measures and their evidence."""
    return "evidence@" in move.needs


def answers_for_papers(move: Move) -> bool:
    """Say whether who makes the move signs for the papers that the office entered in the unit's name."""
    return "paper_waits" in move.only_if


def seen(driver: Driver, action: str, cases: Sequence[CaseRow]) -> dict[int, Seen]:
    """Return what a person sees of each case before this act: state, dates and texts, not reminders; measures and evidence where it lays them open.

    What several sign one after the other stands while the case does, whatever is reported of it meanwhile.
    """
    words = words_shown(driver, [case.id for case in cases])
    open_to_view = lays_open(ACTIONS[action])
    evidence = evidence_of(driver, {case.id: case.cycle for case in cases}) if open_to_view else {}
    if answers_for_papers(ACTIONS[action]):
        papers = papers_waiting(driver, [case.id for case in cases])
        words = {case: {**said, **_papers(papers.get(case, ()))} for case, said in words.items()}
    if ACTIONS[action].cosigned:
        return {case.id: _listed(case, words[case.id]) for case in cases}
    return {case.id: _seen(driver, case, words[case.id], evidence.get(case.id)) for case in cases}


def _seen(driver: Driver, case: CaseRow, words: Mapping[str, str], evidence: Sequence[Evidence] | None) -> Seen:
    said = {
        "state": case.state, "shown_version": str(case.shown_version), "kind": case.kind or "",
        "due_on": _day(case.due_on), "state_due_on": _day(case.state_due_on), **words,
    }  # fmt: skip
    if evidence is None:
        return _hashed(said, ())
    said |= {f"measures.{one.no}": _measure(one) for one in measures_of(driver, case.id)}
    return _hashed(said, tuple(sorted(((one.measure, one.name, one.sha256) for one in evidence), key=str)))


def _papers(papers: Iterable[Paper]) -> dict[str, str]:
    return {f"{PAPERS}.{one.version}": f"{said_of(one)}，“{one.file}”（{one.sha256[:16]}）" for one in papers}


def said_of(paper: Paper) -> str:
    """Return in words what a paper is: the act, the day of the signature, who entered it."""
    return f"{ACTIONS[paper.action].shown}，签字日期 {_day(paper.signed_on)}，{paper.name}代录"


def _listed(case: CaseRow, words: Mapping[str, str]) -> Seen:
    said = {
        "state": case.state, "kind": case.kind or "", "due_on": _day(case.due_on), "first_due_on": _day(case.first_due_on),
        "state_due_on": _day(case.state_due_on), "problem": words["problem"], "detail": words["detail"],
    }  # fmt: skip
    return _hashed(said, ())


def _hashed(said: Mapping[str, str], files: tuple[File, ...]) -> Seen:
    whole = {"said": dict(said), "files": [list(one) for one in files]}
    return Seen(sha256(canonical(whole)).hexdigest(), tuple(said.items()), files)


def as_seen(digest: str, said: Iterable[Sequence[str]], files: Iterable[Sequence[Any]]) -> Seen:
    """Return what was shown from the lists in which it was kept."""
    return Seen(digest, tuple((name, text) for name, text in said), tuple((no, name, sha) for no, name, sha in files))


def _day(day: date | None) -> str:
    return chinese_date(day) if day else ""


def _measure(m: MeasureShown) -> str:
    why = f"；日期说明：{m.why}" if m.why else ""
    return f"{m.text}（{m.department} {m.person}，{_day(m.due_on)}前；检验：{m.checked_by}{why}）"


def altered(driver: Driver, subjects: Iterable[Subject]) -> dict[int, list[str]]:
    """Return the cases that are not as their intents have shown them, and what of them changed, came or went."""
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
    """Return in words what was changed, and which evidence came and which went."""
    before, after = dict(then.said), dict(now.said)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if "state" in names:  # with the state its date is another one
        names = [name for name in names if name != "state_due_on"]
    came = [one for one in now.files if one not in then.files]
    went = [one for one in then.files if one not in now.files]
    return [
        *(_changed(name, before.get(name, ""), after.get(name, "")) for name in names if name != "shown_version"),
        *(f"新增{MATERIALS['evidence']}{_file(one)}" for one in came),
        *(f"撤下{MATERIALS['evidence']}{_file(one)}" for one in went),
    ]


_NAMES: Final = {
    "state": "状态", "kind": "整改类型", "due_on": "整改期限", "first_due_on": "最初的期限", "state_due_on": "办理期限",
    "problem": "问题", "detail": "具体表现",
    **UNIT_SIDE,
}  # fmt: skip
_WORDS: Final = {**{state.name: state.shown for state in STATES.values()}, **KINDS}
_LONGEST = 40
PAPERS: Final = "papers"
"""What is said of papers that wait bears this name, and the number of the entry made from each."""


def _changed(name: str, before: str, after: str) -> str:
    measure, number = (*name.split("."), "")[:2]
    numbered = {"measures": f"第 {number} 项措施", PAPERS: "代录的签字件"}
    what = numbered[measure] if measure in numbered else _NAMES[name]
    old, new = (f"“{_short(_WORDS.get(text, text))}”" for text in (before, after))
    if not before:
        return f"新增{what}{new}"
    return f"{what}由{old}改为{new}" if after else f"去掉{what}{old}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _file(one: File) -> str:
    return f"“{one[1]}”" + (f"（第 {one[0]} 项措施）" if one[0] else "")


def stale(s: Subject, what: Sequence[str] | None) -> Outcome:
    """Return the outcome of what was shown and has moved since: what of it changed, came and went, else where it stands.

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
