from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from clock import chinese_date
from workflow.clockwork import SHORT_DAYS
from workflow.days.calendar import NATIONAL_YEARS, Calendar, national_days
from workflow.days.limits import (
    BadLimit,
    Limit,
    ResumedBeforePaused,
    Unit,
    add,
    add_months,
    add_workdays,
    before,
    distance,
    due,
    half_way,
    left_over,
    provisional_years,
    remaining,
    resume,
    resumed_day,
)

YEARS = range(2004, 2027)
CALENDAR = Calendar.of(national_days(YEARS), YEARS)
THREE_WORKDAYS = Limit(3, "workday")


def lines_of(anchor: date, limit: str) -> tuple[str, ...]:
    return due(anchor, Limit.parse(limit), CALENDAR, "反馈日").lines


@pytest.mark.parametrize(
    ("text", "limit", "said"),
    [
        ("5 workdays", Limit(5, "workday"), "5 个工作日"),
        ("1 workday", Limit(1, "workday"), "1 个工作日"),
        ("10 working days", Limit(10, "workday"), "10 个工作日"),
        ("5个工作日", Limit(5, "workday"), "5 个工作日"),
        ("5 个工作日", Limit(5, "workday"), "5 个工作日"),
        ("7 days", Limit(7, "day"), "7 天"),
        ("1 day", Limit(1, "day"), "1 天"),
        ("7天", Limit(7, "day"), "7 天"),
        ("1 month", Limit(1, "month"), "1 个月"),
        (" 3  Months ", Limit(3, "month"), "3 个月"),
        ("1个月", Limit(1, "month"), "1 个月"),
        ("7 days, next workday", Limit(7, "day", "next"), "7 天，遇休息日顺延"),
        ("1个月，遇休息日顺延", Limit(1, "month", "next"), "1 个月，遇休息日顺延"),
    ],
)
def test_a_limit_is_read_from_configuration_and_said_in_chinese(text: str, limit: Limit, said: str) -> None:
    assert Limit.parse(text) == limit
    assert str(limit) == said
    assert Limit.parse(said) == limit


@pytest.mark.parametrize(
    "text",
    ["", "5", "days", "0 days", "-3 days", "1.5 months", "5 fortnights", "5 days, sometime", "3月", "5 days 7 days"],
)
def test_a_limit_that_cannot_be_read_is_refused_in_a_sentence_that_shows_how_to_write_it(text: str) -> None:
    with pytest.raises(BadLimit, match="5 workdays、7 days、1 month 或 5个工作日、7天、1个月") as refused:
        Limit.parse(text)
    assert f"“{text}”" in str(refused.value)


def test_no_limit_of_nothing_can_be_made() -> None:
    with pytest.raises(BadLimit, match="“0 天”"):
        Limit(0, "day")


def test_the_day_of_the_anchor_does_not_count() -> None:
    assert add(date(2026, 3, 2), Limit(1, "day"), CALENDAR) == date(2026, 3, 3)
    assert add(date(2026, 3, 2), Limit(1, "workday"), CALENDAR) == date(2026, 3, 3)
    assert add(date(2026, 3, 2), Limit(1, "month"), CALENDAR) == date(2026, 4, 2)


def test_five_working_days_over_the_national_day_explain_themselves() -> None:
    assert lines_of(date(2026, 9, 28), "5 workdays") == (
        "反馈日 2026年9月28日（周一），当日不计",
        "跳过 10月1日至10月7日（国庆节）休息日 7 天",
        "10月10日（周六）调休上班，计入",
        "第 5 个工作日：2026年10月10日（周六）",
    )


def test_weekends_beside_a_holiday_are_counted_with_it() -> None:
    assert lines_of(date(2026, 9, 29), "5 workdays")[1] == "跳过 10月1日至10月7日（国庆节）等休息日 8 天"


def test_plain_weekends_are_said_as_weekends() -> None:
    assert lines_of(date(2026, 3, 2), "10 workdays")[1:] == ("跳过周末 4 天", "第 10 个工作日：2026年3月16日（周一）")


def test_where_nothing_is_skipped_nothing_is_said() -> None:
    assert lines_of(date(2026, 3, 2), "2 workdays") == (
        "反馈日 2026年3月2日（周一），当日不计",
        "第 2 个工作日：2026年3月4日（周三）",
    )


def test_several_holidays_and_make_up_days_are_all_named() -> None:
    assert lines_of(date(2026, 9, 10), "20 workdays")[1:3] == (
        "跳过 9月25日至9月27日（中秋节）、10月1日至10月7日（国庆节）等休息日 14 天",
        "9月20日（周日）、10月10日（周六）调休上班，计入",
    )


def test_a_holiday_of_the_next_year_is_said_with_its_year() -> None:
    assert lines_of(date(2025, 12, 25), "10 workdays")[1:3] == (
        "跳过 2026年1月1日至2026年1月3日（元旦）等休息日 5 天",
        "2026年1月4日（周日）调休上班，计入",
    )


def test_a_rest_day_entered_without_a_name_is_still_told() -> None:
    calendar = Calendar.of([(date(2026, 3, 4), False, "")], [2026])
    assert due(date(2026, 3, 3), Limit(1, "workday"), calendar, "退回日").lines[1] == "跳过 3月4日（放假）休息日 1 天"


@pytest.mark.parametrize("number", [1, 2, 3, 5, 10, 20, 45])
def test_the_days_a_reader_adds_up_from_the_lines_give_the_date(number: int) -> None:
    dice = Random(number)
    for _ in range(150):
        anchor = date(2015, 1, 1) + timedelta(days=dice.randrange(4200))
        told = due(anchor, Limit(number, "workday"), CALENDAR, "反馈日")
        skipped = sum(int(n) for n in re.findall(r"(?:休息日|周末) (\d+) 天", "\n".join(told.lines)))
        assert anchor + timedelta(days=number + skipped) == told.day


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2100, 1, 31), 1, date(2100, 2, 28)),
        (date(2000, 1, 31), 1, date(2000, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_clamp_to_the_last_day(start: date, n: int, end: date) -> None:
    assert add_months(start, n) == end


def test_every_day_of_a_leap_cycle_plus_a_month_lies_in_the_next_month_and_keeps_its_day_where_it_can() -> None:
    day = date(2024, 1, 1)
    while day.year < 2028:
        later = add_months(day, 1)
        assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == 1
        assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
        day += timedelta(days=1)


def test_a_clamped_month_says_so_and_an_ordinary_one_does_not() -> None:
    assert lines_of(date(2028, 1, 31), "1 month") == (
        "反馈日 2028年1月31日（周一），当日不计",
        "2月没有31日，取月末",
        "满 1 个月：2028年2月29日（周二）",
    )
    assert lines_of(date(2026, 3, 5), "3 months") == (
        "反馈日 2026年3月5日（周四），当日不计",
        "满 3 个月：2026年6月5日（周五）",
    )


def test_natural_days_run_through_leap_day_and_the_turn_of_the_year() -> None:
    assert add(date(2028, 2, 26), Limit(7, "day"), CALENDAR) == date(2028, 3, 4)
    assert add(date(2026, 12, 28), Limit(7, "day"), CALENDAR) == date(2027, 1, 4)


def test_an_end_on_a_rest_day_stays_and_says_so() -> None:
    assert lines_of(date(2026, 9, 26), "7 days") == (
        "反馈日 2026年9月26日（周六），当日不计",
        "按自然日计，休息日不扣除",
        "第 7 天：2026年10月3日（周六）",
        "该日是休息日，按规定不顺延",
    )


def test_an_end_on_a_rest_day_moves_to_the_next_working_day_where_the_limit_says_so() -> None:
    told = due(date(2026, 9, 26), Limit(7, "day", "next"), CALENDAR, "反馈日")
    assert told.day == date(2026, 10, 8)
    assert told.lines[-1] == "该日是休息日，顺延到下一个工作日：2026年10月8日（周四）"
    assert add(date(2026, 9, 3), Limit(1, "month", "next"), CALENDAR) == date(2026, 10, 8)
    assert add(date(2026, 9, 10), Limit(1, "month", "next"), CALENDAR) == date(2026, 10, 10)


def test_the_date_is_the_same_with_and_without_its_lines() -> None:
    dice = Random(3)
    limits = [
        Limit.parse(t) for t in ("5 workdays", "1 month", "7 days", "7 days, next workday", "3 months, next workday")
    ]
    for _ in range(1500):
        anchor, limit = date(2015, 1, 1) + timedelta(days=dice.randrange(5000)), dice.choice(limits)
        told = due(anchor, limit, CALENDAR, "反馈日")
        assert told.day == add(anchor, limit, CALENDAR)
        assert told.provisional is bool(provisional_years(anchor, told.day, limit, CALENDAR))
        assert chinese_date(told.day) in told.lines[-1] or told.lines[-1].endswith("不顺延")


def test_working_days_that_reach_into_a_year_not_announced_are_provisional_and_say_which() -> None:
    told = due(date(2026, 12, 28), Limit(5, "workday"), CALENDAR, "反馈日")
    assert told.provisional
    assert told.lines[2] == "2027 年放假安排尚未录入，暂按周一至周五计算"
    assert not due(date(2026, 12, 24), Limit(5, "workday"), CALENDAR, "反馈日").provisional


def test_years_before_the_calendar_are_provisional_too_and_each_is_named() -> None:
    told = due(date(2026, 12, 1), Limit(300, "workday"), CALENDAR, "反馈日")
    assert told.day.year == 2028
    assert any(line.startswith("2027 年、2028 年放假安排") for line in told.lines)
    assert provisional_years(date(2003, 12, 29), date(2004, 1, 5), Limit(5, "workday"), CALENDAR) == (2003,)


def test_a_date_that_leans_on_no_calendar_is_certain_in_any_year() -> None:
    assert not due(date(2026, 12, 28), Limit(1, "month"), CALENDAR, "反馈日").provisional
    assert not due(date(2030, 12, 28), Limit(7, "day"), CALENDAR, "反馈日").provisional
    assert due(date(2026, 12, 28), Limit(1, "month", "next"), CALENDAR, "反馈日").provisional


def test_a_rest_day_of_a_year_not_announced_is_not_asserted() -> None:
    assert lines_of(date(2026, 12, 26), "7 days")[-1] == "第 7 天：2027年1月2日（周六）"


def test_working_days_added_are_working_days_counted() -> None:
    assert add_workdays(date(2026, 9, 28), 5, CALENDAR) == date(2026, 10, 10)
    assert CALENDAR.count(date(2026, 9, 28), date(2026, 10, 10)) == 5
    assert CALENDAR.count(date(2026, 9, 28), date(2026, 10, 7)) == 2


def test_twenty_days_before_and_one_working_day_before() -> None:
    assert before(date(2028, 3, 10), 20) == date(2028, 2, 19)
    assert add_workdays(date(2026, 10, 8), -1, CALENDAR) == date(2026, 9, 30)
    assert add_workdays(date(2026, 10, 12), -1, CALENDAR) == date(2026, 10, 10)
    assert add_workdays(date(2026, 10, 4), -1, CALENDAR) == date(2026, 9, 30)


@pytest.mark.parametrize("number", [2, 3, 5, 10])
def test_half_way_of_a_short_clock_comes_before_or_with_its_last_working_day_before(number: int) -> None:
    start = date(2026, 9, 28)
    end = add_workdays(start, number, CALENDAR)
    half = half_way(start, end, CALENDAR)
    assert CALENDAR.count(start, half) == number // 2
    assert start < half <= add_workdays(end, -1, CALENDAR)


def test_half_way_without_a_calendar_is_in_natural_days() -> None:
    assert half_way(date(2026, 3, 2), date(2026, 3, 9)) == date(2026, 3, 5)


def test_a_clock_that_was_paused_runs_on_with_what_was_left_in_its_own_unit() -> None:
    told = resume(date(2026, 4, 10), date(2026, 4, 7), date(2026, 4, 30), "workday", CALENDAR, THREE_WORKDAYS)
    assert told.day == date(2026, 5, 8)
    assert told.lines == (
        "2026年4月7日（周二）中止计时，当时还剩 3 个工作日",
        "2026年4月30日（周四）恢复计时，当日不计",
        "跳过 5月1日至5月5日（劳动节）休息日 5 天",
        "到期日：2026年5月8日（周五）",
    )
    months = resume(date(2026, 4, 30), date(2026, 4, 7), date(2026, 5, 29), "month", CALENDAR)
    assert months.day == date(2026, 6, 21)
    assert months.lines[0] == "2026年4月7日（周二）中止计时，当时还剩 23 天"


def test_less_than_three_working_days_left_become_three() -> None:
    told = resume(date(2026, 4, 8), date(2026, 4, 7), date(2026, 4, 29), "workday", CALENDAR, THREE_WORKDAYS)
    assert told.day == date(2026, 5, 7)
    assert told.lines[2] == "所剩不足 3 个工作日，按 3 个工作日计"


@pytest.mark.parametrize("unit", ["day", "workday", "month"])
def test_lateness_neither_grows_nor_goes_while_a_clock_stands_still(unit: Unit) -> None:
    told = resume(date(2026, 9, 23), date(2026, 9, 28), date(2026, 10, 9), unit, CALENDAR)
    assert told.day == date(2026, 10, 4)
    assert told.lines == (
        "2026年9月28日（周一）中止计时，当时已逾期 5 天，中止期间不再增加",
        "2026年10月9日（周五）恢复计时，当日不计",
        "到期日：2026年10月4日（周日）",
    )
    assert not told.provisional


def test_a_clock_that_was_paused_on_its_last_day_is_due_the_day_it_runs_again() -> None:
    told = resume(date(2026, 4, 7), date(2026, 4, 7), date(2027, 4, 20), "workday", CALENDAR)
    assert (told.day, told.provisional) == (date(2027, 4, 20), False)
    assert told.lines[0] == "2026年4月7日（周二）中止计时，当时还剩 0 个工作日"


def test_what_was_left_up_to_a_rest_day_is_not_cut_short() -> None:
    saturday = date(2026, 3, 14)
    assert resumed_day(saturday, date(2026, 3, 12), date(2026, 3, 12), "workday", CALENDAR) == date(2026, 3, 16)


def test_a_clock_resumed_into_a_year_not_announced_is_provisional() -> None:
    told = resume(date(2026, 12, 18), date(2026, 12, 11), date(2026, 12, 28), "workday", CALENDAR)
    assert told.provisional
    assert "2027 年放假安排尚未录入" in told.lines[-2]
    assert not resume(date(2026, 12, 18), date(2026, 12, 11), date(2026, 12, 28), "day", CALENDAR).provisional


def test_standing_still_for_no_time_changes_nothing_and_longer_is_never_sooner() -> None:
    dice = Random(11)
    units: list[Unit] = ["day", "workday", "month"]
    for _ in range(2000):
        unit = dice.choice(units)
        due_on = add_workdays(date(2020, 1, 1) + timedelta(days=dice.randrange(2000)), 1, CALENDAR)
        paused = due_on + timedelta(days=dice.randint(-40, 10))
        resumed = paused + timedelta(days=dice.randrange(60))
        assert resumed_day(due_on, paused, paused, unit, CALENDAR) == due_on
        day = resumed_day(due_on, paused, resumed, unit, CALENDAR)
        assert day <= resumed_day(due_on, paused, resumed + timedelta(days=1), unit, CALENDAR)
        kept = unit if paused <= due_on else "day"
        assert remaining(resumed, day, kept, CALENDAR) == remaining(paused, due_on, kept, CALENDAR)
        assert day == resume(due_on, paused, resumed, unit, CALENDAR).day


def test_a_clock_cannot_run_again_before_it_was_paused() -> None:
    with pytest.raises(ResumedBeforePaused, match="2026年4月6日（周一） 早于中止计时的日期 2026年4月7日（周二）"):
        resume(date(2026, 4, 10), date(2026, 4, 7), date(2026, 4, 6), "day", CALENDAR)


@pytest.mark.parametrize(
    ("today", "unit", "said"),
    [
        (date(2026, 9, 29), "workday", "还有 4 个工作日"),
        (date(2026, 9, 29), "day", "还有 11 天"),
        (date(2026, 9, 29), "month", "还有 11 天"),
        (date(2026, 10, 7), "workday", "还有 3 个工作日"),
        (date(2026, 10, 9), "workday", "还有 1 个工作日"),
        (date(2026, 10, 10), "workday", "今天到期"),
        (date(2026, 10, 11), "workday", "逾期 1 天"),
        (date(2026, 10, 22), "month", "逾期 12 天"),
    ],
)
def test_how_far_off_a_date_is_said_in_its_own_unit_and_lateness_in_days(today: date, unit: Unit, said: str) -> None:
    assert distance(today, date(2026, 10, 10), unit, CALENDAR) == said


def test_a_date_ahead_is_never_said_to_be_no_days_off() -> None:
    assert distance(date(2026, 3, 13), date(2026, 3, 15), "workday", CALENDAR) == "还有 2 天"


def test_a_date_is_written_in_chinese_and_this_year_needs_no_number() -> None:
    assert chinese_date(date(2026, 3, 5)) == "2026年3月5日（周四）"
    assert chinese_date(date(2026, 3, 5), today=date(2026, 11, 24)) == "3月5日（周四）"
    assert chinese_date(date(2026, 3, 8), today=date(2025, 12, 31)) == "2026年3月8日（周日）"


def test_every_example_in_the_documentation_is_what_the_program_says() -> None:
    examples = [
        lines_of(date(2026, 9, 28), "5 workdays"),
        lines_of(date(2026, 9, 29), "5 workdays"),
        lines_of(date(2028, 1, 31), "1 month"),
        lines_of(date(2026, 9, 26), "7 days, next workday"),
        lines_of(date(2026, 12, 28), "5 workdays"),
        resume(date(2026, 4, 8), date(2026, 4, 7), date(2026, 4, 29), "workday", CALENDAR, THREE_WORKDAYS).lines,
        resume(date(2026, 4, 1), date(2026, 4, 7), date(2026, 4, 29), "workday", CALENDAR).lines,
    ]
    page = (Path(__file__).parents[2] / "docs" / "time.md").read_text(encoding="utf-8")
    assert re.findall(r"```text\n(.*?)\n```", page, re.DOTALL) == ["\n".join(lines) for lines in examples]


def test_the_documentation_names_the_years_that_come_with_the_product() -> None:
    page = (Path(__file__).parents[2] / "docs" / "time.md").read_text(encoding="utf-8")
    assert f"{min(NATIONAL_YEARS)} 年至 {max(NATIONAL_YEARS)} 年的安排" in page


def test_the_documentation_says_which_rectification_is_short() -> None:
    pages = ((Path(__file__).parents[2] / "docs" / name).read_text(encoding="utf-8") for name in ("time.md", "life.md"))
    assert all(f"离到期 {SHORT_DAYS} 天以内" in page for page in pages)


def test_a_date_leans_on_the_years_from_the_first_day_it_counts() -> None:
    monday, next_day = date(2027, 3, 1), date(2027, 3, 2)
    assert provisional_years(monday, next_day, Limit(1, "workday"), CALENDAR) == (2027,)
    assert provisional_years(monday, next_day, Limit(1, "day"), CALENDAR) == ()
    assert provisional_years(monday, date(2026, 3, 2), Limit(1, "workday"), CALENDAR) == ()


def test_on_the_day_itself_a_clock_is_not_late_and_a_rest_day_counts_as_the_next_working_day() -> None:
    """Stood still on the Saturday on which it was due, one working day is left: the Monday."""
    saturday, friday, monday = date(2026, 3, 7), date(2026, 3, 13), date(2026, 3, 16)
    assert left_over(saturday, saturday, "workday", CALENDAR) == 1
    assert resumed_day(saturday, saturday, friday, "workday", CALENDAR) == monday
    assert resume(saturday, saturday, friday, "workday", CALENDAR).lines == (
        "2026年3月7日（周六）中止计时，当时还剩 1 个工作日",
        "2026年3月13日（周五）恢复计时，当日不计",
        "跳过周末 2 天",
        "到期日：2026年3月16日（周一）",
    )


def test_where_nothing_was_left_no_way_is_told() -> None:
    due_on, friday = date(2026, 3, 9), date(2026, 3, 13)
    assert resume(due_on, due_on, friday, "day", CALENDAR).lines == (
        "2026年3月9日（周一）中止计时，当时还剩 0 天", "2026年3月13日（周五）恢复计时，当日不计", "到期日：2026年3月13日（周五）",
    )  # fmt: skip
