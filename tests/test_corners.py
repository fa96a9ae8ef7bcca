"""Every corner: each state, action and role against tests/life.csv, which was written by hand from LIFE.md.

What the file does not list is refused. The table of moves itself is held by the graph at the end.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from transitions import MachineError

from states import (
    ACTIONS,
    ARROWS,
    CLOCK,
    MOVES,
    OFFICE,
    ROLES,
    STATES,
    UNBORN,
    WITHDRAWN,
)
from storage.engine import writing
from storage.sql import Driver
from storage.work import Work
from tests.rounds import open_round_of_all
from tests.world import CAST, TOWN, World, usual_answers, usual_materials
from workflow.at_once import Presence
from workflow.engine import fire
from workflow.gather import gather
from workflow.machine import MACHINE, reasons, trigger
from workflow.outcome import Outcome
from workflow.subject import Actor, Birth, Facts, Filing, Intent, Subject, scheduler

ACTORS = (*(role for role in ROLES if role in CAST), CLOCK)
STRANGERS, NOT_THERE = ("secretary_bureau", "handler_bureau"), "问题不存在，或不在您的职责范围内"
EARLY, DAY = date(2026, 3, 2), date(2026, 6, 1)

# One case stands in each state; an act that needs another past than that case has is given a case of its own.
TO_REVIEW = ("claim", "submit_plan")
TO_WORK = (*TO_REVIEW, "approve_plan")
TO_CLOSED = (*TO_WORK, "submit", "verify", "approve_text")
FACES: dict[str, tuple[str, ...]] = {
    "feedback": (), "disputed": ("object",), "claimed": ("claim",), "plan_review": TO_REVIEW, "rectifying": TO_WORK,
    "submitted": (*TO_WORK, "submit"), "verified": TO_CLOSED, "escalated": (*TO_WORK, "escalate_by_hand"),
    "publicized": (*TO_CLOSED, "publicize"), "withheld": (*TO_CLOSED, "withhold"), "withdrawn": ("object", "withdraw"),
    "plan_review, agreed": (*TO_REVIEW, "agree"), "submitted, agreed": (*TO_WORK, "submit", "agree"),
    "rectifying, asked": (*TO_WORK, "request_extension"), "escalated, no plan": ("claim", "escalate_by_hand"),
}  # fmt: skip
ORDERED: dict[str, tuple[str, ...]] = {
    "rectifying": (), "submitted": ("submit_at_once",), "verified": ("submit_at_once", "verify"), "escalated": ("escalate_by_hand",),
    "publicized": ("submit_at_once", "verify", "approve_text", "publicize"), "withheld": ("submit_at_once", "verify", "withhold"),
    "claimed": ("escalate_by_hand", "order_plan"), "plan_review": ("escalate_by_hand", "order_plan", "submit_plan"),
}  # fmt: skip
"""The same of what was ordered at once, whose acts are its own."""
ON_PAPER: dict[str, tuple[str, ...]] = {
    "feedback": ("on paper object", "on paper drop_objection"), "disputed": ("on paper object",), "claimed": ("on paper claim",),
    "plan_review": ("claim", "on paper submit_plan"), "rectifying": (*TO_WORK, "on paper request_extension"),
    "submitted": (*TO_WORK, "on paper submit"), "escalated": (*TO_WORK, "on paper request_extension", "escalate_by_hand"),
    "publicized": (*TO_CLOSED, "on paper publicize"),
}  # fmt: skip
"""The same where the office has entered a paper that waits for the secretary."""
LATE = {"feedback": (), "claimed": ("claim",), "rectifying": TO_WORK}
CHOSEN = {
    ("feedback", "rectify_at_once"): "feedback, at once", ("rectifying", "grant_extension"): "rectifying, asked",
    ("rectifying", "refuse_extension"): "rectifying, asked", ("escalated", "order_plan"): "escalated, no plan",
    ("publicized", "hand_over"): "publicized, standing", ("withheld", "hand_over"): "withheld, standing",
    ("publicized", "feed_again"): "publicized, standing", ("withheld", "feed_again"): "withheld, standing",
    ("plan_review", "approve_plan"): "plan_review, agreed", ("submitted", "verify"): "submitted, agreed",
    **{(state, "list_ordered"): f"{state}, ordered" for state in ORDERED},
    ("rectifying", "submit_at_once"): "rectifying, ordered", ("escalated", "submit_at_once"): "escalated, ordered",
    **{(state, action): f"{state}, on paper" for state in ON_PAPER for action in ("confirm_paper", "disown_paper", "settle_paper")},
    ("claimed", "return_claim"): "claimed, on paper", ("rectifying", "return_claim"): "rectifying, at once on paper",
    **{(state, "flag"): f"{state}, late" for state in LATE},
    **{(state, "escalate"): f"{state}, flagged" for state in LATE},
}  # fmt: skip


# What is done with a case in the same transaction before an act that needs it.
BEFORE = {
    "name_people": World.pass_round, "feed_again": World.hand_over, "drop_assisting": World.ask_for_help, "settle_paper": World.disown,
    "return_claim": World.disown,
    "answer_copy": World.await_answers, "press_copy": World.let_copies_wait,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of life.csv."""

    state: str
    action: str
    who: tuple[str, ...]
    to: str
    second: bool
    needs: tuple[str, ...]
    tells: frozenset[str]


@dataclass(frozen=True)
class Corner:
    """What became of one action, wanted by one role on a case in one state."""

    state: str
    action: str
    who: str
    outcome: Outcome


@dataclass
class Stage:
    """A world with a case in every state."""

    world: World
    cases: dict[str, int] = field(default_factory=dict)
    visit: int = 0
    """An inspection of which the team is there."""

    def set_up(self) -> Stage:
        """Walk cases to their states: first those that are to be late, then the others, three months on."""
        for state, moves in LATE.items():
            for name in ("late", "flagged"):
                self._put(f"{state}, {name}", moves)
        self.world.go(DAY - timedelta(days=1))
        for state in LATE:
            self.world.tick("remind", self.cases[f"{state}, late"], self.cases[f"{state}, flagged"])
        self.world.go(DAY + timedelta(days=15))
        for state in LATE:
            self.world.tick("flag", self.cases[f"{state}, flagged"])
        for name, moves in FACES.items():
            self._put(name, moves)
        for state, moves in ON_PAPER.items():
            self._put(f"{state}, on paper", moves)
        self._put("feedback, at once", (), kind="at_once")
        self._put("rectifying, at once on paper", ("on paper rectify_at_once",), kind="at_once")
        for state, moves in ORDERED.items():
            self.world.open_round(f"{state}, ordered")
            self.cases[f"{state}, ordered"] = self.world.order(self.world.visit())
            self.world.walk(self.cases[f"{state}, ordered"], *moves)
        self.world.open_round("under way")
        self.visit = self.world.visit()
        self.world.open_round("fed back")
        for state in ("publicized", "withheld"):
            self._put(f"{state}, standing", FACES[state], kind="standing")
        self.world.with_former()
        return self

    def _put(self, name: str, moves: tuple[str, ...], kind: str = "focused") -> None:
        (open_round_of_all if name in ("plan_review", "submitted") else World.open_round)(self.world, name)
        (self.cases[name],) = self.world.feed_back(kind=kind)
        self.world.walk(self.cases[name], *moves)

    def actor(self, who: str) -> Actor:
        return scheduler(self.world.place) if who == CLOCK else self.world.actor(who)

    def intent(self, work: Work, state: str, action: str) -> Intent:
        """The usual intent; a second person of the office has prepared what needs one."""
        prepared: dict[str, Any] = (
            {"prepared_by": self.world.people["office2"], "prepared_role": OFFICE} if ACTIONS[action].second else {}
        )
        prepared |= {"cosigned": self.world.witnessed()} if ACTIONS[action].cosigned else {}
        if state == UNBORN:
            return Intent(
                action,
                birth=self._birth(work, action),
                answers=usual_answers(action, self.world.today),
                materials=usual_materials(action),
                **prepared,
            )
        return self.world.intent(action, self.cases[CHOSEN.get((state, action), state)], **prepared)

    def _birth(self, work: Work, action: str) -> Birth:
        unit, ordered = self.world.units[TOWN], ACTIONS[action].orders
        whole = self.cases[ACTIONS[action].to or ""] if ACTIONS[action].split_off else None
        return Birth(
            self.visit if ordered else self.world.inspect(work, TOWN),
            self.world.round_id,
            unit,
            unit,
            "99",
            "路灯不亮",
            split_from=whole,
        )

    def moment(self, action: str) -> datetime:
        """Now; reminders are due much later."""
        return self.world.now + timedelta(days=400 if action == "remind" else 0)

    def corner(self, work: Work, state: str, action: str, who: str) -> Corner:
        """Fire one corner and take it back: the caller's transaction is the only undo."""
        before = BEFORE.get(action) if state in ACTIONS[action].origin else None
        if before:
            before(self.world, work, self.cases[CHOSEN.get((state, action), state)])
        intent = self.intent(work, state, action)
        if action == "recompute":
            intent = replace(intent, replaced=self.world.free_months(work))
        (outcome,) = fire(work, [intent], self.actor(who), self.moment(action))
        if before or outcome.outcome == "done" or action == "recompute":
            work.rollback()
        return Corner(state, action, who, outcome)

    def corners(self) -> Iterator[Corner]:
        with writing(self.world.engine) as work:
            for state, action, who in itertools.product((UNBORN, *STATES), ACTIONS, (*ACTORS, *STRANGERS)):
                yield self.corner(work, state, action, who)


def life() -> list[Line]:
    """Read life.csv."""
    text = (Path(__file__).parent / "life.csv").read_text(encoding="utf-8")
    return [
        Line(
            one["state"],
            one["action"],
            tuple(one["who"].split()),
            one["to"],
            bool(one["second"]),
            tuple(one["needs"].split()),
            frozenset(one["tells"].split()),
        )
        for one in csv.DictReader(text.splitlines())
    ]


_WALKED: dict[str, list[Corner]] = {}


@pytest.fixture
def stage(world: World) -> Stage:
    return Stage(world).set_up()


@pytest.fixture
def corners(kind: str, world: World) -> list[Corner]:
    """All corners on one database; they are fired once and looked at from several sides."""
    if kind not in _WALKED:
        _WALKED[kind] = list(Stage(world).set_up().corners())
    return _WALKED[kind]


@pytest.mark.long("postgres")
def test_every_corner_ends_as_the_life_says(corners: list[Corner]) -> None:
    allowed = {(line.state, line.action, who): line.to for line in life() for who in line.who}
    wrong = []
    for one in corners:
        to = allowed.get((one.state, one.action, one.who))
        expected = ("done", to) if to else ("refused", None)
        if (one.outcome.outcome, one.outcome.to) != expected:
            wrong.append((one.state, one.action, one.who, expected, one.outcome))
    assert wrong == []
    assert len(corners) == (len(STATES) + 1) * len(ACTIONS) * (len(ACTORS) + len(STRANGERS))


@pytest.mark.long("postgres")
def test_every_refusal_speaks(corners: list[Corner]) -> None:
    silent = [one for one in corners if one.outcome.outcome == "refused" and not sentences(one.outcome.refused)]
    assert silent == []


@pytest.mark.long("postgres")
def test_a_refusal_for_the_state_names_the_state_and_one_for_the_person_names_whose_act_it_is(
    corners: list[Corner],
) -> None:
    allowed = {(line.state, line.action): line for line in life()}
    for one in (one for one in corners if one.outcome.outcome == "refused" and one.who not in STRANGERS):
        said = "\n".join(one.outcome.refused)
        if one.who in ("sysadmin", "secadmin", "secauditor"):
            assert said == NOT_THERE  # they keep accounts, and reach no case
            continue
        if (one.state, one.action) not in allowed:
            shown = STATES[one.state].shown if one.state != UNBORN else "尚未反馈"
            assert f"当前状态为“{shown}”，不能{ACTIONS[one.action].shown}" in said
        if one.who not in ACTIONS[one.action].who:
            assert f"“{ACTIONS[one.action].shown}”" in said
            assert "办理" in said


@pytest.mark.long("postgres")
def test_a_stranger_learns_nothing_of_another_units_case(corners: list[Corner], world: World) -> None:
    """Same words for “not yours” and “not there”, in every state and for every action."""
    strange = [one.outcome for one in corners if one.who in STRANGERS]
    assert {one.refused for one in strange} == {(NOT_THERE,)}
    assert {(one.outcome, one.origin, one.to, one.version, one.index) for one in strange} == {
        ("refused", None, None, None, None)
    }
    assert world.refused("secretary", "claim", 424242) == NOT_THERE


@pytest.mark.long("postgres")
def test_who_only_reads_moves_nothing_anywhere(corners: list[Corner]) -> None:
    """A leader signs for what came to them 呈送 and may be a party, the head urges 催办, and neither moves anything."""
    readers = ("leader", "leading_group", "head", "auditor", "sysadmin", "secadmin", "secauditor")
    signed = [("leader", "acknowledge_copy"), ("leader", "answer_copy"), ("leader", "opine"), ("head", "urge")]
    moving = [one for one in corners if one.who in readers and (one.who, one.action) not in signed]
    assert {one.outcome.outcome for one in moving} == {"refused"}


def test_what_needs_a_second_person_is_refused_to_one_alone(stage: Stage) -> None:
    """Void and rescind: nobody prepared it, or the same person did."""
    with writing(stage.world.engine) as work:
        for line in (line for line in life() if line.second):
            (who,) = line.who
            alone = replace(stage.intent(work, line.state, line.action), prepared_by=None, prepared_role=None)
            own = replace(alone, prepared_by=stage.world.people[who], prepared_role=who)
            for intent in (alone, own):
                (outcome,) = fire(work, [intent], stage.world.actor(who), stage.world.now)
                assert outcome.outcome == "refused", line
                assert any("另一人" in said for said in outcome.refused)


AHEAD = (
    ("plan_review", "return_plan", "new_on"), ("submitted", "return_work", "new_on"), ("verified", "reopen", "new_on"),
    ("escalated", "order_rework", "final_on"), ("escalated, no plan", "order_plan", "plan_on"),
    ("verified", "withhold", "review_on"),
)  # fmt: skip


def refused(stage: Stage, face: str, action: str, who: str, answers: dict[str, Any]) -> tuple[str, ...]:
    """Fire an act that must be refused, on the case of that face."""
    intent = stage.world.intent(action, stage.cases[face], answers)
    with writing(stage.world.engine) as work:
        (outcome,) = fire(work, [intent], stage.actor(who), stage.world.now)
    assert outcome.outcome == "refused", (face, action)
    return outcome.refused


def test_every_date_that_is_set_lies_ahead(stage: Stage) -> None:
    today = stage.world.today.isoformat()
    for face, action, name in AHEAD:
        (said,) = refused(stage, face, action, OFFICE, {name: today})
        assert said.endswith("应晚于今天"), (action, said)
    period = {"from_on": "2026-06-20", "to_on": "2026-06-19"}
    assert refused(stage, "verified", "publicize", "secretary", period) == ("公开止日早于公开起日",)


def test_rework_wants_an_approved_plan_and_a_plan_is_ordered_only_where_there_is_none(stage: Stage) -> None:
    assert refused(stage, "escalated", "order_plan", OFFICE, {}) == ("整改方案已批准，应责令再整改",)
    assert refused(stage, "escalated, no plan", "order_rework", OFFICE, {}) == ("整改方案尚未批准",)
    assert refused(stage, "escalated, no plan", "submit", "secretary", {})[-1] == "整改方案尚未批准"


def test_the_clock_is_refused_ahead_of_its_time(stage: Stage) -> None:
    """Nothing is due on the day on which a case came to its state: no reminder, no flag, no escalation."""
    for state in LATE:
        assert refused(stage, state, "remind", CLOCK, {}) == ("没有到点的提醒",)
        assert refused(stage, state, "flag", CLOCK, {}) == ("没有达到整改不力的判定条件",)
        assert refused(stage, state, "escalate", CLOCK, {}) == ("没有须升级督办的判定条件",)
        assert refused(stage, f"{state}, flagged", "flag", CLOCK, {}) == ("没有达到整改不力的判定条件",)


def test_what_is_signed_for_is_signed_for_once(stage: Stage) -> None:
    stage.world.do("secretary", "acknowledge", stage.cases["feedback"])
    assert refused(stage, "feedback", "acknowledge", "secretary", {}) == ("没有待签收的事项",)


def test_the_table_marks_a_second_person_where_the_life_does() -> None:
    assert {line.action for line in life() if line.second} == {move.action for move in MOVES if move.second}


# --- our guards and transitions agree ------------------------------------------------------------------------------


def subject_of(stage: Stage, driver: Driver, intent: Intent, who: str) -> Subject:
    """What the rules look at in a corner, as the engine builds it."""
    gathered = gather(driver, [intent], {}, stage.actor(who), stage.moment(intent.action))
    return gathered.subjects[0]


class Nothing(Facts):
    """Whatever else may be asked: there is nothing of it."""

    def __getattr__(self, name: str) -> Any:
        return frozenset()


NOTHING = Nothing(
    to_hand_over=frozenset(), secretaries=(), put_aside=(), takers={},
    siblings={}, disputed={}, successor=None, assistant=None, whole=None, opinions=(), rectifiers=frozenset(), measures=(), excused=frozenset(), evidence=frozenset(),
    attached=(), found_words={"problem": "", "detail": "", "amount": ""}, numbers=frozenset(), units_in_being=True, round_ended=None, duplicate_exists=True, filing=Filing(1, (), ()), claimed_siblings={}, visit=Presence(),
)  # fmt: skip


def variants(subject: Subject) -> Iterator[Subject]:
    """The same subject as it is, with nothing answered, with days long past, on a bare case, and with no facts."""
    past = {name: date(2020, 1, 1) if isinstance(value, date) else value for name, value in subject.answers.items()}
    bare: dict[str, Any] = {
        "objections": 1,
        "extensions": 1,
        "plan_approved": False,
        "escalations": 1,
        "unsigned": 0,
        "text_hash": None,
    }
    mine = subject.facts.but(rectifiers=frozenset([subject.actor.person_id or 0]))
    changes: tuple[dict[str, Any], ...] = ({}, {"answers": {}}, {"answers": past}, {"facts": NOTHING}, {"facts": mine})
    for change in changes:
        yield replace(subject, **change)
        yield replace(subject, case=replace(subject.case, **bare), **change)


def test_our_guards_and_transitions_agree_in_every_corner(stage: Stage) -> None:
    held = {True: 0, False: 0}
    with writing(stage.world.engine) as work:
        for (state, action), who in itertools.product(ARROWS, ACTORS):
            intent = stage.intent(work, state, action)
            for subject in variants(subject_of(stage, work.driver, intent, who)):
                ours, moving = reasons(subject) == [], copy(subject)
                assert trigger(moving) is ours, (state, action, who, reasons(subject))
                assert moving.state == (ARROWS[state, action].target(state) if ours else state)
                held[ours] += 1
        work.rollback()
    assert min(held.values()) > len(ARROWS), held


def test_where_the_table_has_no_arrow_transitions_has_none() -> None:
    for state, action in itertools.product((UNBORN, *STATES), ACTIONS):
        if (state, action) not in ARROWS:
            thing = Thing(state)
            with pytest.raises(MachineError):
                MACHINE.events[action].trigger(thing)
            assert thing.state == state


def test_the_machine_knows_no_other_events_and_no_other_states() -> None:
    """`auto_transitions` would add `to_publicized()` past every guard."""
    assert set(MACHINE.events) == set(ACTIONS)
    assert set(MACHINE.states) == {UNBORN, *STATES}


def test_every_guard_of_the_table_is_wired_as_a_condition() -> None:
    for (state, action), move in ARROWS.items():
        (arrow,) = MACHINE.events[action].transitions[state]
        assert (arrow.dest, len(arrow.conditions)) == (move.target(state), len(move.only_if))


@dataclass
class Thing:
    """All that transitions sees."""

    state: str


def sentences(refused: tuple[str, ...]) -> bool:
    """Whether there is something to read, and all of it is in the field's language."""
    return bool(refused) and all(re.search("[一-龥]{2}", one) and one == one.strip() for one in refused)


def test_the_table_has_exactly_the_arrows_of_the_life() -> None:
    ours = {
        (origin, action): (set(move.who), move.target(origin), move.second) for (origin, action), move in ARROWS.items()
    }
    assert ours == {(line.state, line.action): (set(line.who), line.to, line.second) for line in life()}


def test_a_case_in_every_state_really_has_its_clock(stage: Stage) -> None:
    for state in (state for state in STATES if state != WITHDRAWN):
        case = stage.world.case(stage.cases[state])
        assert case.state == state
        assert case.owes in ROLES, state
        assert case.state_due_on is not None, state
        assert stage.world.row(case.id).wake_at is not None, state
    assert stage.world.row(stage.cases[WITHDRAWN]).wake_at is None


# --- what LIFE.md says each move needs and whom it tells, written in the first line of each move of life.csv ---------


def first_lines() -> list[Line]:
    """The first line of each move; the others say “=”."""
    return list({line.action: line for line in reversed(life())}.values())


ON_BEHALF = {"withdraw", "amend", "withhold", "uphold_ground", "order_rework"}
FILINGS = {"hand_over": "handover", "submit_plan": "plan", "submit": "report", "publicize": "publication"}


def test_each_move_needs_what_the_life_says() -> None:
    assert {move.action: move.needs for move in MOVES} == {line.action: line.needs for line in first_lines()}


def test_each_move_tells_whom_the_life_says() -> None:
    assert {move.action: set(move.tells) for move in MOVES} == {line.action: line.tells for line in first_lines()}


def test_what_is_decided_by_the_group_and_what_is_filed_as_one() -> None:
    assert {move.action for move in MOVES if move.on_behalf} == ON_BEHALF
    assert all(
        {"minutes", "minute_no", "minute_on"} <= {*move.needs, *dict(move.asks)} for move in MOVES if move.on_behalf
    )
    assert {move.action: move.filing for move in MOVES if move.filing} == FILINGS


def test_whoever_is_told_of_a_move_by_others_signs_for_it() -> None:
    """签收: moves made by others are signed for by the secretary; a reminder is not."""
    signed = {move.action for move in MOVES if move.wants_receipt}
    assert signed >= {line.action for line in first_lines() if "secretary" in line.tells and line.to != line.state}
    assert not signed & {"remind", "claim", "submit", "acknowledge"}
