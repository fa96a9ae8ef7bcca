"""The tasks of a hand-over 责任交接: to prepare it before one leaves, or where nobody did; to sign it; to take over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from clock import written_date
from states import ACTIONS, COSIGNERS, OFFICE, SECRETARY, STAND_IN
from storage.reads.drafts import DraftLine
from storage.reads.handovers import takers, to_hand_over, without_hand_over
from storage.reads.tasks import Waiting
from storage.sql import Driver
from web.viewer import Viewer
from workflow.cosigning import standing
from workflow.drafts import may_confirm
from workflow.handing_facts import handed_on, secretaries_of

SOON: Final = timedelta(days=30)
"""So long before a post ends its holder is asked to prepare the hand-over."""


def signing_lines(
    driver: Driver, viewer: Viewer, drafted: Sequence[DraftLine], today: date
) -> Iterator[tuple[str, DraftLine, str, bool]]:
    """Yield what somebody signs of the hand-overs that wait: the verb, the draft, why, and whether its cases are there for them."""
    waiting = [one for one in drafted if ACTIONS[one.action].cosigned]
    stands = standing(driver, viewer.actor, [(one.number, one.places) for one in waiting], today)
    for one in waiting:
        now = stands[one.number]
        if now.there.handed_to:
            continue
        there = all(map(viewer.scope.covers, one.places))
        for part in now.parts:
            yield f"{COSIGNERS[part]}签字", one, f"责任交接单由{one.by}起草，须由您签字", there
        if viewer.actor.person_id in now.there.givers or not may_confirm(
            one.action, one.preparer, one.places, viewer.actor
        ):
            continue
        left = "、".join(COSIGNERS[part] for part in now.waits_for())
        why = f"等{left}签字以后，由您确认" if left else "交出人、监交人的手续已齐，请核对后确认"
        yield "接收交接", one, why, there


def preparing_lines(
    driver: Driver, viewer: Viewer, prepared: frozenset[int], today: date
) -> Iterator[tuple[str, Waiting, str, Sequence[int]]]:
    """Yield what somebody is to prepare: the verb, the first case, why, and all the cases that go together."""
    place, restricted = viewer.actor.jurisdiction, viewer.restricted
    office = viewer.scope_as(OFFICE)
    for one in without_hand_over(driver, place, today, restricted, office) if office.reaches else ():
        if not prepared & {*one.cases}:
            why = f"书记已由{one.left.name}变更为{one.came.name}，没有交接：前任不能起草的，由巡察办起草"
            yield "起草责任交接", one.first, why, one.cases
    leaving = {
        post.unit_id or 0: post.ends_on
        for post in viewer.actor.posts
        if post.role == SECRETARY and post.capacity != STAND_IN and post.ends_on and post.ends_on <= today + SOON
    }
    held = secretaries_of(driver, {*leaving}) if leaving else {}
    givers = frozenset({viewer.actor.person_id or 0})
    for unit, lines in to_hand_over(driver, place, list(leaving), restricted).items():
        cases, last = [line.id for line, _ in lines], leaving[unit]
        taken = takers(driver, cases)
        done = {case for case, one in taken.items() if handed_on(held[unit], givers, [one], today)}
        if last and {*cases} - done and not prepared & {*cases}:
            first = replace(lines[0][0], extra=len(lines))
            yield "起草责任交接", first, f"您的职务到{written_date(last)}为止，请在离任前起草交接单并签字", cases
