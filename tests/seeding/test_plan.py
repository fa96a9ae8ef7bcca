"""The whole term of the demo, checked on paper: the figures, and what lies with whom on the day it begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from seeding.county import Days
from seeding.plan import Plan, plan_of
from seeding.sizes import TERM, Sizes
from seeding.walk import Act
from states import ACTIONS
from workflow.days.calendar import NATIONAL_YEARS, Calendar, national_days


@cache
def on_paper(today: date, sizes: Sizes = TERM) -> Plan:
    calendar = Calendar.of(national_days(NATIONAL_YEARS), NATIONAL_YEARS)
    return plan_of(sizes, Days(calendar, today))


@pytest.mark.parametrize("today", [date(2026, 11, 24), date(2026, 2, 18), date(2027, 6, 13)])
def test_a_whole_term_on_paper_has_the_published_figures(today: date) -> None:
    plan = on_paper(today)
    born = [problem for problem in plan.problems if problem.repeats is None]
    assert (len({visit.round for visit in plan.visits}), len(plan.visits), len(born)) == (15, 361, 2894)
    assert len({place.name for place in plan.places}) == 361
    assert sum(place.kind != "village" for place in plan.places) == 72
    assert len({problem.detail for problem in plan.problems}) == len(plan.problems)
    results = accepted_results(plan.acts)
    assert sum(one.get("rules_new", 0) + one.get("rules_revised", 0) for one in results) == 646
    assert sum(round(float(one.get("money_recovered", 0)) * 100) for one in results) == 345_000_000
    assert max(act.day for act in plan.acts) <= today
    assert today - timedelta(days=1830) < min(act.day for act in plan.acts) < today - timedelta(days=1750)


@pytest.mark.parametrize("today", [date(2026, 11, 24), date(2026, 2, 18), date(2026, 7, 1), date(2027, 6, 13)])
def test_on_whatever_day_the_demo_begins_nobody_is_swamped(today: date) -> None:
    """Of the whole term the first unit has some of everything and the office a morning's work: what lies with it but for what the clock escalates."""
    plan = on_paper(today)
    states = states_on_paper(plan)
    own = Counter(states[one.number] for one in plan.problems if one.visit.place.answers == 0 and one.visit.ago < 3)
    assert (own["feedback"], own["claimed"], own["rectifying"], own["verified"]) == (3, 2, 3, 1)
    found = Counter(states.values())
    assert 25 <= sum(found[state] for state in ("disputed", "plan_review", "submitted", "verified")) <= 50
    assert all(found[state] for state in ("disputed", "plan_review", "submitted", "verified", "escalated"))


def states_on_paper(plan: Plan) -> dict[int, str]:
    """Return the state of each problem after the planned acts, but for what the clock does."""
    found: dict[int, str] = {}
    for act in plan.acts:
        move = ACTIONS[act.action]
        found[act.problem.number] = move.target(found.get(act.problem.number, ""))
    return found


def accepted_results(acts: Sequence[Act]) -> list[dict[str, Any]]:
    """Return the results of what is accepted when the term ends: accepted last, and not taken back or reopened since."""
    stated: dict[int, dict[str, Any]] = {}
    accepted: dict[int, dict[str, Any]] = {}
    for act in acts:
        number = act.problem.number
        if act.action == "submit":
            stated[number] = act.answers["results"]
        elif act.action == "verify":
            accepted[number] = stated[number]
        elif act.action in ("rescind", "reopen"):
            del accepted[number]
    return list(accepted.values())


def test_money_is_recovered_only_where_a_sum_was_found() -> None:
    for act in on_paper(date(2026, 11, 24)).acts:
        if "money_recovered" in act.answers.get("results", {}):
            assert act.problem.sum
            assert float(act.answers["results"]["money_recovered"]) <= act.problem.sum
