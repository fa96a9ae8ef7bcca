"""Why a date is that date, in words: every way in which a clock may have come by it; and the lamp, and when to look again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import clock
from storage.columns import ClockRow
from tests.rules.subjects import CALENDAR, PROFILE, TODAY, a_case, a_clock, day, profile
from workflow.days.clocks import Why, by_limit, pause, run_on, run_to
from workflow.days.explain import explain
from workflow.days.lamp import Lamp, lamp_of
from workflow.days.profiles import Profile
from workflow.days.wake import wake_at

BASIS = "依据：时限方案“县（市）通用”第 3 版"
WHOLE = Profile.of("county", {"version": 3, "title": "县（市）通用", "verifiers": ["office"], "limits": {
    "claim": "5 workdays", "claim_left": "3 workdays", "refused_left": "3 workdays", "look_back": "6 months", "plan": "1 month",
}})  # fmt: skip


def said(row: ClockRow, why: Why | None, under: Profile = WHOLE) -> tuple[str, ...]:
    return explain(replace(row, why=why.text() if why else None), under, CALENDAR)


def test_a_date_of_before_says_that_its_reason_was_not_recorded() -> None:
    assert said(a_clock("claim", day(3, 9)), None) == (
        "系统升级以前定的期限，当时没有记下理由", "到期日：2026年3月9日（周一）", BASIS,
    )  # fmt: skip


def test_a_measure_has_its_own_day() -> None:
    row = a_clock("measure", day(5, 8))
    assert said(row, Why("measure", number=2)) == (
        "方案中第 2 项措施自己的完成日期",
        "到期日：2026年5月8日（周五）",
        BASIS,
    )


@pytest.mark.parametrize(
    ("how", "action", "words"),
    [
        ("ledger", "rectify_at_once", "台账中写明的期限：2026年3月2日（周一）办理“立行立改”时确定"),
        ("agreed", "approve_plan", "商定的期限：2026年3月2日（周一）办理“批准方案”时确定"),
        ("ordered", "order_rework", "责令的期限：2026年3月2日（周一）办理“责令再整改”时确定"),
        ("granted", "grant_extension", "同意延期后的期限：2026年3月2日（周一）办理“同意延期”时确定"),
        ("restored", "recall", "恢复的原期限：2026年3月2日（周一）办理“撤回申请”时确定"),
        ("agreed", "an_act_of_before", "商定的期限：2026年3月2日（周一）办理“an_act_of_before”时确定"),
    ],
)
def test_a_date_that_was_set_says_by_which_move(how: Any, action: str, words: str) -> None:
    row = a_clock("rectify", day(5, 8))
    found = said(row, Why(how, since=TODAY, action=action, entry=6))
    assert found == (f"{words}（该问题的第 6 条记录）", "到期日：2026年5月8日（周五）", BASIS)


def test_of_a_date_without_its_day_the_entry_is_said() -> None:
    assert said(a_clock("rectify", day(5, 8)), Why("agreed", entry=6))[0] == "商定的期限：（该问题的第 6 条记录）"


@pytest.mark.parametrize(
    ("clock_", "limit", "due", "anchor"),
    [
        ("claim", "claim", day(3, 9), "反馈日"),
        ("plan", "plan", day(4, 2), "反馈日"),
        ("look_back", "look_back", day(9, 2), "起算日"),
    ],
)
def test_a_limit_counts_from_its_anchor(clock_: str, limit: str, due: date, anchor: str) -> None:
    found = said(a_clock(clock_, due), Why("limit", limit, TODAY))
    assert found[0] == f"{anchor} 2026年3月2日（周一），当日不计"
    assert str(due.day) in found[-2]
    assert found[-1] == BASIS


def test_a_date_that_would_be_another_today_says_so() -> None:
    assert said(a_clock("claim", day(3, 10)), Why("limit", "claim", TODAY)) == (
        "反馈日 2026年3月2日（周一），当日不计", "按当时的时限和放假安排计算", "到期日：2026年3月10日（周二）",
        "按现行的时限和放假安排会是 2026年3月9日（周一），已经在走的期限不变", BASIS,
    )  # fmt: skip


@pytest.mark.parametrize(
    "why", [Why("limit", "no_more", TODAY), Why("limit", "claim", None), Why("limit", None, TODAY)]
)
def test_a_limit_that_is_no_more_is_said_to_be(why: Why) -> None:
    found = said(a_clock("claim", day(3, 9)), why)
    assert found == ("按当时的一项时限计算，系统里现在没有这一项", "到期日：2026年3月9日（周一）", BASIS)


def test_a_refused_extension_says_what_it_leaves() -> None:
    found = said(a_clock("rectify", day(3, 5)), Why("refused", "refused_left", TODAY))
    assert found[:2] == ("延期未获同意，自答复日起至少还有 3 个工作日", "答复日 2026年3月2日（周一），当日不计")
    assert found[-2:] == ("第 3 个工作日：2026年3月5日（周四）", BASIS)


def test_what_ran_on_says_what_was_left() -> None:
    ran = run_on(pause(a_clock("claim", day(3, 9)), day(3, 4)), day(3, 20), WHOLE, CALENDAR)
    assert explain(ran, WHOLE, CALENDAR) == (
        "2026年3月4日（周三）中止计时，当时还剩 3 个工作日", "2026年3月20日（周五）恢复计时，当日不计", "跳过周末 2 天",
        "到期日：2026年3月25日（周三）", "最初的期限：2026年3月9日（周一）", BASIS,
    )  # fmt: skip
    raised = run_on(pause(a_clock("claim", day(3, 9)), day(3, 6)), day(3, 20), WHOLE, CALENDAR, "claim_left")
    assert explain(raised, WHOLE, CALENDAR)[2] == "所剩不足 3 个工作日，按 3 个工作日计"
    months = run_on(pause(a_clock("plan", day(4, 2)), day(3, 12)), day(3, 20), WHOLE, CALENDAR)
    assert explain(months, WHOLE, CALENDAR)[0] == "2026年3月12日（周四）中止计时，当时还剩 21 天"


def test_the_first_date_and_a_pause_are_said_where_there_are_any() -> None:
    row = a_clock("claim", day(3, 9))
    moved = run_to(row, by_limit("claim_left", day(3, 6), WHOLE, CALENDAR))
    assert "最初的期限：2026年3月9日（周一）" in explain(moved, WHOLE, CALENDAR)
    stood = said(pause(row, day(3, 4)), Why("limit", "claim", TODAY))
    assert stood[-2:] == ("自 2026年3月4日（周三） 起暂停计时，等待他方办理", BASIS)


def test_where_the_profile_writes_no_limit_the_default_is_said() -> None:
    bare = profile()
    found = said(a_clock("claim", day(3, 9)), Why("limit", "claim", TODAY), bare)
    assert found[-2:] == (
        "依据：时限方案“county”第 1 版", "该方案没有规定“认领”的时限，用系统默认的 5 个工作日",
    )  # fmt: skip
    assert said(a_clock("claim", day(3, 9)), Why("agreed", entry=6), bare)[-1] == "依据：时限方案“county”第 1 版"
    assert said(a_clock("claim", day(3, 9)), None, bare)[-1] == "依据：时限方案“county”第 1 版"


# The lamp


@pytest.mark.parametrize(
    ("due", "lamp"),
    [
        (None, Lamp("none", "—")), (day(3, 1), Lamp("late", "■ 逾期 1 天")), (day(2, 18), Lamp("late", "■ 逾期 12 天")),
        (TODAY, Lamp("near", "▲ 今天到期")), (day(3, 3), Lamp("near", "▲ 剩 1 天")), (day(3, 12), Lamp("near", "▲ 剩 10 天")),
        (day(3, 13), Lamp("ok", "● 正常")),
    ],
)  # fmt: skip
def test_a_lamp_is_late_near_or_well(due: date | None, lamp: Lamp) -> None:
    assert lamp_of(due, TODAY) == lamp


def test_of_what_may_not_be_called_well_the_days_are_said() -> None:
    assert lamp_of(day(3, 13), TODAY, plain=True) == Lamp("none", "● 剩 11 天")
    assert lamp_of(day(3, 12), TODAY, plain=True) == Lamp("near", "▲ 剩 10 天")
    assert lamp_of(day(3, 1), TODAY, paused=True) == Lamp("none", "◇ 暂停计时")
    assert lamp_of(None, TODAY, paused=True) == Lamp("none", "—")


# When to look again


def test_a_case_is_looked_at_on_the_earliest_day_on_which_something_comes() -> None:
    def wakes(*rows: ClockRow, **case: Any) -> int | None:
        return wake_at(a_case(**case), {row.name: row for row in rows}, PROFILE, CALENDAR)

    def morning(on: date) -> int:
        return clock.micros(clock.start_of(on))

    rectify = a_clock("rectify", day(6, 1))
    measure = a_clock("measure", day(5, 20))
    assert wakes() is None
    assert wakes(rectify) == morning(day(5, 12))
    assert wakes(rectify, measure) == morning(day(5, 12))
    assert wakes(replace(rectify, rung="green"), measure) == morning(day(5, 19))
    assert wakes(pause(rectify, TODAY), measure) == morning(day(5, 19))
    assert wakes(pause(rectify, TODAY)) is None
    late = replace(rectify, rung="red", told_on=day(5, 12))
    assert wakes(late) == morning(day(6, 16))
    assert wakes(late, returns_since=2) == morning(TODAY)
    assert wakes(replace(late, flags="overdue")) == morning(day(6, 16)), "flagged, and to be escalated"
    assert wakes(replace(late, flags="overdue", told_on=None)) is None
