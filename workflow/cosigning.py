"""Cosigning 会签: those who sign beside who confirms, each for their part and with their own password; the confirmation fires the move."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import clock
from states import ACTIONS, COSIGNERS, GIVER, OFFICE, SECRETARY, STAND_IN, WITNESS
from storage.looks import Looks
from storage.reads.handovers import takers
from storage.rows import lock_head, read_cases
from storage.scope import Placed
from storage.sql import Driver
from storage.tables import Draft, DraftSignature
from storage.ties import ties_with
from storage.work import Work
from workflow.handing_facts import givers_of, handed_to, secretaries_of
from workflow.may import scope_of, works_on
from workflow.subject import Actor, Cosignature


@dataclass(frozen=True, slots=True)
class Around:
    """What says who may sign a hand-over: whom the name of who leaves may mean, whether they cannot, the unit above, who is tied."""

    givers: frozenset[int]
    giver: str
    absent: str
    handed_to: str
    """To whom all of it was handed over meanwhile, by another sheet: nobody signs this one any more."""
    above: int | None
    tied: frozenset[int]


def signatures_of(driver: Driver, drafts: Sequence[int]) -> dict[int, tuple[Cosignature, ...]]:
    """Return the signatures beside, of each draft, in the order of their parts."""
    if not drafts:
        return {}
    among, params = driver.among("draft_id", drafts)
    found: dict[int, list[Cosignature]] = defaultdict(list)
    sql = f"SELECT draft_id, part, person_id, role, text, at FROM draft_signatures WHERE {among}"
    for draft, *row in driver.all(sql, params):
        found[draft].append(Cosignature(*row))
    order = list(COSIGNERS)
    return {draft: tuple(sorted(found[draft], key=lambda one: order.index(one.part))) for draft in drafts}


def answers_in(intent: str) -> Mapping[str, Any]:
    """Return what a draft says for all its cases."""
    packed: list[dict[str, Any]] = json.loads(intent)
    said: Mapping[str, Any] = packed[0]["answers"]
    return said


def around(
    driver: Driver, jurisdiction: int, drafts: Mapping[int, tuple[str, Sequence[Placed]]], today: date
) -> dict[int, Around]:
    """Return what says who may sign each draft, given what it holds and its cases: asked together, however many there are."""
    if not drafts:
        return {}
    units = {cases[0].answerable_id for _, cases in drafts.values()}
    places = {unit for _, cases in drafts.values() for case in cases for unit in (case.unit_id, case.answerable_id)}
    among, params = driver.among("id", units)
    looks = Looks(driver)
    asked, tied_to = looks.at(secretaries_of, units), looks.at(ties_with, jurisdiction, places)
    parents = looks.all(f"SELECT id, parent_id FROM units WHERE {among}", params)
    passed_on = looks.at(takers, {case.id for _, cases in drafts.values() for case in cases})
    held, ties, taken = asked(), tied_to(), passed_on()
    above: dict[int, int | None] = dict(parents())
    found = {}
    for number, (intent, cases) in drafts.items():
        answers, unit = answers_in(intent), cases[0].answerable_id
        name = str(answers.get("giver") or "").strip()
        givers = frozenset(one.person for one in givers_of(held.get(unit, ()), name, today))
        own = {place for case in cases for place in (case.unit_id, case.answerable_id)}
        tied = frozenset(tie.person for place in own for tie in ties[place] if tie.on(today))
        to = handed_to(held.get(unit, ()), name, taken, [case.id for case in cases], today)
        found[number] = Around(givers, name, str(answers.get("absent_why") or ""), to, above[unit], tied)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How a draft that several sign stands for somebody: the parts that are theirs and still open, who signed already, who leaves."""

    parts: Mapping[str, str]
    signed: tuple[Cosignature, ...]
    there: Around

    def waits_for(self) -> list[str]:
        """Return the parts that are still to be signed before it can be confirmed."""
        done = {one.part for one in self.signed} | ({GIVER} if self.there.absent else set())
        return [part for part in (GIVER, WITNESS) if part not in done]


Waiting = Sequence[tuple[int, Sequence[Placed]]]


def standing(driver: Driver, actor: Actor, drafts: Waiting, today: date) -> dict[int, Standing]:
    """Return how drafts that several sign stand for somebody, by their numbers."""
    if not drafts:
        return {}
    among, params = driver.among("id", [number for number, _ in drafts])
    looks = Looks(driver)
    asked = looks.all(f"SELECT id, intent FROM drafts WHERE {among}", params)
    beside = looks.at(signatures_of, [number for number, _ in drafts])
    signed = beside()
    intents: dict[int, str] = dict(asked())
    all_there = around(driver, actor.jurisdiction, {one: (intents[one], cases) for one, cases in drafts}, today)
    found = {}
    for number, cases in drafts:
        there = all_there[number]
        done = {one.part for one in signed[number]}
        parts = {part: role for part, role in parts_of(there, cases, actor).items() if part not in done}
        found[number] = Standing(parts, signed[number], there)
    return found


def in_circle(actor: Actor, cases: Sequence[Placed]) -> bool:
    """Say whether none of the cases is hidden from somebody: from who holds no post, what is hidden from nobody else."""
    return not set(scope_of(actor.posts).hidden).intersection(case.id for case in cases)


def parts_of(there: Around, cases: Sequence[Placed], actor: Actor) -> dict[str, str]:
    """Return the parts in which somebody may sign, each with the role in which: who left needs no post any more.

    Of a case that is 限定知悉 nobody signs who is not in the circle.
    """
    found: dict[str, str] = {}
    if there.handed_to or not in_circle(actor, cases):
        return found
    if actor.person_id in there.givers:
        return {} if there.absent else {GIVER: SECRETARY}
    of_office = [post for post in actor.posts if post.role == OFFICE and post.capacity != STAND_IN]
    if actor.person_id not in there.tied and any(all(works_on(post, one) for one in cases) for post in of_office):
        found[WITNESS] = OFFICE
    elif there.above is not None and any(
        post.role == SECRETARY and post.unit_id == there.above and post.capacity != STAND_IN for post in actor.posts
    ):
        found[WITNESS] = SECRETARY
    return found


def cosign(work: Work, number: int, part: str, actor: Actor, text: str, now: datetime) -> str:
    """Keep a signature beside, with the sentence for which the password was given; return the sentence against it, if any. Never commits."""
    driver = work.driver
    lock_head(driver, actor.jurisdiction)
    row = work.session.get(Draft, number, populate_existing=True)
    if row is None or row.jurisdiction != actor.jurisdiction or part not in ACTIONS[row.action].cosigned:
        return f"没有第 {number} 号交接，或不在您的职责范围内"
    if row.state != "open":
        return f"第 {number} 号起草件已{'确认' if row.state == 'confirmed' else '撤下'}"
    cases = list(read_cases(driver, row.jurisdiction, [one["case"] for one in json.loads(row.intent)]).values())
    there = around(driver, row.jurisdiction, {number: (row.intent, cases)}, clock.local_date(now))[number]
    role = parts_of(there, cases, actor).get(part)
    signed = {one.part: one.person for one in signatures_of(driver, [number])[number]}
    if part in signed:
        return f"{COSIGNERS[part]}已经签字"
    if there.handed_to:
        return f"{there.giver}已向{there.handed_to}交接，接收人已签字，这一份不用再签"
    if role is None:
        return f"您不是这次交接的{COSIGNERS[part]}，不能签字"
    assert actor.person_id is not None
    work.note_done()
    work.session.add(
        DraftSignature(draft_id=number, part=part, person_id=actor.person_id, role=role, text=text, at=now)
    )
    work.session.flush()
    return ""
