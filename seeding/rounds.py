"""The county's term 届: its rounds with their teams, and the inspections that each team makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import clock
from register.household import must_enter
from register.wanted import Wanted
from register.wording import shipped
from seeding.county import TEAMS, Visit
from seeding.names import chinese_number
from seeding.people import Cast, login_of
from states import OFFICE, TEAM
from storage.reads.look_backs import ROUND_SORT
from storage.work import Work
from trail.entry import Dice
from workflow.days.limits import add_months

TERM_NAME = "第十三届"
TERM_MONTHS = 60
SORTS = {3: "special", 7: "mobile", 11: "raised"}
"""The rounds that are neither 常规 nor 回头看, by their numbers."""
_STAYS = {"village": (40, 10)}
_STAY = (95, 12)
"""A stay began and ended so many days before feedback, within the term; in a village it is short."""


def enter_rounds(
    work: Work, visits: Sequence[Visit], looking_back: int, cast: Cast, profile: str, now: datetime, salts: Dice
) -> tuple[dict[int, int], dict[int, int]]:
    """Enter the term, its rounds and teams, and every inspection with who leads; return rounds and inspections by their numbers in the plan."""
    office = cast.actors[OFFICE]
    numbers = sorted({visit.round for visit in visits})
    begun = clock.local_date(now)
    ends = add_months(begun, TERM_MONTHS) - timedelta(days=1)
    (term,) = must_enter(
        work,
        [Wanted("term", "make", None, {"name": TERM_NAME, "starts_on": begun, "ends_on": ends})],
        office,
        now,
        dice=salts,
    )
    words, _ = shipped()
    named = [
        {
            "name": f"第{chinese_number(number)}轮巡察",
            "sort": {**SORTS, looking_back: ROUND_SORT}.get(number, "regular"),
            "term": term,
            "profile": profile,
            "dictionary": words,
        }
        for number in numbers
    ]
    made = must_enter(work, [Wanted("round", "make", None, one) for one in named], office, now, dice=salts)
    rounds = dict(zip(numbers, made, strict=True))
    teams = _teams(work, rounds, cast, now, salts)
    wanted = [
        Wanted("inspection", "make", None, {
            "round": rounds[visit.round], "unit": cast.units[visit.place.number], "feedback_on": visit.fed,
            "team": teams[visit.round, visit.team], **_stay(visit, begun),
        })
        for visit in visits
    ]  # fmt: skip
    inspected = must_enter(work, wanted, office, now, dice=salts)
    leading = [
        Wanted("inspection", "lead", one, {"leader": cast.leader(visit.place)})
        for visit, one in zip(visits, inspected, strict=True)
    ]
    must_enter(work, leading, cast.actors["office2"], now, asked_by=office.person_id, dice=salts)
    return rounds, {visit.number: one for visit, one in zip(visits, inspected, strict=True)}


def _teams(work: Work, rounds: Mapping[int, int], cast: Cast, now: datetime, salts: Dice) -> dict[tuple[int, int], int]:
    """Enter the teams of each round, each led by who holds the post of a team."""
    places = [(number, team) for number in rounds for team in range(1, TEAMS + 1)]
    named = [{"name": f"市委第{chinese_number(team)}巡察组", "round": rounds[number]} for number, team in places]
    made = must_enter(work, [Wanted("team", "make", None, one) for one in named], cast.actors[OFFICE], now, dice=salts)
    leads = [
        {"team": row, "person": cast.actors[login_of(TEAM, team - 1)].person_id, "duty": "leader"}
        for (_, team), row in zip(places, made, strict=True)
    ]
    must_enter(work, [Wanted("member", "make", None, one) for one in leads], cast.actors[OFFICE], now, dice=salts)
    return dict(zip(places, made, strict=True))


def _stay(visit: Visit, begun: date) -> dict[str, date]:
    first, last = _STAYS.get(visit.place.kind, _STAY)
    return {"stay_from": max(begun, visit.fed - timedelta(days=first)), "stay_to": visit.fed - timedelta(days=last)}
