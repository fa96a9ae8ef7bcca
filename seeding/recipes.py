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
    Share(Road(course=courses.reopened), 0.05),
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
    Share(Road(course=courses.waiting, due=-15), 0.012, 2),
    Share(Road(course=courses.accepted_lately, due=22), 0.015, 2),
    Share(Road(course=courses.handed_in, due=22), 0.015, 2),
    Share(Road(course=courses.late, due=-18), 0.01, 2),
    Share(Road(course=courses.waiting, due=20), 0.03),
    Share(Road(course=courses.waiting, due=10), 0.03),
    Share(Road(course=courses.waiting, due=-1), 0.02),
    Share(Road(course=courses.returned_twice_now, due=22), 0.006),
    Share(Road(course=courses.late, due=-23), 0.01),
    Share(Road(course=courses.waiting, due=-6), 0.012),
    Share(Road(course=courses.asking, due=12), 0.012),
    Share(Road(course=courses.left_lying), 0.012, 2),
    Share(Road(course=courses.text_left_lying), 0.006),
    Share(Road(course=courses.waiting, due=-11), 0.006),
    Share(Road(course=courses.escalated_lately, due=22), 0.012),
    Share(Road(course=courses.waiting, due=15), 0.05),
    Share(Road(course=courses.waiting, due=25), 0.05),
    Share(Road(course=courses.withheld), 0.01),
    Share(Road(entries.withdrawn), 0.01),
    Share(Road(course=courses.early), 1),
)
# The first unit's own, which its secretary sees: some of everything, and the rest is done.
OWN = (
    Road(course=courses.waiting, due=-1),
    Road(course=courses.waiting, due=10),
    Road(course=courses.to_publicize),
    Road(course=courses.handed_in, due=22),
    Road(course=courses.waiting, due=25),
    Road(course=courses.returned),
)
LAST = (
    Share(Road(entries.unclaimed), 0.04),
    Share(Road(entries.kept), 0.03),
    Share(Road(entries.withdrawn), 0.02),
)
# What goes on beyond the months 持续整改、长期坚持: most of it was done long ago, so that it does not lie with the office all at once.
LONG = (Share(Road(course=courses.early), 0.9),)
# Fed back three to five working days ago: who objected then is still waiting for the fact check.
JUST_NOW = (Share(Road(entries.kept), 0.3),)
BY_AGE = {
    "last": LAST,
    "just_now": JUST_NOW,
    "last_but_one": LAST_BUT_ONE,
    "last_but_two": LAST_BUT_TWO,
    "settled": SETTLED,
    "long": LONG,
}


_LONG = (1, 2)
"""The rounds, counted back, whose long problems would be handed in about now."""


def roads_of(problems: Sequence[Problem], days: Days, dice: Random) -> dict[int, Road]:
    """Return the road of each problem that does not take the plain one, by its number."""
    by_age: dict[str, list[Problem]] = {}
    for problem in problems:
        if not _is_own(problem) and (problem.kind == FOCUSED or problem.visit.ago in _LONG):
            by_age.setdefault(_age(problem, days) if problem.kind == FOCUSED else "long", []).append(problem)
    roads = {number: road for age, group in by_age.items() for number, road in _dealt(group, BY_AGE[age], dice)}
    return roads | dict(_own([problem for problem in problems if _is_own(problem)], days))


def _is_own(problem: Problem) -> bool:
    """Say whether it is in the hands of the first unit now: found there in the last round but one, or in its villages in the last."""
    return problem.visit.place.answers == 0 and problem.visit.ago <= 1


def _own(problems: Sequence[Problem], days: Days) -> Iterator[tuple[int, Road]]:
    """Deal the first unit's roads: of its own problems those with a date take OWN and all others are done; in its villages one is disputed."""
    mine = [problem for problem in problems if problem.visit.place.above is None]
    dated = dict(zip((problem.number for problem in mine if problem.kind == FOCUSED), OWN, strict=False))
    for problem in mine:
        yield problem.number, dated.get(problem.number, Road(course=courses.early))
    for problem in problems:
        if problem.visit.place.above is not None and problem.no == 1 and _age(problem, days) == "just_now":
            yield problem.number, Road(entries.kept)


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
