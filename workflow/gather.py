"""Gathering: a batch behind its lock, with what rules look at; and the same without a lock, for a move only supposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import clock
from grammar import Move
from states import ACTIONS
from storage.ended import rounds_ended
from storage.looks import Looks
from storage.rows import CaseRow, HeadRow, lock, next_case_ids
from storage.sql import Driver, Question, Row
from storage.stops import Stop, ask_stops, stops_found
from storage.ties import ties_with
from trail.append import Growth
from workflow.answers import ahead_of_its_time, faulty_words, read_answers
from workflow.at_once import Presence
from workflow.days.calendar import Calendar
from workflow.days.profiles import Profile
from workflow.facts import (
    ask_first,
    read_birth_disputes,
    read_birth_facts,
    read_birth_visits,
    read_facts,
    touches_siblings,
)
from workflow.may import acts_as, receives_as
from workflow.opinions import asked
from workflow.refusal import Refusal
from workflow.repeat import Remembered, remembered
from workflow.rules import ask_profiles, calendar_of, in_force, profiles_followed, profiles_of
from workflow.splitting import become_part
from workflow.subject import Actor, Facts, Intent, Post, Subject

Hold = Callable[[Driver, int, Sequence[int], Sequence[Question]], tuple[HeadRow, dict[int, CaseRow], list[list[Row]]]]
"""How head and cases are held while they are looked at: locked, or only read."""


class BadBatch(ValueError):
    """A call names a case twice: nothing is done."""


@dataclass(slots=True)
class Setting:
    """What is the same for all that is looked at together: who acts, when, by which calendar."""

    driver: Driver
    actor: Actor
    now: int
    today: date
    calendar: Calendar
    stops: tuple[Stop, ...] = ()
    read: dict[tuple[str, int, str], tuple[dict[str, Any], list[Refusal]]] = field(default_factory=dict)

    def subject(
        self, case: CaseRow, intent: Intent, facts: Facts, profile: Profile, together: frozenset[int], post: Post | None
    ) -> Subject:
        """Return one intent in front of the rules, its answers read, with what is wrong with them. The one place where it is built."""
        move = ACTIONS[intent.action]
        answers, faults = self._answers(intent, case.kind)
        refusals = (*faults, *ahead_of_its_time(intent, answers, self.today))
        intent = _placed(intent, answers.get("measure_no"))
        return Subject(
            case.state, move, case, intent, self.actor, post, answers, facts, profile, self.calendar, self.now,
            self.today, together, refusals, self.stops,
        )  # fmt: skip

    def _answers(self, intent: Intent, kind: str) -> tuple[dict[str, Any], list[Refusal]]:
        """Read the answers; those given once for many cases are read once."""
        known = (intent.action, id(intent.answers), kind)
        if known not in self.read:
            self.read[known] = read_answers(ACTIONS[intent.action], intent.answers, kind)
        return self.read[known]


def _placed(intent: Intent, measure: int | None) -> Intent:
    """Evidence given with what is said of one measure proves that measure."""
    if measure is None or not any(m.kind == "evidence" and m.measure is None for m in intent.materials):
        return intent
    proving = [replace(m, measure=m.measure or measure) if m.kind == "evidence" else m for m in intent.materials]
    return replace(intent, materials=tuple(proving))


@dataclass(frozen=True, slots=True)
class Gathered:
    """A batch behind its lock: the growing tree, and by position what was done before and the subjects of what is there."""

    driver: Driver
    growth: Growth
    known: Mapping[int, Remembered]
    subjects: Mapping[int, Subject]


def gather(
    driver: Driver,
    intents: Sequence[Intent],
    keys: Mapping[str, str],
    actor: Actor,
    now: datetime,
    hold: Hold = lock,
) -> Gathered:
    """Lock the head and the cases, see behind the lock what was done under the same keys, and build the other subjects."""
    ids = [intent.case_id for intent in intents if intent.case_id is not None]
    if len(set(ids)) != len(ids):
        message = "同一批中同一问题只能办理一次"
        raise BadBatch(message)
    first = ask_first(driver, ids, {intent.action for intent in intents})
    rules = [ask_stops(actor.jurisdiction), *([ask_profiles(driver, ids)] if ids else [])]
    head, cases, asked = hold(driver, actor.jurisdiction, ids, [*first, *rules])
    growth = Growth(head, clock.micros(now))
    calendar = calendar_of(driver, head.jurisdiction, head.calendar)
    today = clock.local_date(clock.from_micros(growth.at))
    setting = Setting(driver, actor, growth.at, today, calendar, stops_found(asked[len(first)]))
    known = remembered(driver, actor, intents, keys)  # behind the lock: whoever did it first has committed
    wanted = [(place, one) for place, one in enumerate(intents) if place not in known and one.action in ACTIONS]
    living = [(place, intent, cases[intent.case_id]) for place, intent in wanted if intent.case_id in cases]
    births = [(place, intent) for place, intent in wanted if intent.birth is not None]
    profiles = profiles_followed(driver, asked[-1]) if ids else {}
    profiles |= profiles_of(driver, {intent.birth.round_id for _, intent in births if intent.birth})
    subjects = _living(setting, living, profiles, asked[: len(first)])
    return Gathered(driver, growth, known, subjects | (_newborn(setting, head, births, profiles) if births else {}))


def _living(
    setting: Setting, living: Sequence[tuple[int, Intent, CaseRow]], profiles: Mapping[int, Profile], first: Any
) -> dict[int, Subject]:
    facts = read_facts(setting.driver, [(case, ACTIONS[intent.action], intent) for _, intent, case in living], first)
    members: dict[str, set[int]] = defaultdict(set)
    for _, intent, case in living:
        members[intent.action].add(case.id)
    together = {action: frozenset(ids) for action, ids in members.items()}
    return {
        place: setting.subject(
            case, intent, facts[case.id], profiles[case.round_id], together[intent.action],
            _post_for(setting.actor, intent, case, profiles[case.round_id]),
        )
        for place, intent, case in living
    }  # fmt: skip


def _newborn(
    setting: Setting, head: HeadRow, births: Sequence[tuple[int, Intent]], profiles: Mapping[int, Profile]
) -> dict[int, Subject]:
    wanted = [intent.birth for _, intent in births if intent.birth]
    numbers, units = read_birth_facts(setting.driver, wanted)
    waiting = [one.birth for _, one in births if one.birth and touches_siblings(ACTIONS[one.action])]
    ended = rounds_ended(setting.driver, {birth.round_id for birth in wanted})
    disputed = read_birth_disputes(setting.driver, waiting) if waiting else {}
    ordered = [one.birth for _, one in births if one.birth and ACTIONS[one.action].orders]
    visits = read_birth_visits(setting.driver, ordered) if ordered else {}
    decided = [one.birth for _, one in births if one.birth and "not_tied" in ACTIONS[one.action].only_if]
    around = {unit for birth in decided for unit in (birth.unit_id, birth.answerable_id)}
    ties = ties_with(setting.driver, head.jurisdiction, around) if decided else {}
    found: dict[int, Subject] = {}
    for (place, intent), case_id in zip(births, next_case_ids(setting.driver, len(births)), strict=True):
        birth = intent.birth
        assert birth
        move = ACTIONS[intent.action]
        answers, _ = read_answers(move, intent.answers)
        day = answers.get("feedback_on") or setting.today
        case = CaseRow(
            case_id, head.jurisdiction, birth.round_id, birth.inspection_id, birth.unit_id, birth.answerable_id,
            birth.number, day, birth.written_by,
        )  # fmt: skip
        case.ordered_on = setting.today if move.orders else None
        if move.takes_over:
            case.taken_over_on, case.taken_over_as = setting.today, move.to
        case.split_from = birth.split_from
        whole = become_part(setting.driver, case) if move.split_off else None
        # Where it was found may be gone by the day on which it is split: who answers for the part is there.
        on, own = (setting.today, ()) if move.split_off else (day, (birth.unit_id,))
        alive = all(unit in units and _in_being(units[unit], on) for unit in (*own, birth.answerable_id))
        taken = numbers[birth.inspection_id]
        facts = Facts(numbers=frozenset(taken & {birth.number}), units_in_being=alive, measures=())
        facts.disputed = disputed.get(birth.inspection_id, {})
        if "round_goes_on" in move.only_if:
            facts.note(round_ended=ended.get(birth.round_id))
        if move.split_off:
            facts.note(whole=whole)
        if move.orders:
            facts.note(visit=visits.get(birth.inspection_id, Presence()))
        if decided:
            facts.note(ties=ties.get(birth.unit_id, frozenset()) | ties.get(birth.answerable_id, frozenset()))
        taken.add(birth.number)
        post = acts_as(setting.actor, move, case)
        found[place] = setting.subject(case, intent, facts, profiles[birth.round_id], frozenset(), post)
        found[place].refusals += tuple(faulty_words(birth))
    return found


def _post_for(actor: Actor, intent: Intent, case: CaseRow, profile: Profile) -> Post | None:
    move = ACTIONS[intent.action]
    return receives_as(actor, move, case) if intent.received else acting_post(actor, move, case, profile)


def acting_post(actor: Actor, move: Move, case: CaseRow, profile: Profile | None) -> Post | None:
    """Return the post by which the actor makes the move: who verifies or is a party by the profile, in that role; other moves need none."""
    return acts_as(actor, move, case, _first(move, case, profile) if profile else ())


def _first(move: Move, case: CaseRow, profile: Profile) -> tuple[str, ...]:
    if "verifier_by_profile" in move.only_if:
        return profile.verifiers
    if "party_by_profile" in move.only_if:
        return asked(profile, case.state, escalated=bool(case.escalations)).parties
    return ()


def by_profile(move: Move) -> bool:
    """Say whether it hangs on the profile who verifies by the move, or whose opinions bind it."""
    return bool({"verifier_by_profile", "opinions_in"} & {*move.only_if})


def _in_being(life: tuple[Any, Any], day: date) -> bool:
    start, end = life
    return (start is None or start <= day) and (end is None or day <= end)


@dataclass(frozen=True, slots=True)
class Supposed:
    """A move of a case that nobody has made: what would be wanted, and by which post."""

    case: CaseRow
    intent: Intent
    post: Post | None = None


def suppose(
    driver: Driver, actor: Actor, now: datetime, wanted: Sequence[Supposed], batch: frozenset[int] | None = None
) -> list[Subject]:
    """Return what the rules of each supposed move would look at; nothing is locked, and no fact is read twice.

    The cases supposed to go together are `batch`, and where that is None the siblings known.
    """
    if not wanted:
        return []
    looks = Looks(driver)  # many moves of the same cases want the same facts
    rules = looks.at(in_force, actor.jurisdiction, {one.case.round_id for one in wanted})
    by_action: dict[str, list[Supposed]] = defaultdict(list)
    for one in wanted:
        by_action[one.intent.action].append(one)
    facts = {
        action: looks.at(read_facts, [(one.case, ACTIONS[action], one.intent) for one in alike])
        for action, alike in by_action.items()
    }
    profiles, calendar = rules()
    setting = Setting(driver, actor, clock.micros(now), clock.local_date(now), calendar)
    return [_supposed(setting, one, facts[one.intent.action]()[one.case.id], profiles, batch) for one in wanted]


def _supposed(
    setting: Setting, one: Supposed, facts: Facts, profiles: Mapping[int, Profile], batch: frozenset[int] | None
) -> Subject:
    known = facts.known()
    together = frozenset((*known.get("siblings", ()), *known.get("to_hand_over", ()))) if batch is None else batch
    profile = profiles[one.case.round_id]
    return setting.subject(one.case, one.intent, facts, profile, together | {one.case.id}, one.post)
