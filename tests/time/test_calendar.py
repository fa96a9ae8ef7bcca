from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from workflow.days.calendar import NATIONAL_YEARS, Calendar, UnknownYear, national_days

NATIONAL = Calendar.of(national_days(NATIONAL_YEARS), NATIONAL_YEARS)
PLAIN = Calendar({}, frozenset())
NOTICES = Path(__file__).with_name("state_council.csv")
"""Kept by hand from the yearly notices, the changes of 2015, 2019 and 2020 included; no library was asked."""


def days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def by_the_notices() -> tuple[set[date], set[date]]:
    """The rest days and the make-up days of all notices."""
    rests: set[date] = set()
    made_up: set[date] = set()
    with NOTICES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
            rests |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
            made_up |= {date.fromisoformat(text) for text in row["makeup"].split()}
    return rests, made_up


def rough_calendar(dice: Random) -> Calendar:
    """A calendar no council would issue: long rests, worked weekends, anywhere in thirty years."""
    days: dict[date, bool] = {}
    for _ in range(400):
        start, working = date(2005, 1, 1) + timedelta(days=dice.randrange(11000)), dice.random() < 0.4
        days |= {start + timedelta(days=n): working for n in range(dice.randint(1, 15))}
    return Calendar(days, frozenset())


def walked(calendar: Calendar, day: date, n: int) -> date:
    """The n-th working day found by walking from day to day: slow, and plain to see."""
    step = timedelta(days=1 if n > 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day


def test_the_hand_kept_notices_never_contradict_themselves() -> None:
    rests, made_up = by_the_notices()
    assert not rests & made_up
    assert all(day.weekday() >= 5 for day in made_up)


@pytest.mark.parametrize("year", range(2015, 2027))
def test_every_day_is_worked_or_not_as_the_notices_say(year: int) -> None:
    rests, made_up = by_the_notices()
    by_hand = {day: day in made_up or (day.weekday() < 5 and day not in rests) for day in days_of(year)}
    assert {day: NATIONAL.is_workday(day) for day in days_of(year)} == by_hand


@pytest.mark.parametrize(
    ("year", "total"),
    [
        (2015, 249),  # 250, and 3 September off
        (2016, 250),
        (2017, 249),
        (2018, 250),
        (2019, 250),
        (2020, 249),  # 251, and the Spring Festival prolonged by two working days
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 248),  # thirteen statutory days from here on
        (2026, 248),
    ],
)
def test_a_year_has_as_many_working_days_as_was_published(year: int, total: int) -> None:
    assert NATIONAL.count(date(year - 1, 12, 31), date(year, 12, 31)) == total


def test_the_seed_holds_only_days_that_differ_from_monday_to_friday_in_order() -> None:
    rows = national_days(NATIONAL_YEARS)
    assert all(working == (day.weekday() >= 5) for day, working, _ in rows)
    assert rows == sorted(set(rows))
    assert set(range(2004, 2027)) <= NATIONAL_YEARS
    assert [row for row in national_days([2026]) if row[0].month == 10] == [
        (date(2026, 10, 1), False, "国庆节"),
        (date(2026, 10, 2), False, "国庆节"),
        (date(2026, 10, 5), False, "国庆节"),
        (date(2026, 10, 6), False, "国庆节"),
        (date(2026, 10, 7), False, "国庆节"),
        (date(2026, 10, 10), True, "国庆节"),
    ]


def test_a_year_the_product_does_not_bring_is_refused_never_guessed() -> None:
    years = "只有 2004 年至 2026 年，没有 2003、2091 年：请升级到收录了当年安排的版本"
    with pytest.raises(UnknownYear, match=years):
        national_days([2026, 2091, 2003])


def test_a_year_not_announced_is_monday_to_friday_and_marked() -> None:
    calendar = Calendar.of(national_days(range(2020, 2027)), range(2020, 2027))
    new_year = date(2027, 1, 1)
    assert calendar.is_provisional(new_year)
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_workday(new_year)
    assert calendar.count(date(2026, 12, 31), date(2027, 12, 31)) == 261


def test_an_announced_year_is_reckoned_anew_once_its_days_are_entered() -> None:
    rows = [*national_days([2026]), (date(2027, 1, 1), False, "元旦")]
    before, after = Calendar.of(national_days([2026]), [2026]), Calendar.of(rows, [2026, 2027])
    assert before.add(date(2026, 12, 28), 5) == date(2027, 1, 4)
    assert after.add(date(2026, 12, 28), 5) == date(2027, 1, 5)
    assert not after.is_provisional(date(2027, 1, 1))


def test_counting_what_was_added_gives_it_back_for_a_hundred_thousand_triples() -> None:
    dice = Random(20260928)
    calendars = [NATIONAL, PLAIN, *(rough_calendar(dice) for _ in range(8))]
    first = date(2000, 1, 1).toordinal()
    for _ in range(100_000):
        calendar = dice.choice(calendars)
        start, n = date.fromordinal(first + dice.randrange(15_000)), dice.randint(-300, 300)
        reached = calendar.add(start, n)
        assert calendar.count(start, reached) == n
        assert n == 0 or calendar.is_workday(reached)


def test_adding_lands_where_walking_day_by_day_lands() -> None:
    dice = Random(41)
    calendars = [NATIONAL, PLAIN, rough_calendar(dice), rough_calendar(dice)]
    for _ in range(1500):
        calendar, n = dice.choice(calendars), dice.randint(-60, 60)
        start = date(2004, 1, 1) + timedelta(days=dice.randrange(12_000))
        assert calendar.add(start, n) == walked(calendar, start, n)


def test_counting_there_and_on_is_counting_all_the_way() -> None:
    dice = Random(7)
    for _ in range(3000):
        one, two, three = sorted(date(2014, 1, 1) + timedelta(days=dice.randrange(5000)) for _ in range(3))
        assert NATIONAL.count(one, two) + NATIONAL.count(two, three) == NATIONAL.count(one, three)


def test_no_working_day_on_is_the_day_itself_even_a_rest_day() -> None:
    assert NATIONAL.add(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_a_make_up_saturday_counts_and_a_holiday_monday_does_not() -> None:
    assert NATIONAL.add(date(2026, 10, 9), 1) == date(2026, 10, 10)
    assert NATIONAL.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert NATIONAL.add(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert NATIONAL.count(date(2026, 9, 30), date(2026, 10, 7)) == 0


def test_the_digest_moves_with_a_day_or_a_year_and_with_nothing_else() -> None:
    rows = national_days([2025, 2026])
    calendar = Calendar.of(rows, [2025, 2026])
    renamed = Calendar.of([(day, working, "") for day, working, _ in reversed(rows)], [2026, 2025])
    repeats = Calendar.of([*rows, (date(2026, 11, 24), True, "")], [2025, 2026])
    assert renamed.digest == repeats.digest == calendar.digest
    assert Calendar.of([*rows, (date(2026, 11, 24), False, "")], [2025, 2026]).digest != calendar.digest
    assert Calendar.of(rows, [2025, 2026, 2027]).digest != calendar.digest
    assert Calendar.of(rows[:-1], [2025, 2026]).digest != calendar.digest


def test_a_calendar_is_not_changed_by_what_happens_to_the_dict_it_was_made_from() -> None:
    days, names = {date(2026, 11, 24): False}, {date(2026, 11, 24): "县庆"}
    calendar = Calendar(days, frozenset({2026}), names)
    days.clear()
    names.clear()
    assert calendar.names == {date(2026, 11, 24): "县庆"}
    assert not calendar.is_workday(date(2026, 11, 24))
    assert calendar.count(date(2026, 11, 23), date(2026, 11, 24)) == 0


def test_equal_calendars_are_one_key() -> None:
    rows = national_days([2026])
    calendar = Calendar.of(rows, [2026])
    assert len({calendar, Calendar.of(rows, [2026])}) == 1
    assert calendar == calendar.of(rows, [2026])
    assert calendar != Calendar.of(rows[:-1], [2026])
    assert calendar != calendar.digest


def test_a_holiday_bears_its_name_where_it_has_one() -> None:
    founding, other = date(2026, 10, 1), date(2026, 11, 24)
    calendar = Calendar.of([*national_days([2026]), (other, False, "")], [2026])
    assert calendar.names[founding] == "国庆节"
    assert other in calendar.days
    assert other not in calendar.names
