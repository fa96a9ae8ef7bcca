"""The plan 编排: the whole term on paper, before anything is played."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from seeding.county import Days, Organisation, Visit, places_of, visits_of
from seeding.entries import entered_twice
from seeding.figures import with_results
from seeding.problems import Problem, problems_of, repeated
from seeding.recipes import roads_of
from seeding.roads import Road, acts_of
from seeding.sizes import Sizes
from seeding.walk import Act

DICE = 20260301


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole term on paper: the same for the same sizes, day and calendar."""

    places: Sequence[Organisation]
    visits: Sequence[Visit]
    problems: Sequence[Problem]
    acts: Sequence[Act]


def plan_of(sizes: Sizes, days: Days) -> Plan:
    """Return the term on paper, with the acts up to today in the order of their days."""
    dice = Random(DICE)
    places = places_of(sizes, dice)
    visits = visits_of(sizes, places, days, dice)
    problems = problems_of(visits, dice)
    roads = roads_of(problems, days, dice)
    twice = _entered_twice(problems, sizes.voids, dice)
    roads |= {problem.number: Road(entered_twice) for problem in twice}
    by_visit: dict[int, list[Problem]] = defaultdict(list)
    for problem in (*problems, *twice):
        by_visit[problem.visit.number].append(problem)
    acts = [act for visit in visits for act in acts_of(visit, by_visit[visit.number], roads, days, dice)]
    past = sorted((act for act in acts if act.day <= days.base), key=lambda act: act.day)
    return Plan(places, visits, (*problems, *twice), with_results(past, sizes, dice))


def _entered_twice(problems: Sequence[Problem], voids: int, dice: Random) -> list[Problem]:
    settled = [problem for problem in problems if problem.visit.ago > 0]
    chosen = dice.sample(settled, voids)
    return [
        repeated(problem, len(problems) + place, problem.visit.problems + 1 + place)
        for place, problem in enumerate(chosen)
    ]
