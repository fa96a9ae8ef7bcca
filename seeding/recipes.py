"""Which problem takes which road: most take the plain one; each other road has its share and a least number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from seeding import courses, entries
from seeding.county import Days
from seeding.problems import Problem
from seeding.roads import Road
from states import FOCUSED


@dataclass(frozen=True, slots=True)
class Share:
    """A road with the share of an age's problems that take it, and the fewest that do."""

    road: Road
    share: float
    fewest: int = 1


SETTLED = (
    Share(Road(course=courses.prompted), 0.10),
    Share(Road(course=courses.returned), 0.04),
    Share(Road(course=courses.extended), 0.035),
    Share(Road(course=courses.reopened), 0.025),
    Share(Road(course=courses.withheld), 0.02),
    Share(Road(course=courses.late), 0.018),
    Share(Road(entries.kept), 0.015),
    Share(Road(entries.withdrawn), 0.012),
    Share(Road(course=courses.refused), 0.006),
    Share(Road(course=courses.returned_twice), 0.006),
    Share(Road(course=courses.escalated_by_hand), 0.006),
    Share(Road(entries.unclaimed), 0.006),
    Share(Road(course=courses.recalled), 0.005),
    Share(Road(course=courses.rescinded), 0.004),
)
LAST_BUT_TWO = (
    Share(Road(course=courses.prompted), 0.15),
    Share(Road(course=courses.reopened), 0.08),
    Share(Road(course=courses.returned), 0.06),
    Share(Road(course=courses.extended), 0.06),
    Share(Road(course=courses.withheld), 0.05),
    Share(Road(course=courses.late), 0.04),
    Share(Road(course=courses.escalated_by_hand), 0.02),
    Share(Road(entries.kept), 0.02),
    Share(Road(entries.withdrawn), 0.02),
)
# Agreed dates are set so that today's scan meets each rung, as far as the limit lets them: twenty and ten days before, one
# day and fifteen days late.
LAST_BUT_ONE = (
    Share(Road(course=courses.waiting, due=-15), 0.025, 2),
    Share(Road(course=courses.accepted_lately, due=22), 0.06, 2),
    Share(Road(course=courses.handed_in, due=22), 0.06, 2),
    Share(Road(course=courses.late, due=-18), 0.02, 2),
    Share(Road(course=courses.waiting, due=20), 0.04),
    Share(Road(course=courses.waiting, due=10), 0.04),
    Share(Road(course=courses.waiting, due=-1), 0.03),
    Share(Road(course=courses.returned_twice_now, due=22), 0.015),
    Share(Road(course=courses.late, due=-23), 0.02),
    Share(Road(course=courses.waiting, due=-6), 0.025),
    Share(Road(course=courses.asking, due=12), 0.03),
    Share(Road(course=courses.waiting, due=-11), 0.015),
    Share(Road(course=courses.escalated_lately, due=22), 0.02),
    Share(Road(course=courses.returned), 0.04),
    Share(Road(course=courses.waiting, due=15), 0.08),
    Share(Road(course=courses.waiting, due=25), 0.08),
    Share(Road(course=courses.rescinded), 0.01),
    Share(Road(course=courses.withheld), 0.02),
    Share(Road(entries.withdrawn), 0.01),
)
LAST = (
    Share(Road(entries.unclaimed), 0.04),
    Share(Road(entries.kept), 0.03),
    Share(Road(entries.withdrawn), 0.02),
)
# Fed back three to five working days ago: who objected then is still waiting for the fact check.
JUST_NOW = (Share(Road(entries.kept), 0.4),)
BY_AGE = {
    "last": LAST,
    "just_now": JUST_NOW,
    "last_but_one": LAST_BUT_ONE,
    "last_but_two": LAST_BUT_TWO,
    "settled": SETTLED,
}


def roads_of(problems: Sequence[Problem], days: Days, dice: Random) -> dict[int, Road]:
    """Return the road of each problem that does not take the plain one, by its number."""
    by_age: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.kind == FOCUSED:
            by_age.setdefault(_age(problem, days), []).append(problem)
    return {number: road for age, group in by_age.items() for number, road in _dealt(group, BY_AGE[age], dice)}


def _age(problem: Problem, days: Days) -> str:
    if problem.visit.ago == 0:
        return "just_now" if 3 <= days.calendar.count(problem.visit.fed, days.base) <= 5 else "last"
    return {1: "last_but_one", 2: "last_but_two"}.get(problem.visit.ago, "settled")


def _dealt(problems: Sequence[Problem], recipe: Sequence[Share], dice: Random) -> Iterator[tuple[int, Road]]:
    left = list(problems)
    dice.shuffle(left)
    for one in recipe:
        for _ in range(max(one.fewest, round(one.share * len(problems)))):
            if left:
                yield left.pop().number, one.road
