"""The rungs of a clock: which warnings there are to be told, from the day on which the clock begins."""

from __future__ import annotations

from datetime import date

import pytest

from tests.world import county
from workflow.days.calendar import NATIONAL_YEARS, Calendar, national_days
from workflow.days.clocks import Dated, Why, begin, pause, rungs_ahead, rungs_reached

CALENDAR = Calendar.of(national_days(NATIONAL_YEARS), NATIONAL_YEARS)


def ahead(name: str, start: date, due: date) -> list[str]:
    """Return the rungs of a clock that begins and ends so."""
    return [rung for rung, _ in rungs_ahead(begin(1, name, 1, start, Dated(due, Why("agreed"))), county(), CALENDAR)]


@pytest.mark.parametrize(
    ("name", "start", "due", "rungs"),
    [
        ("rectify", date(2026, 3, 2), date(2026, 6, 1), ["green", "yellow", "red"]),
        ("rectify", date(2026, 3, 2), date(2026, 3, 15), ["yellow", "red"]),
        ("rectify", date(2026, 3, 2), date(2026, 3, 2), ["red"]),
        ("claim", date(2026, 3, 2), date(2026, 3, 9), ["half", "eve", "red"]),
        ("claim", date(2026, 3, 2), date(2026, 2, 10), ["red"]),
        ("rectify_short", date(2026, 3, 2), date(2021, 4, 30), ["red"]),
        ("review", date(2026, 3, 2), date(2026, 3, 16), ["middle", "late"]),
        ("acceptance", date(2026, 3, 2), date(2026, 2, 1), ["late", "group"]),
    ],
)
def test_a_warning_that_would_fall_before_the_start_is_void(
    name: str, start: date, due: date, rungs: list[str]
) -> None:
    """What begins after its own date has no half-way: it is late, and only that is told or said to be skipped."""
    assert ahead(name, start, due) == rungs


def test_of_a_clock_that_stands_still_nothing_is_reached() -> None:
    row = begin(1, "plan", 1, date(2026, 3, 2), Dated(date(2026, 4, 2), Why("agreed")))
    paused = pause(row, date(2026, 3, 20))
    assert rungs_reached(row, date(2026, 4, 3), county(), CALENDAR) == ["yellow", "eve", "red"]
    assert rungs_reached(paused, date(2026, 4, 3), county(), CALENDAR) == []
