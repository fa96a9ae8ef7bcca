"""A year's arrangement as text, in words and against another; what no notice says."""

from __future__ import annotations

from datetime import date

import pytest

from workflow.days.arrangement import (
    Day,
    belongs,
    calendar,
    digest,
    faults_in,
    moved_days,
    read_written,
    shown,
    with_year,
    written,
    years_in,
)
from workflow.days.calendar import national_days

# As the State Council's notices say them, copied by hand.
SAID = {
    2026: "元旦 1月1日至3日；春节 2月15日至23日；清明节 4月4日至6日；劳动节 5月1日至5日；端午节 6月19日至21日；中秋节 9月25日至27日；国庆节 10月1日至7日；"
    "1月4日（周日）、2月14日（周六）、2月28日（周六）、5月9日（周六）、9月20日（周日）、10月10日（周六）上班",
    2025: "元旦 1月1日；春节 1月28日至2月4日；清明节 4月4日至6日；劳动节 5月1日至5日；端午节 5月31日至6月2日；国庆节、中秋节 10月1日至8日；"
    "1月26日（周日）、2月8日（周六）、4月27日（周日）、9月28日（周日）、10月11日（周六）上班",
}
NEW_YEAR: Day = (date(2027, 1, 1), False, "元旦")


@pytest.mark.parametrize("year", SAID)
def test_a_year_reads_as_its_notice_does(year: int) -> None:
    assert str(shown(national_days({year}), year)) == SAID[year]


def test_a_holiday_over_the_turn_of_the_year_names_the_other_year() -> None:
    assert shown(national_days({2023, 2024}), 2024).rests[0] == ("元旦", "2023年12月30日至1月1日")
    assert str(shown([(date(2027, 7, 8), False, "")], 2027)) == "放假 7月8日"


def test_days_come_back_from_their_text() -> None:
    days = national_days({2026})
    assert read_written(written(reversed(days))) == days
    assert read_written(" \n2027-07-08 0\n") == [(date(2027, 7, 8), False, "")]
    for wrong in ("2027-07-08", "2027-07-08 2 节", "8日 0 节"):
        with pytest.raises((ValueError, KeyError)):
            read_written(wrong)


def test_a_year_takes_the_place_of_itself_and_of_what_it_names_of_the_year_before() -> None:
    before = [
        (date(2026, 10, 1), False, "国庆节"),
        (date(2026, 12, 31), True, "旧"),
        (date(2027, 5, 3), False, "劳动节"),
    ]
    last = (date(2026, 12, 31), False, "元旦")
    assert with_year(before, 2027, [NEW_YEAR, last]) == [before[0], last, NEW_YEAR]
    assert years_in(before) == [2027, 2026]
    assert [belongs(date(2026, 12, number), 2027) for number in (24, 25)] == [False, True]
    assert not belongs(date(2026, 11, 30), 2027)
    assert digest(before, 2027) == digest(before[1:], 2027) != digest(before[:1], 2027)


def test_what_differs_is_said_day_by_day() -> None:
    saturday = (date(2027, 1, 9), True, "元旦")
    found = [(str(one.day), one.before, one.after) for one in moved_days([NEW_YEAR], [saturday])]
    assert found == [("2027-01-01", "放假（元旦）", "照常上班"), ("2027-01-09", "周末休息", "上班（元旦）")]
    assert moved_days([NEW_YEAR], [NEW_YEAR]) == []


@pytest.mark.parametrize(
    ("days", "at", "why"),
    [
        ([], 0, "没有一天"),
        ([NEW_YEAR, NEW_YEAR], 1, "写了两次"),
        ([NEW_YEAR, (date(2026, 12, 24), False, "")], 1, "上一年只能写 12 月 25 日以后的"),
        ([NEW_YEAR, (date(2027, 1, 6), True, "")], 1, "本来就上班"),
        ([NEW_YEAR, (date(2027, 1, 4), False, "a" * 21)], 1, "不超过 20 个字"),
        ([NEW_YEAR, (date(2027, 1, 4), False, "a\u200b")], 1, "不可见的字符"),
        ([(date(2026, 12, 31), False, "元旦")], 0, "没有一天是 2027 年的"),
    ],
)  # fmt: skip
def test_what_no_notice_says_is_a_fault_at_its_day(days: list[Day], at: int, why: str) -> None:
    [(place, said)] = faults_in(days, 2027, [2026])
    assert (place, why in said) == (at, True)


def test_the_last_days_of_a_year_that_is_not_there_are_not_taken() -> None:
    days = [NEW_YEAR, (date(2026, 12, 31), False, "元旦")]
    assert [place for place, _ in faults_in(days, 2027, [2025])] == [1]
    assert list(faults_in(days, 2027, [2026])) == []


def test_a_calendar_of_days_announces_their_years() -> None:
    assert calendar([NEW_YEAR]).years == {2027}
