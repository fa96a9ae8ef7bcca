"""Home 待办: what must I do now, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

import clock
from register.asking import approved_by
from states import (
    DISCIPLINE,
    ESCALATED,
    GROUP,
    HANDLER,
    HEAD,
    LEADER,
    OFFICE,
    ORGANISATION,
    RECTIFYING,
    SECRETARY,
    TEAM,
)
from storage.engine import reading
from storage.looks import Looks
from storage.reads.assisting import Asked, asked_of
from storage.reads.clues import CluesDue, clues_due
from storage.reads.done import done_by
from storage.reads.lateness import LateOffice, LateUnit, late_office, late_units
from storage.reads.ledger.questions import Ask, Filters
from storage.reads.messages import news_since
from storage.reads.prepared import PutAside, count_put_aside
from storage.reads.readiness import Now, house_now
from storage.reads.tasks import UNSIGNED_LONG, WITH_OFFICE, Condition, Waiting, count_waiting, waiting
from storage.reads.vacancies import Vacant, circles_of, count_vacant
from storage.scope import Scope
from storage.sql import Driver
from storage.work import Work
from web.copies import copies_standing, copies_waiting
from web.desk import Desk
from web.doorway import AtDesk, Signed
from web.gatherings import answers_owed
from web.lately import came_in, month_of
from web.leading import MOST_RED, red_cases, units_by_red
from web.papers import on_the_desk
from web.preparing import rest_of, said_of, steps_of
from web.task_groups import grouped
from web.tasks import Task, tasks_of, waiting_by
from web.viewer import Viewer
from workflow.may import helped_by, owed_by
from workflow.ordering import orders_waiting

router = APIRouter()
MOST_LISTED = 30
WHO_PRESS = (OFFICE, HEAD, GROUP, DISCIPLINE, ORGANISATION)
WHO_SEES_OFFICE = (HEAD, GROUP)
WHO_HURRY = (OFFICE, HEAD, DISCIPLINE)
"""Who sees to it that clues are replied to, and enters that they were."""
CLUES_AHEAD = timedelta(days=7)
# What is late stands in the first screen, and so does what the office must do now.
LATE_SHOWN = 6
LATELY, AMONG = 8, 50
"""How many of the last deeds are shown, and among how many they are looked for."""


@router.get("/")
def home(desk: AtDesk, viewer: Signed) -> Response:
    """Show the to-do list of the viewer's roles."""
    if not viewer.reads_cases:
        return RedirectResponse("/accounts", 303)
    if viewer.roles == ("auditor",):
        return RedirectResponse("/log", 303)
    today = clock.local_date(desk.now())
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        owing, copies = looks.at(answers_owed, viewer, today), looks.at(copies_waiting, viewer)
        news = looks.at(_news, viewer)
        if viewer.roles == (LEADER,):
            units, red = looks.at(units_by_red, viewer, today), red_cases(looks, viewer, today)
            asked = looks.at(waiting_by, viewer, "opine", today)
            found = {
                **units(),
                "answers": owing(),
                "copies": copies(),
                "clues": None,
                "red": red(),
                "asked": asked(),
                "most_red": MOST_RED,
                "news": news(),
            }
            return desk.page("leader.html", viewer, here="/", today=today, **found)
        last = looks.at(done_by, viewer.actor.jurisdiction, viewer.actor.person_id or 0, viewer.scope, AMONG)
        waits, pressed, office = (
            looks.at(_others, viewer),
            looks.at(_late, viewer, today),
            looks.at(_late_office, viewer, today),
        )
        not_signed, empty = looks.at(_unsigned, viewer, today), looks.at(_vacant, viewer, desk.now())
        house, assisted = looks.at(_house, viewer), looks.at(_assisted, viewer)
        copies_owing = looks.at(copies_standing, viewer, today)
        beside, orders = looks.at(_put_aside, viewer), looks.at(orders_waiting, viewer.actor)
        papers, clues = looks.at(on_the_desk, viewer), looks.at(_clues, viewer, today)
        new, month = (
            looks.at(came_in, viewer, today),
            looks.at(month_of, viewer, today, desk.settings.config.figures.month_begins),
        )
        tasks = tasks_of(looks, viewer, today)
        first = _first(desk, viewer, work, house())
    vacant = empty()
    return desk.page(
        "home.html", viewer, here="/", groups=grouped(tasks.listed, today), count=tasks.count + vacant.kinds + first.count + len(copies()) + papers().count,
        papers=papers(), clues=clues(), new=new(), month=month(),
        nearest=_nearest(tasks.listed, [one.due_on for one in copies()]), copies=copies(), standing=copies_owing(), done=last().lines[:LATELY],
        others=waits(), late=pressed(), owed=office(), late_shown=LATE_SHOWN, sent=tasks.sent, to_sign=tasks.to_sign, today=today, unsigned=not_signed(),
        first=first, not_theirs=tasks.not_theirs, answers=owing(), vacant=vacant, aside=beside(), orders=orders(),
        assisted=assisted(), reports_in=(RECTIFYING, ESCALATED), news=news(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class First:
    """What the office is told before all else: what is missing before the first feedback, that the duties rest, what waits for an approval."""

    missing: int = 0
    begun: bool = False
    """Whether there was feedback already: then it is the mail that is missing."""
    rests: str = ""
    to_approve: int = 0

    @property
    def count(self) -> int:
        """Return how many tasks that is."""
        return bool(self.missing) + self.to_approve


def _news(driver: Driver, viewer: Viewer) -> int:
    """Return how many notices came since the viewer was last there."""
    person = viewer.actor.person_id or 0
    return news_since(driver, viewer.actor.jurisdiction, person, viewer.account_id, viewer.session_hash, viewer.scope)


def _house(driver: Driver, viewer: Viewer) -> Now | None:
    """Return how the house stands, for the office and whoever approves something."""
    approves = approved_by(viewer.actor)
    if not approves and not viewer.holds_at_large(OFFICE):
        return None
    return house_now(driver, viewer.actor.jurisdiction, viewer.actor.person_id or 0, approves)


def _first(desk: Desk, viewer: Viewer, work: Work, now: Now | None) -> First:
    """Return what stands before all tasks: what is to be approved, and for the office what is missing and what rests."""
    if now is None:
        return First()
    if not viewer.holds_at_large(OFFICE):
        return First(to_approve=now.to_approve)
    begun_unsent = desk.mail_stays and not desk.rehearsal
    missing = begun_unsent if now.begun else sum(not one.done for one in steps_of(desk, viewer, work, desk.now()))
    rest = rest_of(desk, now.duties_at, desk.now())
    return First(int(missing), now.begun, said_of(rest) if rest.rests else "", now.to_approve)


def _vacant(driver: Driver, viewer: Viewer, now: datetime) -> Vacant:
    """Count what is empty, for the office; the restricted cases in which nobody acts, for who knows of them and can mend it; and those nobody can open."""
    place, today = viewer.actor.jurisdiction, clock.local_date(now)
    found = count_vacant(driver, place, now) if viewer.holds_at_large(OFFICE) else Vacant()
    if not viewer.holds_at_large(OFFICE, HEAD):
        return found
    circles = circles_of(driver, place, viewer.restricted, today)
    idle = sum(one.case in viewer.confided and not one.acted_in for one in circles)
    return replace(found, circles=idle, stuck=sum(not one.in_hand for one in circles))


def _clues(driver: Driver, viewer: Viewer, today: date) -> CluesDue | None:
    """Return the clues whose reply is due within days, or was: for who enters replies and who owes them."""
    if not viewer.holds_at_large(*WHO_HURRY):
        return None
    return clues_due(driver, viewer.actor.jurisdiction, today, today + CLUES_AHEAD, viewer.scope_as(*WHO_HURRY).hidden)


def _put_aside(driver: Driver, viewer: Viewer) -> PutAside:
    """Count the ledgers put aside that wait for the viewer, or came back to them."""
    if not viewer.holds(OFFICE, TEAM):
        return PutAside()
    person, office = viewer.actor.person_id or 0, viewer.holds_at_large(OFFICE)
    return count_put_aside(driver, viewer.actor.jurisdiction, person, office=office)


def _nearest(tasks: list[Task], more: list[date]) -> date | None:
    days = [*more, *(task.due_on for task in tasks if task.due_on)]
    return min(days) if days else None


@dataclass(frozen=True, slots=True)
class Listed:
    """The earliest cases of a list, and how many they are in all."""

    cases: list[Waiting]
    count: int


NONE = Listed([], 0)


def _listed(
    driver: Driver,
    viewer: Viewer,
    condition: Condition,
    scope: Scope,
    params: Sequence[Any] = (),
) -> Listed:
    found = waiting(driver, viewer.actor.jurisdiction, condition, params, scope)[:MOST_LISTED]
    count = len(found)
    if count == MOST_LISTED:
        count = count_waiting(driver, viewer.actor.jurisdiction, condition, params, scope)
    return Listed(found, count)


def _others(driver: Driver, viewer: Viewer) -> Listed:
    """Return the unit's cases that wait for others."""
    if not viewer.holds(SECRETARY, HANDLER):
        return NONE
    posts = tuple(post for post in viewer.actor.posts if post.role in (SECRETARY, HANDLER))
    return _listed(driver, viewer, WITH_OFFICE, owed_by(posts))


def _assisted(driver: Driver, viewer: Viewer) -> list[Asked]:
    """Return the open cases in which the viewer's units assist 协办, with what is asked of them."""
    posts = tuple(post for post in viewer.actor.posts if post.assisting)
    units = sorted({post.unit_id for post in posts if post.unit_id is not None})
    return asked_of(driver, viewer.actor.jurisdiction, units, helped_by(posts)) if units else []


def _unsigned(driver: Driver, viewer: Viewer, today: date) -> Listed:
    """Return what units should have signed for 签收 and have not, for the office."""
    if not viewer.holds(OFFICE, HEAD):
        return NONE
    return _listed(driver, viewer, UNSIGNED_LONG, viewer.scope_as(OFFICE, HEAD), [today])


def _late(driver: Driver, viewer: Viewer, today: date) -> list[LateUnit]:
    """Return the late units, for those who press."""
    if not viewer.holds(*WHO_PRESS):
        return []
    return late_units(driver, _all_of(viewer, viewer.scope_as(*WHO_PRESS), today))


def _late_office(driver: Driver, viewer: Viewer, today: date) -> list[LateOffice]:
    """Return what the office owes late, for those above it."""
    if not viewer.holds(*WHO_SEES_OFFICE):
        return []
    return late_office(driver, _all_of(viewer, viewer.scope_as(*WHO_SEES_OFFICE), today))


def _all_of(viewer: Viewer, scope: Scope, today: date) -> Ask:
    return Ask(viewer.actor.jurisdiction, scope, Filters(), today, today)
