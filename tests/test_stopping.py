"""Days that do not count 中止计时: an outage over the Spring Festival, an investigation of one case, a disaster that ends sooner."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from register.asking import ask, decide
from register.suspensions import Preview, preview
from register.wanted import Wanted
from storage import requests
from storage.calendars import read_calendar
from storage.engine import reading, writing
from tests.test_new_calendar import ARRANGED, arrange, messages
from tests.world import BUREAU, TOWN, VILLAGE, World, county, day
from workflow.days.calendar import Calendar
from workflow.days.explain import explain

REASON = "机房断电，系统无法登录"


def wanted(row: int | None = None, act: str = "make", reason: str = REASON, **fields: Any) -> Wanted:
    """Return a suspension as it is asked for: of all, unless something else is said."""
    usual = {"ground": "outage", "reach": "all"} if act == "make" else {}
    return Wanted("suspension", act, row, {**usual, **{name: str(value) for name, value in fields.items()}}, reason)


def asked(world: World, wish: Wanted, login: str = "office") -> int | str:
    """Let one of the office ask; return the number of the request, or why it is refused."""
    with writing(world.engine) as work:
        found = ask(work, wish, world.actor(login), world.now)
        work.rollback() if found.refusals else work.commit()
    return found.request or "；".join(one.sentence for one in found.refusals)


def decided(world: World, number: int | str, login: str = "office2") -> tuple[str, ...]:
    """Let another approve; return why not."""
    with writing(world.engine) as work:
        entered = decide(work, int(number), world.actor(login), world.now, approve=True)
        work.rollback() if entered.refusals else work.commit()
    return entered.refused


def stop(world: World, wish: Wanted) -> int:
    """Let one ask and another approve; return the row."""
    number = asked(world, wish)
    assert isinstance(number, int), number
    assert decided(world, number) == ()
    ((row,),) = world.rows("SELECT MAX(id) FROM listed WHERE kind = 'suspension'")
    return int(row)


def looked(world: World, number: int | str) -> Preview:
    """Return what a request would move, as its page shows it."""
    with reading(world.engine) as work:
        found = requests.read(work.driver, world.place, int(number))
        assert found
        return preview(work.driver, found, world.today)


def why(world: World, case: int, name: str) -> str:
    """Return why a date is that date, in words."""
    with reading(world.engine) as work:
        days = read_calendar(work.driver, world.place)
    return "\n".join(explain(world.clocks(case)[name], county(), Calendar.of(days, {one.year for one, _, _ in days})))


def entries(world: World, case: int) -> list[Mapping[str, Any]]:
    sql = "SELECT body FROM trail WHERE case_id = :case AND action = 'recompute' ORDER BY idx"
    return [json.loads(bytes(body)) for (body,) in world.rows(sql, case=case)]


def test_an_outage_over_the_spring_festival(world: World) -> None:
    """Down from 3 to 14 February, entered on the 15th: what was due in it gets its days back, in its own unit, and nothing is sent."""
    world.go(date(2027, 1, 4))
    arrange(world, ARRANGED)
    world.go(date(2027, 2, 1))
    (claim,) = world.feed_back(1, BUREAU)
    late = world.feed_back(1, VILLAGE, on=date(2027, 1, 11))[0]
    world.go(date(2027, 2, 2))
    work = world.at_work(date(2027, 2, 20))
    world.go(date(2027, 2, 15))
    before = {name: world.clocks(case)[name] for case, name in ((claim, "claim"), (work, "rectify_short"))}
    assert before["claim"].due_on == date(2027, 2, 15)
    mails = messages(world)
    number = asked(world, wanted(starts_on="2027-02-03", ends_on="2027-02-14"))
    seen = looked(world, number)
    there = {(one.case, one.clock): (one.before, one.after) for one in seen.moving}
    assert decided(world, number) == ()
    after = world.clocks(claim)["claim"]
    # Of five working days one went by before the stop (2 February); four are left behind it.
    assert (after.due_on, after.period, after.first_due_on) == (
        date(2027, 2, 18),
        before["claim"].period,
        before["claim"].due_on,
    )
    assert there[claim, "claim"] == (before["claim"].due_on, after.due_on)
    # The rectification counts natural days: twelve more, and the case has the date as well.
    assert world.clocks(work)["rectify_short"].due_on == date(2027, 3, 4) == world.row(work).due_on
    # What was late before the stop is as late as it was: the days in between are not counted against it.
    assert world.clocks(late)["claim"].due_on == date(2027, 1, 18) + timedelta(days=12)
    assert messages(world) == mails
    (move,) = entries(world, claim)
    ((entry,),) = world.rows("SELECT idx FROM trail WHERE action = 'suspension.make'")
    assert move["inputs"]["suspension"] == entry
    assert {"clock": "claim", "from": before["claim"].due_on.isoformat(), "to": "2027-02-18"} in move["inputs"]["moved"]
    assert "2027年2月3日（周三）至2027年2月14日（周日）中止计时，不计入：期限顺延到 2027年2月18日（周四）" in why(
        world, claim, "claim"
    )
    assert "停机" not in why(world, claim, "claim")


def test_a_case_under_investigation_stands_still(world: World) -> None:
    """Its file is with the investigators: nothing is told, flagged or escalated till it is over; the others go on, and why is for few."""
    one, other = world.feed_back(2)
    world.do("secretary", "acknowledge", one, other)
    world.go(day(3, 5))
    number = asked(
        world,
        wanted(
            ground="inquiry",
            reach="case",
            case=f"{TOWN} 第 1 号",
            starts_on="2026-03-04",
            ends_on="2026-05-10",
            reason="案卷已调走",
        ),
    )
    assert decided(world, number) == ()
    world.scan_days(day(3, 6), day(5, 10))
    assert [world.alerts(one, rule) for rule in ("claim", "acknowledge", "overdue", "unclaimed")] == [[], [], [], []]
    assert (world.row(one).state, world.row(other).state) == ("feedback", "escalated")
    # Four of five working days were left on 3 March.
    assert world.clocks(one)["claim"].due_on == day(5, 14)
    world.scan_days(day(5, 11), day(5, 15))
    assert "red" in world.alerts(one, "claim")
    ((body,),) = world.rows("SELECT body FROM trail WHERE action = 'suspension.make'")
    assert "ground" not in json.loads(bytes(body))["after"], "to the log alone nobody reads on what ground"
    assert "立案" not in why(world, one, "claim")


def test_what_begins_or_pauses_within_a_stop(world: World) -> None:
    """A claim within it gives the plan a date behind it; handed in on its days it is judged by the date that the days before had given."""
    (case,) = world.feed_back()
    world.go(day(3, 3))
    stop(world, wanted(ground="disaster", reach="unit", unit=TOWN, starts_on="2026-03-03", ends_on="2026-03-20"))
    world.go(day(3, 10))
    world.do("secretary", "claim", case)
    # One month from feedback, and the eighteen days that did not count since.
    assert world.clocks(case)["plan"].due_on == day(4, 2) + timedelta(days=18)
    world.do("secretary", "submit_plan", case)
    held = world.clocks(case)["plan"]
    # Paused on the 10th, eight of the days have gone by uncounted.
    assert held.due_on == day(4, 2) + timedelta(days=8)
    world.go(day(3, 25))
    world.do("office", "return_plan", case)
    assert world.clocks(case)["plan"].due_on >= day(3, 25)


def test_it_ends_sooner_and_is_taken_back(world: World) -> None:
    """Power is back after a week: dates come nearer again, none to a day that went by; both by two people, with reasons."""
    (case,) = world.feed_back()
    world.do("secretary", "acknowledge", case)
    world.go(day(3, 4))
    row = stop(world, wanted(ground="disaster", starts_on="2026-03-03", ends_on="2026-03-31"))
    assert world.clocks(case)["claim"].due_on == day(4, 8)
    world.go(day(3, 10))
    number = asked(world, wanted(row, "end", "供电恢复", ends_on="2026-03-10"))
    assert [(one.before, one.after) for one in looked(world, number).moving if one.clock == "claim"] == [
        (day(4, 8), day(3, 17))
    ]
    assert decided(world, number) == ()
    assert world.clocks(case)["claim"].due_on == day(3, 17)
    world.go(day(3, 12))
    number = asked(world, wanted(row, "drop", "登记错了"))
    assert decided(world, number) == ()
    # Without the stop it was due on the 9th: nobody becomes late by a correction.
    assert world.clocks(case)["claim"].due_on == day(3, 17)
    assert "中止计时撤回以后不提前的期限" in why(world, case, "claim")
    assert "已撤回" in str(asked(world, wanted(row, "drop", "再撤一次")))
    assert "已撤回" in str(asked(world, wanted(row, "end", "再结束", ends_on="2026-03-12")))


def test_what_was_late_when_it_was_entered_is_as_late_when_it_is_taken_back(world: World) -> None:
    """10 April: a month late; a stop is entered after the fact, and taken back at once: no overdue is erased by what never was."""
    (case,) = world.feed_back()
    world.go(day(4, 10))
    assert (was := world.clocks(case)["claim"].due_on) == day(3, 9)
    row = stop(world, wanted(starts_on="2026-03-09", ends_on="2026-04-10"))
    assert world.clocks(case)["claim"].due_on > world.today
    number = asked(world, wanted(row, "drop", reason="登记错了"))
    assert was in [one.after for one in looked(world, number).moving if one.clock == "claim"]
    assert decided(world, number) == ()
    assert world.clocks(case)["claim"].due_on == was


def test_taken_back_where_nothing_was_due(world: World) -> None:
    """Entered for the wrong unit, taken back the next day: the date is what it was, and its reason too."""
    (case,) = world.feed_back()
    was = world.clocks(case)["claim"]
    row = stop(world, wanted(ground="disaster", reach="unit", unit=TOWN, starts_on="2026-03-02", ends_on="2026-03-20"))
    assert world.clocks(case)["claim"].due_on > was.due_on
    world.go(day(3, 3))
    assert decided(world, asked(world, wanted(row, "drop", "登记错了"))) == ()
    assert world.clocks(case)["claim"] == was


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": " "}, "请写明中止计时的理由"),
        ({"reach": "unit"}, "范围是一个党组织的填党组织"),
        ({"reach": "case", "unit": TOWN}, "范围是一个党组织的填党组织"),
        ({"unit": TOWN}, "范围是一个党组织的填党组织"),
        ({"ground": "inquiry"}, "立案审查调查只中止有关的党组织或问题"),
        ({"starts_on": "2026-03-03"}, "第一天还没有到"),
        ({"starts_on": "0001-01-01"}, "第一天“0001-01-01”的年份不对"),
        ({"ends_on": "9999-12-31"}, "最后一天“9999-12-31”的年份不对"),
        ({"ends_on": "2026-02-01"}, "早于起始日期"),
        ({"ends_on": "2026-06-30"}, "一次最多中止 90 天，最晚到 2026年5月29日（周五）"),
        # What has no open case yet may be fed back to tomorrow.
        ({"ends_on": "2199-12-31", "reach": "unit", "unit": BUREAU}, "一次最多中止 90 天"),
        ({"ground": "holiday"}, "事由"),
    ],
)
def test_what_is_refused(world: World, fields: dict[str, Any], said: str) -> None:
    """Each with the sentence that says what to do."""
    world.feed_back()
    given = {"starts_on": "2026-03-01", "ends_on": "2026-03-02", **fields}
    assert said in str(asked(world, wanted(**given)))


def test_two_people(world: World) -> None:
    """Who asked does not approve, and a unit has no part in it."""
    world.feed_back()
    number = asked(world, wanted(starts_on="2026-03-02", ends_on="2026-03-05"))
    assert decided(world, number, "office") != ()
    assert "巡察办" in str(asked(world, wanted(starts_on="2026-03-02", ends_on="2026-03-06"), "secretary"))
    row = stop(world, wanted(starts_on="2026-03-01", ends_on="2026-03-03"))
    assert "在今天到" in str(asked(world, wanted(row, "end", "更短", ends_on="2026-03-01")))
    world.go(day(3, 9))
    assert "不用提前结束" in str(asked(world, wanted(row, "end", "更短", ends_on="2026-03-02")))


def test_what_is_handed_in_late_by_the_calendar_is_in_time_by_the_stop(world: World) -> None:
    """Due on the 20th, handed in on the 25th; that the 16th to the 22nd did not count is entered afterwards."""
    case = world.at_work(day(3, 20))
    world.go(day(3, 25))
    world.do("secretary", "submit", case)
    assert world.row(case).due_on == day(3, 20)
    world.go(day(3, 27))
    stop(world, wanted(ground="disaster", starts_on="2026-03-16", ends_on="2026-03-22"))
    assert world.row(case).due_on == day(3, 27)


def test_what_is_fed_back_within_a_stop(world: World) -> None:
    """Its claim is counted from the last stopped day, and nothing is told before."""
    stop(world, wanted(ground="disaster", starts_on="2026-03-02", ends_on="2026-03-10"))
    world.go(day(3, 4))
    (case,) = world.feed_back()
    world.do("secretary", "acknowledge", case)
    assert world.clocks(case)["claim"].due_on == day(3, 17)
    world.scan_days(day(3, 5), day(3, 10))
    assert world.alerts(case, "claim") == []
    world.scan_days(day(3, 11), day(3, 12))
    assert world.alerts(case, "claim") == ["half"]
