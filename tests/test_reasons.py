"""A clock records why its date is that date: 为什么是这一天 words what was recorded, and guesses nothing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from register.groundwork import keep_calendar
from storage.engine import reading, writing
from tests.world import MEASURE, World, county, day, material, usual_materials
from trail.verify import verify
from workflow.days.calendar import NATIONAL_YEARS, national_days
from workflow.days.explain import explain
from workflow.rules import calendar_of, profiles_of

BASIS = f"依据：时限方案“县（市）通用”第 {county().version} 版"


def lines(world: World, case: int, clock: str) -> tuple[str, ...]:
    """Return what the page says of a clock's date."""
    row = world.row(case)
    with reading(world.engine) as work:
        driver = work.driver
        digest = driver.one("SELECT calendar FROM heads WHERE jurisdiction = ?", (world.place,))
        assert digest
        profile = profiles_of(driver, [row.round_id])[row.round_id]
        return explain(world.clocks(case)[clock], profile, calendar_of(driver, world.place, digest[0]))


def why(world: World, case: int, clock: str) -> Any:
    """Return the reason as the latest entry of the case says it, which is as the clock keeps it."""
    said = world.entry(case)["after"]["clocks"][clock]["why"]
    kept = world.clocks(case)[clock].why
    assert kept
    assert json.loads(kept) == said
    return said


def test_an_agreed_date_that_happens_to_be_the_seventh_day_is_agreed(world: World) -> None:
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "agree")
    world.go(day(3, 10))
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-03-17", "passed_over": None})
    assert lines(world, case, "rectify_short") == (
        "商定的期限：2026年3月10日（周二）办理“批准方案”时确定（该问题的第 7 条记录）", "反馈日 2026年3月2日（周一），当日不计", "3 个月：2026年6月2日（周二）",
        "加上在巡察办的 8 天：2026年6月10日（周三）", "最晚可以商定到 2026年6月10日（周三）", "到期日：2026年3月17日（周二）", BASIS,
    )  # fmt: skip
    assert why(world, case, "rectify_short") == {
        "how": "agreed",
        "since": "2026-03-10",
        "action": "approve_plan",
        "entry": 7,
        "limit": "focused",
        "fed_back": "2026-03-02",
        "office": 8,
        "latest": "2026-06-10",
    }


def test_a_limit_counts_from_its_day(world: World) -> None:
    (case,) = world.feed_back()
    assert lines(world, case, "claim")[:2] == ("反馈日 2026年3月2日（周一），当日不计", "跳过周末 2 天")
    assert lines(world, case, "acknowledge")[0] == "起算日 2026年3月2日（周一），当日不计"
    assert why(world, case, "claim") == {"how": "limit", "limit": "claim", "since": "2026-03-02"}
    world.go(day(3, 4))
    world.do("secretary", "claim", case)
    assert lines(world, case, "plan")[0] == "反馈日 2026年3月2日（周一），当日不计"


def test_a_late_claim_has_what_is_left_at_least(world: World) -> None:
    """1 April: three working days from the claim lie behind the month from feedback."""
    (case,) = world.feed_back()
    world.go(day(4, 1))
    world.do("secretary", "claim", case)
    assert why(world, case, "plan") == {"how": "limit", "limit": "claim_left", "since": "2026-04-01"}
    assert lines(world, case, "plan")[0] == "起算日 2026年4月1日（周三），当日不计"


def test_a_clock_that_was_paused_runs_on_with_what_was_left(world: World) -> None:
    (case,) = world.feed_back()
    world.go(day(3, 6))
    world.do("secretary", "object", case)
    world.go(day(3, 16))
    world.do("office", "keep", case)
    assert lines(world, case, "claim") == (
        "2026年3月6日（周五）中止计时，当时还剩 1 个工作日", "2026年3月16日（周一）恢复计时，当日不计", "所剩不足 3 个工作日，按 3 个工作日计",
        "到期日：2026年3月19日（周四）", "最初的期限：2026年3月9日（周一）", BASIS,
    )  # fmt: skip
    assert why(world, case, "claim") == {
        "how": "resumed", "limit": "claim_left", "since": "2026-03-16", "paused": "2026-03-06", "was": "2026-03-09", "left": 1
    }  # fmt: skip


def test_a_sibling_that_waited_says_so_in_the_entry_that_let_it_go(world: World) -> None:
    one, other = world.feed_back(2)
    world.do("secretary", "claim", other)
    world.go(day(3, 4))
    world.do("secretary", "object", one)
    world.go(day(3, 12))
    world.do("office", "keep", one)
    (also,) = world.entry(one)["also"]
    assert (also["case"], also["clocks"]["plan"]["why"]["how"], also["clocks"]["plan"]["why"]["left"]) == (
        other,
        "resumed",
        29,
    )
    assert lines(world, other, "plan")[0] == "2026年3月4日（周三）中止计时，当时还剩 29 天"


def test_work_that_came_back_says_who_set_its_date(world: World) -> None:
    case = world.at_work(day(5, 20))
    world.walk(case, "submit", "agree")
    world.do("office", "return_work", case, answers={"new_on": "2026-04-20"})
    assert lines(world, case, "rectify")[0].startswith("商定的期限：2026年3月2日（周一）办理“退回再整改”时确定")
    world.walk(case, "escalate_by_hand")
    world.do("office", "order_rework", case, answers={"final_on": "2026-05-30"})
    assert lines(world, case, "rectify")[0].startswith("责令的期限：2026年3月2日（周一）办理“责令再整改”时确定")


def test_an_extension_is_granted_or_leaves_what_a_refusal_leaves(world: World) -> None:
    granted, refused = world.all_at_work(2, day(4, 11))
    world.go(day(4, 11))
    for case in (granted, refused):
        world.do("secretary", "request_extension", case, answers={"until": "2026-05-20"})
    world.go(day(4, 15))
    world.do("office", "grant_extension", granted, answers={"until": "2026-05-11"})
    world.do("office", "refuse_extension", refused)
    assert lines(world, granted, "rectify")[0].startswith("同意延期后的期限：2026年4月15日（周三）办理“同意延期”时确定")
    assert lines(world, refused, "rectify")[:2] == (
        "延期未获同意，自答复日起至少还有 3 个工作日",
        "答复日 2026年4月15日（周三），当日不计",
    )
    assert why(world, refused, "rectify") == {"how": "refused", "limit": "refused_left", "since": "2026-04-15"}


def test_a_refusal_that_takes_nothing_away_leaves_the_reason_too(world: World) -> None:
    case = world.at_work(day(5, 20))
    world.do("secretary", "request_extension", case, answers={"until": "2026-06-20"})
    world.do("office", "refuse_extension", case)
    assert (world.clocks(case)["rectify"].due_on, why(world, case, "rectify")["how"]) == (day(5, 20), "agreed")


def test_what_is_taken_back_keeps_its_reason(world: World) -> None:
    case = world.at_work(day(5, 20))
    world.walk(case, "submit", "recall")
    assert why(world, case, "rectify")["action"] == "approve_plan"
    world.walk(case, "submit", "verify")
    world.with_second("office", "office2", "rescind", case)
    world.do("secretary", "recall", case)
    assert lines(world, case, "rectify")[0].startswith("恢复的原期限：2026年3月2日（周一）办理“撤回申请”时确定")


def test_a_measure_says_its_number_and_paused_clocks_that_they_are(world: World) -> None:
    (case,) = world.feed_back()
    world.walk(case, "claim")
    plan = [{**MEASURE, "on": "2026-05-20"}, MEASURE]
    world.do("secretary", "submit_plan", case, answers={"measures": plan})
    world.walk(case, "approve_plan")
    assert lines(world, case, "measure") == ("方案中第 2 项措施自己的完成日期", "到期日：2026年5月1日（周五）", BASIS)
    world.do("secretary", "submit", case, materials=(*usual_materials("submit"), material("evidence@2")))
    assert lines(world, case, "measure")[-2] == "自 2026年3月2日（周一） 起暂停计时，等待他方办理"


def test_at_once_has_the_ledgers_date_or_its_own_limit(world: World) -> None:
    (case,) = world.feed_back(kind="at_once")
    world.do("secretary", "rectify_at_once", case)
    assert why(world, case, "rectify_short") == {"how": "limit", "limit": "at_once", "since": "2026-03-02"}


def test_a_date_that_would_move_back_to_today_stays_and_its_reason_says_so(world: World) -> None:
    """Qingming, on 6 April, is struck from the calendar on the 8th: what was reckoned over it would be due today, and keeps its date."""
    world.go(day(4, 1))
    (case,) = world.feed_back()
    assert world.stands(case)[1] == day(4, 9)
    days = national_days(NATIONAL_YEARS)
    world.go(day(4, 8))
    set_calendar(world, [one for one in days if one[0] != date(2026, 4, 6)])
    assert lines(world, case, "claim") == (
        "反馈日 2026年4月1日（周三），当日不计", "按当时的时限和放假安排计算", "到期日：2026年4月9日（周四）",
        "按现行的时限和放假安排会是 2026年4月8日（周三），已经在走的期限不变", BASIS,
    )  # fmt: skip
    set_calendar(world, days)


def set_calendar(world: World, days: list[tuple[date, bool, str]]) -> None:
    with writing(world.engine) as work:
        keep_calendar(work, world.actor("office"), days, world.now, world.people["office2"])
        work.commit()


@pytest.mark.parametrize("other", ['{"how":"agreed"}', "nonsense", "null"])
def test_a_reason_that_was_changed_is_found_out(world: World, other: str) -> None:
    (case,) = world.feed_back()
    before = world.clocks(case)["claim"].why
    for words, ok in ((other, False), (before, True)):
        with writing(world.engine) as work:
            work.driver.run("UPDATE clocks SET why = ? WHERE case_id = ? AND name = 'claim'", (words, case))
            work.commit()
        found = verify(world.engine, world.home)
        assert found.ok == ok
        assert ok or "的时钟 claim 的 why 在表中是" in (found.why or "")
