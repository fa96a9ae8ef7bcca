"""The plan 编排: the whole term on paper, before anything is played."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from seeding.county import Days, Organisation, Visit, places_of, visits_of
from seeding.entries import entered_twice
from seeding.figures import with_results
from seeding.on_paper import on_paper
from seeding.problems import Problem, problems_of, repeated
from seeding.recipes import roads_of
from seeding.roads import Road, acts_of
from seeding.sizes import Sizes
from seeding.walk import Act, minutes_of
from states import OFFICE, STANDING
from workflow.days.limits import add_months

DICE = 20260301
LOOK_BACK_MONTHS, LOOK_BACK_DAYS, YEAR = 6, 2, 12
"""When what is public is due to be looked at again, and how many working days later that is done."""


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
    acts += looked_back(acts, days)
    past = sorted((act for act in acts if act.day <= days.base), key=lambda act: act.day)
    return Plan(places, visits, (*problems, *twice), on_paper(with_results(past, sizes, dice), days))


def looked_back(acts: Sequence[Act], days: Days) -> list[Act]:
    """Return what the office does with what is settled and stays so: each within days of when it is due, and it stands.

    What was made public is looked at again, a standing item every year; the ground of what was not is upheld.
    """
    settled: dict[int, Act] = {}
    for act in acts:
        if act.action in _SETTLE:
            settled[act.problem.number] = act
        elif act.action == "reopen":
            settled.pop(act.problem.number, None)
    return [later for act in settled.values() for later in _SETTLE[act.action](act, days)]


def _looks(act: Act, days: Days) -> Iterator[Act]:
    standing = act.problem.kind == STANDING
    day = days.on(add_months(act.day, YEAR if standing else LOOK_BACK_MONTHS), LOOK_BACK_DAYS)
    while day <= days.base:
        yield Act(day, "looked_back", act.problem, OFFICE, _seen(day), ("check_sheet",))
        if not standing:
            return
        day = days.on(add_months(day, YEAR), LOOK_BACK_DAYS)


def _upholds(act: Act, days: Days) -> Iterator[Act]:
    review = date.fromisoformat(act.answers["review_on"])
    while (day := days.on(review, LOOK_BACK_DAYS)) <= days.base:
        review = add_months(day, LOOK_BACK_MONTHS)
        answers = {"reason": "有关敏感因素仍未消除", "review_on": review.isoformat(), **minutes_of(day)}
        yield Act(day, "uphold_ground", act.problem, OFFICE, answers, ("minutes",))


_SETTLE: Final[Mapping[str, Callable[[Act, Days], Iterator[Act]]]] = {"publicize": _looks, "withhold": _upholds}


def _seen(day: date) -> dict[str, str]:
    return {"checked_on": day.isoformat(), "found": "现场查看并走访群众，整改成效保持，没有反弹"}


def _entered_twice(problems: Sequence[Problem], voids: int, dice: Random) -> list[Problem]:
    settled = [problem for problem in problems if problem.visit.ago > 0]
    chosen = dice.sample(settled, voids)
    return [
        repeated(problem, len(problems) + place, problem.visit.problems + 1 + place)
        for place, problem in enumerate(chosen)
    ]
