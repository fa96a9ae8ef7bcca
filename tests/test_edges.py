"""Edges of the life that were found by looking: each was once a dead end, a crash or a wrong figure."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from tests.world import World
from workflow import scan as scanning
from workflow.scan import scan

pytestmark = pytest.mark.both


def test_what_began_at_once_and_goes_on_can_be_submitted_again(world: World) -> None:
    """立行立改 without a plan, basically done and continuing: the unit applies for closing again, also after an order."""
    (case,) = world.feed_back(kind="at_once")
    world.do("secretary", "rectify_at_once", case)
    world.do("secretary", "submit", case)
    world.do("office", "continue_work", case)
    world.do("secretary", "submit", case)
    world.do("office", "return_work", case)
    world.do("office", "escalate_by_hand", case)
    world.do("office", "order_rework", case)
    world.do("secretary", "submit", case)
    assert world.case(case).state == "submitted"
    assert world.actions(case).count("submit") == 3


def test_a_reopened_case_may_go_on_anew(world: World) -> None:
    """The last date of the first round has passed; the second round has its own twelve months."""
    case = world.at_work(date(2026, 4, 11))
    world.do("secretary", "submit", case)
    world.do("office", "continue_work", case, answers={"next_review_on": "2026-04-20", "last_on": "2026-06-30"})
    world.walk(case, "submit", "verify", "approve_text", "publicize")
    world.go(date(2026, 10, 9))
    world.do("office", "reopen", case)
    world.do("secretary", "submit", case)
    world.do("office", "continue_work", case, answers={"next_review_on": "2026-11-20", "last_on": "2026-12-31"})
    assert (world.case(case).state, world.row(case).last_on) == ("rectifying", date(2026, 12, 31))


def test_a_filing_for_more_cases_than_are_written_at_a_time_is_one_row(world: World) -> None:
    cases = world.feed_back(130)
    world.do("secretary", "claim", *cases)
    world.do("secretary", "submit_plan", *cases)
    assert world.rows("SELECT kind, version FROM filings") == [("plan", 1)]


def test_what_has_happened_bears_no_day_to_come(world: World) -> None:
    """A problem is not fed back tomorrow, and a decision is not entered before the group has met."""
    day = world.today + timedelta(days=1)
    tomorrow = day.isoformat()
    with pytest.raises(AssertionError, match="“反馈日期”不能晚于办理当天"):
        world.feed_back(on=day)
    case = world.at_work(world.today + timedelta(days=40))
    world.do("office", "escalate_by_hand", case)
    said = world.refused("office", "order_rework", case, answers={"minute_on": tomorrow})
    assert said == "“会议日期”不能晚于办理当天"
    world.do("office", "order_rework", case)


def test_whose_act_it_is_not_learns_nothing_of_what_its_rules_look_at(world: World) -> None:
    """The team sees the case and is told whose act it is; not what is still missing, nor who else has to claim."""
    first, _ = world.feed_back(2)
    world.do("secretary", "claim", first)
    said = world.refused("team", "submit_plan", first, materials=())
    assert said == "“报送方案”应由（责任党组织的）党组织书记办理"
    assert "同一次巡察还有 1 个问题待认领" in world.refused("secretary", "submit_plan", first)


def test_results_of_a_void_case_are_not_counted(world: World) -> None:
    """Nor are those of what is not accepted."""
    first, second = world.all_at_work(2)
    for case in (first, second):
        world.do("secretary", "submit", case)
    assert world.figures()["rules"] == 0
    world.walk(first, "verify")
    assert world.figures()["rules"] == 1
    world.with_second("office", "office2", "void", second, {"ground": "duplicate", "duplicate_of": first})
    assert (world.figures()["problems"], world.figures()["rules"]) == (1, 1)


def test_a_dry_run_that_fails_puts_nothing_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.at_work(date(2026, 4, 11))
    world.go(date(2026, 4, 12))

    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(scanning, "fire", broken)
    monkeypatch.setattr(scanning, "log", SimpleNamespace(error=lambda *_, **__: None))  # what is told belongs elsewhere
    assert scan(world.engine, world.now, 50, dry_run=True).failed
    assert world.row(case).retry_at is None


def test_what_is_to_go_on_is_reviewed_every_two_months_from_the_plan_and_ends_within_the_year(world: World) -> None:
    """2 March: a plan of 持续整改 is approved: its first review comes by 2 May, its end on 2 March next year.

    At the review it goes on, to that end and not a day longer: twelve months are counted once.
    """
    (case,) = world.feed_back(kind="continuing")
    world.walk(case, "claim", "submit_plan")
    said = world.refused("office", "approve_plan", case, answers={"agreed_on": "2026-05-03"})
    assert "持续整改首次复核 2 个月" in said
    world.agree(case)
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-05-02"})
    assert (world.row(case).due_on, world.row(case).last_on) == (date(2026, 5, 2), date(2027, 3, 2))
    world.go(date(2026, 4, 30))
    world.do("secretary", "submit", case)
    beyond = {"next_review_on": "2026-06-30", "last_on": "2027-03-03"}
    assert "不晚于 2027年3月2日" in world.refused("office", "continue_work", case, answers=beyond)
    world.do("office", "continue_work", case, answers={**beyond, "last_on": "2027-03-02"})
    assert world.row(case).due_on == date(2026, 6, 30)
