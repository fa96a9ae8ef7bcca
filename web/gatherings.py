"""Meetings 会议 and instructions 批示 as pages show them: what a meeting decided and has still to be entered, who owes an answer by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from grammar import Move
from register.gatherings import Instruction, Meeting, in_order, instructions_of
from register.kinds import INSTRUCTION, KINDS
from register.showing import Words
from register.theirs import may_read, reads_all, there_for
from states import ACTIONS, DISPUTED, ESCALATED, PLAN_REVIEW, SUBMITTED, UNIT_ROLES, VERIFIED
from storage.household import Row, all_rows, listed_rows
from storage.meetings import MEETING
from storage.reads.accounts import names_of
from storage.reads.cases import Shown, shown_cases
from storage.reads.decisions import Decision, decided_in
from storage.sql import Driver
from web.viewer import Viewer

PAGE: Final = "/register/instruction"
_DECIDED_BY: Final = {DISPUTED: "withdraw", VERIFIED: "withhold", PLAN_REVIEW: "approve_plan", SUBMITTED: "verify"}


@dataclass(frozen=True, slots=True)
class Pending:
    """Cases of an agenda of which the same decision can be entered, by one form."""

    move: Move
    cases: Sequence[Shown]
    offered: bool
    """The viewer enters it."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a meeting is about: what was decided, what can be entered of it, and the rest; and why nothing is entered from it yet."""

    meeting: Meeting
    lacks: str
    decided: Sequence[tuple[Shown, Decision]]
    pending: Sequence[Pending]
    others: Sequence[Shown]

    @property
    def count(self) -> int:
        """Return how many cases still wait for an entry."""
        return sum(len(one.cases) for one in self.pending)


def agenda_of(driver: Driver, viewer: Viewer, meeting: Meeting, today: date) -> Agenda:
    """Return the agenda of a meeting with each case as it stands."""
    place = viewer.actor.jurisdiction
    hidden = viewer.scope.hidden
    cases = [one for one in shown_cases(driver, place, meeting.agenda) if one.id not in hidden]
    found = decided_in(driver, place, meeting.number, meeting.held_on, meeting.agenda)
    by_id = {one.id: one for one in cases}
    rest = [one for one in cases if one.id not in {line.case for line in found}]
    pending: dict[str, list[Shown]] = {}
    for one in rest:
        if action := _decides(one):
            pending.setdefault(action, []).append(one)
    waiting = [Pending(ACTIONS[name], own, viewer.may_make(ACTIONS[name])) for name, own in pending.items()]
    others = [one for one in rest if not _decides(one)]
    decided = [(by_id[line.case], line) for line in found if line.case in by_id]
    return Agenda(meeting, meeting.lacks(today), decided, waiting, others)


def _decides(case: Shown) -> str:
    """Return the move by which the leading group decides on a case as it stands, or nothing."""
    if case.state == ESCALATED:
        return "order_rework" if case.plan_approved or case.kind == "at_once" else "order_plan"
    return _DECIDED_BY.get(case.state, "")


@dataclass(frozen=True, slots=True)
class Line:
    """An instruction as a list beside something shows it."""

    one: Instruction
    by: str


def instructions_about(words: Words, viewer: Viewer, column: str, key: Any) -> list[Line]:
    """Return the instructions on one unit or round that are there for the viewer."""
    if not may_read(KINDS[INSTRUCTION], viewer.actor):
        return []
    rows = [one for one in words.there(INSTRUCTION) if one[1][column] == key]
    return _there(words.driver, viewer, rows)


def _there(driver: Driver, viewer: Viewer, rows: Sequence[tuple[Any, Row]]) -> list[Line]:
    """Return the instructions of these rows that are there for the viewer, each with who wrote it."""
    found = instructions_of(there_for(driver, KINDS[INSTRUCTION], viewer.actor, rows))
    people = names_of(driver, [one.row["leader_id"] for one in found if one.row["leader_id"]])
    return [Line(one, one.row["leader_name"] or people.get(one.row["leader_id"], "")) for one in found]


def gathered_about(driver: Driver, viewer: Viewer, case: int) -> dict[str, Any]:
    """Return the meetings with a case on their agenda, to who reads meetings, and the instructions on it that are there for the viewer."""
    if not may_read(KINDS[INSTRUCTION], viewer.actor):
        return {"meetings": [], "instructions": []}
    rows = listed_rows(driver, (MEETING, INSTRUCTION), viewer.actor.jurisdiction)
    there = in_order(rows[MEETING]) if reads_all(KINDS[MEETING], viewer.actor) else []
    about = [one for one in rows[INSTRUCTION] if one[1]["case"] == case]
    return {"meetings": [one for one in there if case in one.agenda], "instructions": _there(driver, viewer, about)}


@dataclass(frozen=True, slots=True)
class Owed:
    """How many instructions wait for the viewer's answer, how many of them are late, the nearest day; how many others answer that they are told of."""

    count: int
    late: int
    first: date
    told: int = 0


def answers_owed(driver: Driver, viewer: Viewer, today: date) -> Owed | None:
    """Return what is owed to leaders as far as it is there for the viewer, in one line of the home; None where nothing is."""
    kind = KINDS[INSTRUCTION]
    if not may_read(kind, viewer.actor):
        return None
    waiting = [one for one in all_rows(driver, INSTRUCTION, viewer.actor.jurisdiction) if _is_open(one[1])]
    there = instructions_of(there_for(driver, kind, viewer.actor, waiting)) if waiting else []
    owed = [one for one in there if _answers(viewer, one)]
    if not there:
        return None
    return Owed(
        len(owed), sum(one.late(today) for one in owed), (owed or there)[0].row["due_on"], len(there) - len(owed)
    )


def _answers(viewer: Viewer, one: Instruction) -> bool:
    """Say whether the answer is looked after by the viewer: of units by the one that is to answer; the office enters it, and leaders wait for it."""
    own = {post.unit_id for post in viewer.actor.posts if post.role in UNIT_ROLES}
    return not viewer.only_unit or one.row["answerer_id"] in own


def _is_open(row: dict[str, Any]) -> bool:
    return row["due_on"] is not None and row["answered_on"] is None
