"""The latest day that can be agreed on, by itself: from approval, or from feedback with what lay with the office, and what an approval leaves at least."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.subjects import CALENDAR, a_clock, day, profile
from workflow.days.agreeing import Stays, latest, with_office
from workflow.days.clocks import Why
from workflow.days.explain import explain


def reached(anchor: str, fed: date, office: int, approved: date, **limits: str) -> date:
    under = profile(anchors={"focused": anchor}, limits=limits)
    return latest("focused", fed, office, approved, under, CALENDAR).day


@pytest.mark.parametrize(
    ("fed", "office", "approved", "last"),
    [
        (day(3, 2), 0, day(3, 2), day(6, 2)),
        (day(3, 2), 0, day(4, 20), day(6, 2)),  # what the unit took itself is its own
        (day(3, 2), 12, day(4, 20), day(6, 14)),
        (day(1, 31), 0, day(2, 10), day(4, 30)),  # no 31 April: the month's last day, and the days behind that
        (day(1, 31), 3, day(2, 10), day(5, 3)),
        (day(3, 2), 0, day(5, 2), day(6, 2)),  # the last day on which a month is left
        (day(3, 2), 0, day(5, 3), day(6, 3)),  # from then on the month counts, however late the unit was
        (day(3, 2), 0, day(9, 10), day(10, 10)),
        (day(3, 2), 40, day(6, 1), day(7, 12)),  # the office took long: all of it is given back, more than a month
    ],
)
def test_from_feedback_what_lay_with_the_office_is_added(fed: date, office: int, approved: date, last: date) -> None:
    assert reached("feedback", fed, office, approved) == last


def test_from_approval_neither_feedback_nor_the_office_matters() -> None:
    assert reached("approval", day(1, 5), 30, day(3, 2)) == day(6, 2)
    assert latest("focused", day(1, 5), 30, day(3, 2), profile(), CALENDAR).day == day(6, 2), "unless it says another"
    assert latest("focused", day(1, 5), 30, day(3, 2), profile(), CALENDAR).words == ""


def test_numbers_of_other_sorts() -> None:
    """Working days are added as working days; a rest day at the very end moves on where the limit says so, and none before."""
    assert reached("feedback", day(3, 2), 3, day(3, 12), focused="40 workdays", agreed_left="1 day") == day(5, 6)
    assert reached("feedback", day(3, 2), 4, day(3, 10), focused="2 months, next workday") == day(5, 6)
    assert reached("feedback", day(3, 2), 0, day(3, 10), focused="2 months, next workday") == day(5, 6)
    assert reached("feedback", day(3, 2), 7, day(3, 10), focused="2 months, next workday") == day(5, 9)
    assert reached("feedback", day(1, 5), 0, day(3, 2), focused="10 days") == day(3, 12), (
        "no more than the limit itself"
    )


@pytest.mark.parametrize(
    ("stays", "days", "workdays"),
    [
        ((), 0, 0),
        (((day(3, 3), day(3, 3)),), 0, 0),
        (((day(3, 3), day(3, 10)),), 7, 5),
        (((day(3, 10), None), (day(3, 3), day(3, 5))), 12, 10),
        (((day(3, 3), day(3, 10)), (day(3, 5), day(3, 12)), (day(3, 6), day(3, 7))), 9, 7),
    ],
)
def test_no_day_counts_twice_and_the_one_it_came_back_on_is_the_last(stays: Stays, days: int, workdays: int) -> None:
    assert with_office(stays, day(3, 20), "month", CALENDAR) == days
    assert with_office(stays, day(3, 20), "workday", CALENDAR) == workdays


UNDER = profile(anchors={"focused": "feedback"}, limits={"focused": "3 months"})


def test_how_it_is_reckoned_is_said() -> None:
    whole = latest("focused", day(3, 2), 12, day(4, 20), UNDER, CALENDAR)
    assert whole.words == "反馈之日 2026年3月2日起 3 个月，加上在巡察办的 12 天"
    late = latest("focused", day(3, 2), 0, day(9, 10), UNDER, CALENDAR)
    assert late.words == "反馈之日 2026年3月2日起 3 个月；所余不足，按批准之日起 1 个月"
    assert late.lines == (
        "反馈日 2026年3月2日（周一），当日不计", "3 个月：2026年6月2日（周二）",
        "所余不足 1 个月，按批准之日起 1 个月计", "最晚可以商定到 2026年10月10日（周六）",
    )  # fmt: skip


def test_an_agreed_date_says_how_far_it_could_have_been() -> None:
    why = Why("agreed", "focused", day(4, 20), "approve_plan", 6, fed_back=day(3, 2), office=12, latest=day(6, 14))
    assert Why.of(why.text()) == why
    row = replace(a_clock("rectify", day(6, 1)), why=why.text())
    assert explain(row, UNDER, CALENDAR)[1:-2] == (
        "反馈日 2026年3月2日（周一），当日不计", "3 个月：2026年6月2日（周二）",
        "加上在巡察办的 12 天：2026年6月14日（周日）", "最晚可以商定到 2026年6月14日（周日）",
    )  # fmt: skip
    for now in (profile(), profile(anchors={"focused": "feedback"}, limits={"focused": "2 months"})):
        assert "按当时的时限和放假安排，最晚可以商定到 2026年6月14日（周日）" in explain(row, now, CALENDAR)
