"""A clock by itself: how it begins, stands still and runs on, what it keeps of its reason, and which one speaks for the state."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from states import CLOCKS
from tests.rules.subjects import CALENDAR, CASE, PROFILE, TODAY, a_case, a_clock, day, profile
from workflow.days.clocks import (
    By,
    Dated,
    Why,
    begin,
    by_limit,
    moved,
    pause,
    run_on,
    run_to,
    rung_day,
    rungs_ahead,
    rungs_reached,
    state_clock,
    told_again,
    unit_clock,
    unpause,
)

WHY = Why("resumed", "claim_left", day(3, 20), "keep", 6, day(3, 5), day(3, 6), 0, 2)


def test_a_reason_is_kept_as_json_and_read_back() -> None:
    text = WHY.text()
    assert json.loads(text) == {
        "how": "resumed", "limit": "claim_left", "since": "2026-03-20", "action": "keep", "entry": 6, "paused": "2026-03-05",
        "was": "2026-03-06", "left": 0, "number": 2,
    }  # fmt: skip
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert Why.of(text) == WHY


def test_what_a_way_does_not_know_is_not_kept() -> None:
    assert Why("measure", number=3).text() == '{"how":"measure","number":3}'
    assert Why.of('{"how":"measure","number":3}') == Why("measure", number=3)


def test_a_later_release_may_say_more_and_an_earlier_one_said_nothing() -> None:
    assert Why.of('{"how":"agreed","weather":"rain"}') == Why("agreed")
    assert Why.of(None) is None


def test_a_clock_begins_with_its_date_its_reason_and_who_owes() -> None:
    due = by_limit("claim", TODAY, PROFILE, CALENDAR)
    assert due == Dated(day(3, 9), Why("limit", "claim", TODAY))
    row = begin(CASE, "claim", 4, day(3, 3), due)
    assert (row.case_id, row.name, row.period, row.started_on) == (CASE, "claim", 4, day(3, 3))
    assert (row.due_on, row.first_due_on, row.paused_since, row.owes) == (day(3, 9), day(3, 9), None, "secretary")
    assert Why.of(row.why) == due.why
    assert (row.rung, row.tellings, row.told_on, row.flags) == ("", 0, None, "")


def test_a_clock_stands_from_the_first_day_on_and_runs_again() -> None:
    row = a_clock("claim", day(3, 9))
    stood = pause(row, day(3, 4))
    assert stood == replace(row, paused_since=day(3, 4))
    assert pause(stood, day(3, 6)) == stood
    assert unpause(stood) == row


def test_running_to_another_date_is_the_same_period() -> None:
    stood = pause(a_clock("rectify", day(4, 1)), day(3, 10))
    ran = run_to(stood, Dated(day(5, 1), Why("granted")))
    assert ran == replace(stood, due_on=day(5, 1), paused_since=None, why=Why("granted").text())
    assert ran.first_due_on == day(4, 1)


def test_what_did_not_stand_has_nothing_to_make_up() -> None:
    row = a_clock("claim", day(3, 9))
    assert run_on(row, day(3, 20), PROFILE, CALENDAR, "claim_left") == row


def test_on_the_day_on_which_it_stood_no_time_was_lost_and_the_reason_stays() -> None:
    row = a_clock("claim", day(3, 9))
    assert run_on(pause(row, day(3, 4)), day(3, 4), PROFILE, CALENDAR) == row
    assert run_on(pause(row, day(3, 4)), day(3, 4), PROFILE, CALENDAR, "claim_left") == row


@pytest.mark.parametrize(
    ("clock", "due", "paused", "resumed", "least", "then", "left", "raised"),
    [
        ("claim", day(3, 9), day(3, 4), day(3, 20), None, day(3, 25), 3, None),
        ("claim", day(3, 9), day(3, 4), day(3, 20), "claim_left", day(3, 25), 3, None),
        ("claim", day(3, 9), day(3, 5), day(3, 20), "claim_left", day(3, 25), 2, "claim_left"),
        ("claim", day(3, 9), day(3, 5), day(3, 20), None, day(3, 24), 2, None),
        ("claim", day(3, 9), day(3, 12), day(3, 20), None, day(3, 17), -3, None),
        ("plan", day(4, 2), day(3, 12), day(3, 20), None, day(4, 10), 21, None),
        ("measure", day(4, 2), day(3, 12), day(3, 20), None, day(4, 10), 21, None),
    ],
)
def test_what_was_left_runs_from_the_day_it_runs_again(
    clock: str, due: date, paused: date, resumed: date, least: str | None, then: date, left: int, raised: str | None
) -> None:
    """Working days are left of a clock of working days; what was late stays late by as many days."""
    row = run_on(pause(a_clock(clock, due), paused), resumed, PROFILE, CALENDAR, least)
    assert (row.due_on, row.paused_since, row.first_due_on) == (then, None, due)
    assert Why.of(row.why) == Why("resumed", raised, resumed, paused=paused, was=due, left=left)


# Rungs


def test_a_rung_falls_on_its_day() -> None:
    plan = a_clock("plan", day(4, 2))
    days = {rung.name: rung_day(plan, rung.name, PROFILE, CALENDAR) for rung in CLOCKS["plan"].rungs}
    assert days == {"yellow": day(3, 23), "eve": day(3, 30), "red": day(4, 3)}


def test_half_way_is_counted_in_the_days_of_the_clock() -> None:
    """Of a claim in working days, of what is rectified at once in natural ones."""
    start, due = day(4, 3), day(4, 9)  # over Qingming: three working days, six natural ones
    assert rung_day(a_clock("claim", due, start), "half", PROFILE, CALENDAR) == day(4, 7)
    assert rung_day(a_clock("rectify_short", due, start), "half", PROFILE, CALENDAR) == day(4, 6)


def test_a_warning_that_falls_on_the_day_of_the_start_is_void() -> None:
    """Twenty days before the date is the day on which it begins: nobody is warned of what was agreed on this morning."""
    started = a_clock("rectify", day(3, 22))
    assert rungs_ahead(started, PROFILE, CALENDAR) == (("yellow", day(3, 12)), ("red", day(3, 23)))
    assert rungs_ahead(a_clock("rectify", day(3, 23)), PROFILE, CALENDAR)[0] == ("green", day(3, 3))


def test_what_comes_after_the_date_is_told_however_late_it_begins() -> None:
    late = a_clock("acceptance", day(1, 20))
    assert rungs_ahead(late, PROFILE, CALENDAR) == (("late", day(1, 21)), ("group", day(2, 4)))
    own = profile(rungs={"look_back": {"day": "due"}})
    assert rungs_ahead(a_clock("look_back", day(1, 20)), own, CALENDAR) == ()


def test_what_was_told_lies_behind_with_all_below_it() -> None:
    row = a_clock("rectify", day(6, 1), rung="yellow")
    assert rungs_ahead(row, PROFILE, CALENDAR) == (("red", day(6, 2)),)
    assert rungs_ahead(replace(row, rung="red"), PROFILE, CALENDAR) == ()


def test_a_rung_is_reached_on_its_day_and_none_while_the_clock_stands() -> None:
    row = a_clock("plan", day(4, 2))
    assert rungs_reached(row, day(3, 22), PROFILE, CALENDAR) == []
    assert rungs_reached(row, day(3, 23), PROFILE, CALENDAR) == ["yellow"]
    assert rungs_reached(row, day(4, 3), PROFILE, CALENDAR) == ["yellow", "eve", "red"]
    assert rungs_reached(pause(row, day(3, 20)), day(4, 3), PROFILE, CALENDAR) == []


# Which one speaks


def test_the_clock_of_the_state_is_the_earliest_and_none_that_stands_beside() -> None:
    case = a_case(state="escalated")
    put, decision = a_clock("put", day(3, 16)), a_clock("decision", day(3, 15))
    measure, other = a_clock("measure", day(3, 3)), a_clock("plan", day(3, 4))
    clocks = {row.name: row for row in (put, measure, decision, other)}
    assert state_clock(case, clocks) == decision
    assert state_clock(case, {"measure": measure, "plan": other}) is None
    assert state_clock(case, {}) is None


def test_the_clock_of_the_unit_runs_against_the_unit_alone() -> None:
    rectify, put = a_clock("rectify", day(4, 1)), a_clock("put", day(3, 16))
    assert unit_clock(a_case(), {"rectify": rectify}) == rectify
    assert unit_clock(a_case(), {"rectify": pause(rectify, TODAY)}) is None
    assert unit_clock(a_case(state="escalated"), {"put": put}) is None
    assert unit_clock(a_case(), {}) is None


@pytest.mark.parametrize(
    ("days", "again"),
    [(10, []), (11, ["red"]), (12, ["red"]), (13, ["eve", "red"]), (40, ["half", "eve", "red"])],
)
def test_what_was_told_comes_again_where_its_new_day_is_a_week_ahead(days: int, again: list[str]) -> None:
    """Told in full by 11 March; red by the new date would come on the 17th, the 18th, the 19th: a week ahead is the 18th."""
    before = replace(
        begin(CASE, "claim", 4, TODAY, by_limit("claim", TODAY, PROFILE, CALENDAR)),
        rung="red", tellings=3, told_on=day(3, 4), flags="returned",
    )  # fmt: skip
    to = By(profile(limits={"claim": f"{days} workdays"}), CALENDAR)
    after = moved(before, By(PROFILE, CALENDAR), to, day(3, 11), 9)
    assert after
    assert told_again(before, after) == again
    counted = (after.period, after.tellings, after.told_on, after.flags)
    assert counted == ((9, 0, None, "") if again else (4, 3, day(3, 4), "returned"))
    untold = moved(replace(before, rung="", tellings=0, told_on=None), By(PROFILE, CALENDAR), to, day(3, 11), 9)
    assert untold
    assert untold.period == 4
