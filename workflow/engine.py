"""One road 一条路: a case is born and moves only through `fire`."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlmodel import Session

import clock
from states import ACTIONS, ARROWS, BORN, MOVES, STATES, Move
from storage.rows import CaseRow, Changes, HeadRow, Writer, lock, next_case_ids
from storage.sql import Driver, Row
from trail.append import Growth
from trail.entry import Dice
from workflow import effects
from workflow.asked import ahead_of_its_time, faulty_words, missing_materials, read_answers
from workflow.change import After, apply
from workflow.days.calendar import Calendar
from workflow.effects import Effect
from workflow.facts import ask_first, read_birth_facts, read_facts
from workflow.machine import reasons, trigger
from workflow.may import prepares_as, role_of, sees, why_not
from workflow.record import record
from workflow.repeat import Remembered, digests, remembered
from workflow.rules import calendar_of, profiles_of
from workflow.subject import Actor, Change, Facts, Intent, Subject

Mode = Literal["each", "all"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one intent: done, refused (with every reason), stale, or already done under the same key."""

    case: int | None
    outcome: Literal["done", "refused", "stale", "already"]
    origin: str | None = None
    to: str | None = None
    version: int | None = None
    index: int | None = None
    refused: tuple[str, ...] = ()


@dataclass(slots=True)
class _Batch:
    """One call: its head, cases, and what was remembered."""

    session: Session
    driver: Driver
    head: HeadRow
    actor: Actor
    now: int
    today: date
    intents: Sequence[Intent]
    cases: dict[int, CaseRow]
    first: list[list[Row]]
    growth: Growth
    calendar: Calendar
    dice: Dice
    digests: dict[str, str]
    read: dict[tuple[str, int, str], tuple[dict[str, Any], list[str]]] = field(default_factory=dict)


class BadBatch(ValueError):
    """A call names a case twice: nothing is done."""


EFFECTS: dict[str, Effect] = {name: getattr(effects, name) for move in MOVES for name in move.then}


def fire(
    session: Session,
    intents: Sequence[Intent],
    actor: Actor,
    now: datetime,
    mode: Mode = "each",
    dice: Dice = os.urandom,
) -> list[Outcome]:
    """Fire intents in one jurisdiction, at most one per case; never raises for a refusal, never commits.

    *each*: the refused drop out; *all* (always so for a filing): one refused, none done.
    """
    batch = _open(session, intents, actor, now, dice)
    known = remembered(batch.driver, actor, intents, batch.digests)
    outcomes: list[Outcome | None] = [_already(known.get(position)) for position in range(len(intents))]
    waiting = [position for position, outcome in enumerate(outcomes) if outcome is None]
    subjects = _subjects(batch, [(position, intents[position]) for position in waiting])
    unlike = _unlike_filings(actor, subjects.values())
    for position in waiting:
        outcomes[position] = _judge(batch, intents[position], subjects.get(position), unlike)
    if mode == "all" or any(intent.action in _FILINGS for intent in intents):
        _none_if_one_refused(intents, outcomes)
    _perform(batch, subjects, outcomes)
    return [outcome for outcome in outcomes if outcome is not None]


_FILINGS = frozenset(move.action for move in MOVES if move.filing)


def _open(session: Session, intents: Sequence[Intent], actor: Actor, now: datetime, dice: Dice) -> _Batch:
    ids = [intent.case_id for intent in intents if intent.case_id is not None]
    if len(set(ids)) != len(ids):
        message = "同一批中同一问题只能办理一次"
        raise BadBatch(message)
    driver = Driver(session)
    first = ask_first(driver, ids, {intent.action for intent in intents})
    head, cases, answers = lock(driver, actor.jurisdiction, ids, first)
    growth = Growth(head, clock.micros(now))
    calendar = calendar_of(session, head.jurisdiction, head.calendar)
    today = clock.local_date(clock.from_micros(growth.at))
    return _Batch(
        session, driver, head, actor, growth.at, today, intents, cases, answers, growth, calendar, dice,
        digests(actor, intents),
    )  # fmt: skip


def done_before(driver: Driver, intents: Sequence[Intent], actor: Actor) -> list[Outcome]:
    """Return what was done under the intents' keys, or nothing unless all of it was."""
    known = remembered(driver, actor, intents, digests(actor, intents))
    return [outcome for one in known.values() if (outcome := _already(one))] if len(known) == len(intents) else []


def _already(known: Remembered | None) -> Outcome | None:
    if known is None:
        return None
    if known.refusal:
        return Outcome(known.case, "refused", refused=(known.refusal,))
    return Outcome(known.case, "already", known.origin, known.to, known.version, known.index)


def _subjects(batch: _Batch, wanted: Sequence[tuple[int, Intent]]) -> dict[int, Subject]:
    """Build what rules look at, for every intent whose case is there and whose action exists."""
    births = [
        (position, intent) for position, intent in wanted if intent.birth is not None and intent.action in ACTIONS
    ]
    living = [(p, i, batch.cases[i.case_id]) for p, i in wanted if i.case_id in batch.cases and i.action in ACTIONS]
    rows = [case for _, _, case in living]
    profiles = profiles_of(
        batch.session, batch.driver, {c.round_id for c in rows} | {i.birth.round_id for _, i in births if i.birth}
    )
    gathered = read_facts(
        batch.driver, [(case, _move(case, intent), intent) for _, intent, case in living], batch.first
    )
    members: dict[str, set[int]] = defaultdict(set)
    for _, intent, case in living:
        members[intent.action].add(case.id)
    together = {action: frozenset(ids) for action, ids in members.items()}
    found = {
        p: _subject(batch, i, case, gathered[case.id], profiles[case.round_id], together[i.action])
        for p, i, case in living
    }
    return found | (_newborn(batch, births, profiles) if births else {})


def _move(case: CaseRow, intent: Intent) -> Move:
    return ARROWS.get((case.state, intent.action)) or ACTIONS[intent.action]


def _newborn(batch: _Batch, births: Sequence[tuple[int, Intent]], profiles: Any) -> dict[int, Subject]:
    numbers, units = read_birth_facts(batch.driver, [intent.birth for _, intent in births if intent.birth])
    found: dict[int, Subject] = {}
    for (position, intent), case_id in zip(births, next_case_ids(batch.driver, len(births)), strict=True):
        birth = intent.birth
        assert birth
        answers, _ = read_answers(ACTIONS["feed_back"], intent.answers)
        day = answers.get("feedback_on") or batch.today
        case = CaseRow(
            case_id, batch.head.jurisdiction, birth.round_id, birth.inspection_id, birth.unit_id, birth.answerable_id,
            birth.number, day, birth.written_by,
        )  # fmt: skip
        alive = all(unit in units and _in_being(units[unit], day) for unit in (birth.unit_id, birth.answerable_id))
        taken = numbers[birth.inspection_id]
        facts = Facts(numbers=frozenset(taken & {birth.number}), units_in_being=alive)
        taken.add(birth.number)
        found[position] = _subject(batch, intent, case, facts, profiles[birth.round_id], frozenset())
        found[position].refusals += tuple(faulty_words(birth))
    return found


def _in_being(life: tuple[Any, Any], day: Any) -> bool:
    start, end = life
    return (start is None or start <= day) and (end is None or day <= end)


def _subject(
    batch: _Batch, intent: Intent, case: CaseRow, facts: Facts, profile: Any, members: frozenset[int]
) -> Subject:
    move = _move(case, intent)
    answers, faults = _answers(batch, move, intent, case.kind)
    subject = Subject(
        case.state, move, case, intent, batch.actor, role_of(batch.actor, move, case), answers, facts, profile,
        batch.calendar, batch.now, batch.today, members,
    )  # fmt: skip
    subject.refusals = (*faults, *ahead_of_its_time(intent, answers, batch.today))
    return subject


def _answers(batch: _Batch, move: Move, intent: Intent, kind: str) -> tuple[dict[str, Any], list[str]]:
    """Read the answers; those given once for many cases are read once."""
    known = (move.action, id(intent.answers), kind)
    if known not in batch.read:
        batch.read[known] = read_answers(move, intent.answers, kind)
    return batch.read[known]


def _unlike_filings(actor: Actor, subjects: Iterable[Subject]) -> dict[str, list[str]]:
    """Return, by action, why what is filed together is not one filing: one document, for the cases of one inspection."""
    filed: dict[str, list[Subject]] = defaultdict(list)
    for s in subjects:
        if s.move.filing and sees(actor, s.case):
            filed[s.move.action].append(s)
    faults: dict[str, list[str]] = {}
    for action, together in filed.items():
        inspections, papers = {s.case.inspection_id for s in together}, {_papers(s) for s in together}
        said = (
            ("一次报送只能包括同一次巡察的问题", len(inspections)),
            ("一次报送的文件须是同一份，佐证材料除外", len(papers)),
        )
        faults[action] = [sentence for sentence, count in said if count > 1]
    return faults


def _papers(s: Subject) -> frozenset[tuple[str, str]]:
    return frozenset((m.kind, m.sha256) for m in s.intent.materials if f"{m.kind}@" not in s.move.needs)


def _judge(batch: _Batch, intent: Intent, subject: Subject | None, unlike: Mapping[str, list[str]]) -> Outcome | None:
    """Return the refusal or staleness of an intent, with all its reasons; None when it may go ahead."""
    if intent.action not in ACTIONS:
        return Outcome(intent.case_id, "refused", refused=(f"没有“{intent.action}”这项操作",))
    if subject is None:
        return Outcome(intent.case_id, "refused", refused=(_NOT_THERE,))
    case = subject.case
    born = case.state == BORN
    refused, visible = why_not(subject, batch.actor)
    if not visible:
        return Outcome(intent.case_id, "refused", refused=(_NOT_THERE,))
    if intent.version is not None and not born and not case.shown_version <= intent.version <= case.version:
        why = f"页面已过时：问题 {case.id} 现为第 {case.version} 版（{STATES[case.state].shown}），请刷新后再办"
        return Outcome(case.id, "stale", case.state, version=case.version, refused=(why,))
    refused += subject.refusals
    refused += unlike.get(intent.action, [])
    # What is missing and what the rules look at is the business of those who make the move or prepare it.
    if prepares_as(batch.actor, subject.move, case) is not None:
        refused += missing_materials(subject.move, intent.materials, subject.facts)
        if (case.state, intent.action) in ARROWS:
            refused += reasons(subject)
    if refused:
        return Outcome(
            None if born else case.id,
            "refused",
            None if born else case.state,
            version=None if born else case.version,
            refused=tuple(dict.fromkeys(refused)),
        )
    return None


_NOT_THERE = "问题不存在，或不在您的职责范围内"


def _none_if_one_refused(intents: Sequence[Intent], outcomes: list[Outcome | None]) -> None:
    if not any(outcome and outcome.outcome in ("refused", "stale") for outcome in outcomes):
        return
    for position, outcome in enumerate(outcomes):
        if outcome is None:
            outcomes[position] = Outcome(
                intents[position].case_id, "refused", refused=("同批其他问题被退回，本批均未办理",)
            )


def _perform(batch: _Batch, subjects: dict[int, Subject], outcomes: list[Outcome | None]) -> None:
    going = [position for position, outcome in enumerate(outcomes) if outcome is None]
    if not going:
        return
    after = After.of(subjects[position] for position in going)
    parts = [going[start : start + PART] for start in range(0, len(going), PART)]
    filed: list[Any] = []
    with Writer(batch.driver, parts=len(parts)) as writer:
        for part in parts:
            changes = Changes()
            for position in part:
                outcomes[position] = _move_one(batch, subjects[position], after, changes)
            # One filing is one row, however many parts its cases are written in.
            changes.rows["filings"] = [row for row in changes.rows["filings"] if row not in filed]
            filed += changes.rows["filings"]
            if part is parts[-1]:
                changes.rows["heads"] = [batch.growth.head_values()]
            writer.put(changes)


PART = 100  # so many moves are written at a time


def _move_one(batch: _Batch, subject: Subject, after: After, changes: Changes) -> Outcome:
    origin = subject.case.state
    if not trigger(subject):  # transitions has the last word; our guards are its conditions
        message = f"transitions 拒绝了 {subject.move.action}，而条件均已满足"
        raise AssertionError(message)
    change: Change = apply(subject, after)
    index = record(batch.growth, subject, change, batch.dice, changes, batch.digests.get(subject.intent.key or ""))
    return Outcome(subject.case.id, "done", origin, subject.state, change.case.version, index)
