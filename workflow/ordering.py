"""Ordering at once 立行立改交办: a problem of an inspection under way, written by the team, approved by the office; once, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlmodel import select

from states import ACTIONS, TEAM
from storage import put_aside
from storage.aside import SENT, WAITING
from storage.put_aside import waiting
from storage.reads.cases import shown_cases
from storage.reads.orders import (
    UnderWay,
    numbers_ordered,
    ordered_so,
    place_of_inspection,
    places_of_inspections,
    standing_orders,
)
from storage.rows import lock_head, look
from storage.scope import Where
from storage.sql import Driver
from storage.tables import PreparedOrder
from storage.tables.orders import WHERE_IT_IS
from storage.work import Work
from trail.entry import plain
from workflow.answers import missing_materials, read_answers
from workflow.engine import fire
from workflow.gather import gather
from workflow.machine import reasons
from workflow.may import acts_in, makes, prepares_as, scope_of, sees
from workflow.outcome import Outcome
from workflow.refusal import Refusal
from workflow.subject import Actor, Birth, Intent, Material, Post

ORDER: Final = next(move for move in ACTIONS.values() if move.orders)
"""The move by which such a problem is born."""
LISTING: Final = next(move for move in ACTIONS.values() if move.renumbers)
"""The move by which the later list has it, under a number of its own."""
PREFIX: Final = "立"
"""Before the feedback its number is 立1, 立2, … of the inspection; the list of feedback gives it another."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A problem that is to be put right at once: the inspection, its words, what the move asks, the notice if it is there."""

    inspection: int
    problem: str
    detail: str = ""
    category: str = ""
    answers: Mapping[str, Any] | None = None
    notice: Material | None = None


# Who may


def prepares(post: Post) -> bool:
    """Say whether a post prepares or approves such orders somewhere."""
    return makes(post, ORDER) or (post.role == TEAM and post.capacity == "")


def in_reach(actor: Actor, place: Where) -> bool:
    """Say whether an inspection is one in which the actor may order, or prepare that."""
    return scope_of(tuple(post for post in actor.posts if prepares(post))).covers(place)


def approves(actor: Actor, place: Where) -> bool:
    """Say whether the actor orders by themselves in the inspection, and approves what was prepared."""
    return acts_in(actor, ORDER).covers(place)


# Making


def intent_of(driver: Driver, wanted: Wanted, place: Where, writer: int | None) -> Intent:
    """Return the move by which the problem would be born now, with the next number of its inspection."""
    taken = numbers_ordered(driver, wanted.inspection)
    number = next(f"{PREFIX}{n}" for n in range(1, len(taken) + 2) if f"{PREFIX}{n}" not in taken)
    birth = Birth(
        wanted.inspection, place.round_id, place.unit_id, place.answerable_id, number, wanted.problem,
        category=wanted.category, detail=wanted.detail, written_by=writer,
    )  # fmt: skip
    given = {name: said for name, said in (wanted.answers or {}).items() if said not in (None, "")}
    return Intent(ORDER.action, birth=birth, answers=given, materials=(wanted.notice,) if wanted.notice else ())


def against(work: Work, wanted: Wanted, actor: Actor, now: datetime) -> list[Refusal]:
    """Return everything that is against an order, for who prepares it as for who makes it; writes nothing."""
    place = place_of_inspection(work.driver, actor.jurisdiction, wanted.inspection)
    if place is None or not in_reach(actor, place):
        return [Refusal("没有这次巡察，或不在您的职责范围内")]
    found = [] if wanted.problem.strip() else [Refusal("请填写问题", "problem", missing=True)]
    if why := _ordered_already(work.driver, wanted, actor):
        found.append(Refusal(why, "problem"))
    intent = intent_of(work.driver, wanted, place, actor.person_id)
    [s] = gather(work.driver, [intent], {}, actor, now, look).subjects.values()
    if prepares_as(actor, ORDER, s.case) is None:
        return [*found, Refusal(f"“{ORDER.shown}”由巡察组准备、巡察办办理")]
    return [*found, *s.refusals, *missing_materials(ORDER, intent.materials, s.facts), *reasons(s)]


def _ordered_already(driver: Driver, wanted: Wanted, actor: Actor) -> str:
    """Return that a problem of these words is ordered already, as far as it is there for the actor."""
    number = ordered_so(driver, wanted.inspection, wanted.problem, wanted.detail, scope_of(actor.posts))
    return f"同样的问题已经交办：第 {number} 号" if number else ""


def order(work: Work, wanted: Wanted, actor: Actor, now: datetime) -> Outcome:
    """Order at once what nobody has prepared; never commits."""
    lock_head(work.driver, actor.jurisdiction)
    place = place_of_inspection(work.driver, actor.jurisdiction, wanted.inspection)
    if (faults := against(work, wanted, actor, now)) or place is None:
        return Outcome(None, "refused", refusals=tuple(faults))
    intent = intent_of(work.driver, wanted, place, actor.person_id)
    [outcome] = fire(work, [intent], actor, now)
    return outcome


def prepare(work: Work, wanted: Wanted, actor: Actor, now: datetime) -> tuple[int | None, list[Refusal]]:
    """Put an order aside for the office; return its number, or what is against it. Pressed twice it is put aside once. Never commits."""
    lock_head(work.driver, actor.jurisdiction)
    if faults := against(work, wanted, actor, now):
        return None, faults
    place, notice = place_of_inspection(work.driver, actor.jurisdiction, wanted.inspection), wanted.notice
    assert place
    assert notice
    assert actor.person_id is not None
    answers, _ = read_answers(ORDER, (intent_of(work.driver, wanted, place, None)).answers)
    said = json.dumps(plain(answers), ensure_ascii=False, sort_keys=True)
    same = select(PreparedOrder.id).where(
        PreparedOrder.jurisdiction == actor.jurisdiction, PreparedOrder.state == WAITING, PreparedOrder.prepared_by == actor.person_id,
        PreparedOrder.inspection_id == wanted.inspection, PreparedOrder.problem == wanted.problem, PreparedOrder.detail == wanted.detail,
        PreparedOrder.said == said, PreparedOrder.sha256 == notice.sha256,
    )  # fmt: skip
    if (already := work.session.exec(same).first()) is not None:
        return already, []
    role = next(post.role for post in actor.posts if prepares(post))
    work.note_done()
    row = PreparedOrder(
        jurisdiction=actor.jurisdiction, inspection_id=wanted.inspection, category=wanted.category, problem=wanted.problem,
        detail=wanted.detail, said=said, sha256=notice.sha256, name=notice.name, size=notice.size, prepared_by=actor.person_id,
        prepared_role=role, at=now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row.id, []


def wanted_of(row: PreparedOrder) -> Wanted:
    """Return what was put aside."""
    notice = Material(ORDER.needs[0], row.sha256, row.name, row.size)
    return Wanted(row.inspection_id, row.problem, row.detail, row.category, json.loads(row.said), notice)


# What waits


def prepared_orders(work: Work, actor: Actor) -> list[PreparedOrder]:
    """Return what waits for the office and is there for somebody, and what they got back with a reason; the oldest first."""
    rows = waiting(work, PreparedOrder, actor.jurisdiction, actor.person_id)
    places = places_of_inspections(work.driver, actor.jurisdiction, {row.inspection_id for row in rows})
    return [row for row in rows if in_reach(actor, places[row.inspection_id])]


def prepared_order(work: Work, number: int, actor: Actor) -> PreparedOrder | None:
    """Return an order put aside, or None where none of that number is there for somebody."""
    row = work.session.get(PreparedOrder, number, populate_existing=True)
    place = place_of_inspection(work.driver, actor.jurisdiction, row.inspection_id) if row else None
    if row is None or place is None or not in_reach(actor, place):
        return None
    # What it became may be there for fewer.
    born = shown_cases(work.driver, actor.jurisdiction, [row.case_id]) if row.case_id else []
    return row if all(sees(actor, one.as_row()) for one in born) else None


@dataclass(frozen=True, slots=True)
class Waits:
    """How many orders wait for somebody to approve them, and how many came back to them."""

    waiting: int = 0
    returned: int = 0


def orders_waiting(driver: Driver, actor: Actor) -> Waits:
    """Count what waits for somebody of the office, or came back to somebody of the team; of all others nothing is asked."""
    if not any(prepares(post) for post in actor.posts):
        return Waits()
    there = [one for one in standing_orders(driver, actor.jurisdiction) if in_reach(actor, one.place)]
    own = [one for one in there if one.prepared_by == actor.person_id]
    others = [one for one in there if one.waits and one.prepared_by != actor.person_id]
    return Waits(sum(approves(actor, one.place) for one in others), sum(not one.waits for one in own))


# Acts on what was put aside


def approve(work: Work, number: int, actor: Actor, now: datetime) -> Outcome:
    """Order what was prepared, by who approves it, with who prepared it in the entry; once, whoever comes second. Never commits."""
    lock_head(work.driver, actor.jurisdiction)
    row = prepared_order(work, number, actor)
    if row is None:
        return _no(_not_there(number))
    if row.state != WAITING:
        return _no(f"第 {number} 号交办稿{WHERE_IT_IS[row.state]}" + (f"：{row.returned}" if row.returned else ""))
    place, wanted = place_of_inspection(work.driver, actor.jurisdiction, row.inspection_id), wanted_of(row)
    assert place
    if why := _ordered_already(work.driver, wanted, actor):
        return _no(why)
    intent = intent_of(work.driver, wanted, place, row.prepared_by)
    [outcome] = fire(work, [replace(intent, prepared_by=row.prepared_by, prepared_role=row.prepared_role)], actor, now)
    if outcome.outcome == "done":
        row.state, row.decided_by, row.decided_at, row.case_id = SENT, actor.person_id, now, outcome.case
        work.session.add(row)
        work.session.flush()
    return outcome


def give_back(work: Work, number: int, actor: Actor, reason: str, now: datetime) -> str:
    """Take back one's own order, or return another's with a reason; return the sentence against it, if any. Never commits."""
    lock_head(work.driver, actor.jurisdiction)
    row = prepared_order(work, number, actor)
    if row is None:
        return _not_there(number)
    place = place_of_inspection(work.driver, actor.jurisdiction, row.inspection_id)
    against = "" if place and approves(actor, place) else f"“{ORDER.shown}”由巡察办审批"
    over = f"第 {number} 号交办稿{WHERE_IT_IS[row.state]}"
    return put_aside.give_back(work, row, actor.person_id, reason, now, over=over, against=against)


def there_for(found: Sequence[UnderWay], actor: Actor) -> list[UnderWay]:
    """Return the inspections in which the actor may order, or prepare that."""
    return [one for one in found if in_reach(actor, one.place)]


def _not_there(number: int) -> str:
    return f"没有第 {number} 号交办稿，或不在您的职责范围内"


def _no(why: str) -> Outcome:
    return Outcome(None, "refused", refusals=(Refusal(why),))
