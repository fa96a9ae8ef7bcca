"""The roads of an inspection's problems, walked together: one feedback, one plan, one approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from seeding import courses, entries
from seeding.county import Days, Visit
from seeding.courses import Course
from seeding.entries import Entry
from seeding.problems import Problem
from seeding.walk import LEAST, Act, Walk, pace_of
from states import AT_ONCE, CONTINUING, FOCUSED

_FIRST_REVIEW = 58  # and within two
_STAGE = 365


@dataclass(frozen=True, slots=True)
class Road:
    """How a problem enters and goes on; `due` days from today is the agreed date where today is to find it so."""

    entry: Entry = entries.claimed
    course: Course = courses.plain
    due: int | None = None


def acts_of(
    visit: Visit, problems: Sequence[Problem], roads: Mapping[int, Road], days: Days, dice: Random
) -> list[Act]:
    """Return all acts of an inspection, those after today too."""
    pace = pace_of(dice, recent=visit.ago == 0)
    walks = [(Walk(problem, pace, days, dice), roads.get(problem.number, Road())) for problem in problems]
    ready = visit.fed
    for walk, road in walks:
        walk.feed_back()
        ready = max(ready, road.entry(walk))
    returned = visit.ago >= 2 and dice.random() < 0.08 and not any(road.entry is entries.unclaimed for _, road in walks)
    filed = max(days.on(visit.fed, pace.file), days.on(ready, 1))
    for walk, road in walks:
        _go_on(walk, road, filed, returned=returned)
    return [act for walk, _ in walks for act in walk.acts]


def _go_on(walk: Walk, road: Road, filed: date, *, returned: bool) -> None:
    if walk.problem.repeats is not None or road.entry is entries.withdrawn:
        return
    if walk.problem.kind == AT_ONCE:
        started = walk.acts[-1].day
        courses.at_once(walk, started, started)
        return
    if road.entry is entries.unclaimed:
        filed = _ordered(walk, filed)
    approval = walk.days.on(filed, walk.pace.approve)
    due = _due(walk, road, filed, approval)
    if returned:
        _reviewed(walk, filed, due)
        filed = walk.days.on(walk.return_plan(approval), 5)
        approval = walk.days.on(filed, walk.pace.approve)
        due = _due(walk, road, filed, approval)
    _reviewed(walk, filed, due)
    walk.approve_plan(approval, due)
    course = courses.continued if walk.problem.kind == CONTINUING and road.course is courses.plain else road.course
    course(walk, approval, due)


def _ordered(walk: Walk, filed: date) -> date:
    """The unit is ordered to claim and plan what it left lying, once its other problems are under way."""
    escalated = entries.unclaimed(walk)
    ordered = max(walk.days.on(escalated, 3), walk.days.on(filed, 1))
    walk.order_plan(ordered, walk.days.on(ordered, 10))
    return walk.days.on(ordered, 4)


def _reviewed(walk: Walk, filed: date, due: date) -> None:
    walk.submit_plan(filed, due)
    walk.opine(walk.days.on(filed, 1))


def _due(walk: Walk, road: Road, filed: date, approval: date) -> date:
    latest = _latest(walk, filed, approval)
    if road.due is not None:
        return min(max(walk.days.today + timedelta(days=road.due), approval + timedelta(days=1)), latest)
    if walk.problem.kind == CONTINUING:
        return latest
    focused = walk.problem.kind == FOCUSED
    return min(approval + timedelta(days=walk.pace.due if focused else walk.pace.long_due), latest)


def _latest(walk: Walk, filed: date, approval: date) -> date:
    """Return a day that can be agreed on surely: of the campaign three months from feedback and the days of the joint review, a month at least."""
    if walk.problem.kind == FOCUSED:
        return max(walk.latest + (approval - filed), approval + timedelta(days=LEAST))
    return approval + timedelta(days=_FIRST_REVIEW if walk.problem.kind == CONTINUING else _STAGE)
