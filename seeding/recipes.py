"""Which problem takes which road: most the plain one, the others in shares, at least so many of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from seeding import courses, entries
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
# Agreed dates are set so that today's scan meets each rung: twenty and ten days before, one day and fifteen days late.
LAST_BUT_ONE = (
    Share(Road(course=courses.waiting, due=-15), 0.025, 2),
    Share(Road(course=courses.waiting, due=20), 0.04, 2),
    Share(Road(course=courses.waiting, due=10), 0.04, 2),
    Share(Road(course=courses.waiting, due=-1), 0.03, 2),
    Share(Road(course=courses.late, due=-18), 0.02, 2),
    Share(Road(course=courses.late, due=-23), 0.02),
    Share(Road(course=courses.waiting, due=-6), 0.025),
    Share(Road(course=courses.waiting, due=-11), 0.015),
    Share(Road(course=courses.handed_in, due=22), 0.06, 2),
    Share(Road(course=courses.accepted_lately, due=22), 0.06, 2),
    Share(Road(course=courses.asking, due=12), 0.03),
    Share(Road(course=courses.returned_twice_now, due=22), 0.015),
    Share(Road(course=courses.escalated_lately, due=22), 0.02),
    Share(Road(course=courses.returned), 0.04),
    Share(Road(course=courses.waiting, due=15), 0.08),
    Share(Road(course=courses.waiting, due=25), 0.08),
    Share(Road(course=courses.rescinded), 0.01),
    Share(Road(course=courses.withheld), 0.02),
    Share(Road(entries.withdrawn), 0.01),
)
LAST = (
    Share(Road(entries.kept), 0.07, 2),
    Share(Road(entries.unclaimed), 0.03),
    Share(Road(entries.withdrawn), 0.02),
)
BY_AGE = {0: LAST, 1: LAST_BUT_ONE, 2: LAST_BUT_TWO}


def roads_of(problems: Sequence[Problem], dice: Random) -> dict[int, Road]:
    """Return the road of each problem that does not take the plain one, by its number."""
    by_age: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.kind == FOCUSED:
            by_age.setdefault(min(problem.visit.ago, 3), []).append(problem)
    return {number: road for ago, group in by_age.items() for number, road in _dealt(group, BY_AGE.get(ago, SETTLED), dice)}


def _dealt(problems: Sequence[Problem], recipe: Sequence[Share], dice: Random) -> Iterator[tuple[int, Road]]:
    left = list(problems)
    dice.shuffle(left)
    for one in recipe:
        for _ in range(max(one.fewest, round(one.share * len(problems)))):
            if left:
                yield left.pop().number, one.road
