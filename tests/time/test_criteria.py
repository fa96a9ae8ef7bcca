"""Criteria of 整改不力 by tables: on which day each is met, of whose clock, and from which numbers it was reckoned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from storage.columns import ClockRow
from tests.rules.subjects import CALENDAR, PROFILE, a_case, a_clock, day, profile
from workflow.days.clocks import pause
from workflow.days.criteria import Met, criterion_days, escalating, met
from workflow.days.profiles import Profile

DUE = day(4, 1)  # a Wednesday; the 6th is no working day
LATE = day(4, 16)


def days(row: ClockRow, under: Profile = PROFILE, **case: Any) -> dict[str, date]:
    """Return the criteria that a clock meets, with their days."""
    return dict(criterion_days(a_case(**case), {row.name: row}, under, CALENDAR))


def rectify(**columns: Any) -> ClockRow:
    return a_clock("rectify", DUE, **{"told_on": day(3, 20), "tellings": 2, **columns})


def claim(**columns: Any) -> ClockRow:
    return a_clock("claim", DUE, **{"told_on": day(3, 20), "tellings": 2, **columns})


def test_fifteen_days_late_is_too_late() -> None:
    assert days(rectify()) == {"overdue": day(4, 16)}
    assert days(rectify(), profile(criteria={"overdue": {"days": 30}})) == {"overdue": day(5, 1)}


def test_who_was_never_told_is_not_yet_to_blame() -> None:
    assert days(rectify(told_on=None)) == {}
    assert days(claim(told_on=None), state="feedback") == {}


@pytest.mark.parametrize(
    ("told", "met_on"), [(day(4, 1), day(4, 16)), (day(4, 2), day(4, 17)), (day(5, 10), day(5, 25))]
)
def test_who_was_told_first_when_it_was_late_has_fifteen_days_from_then(told: date, met_on: date) -> None:
    assert days(rectify(told_on=told)) == {"overdue": met_on}


def test_who_was_told_on_the_last_day_was_told_in_time() -> None:
    under = profile(criteria={"overdue": {"days": 30}}, limits={"first_told": "3 days"})
    assert days(rectify(told_on=DUE), under) == {"overdue": day(5, 1)}
    assert days(rectify(told_on=day(4, 2)), under) == {"overdue": day(4, 5)}


@pytest.mark.parametrize(
    ("told", "tellings", "met_on"),
    [
        (day(3, 20), 2, day(4, 9)),
        (day(3, 20), 3, day(4, 9)),
        (day(4, 1), 2, day(4, 9)),
        (day(3, 20), 1, day(4, 16)),
        (day(4, 2), 2, day(4, 17)),
        (day(4, 8), 1, day(4, 23)),
    ],
)
def test_unclaimed_after_two_reminders_and_five_working_days_or_fifteen_days_from_the_first(
    told: date, tellings: int, met_on: date
) -> None:
    found = days(claim(told_on=told, tellings=tellings), state="feedback")
    assert found["unclaimed"] == met_on


def test_only_a_claim_is_unclaimed() -> None:
    assert "unclaimed" not in days(a_clock("plan", DUE, told_on=day(3, 20), tellings=2), state="claimed")


def test_returned_twice_is_met_as_the_work_begins_again() -> None:
    row = rectify(started_on=day(3, 10))
    assert days(row, returns_since=1) == {"overdue": day(4, 16)}
    assert days(row, returns_since=2) == {"overdue": day(4, 16), "returned": day(3, 10)}
    assert days(row, returns_since=3)["returned"] == day(3, 10)
    plan = a_clock("plan", DUE)
    assert days(plan, returns_since=2, state="claimed") == {}


def test_each_is_flagged_once_in_a_period() -> None:
    assert days(rectify(flags="overdue"), returns_since=2) == {"returned": rectify().started_on}
    assert days(rectify(flags="returned,overdue"), returns_since=2) == {}


def test_while_others_owe_the_unit_meets_nothing() -> None:
    assert days(pause(rectify(), day(3, 25)), returns_since=2) == {}
    assert met(a_case(), {}, PROFILE, CALENDAR, day(12, 1)) == []
    assert days(a_clock("acceptance", DUE, told_on=day(3, 20)), state="submitted") == {}


def test_a_criterion_is_met_on_its_day_and_shows_its_numbers() -> None:
    row = rectify(period=9)
    clocks = {row.name: row}
    assert met(a_case(returns_since=1), clocks, PROFILE, CALENDAR, day(4, 15)) == []
    (found,) = met(a_case(returns_since=1), clocks, PROFILE, CALENDAR, day(4, 16))
    assert found == Met(
        "overdue",
        9,
        {
            "criterion": "overdue", "clock": "rectify", "period": 9, "due_on": "2026-04-01", "days_late": 15,
            "first_told_on": "2026-03-20", "tellings": 2, "returns": 1, "configured": {"days": 15},
        },
        escalates=True,
    )  # fmt: skip


def test_what_is_returned_before_its_date_is_no_day_late() -> None:
    row = replace(rectify(), told_on=None)
    (found,) = met(a_case(returns_since=2), {row.name: row}, PROFILE, CALENDAR, day(3, 10))
    assert (found.criterion, found.escalates) == ("returned", False)
    assert (found.inputs["days_late"], found.inputs["first_told_on"]) == (0, None)
    assert found.inputs["configured"] == {"times": 2}


def test_of_what_was_flagged_that_escalates_of_which_the_profile_says_so() -> None:
    def rises(flags: str, under: Profile = PROFILE, today: date = LATE, **columns: Any) -> list[str]:
        row = rectify(flags=flags, **columns)
        return escalating(a_case(returns_since=2), {row.name: row}, under, CALENDAR, today)

    assert rises("") == []
    assert rises("returned") == []
    assert rises("returned,overdue") == ["overdue"]
    assert rises("overdue", profile(criteria={"overdue": {"escalate": False}})) == []
    assert rises("returned", profile(criteria={"returned": {"escalate": True}})) == ["returned"]
    assert rises("overdue", today=day(4, 15)) == [], "flagged by an earlier date, and not met by this one yet"
    assert rises("overdue", told_on=None) == [], "not told since"
    assert escalating(a_case(), {}, PROFILE, CALENDAR, day(4, 16)) == []
    stood = pause(rectify(flags="overdue"), day(4, 20))
    assert escalating(a_case(), {stood.name: stood}, PROFILE, CALENDAR, day(4, 20)) == []
