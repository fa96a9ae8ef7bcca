"""A calendar that arrives in November, and one corrected afterwards: open clocks follow, each on record, and nothing is told again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

import clock
from register.asking import ask, decide
from register.groundwork import calendar_warnings
from register.household import NotEntered, must_enter
from register.road import enter
from register.wanted import Wanted
from storage.calendars import read_calendar
from storage.engine import reading, writing
from tests.rules.subjects import CASE, a_case, a_clock, changed, subject
from tests.web.statements import listening
from tests.world import World, day
from workflow.days.arrangement import Day, calendar, digest, with_year, written
from workflow.days.calendar import NATIONAL_YEARS, national_days
from workflow.days.clocks import Dated, Why, begin, run_on
from workflow.machine import EFFECTS, GUARDS
from workflow.people import operator
from workflow.recompute import would_move
from workflow.subject import Replaced

NOTICE = "国办发明电〔2026〕9号"
NEXT = 2027
# As a notice might have it: New Year from Friday to Sunday, and the Sunday before the Spring Festival is worked.
NEW_YEAR = (date(2027, 1, 1), False, "元旦")
ARRANGED: list[Day] = [
    NEW_YEAR, (date(2027, 1, 2), False, "元旦"), (date(2027, 1, 3), False, "元旦"), (date(2027, 1, 31), True, "春节"),
    *((date(2027, 2, number), False, "春节") for number in range(5, 12)),
]  # fmt: skip


def wanted(world: World, days: Sequence[Day], year: int = NEXT, **fields: Any) -> Wanted:
    """Return a year's arrangement as it is asked for or entered."""
    return Wanted("calendar", "set", world.place, {"year": year, "listing": written(days), **fields}, NOTICE)


def asked(world: World, days: Sequence[Day], year: int = NEXT, login: str = "office", **fields: Any) -> int | str:
    """Let one of the office ask; return the number of the request, or why it is refused."""
    with writing(world.engine) as work:
        found = ask(work, wanted(world, days, year, **fields), world.actor(login), world.now)
        work.commit()
    return found.request or "；".join(one.sentence for one in found.refusals)


def decided(world: World, number: int | str, login: str = "office2") -> tuple[str, ...]:
    """Let another approve; return why not."""
    with writing(world.engine) as work:
        entered = decide(work, int(number), world.actor(login), world.now, approve=True)
        work.rollback() if entered.refusals else work.commit()
    return entered.refused


def arrange(world: World, days: Sequence[Day], year: int = NEXT) -> None:
    """Let one ask and another approve."""
    assert decided(world, asked(world, days, year)) == ()


def known(world: World) -> list[Day]:
    with reading(world.engine) as work:
        return read_calendar(work.driver, world.place)


def moves_of(world: World, case: int) -> list[dict[str, Any]]:
    """Return what the trail says of each time a case's dates were reckoned anew."""
    sql = "SELECT body FROM trail WHERE case_id = :case AND action = 'recompute' ORDER BY idx"
    return [json.loads(bytes(body)) for (body,) in world.rows(sql, case=case)]


def messages(world: World) -> int:
    return int(world.rows("SELECT COUNT(*) FROM outbox")[0][0])


def test_a_calendar_that_arrives_in_november(world: World) -> None:
    """29 December: five working days, provisionally to 5 January; New Year is announced; they end on the 6th, and nobody gets a mail."""
    world.go(day(12, 29))
    case, other = world.feed_back(2)
    world.do("secretary", "acknowledge", case, other)
    before = world.clocks(case)["claim"]
    assert before.due_on == date(2027, 1, 5)
    sent, mailed = messages(world), world.size
    arrange(world, ARRANGED)
    after = world.clocks(case)["claim"]
    assert (after.due_on, after.period, after.rung, after.first_due_on) == (
        date(2027, 1, 6),
        before.period,
        "",
        before.due_on,
    )
    assert world.stands(case) == ("feedback", date(2027, 1, 6), "secretary")
    (move,) = moves_of(world, case)
    ((entry,),) = world.rows("SELECT MAX(idx) FROM trail WHERE action = 'calendar.set'")
    assert move["inputs"] == {
        "calendar": entry,
        "moved": [{"clock": "claim", "from": "2027-01-05", "to": "2027-01-06"}],
    }
    assert (move["actor"]["login"], move["via"], move["from"], move["to"]) == (
        "scheduler",
        "clock",
        "feedback",
        "feedback",
    )
    assert messages(world) == sent
    assert world.size == mailed + 3, "the calendar, and one entry of each case"
    with reading(world.engine) as work:
        assert not any("2027" in one for one in calendar_warnings(work.driver, world.place, world.today))


def test_what_was_told_is_not_told_again_and_the_next_rung_comes_by_the_new_date(world: World) -> None:
    """Half-way and the day before are told; then the date moves by a day: neither comes twice, and red comes a day later."""
    world.go(day(12, 29))
    (case,) = world.feed_back()
    world.do("secretary", "acknowledge", case)
    world.scan(date(2026, 12, 31))
    world.scan(date(2027, 1, 4))
    assert world.alerts(case, "claim") == ["half", "eve"]
    sent = messages(world)
    arrange(world, [NEW_YEAR, (date(2027, 1, 5), False, "本市庆典")])
    assert world.clocks(case)["claim"].due_on == date(2027, 1, 7)
    for morning in range(4, 8):
        world.scan(date(2027, 1, morning))
    assert (world.alerts(case, "claim"), messages(world)) == (["half", "eve"], sent)
    world.scan(date(2027, 1, 8))
    assert world.alerts(case, "claim") == ["half", "eve", "red"]


def test_a_late_clock_that_is_no_more_late_is_told_nothing_twice(world: World) -> None:
    """Red was told; a holiday declared afterwards puts the date ahead again; when that passes, red is not told a second time."""
    world.go(day(4, 1))
    (case,) = world.feed_back()
    world.do("secretary", "acknowledge", case)
    world.scan(day(4, 10))
    assert world.alerts(case, "claim")[-1] == "red"
    told = len(world.alerts(case, "claim"))
    arrange(world, [*national_days({2026}), *((day(4, number), False, "防汛") for number in (7, 8, 9))], 2026)
    assert world.clocks(case)["claim"].due_on == day(4, 14)
    for number in range(10, 18):
        world.scan(day(4, number))
    assert len(world.alerts(case, "claim")) == told


def test_a_calendar_corrected_afterwards_moves_it_back_and_both_moves_stand(world: World) -> None:
    world.go(day(12, 29))
    (case,) = world.feed_back()
    arrange(world, ARRANGED)
    arrange(world, [one for one in ARRANGED if one != NEW_YEAR])
    assert world.clocks(case)["claim"].due_on == date(2027, 1, 5)
    moved = [one["inputs"]["moved"] for one in moves_of(world, case)]
    of_claim = [(one["from"][5:], one["to"][5:]) for entry in moved for one in entry if one["clock"] == "claim"]
    assert of_claim == [("01-05", "01-06"), ("01-06", "01-05")]


def test_what_people_agreed_what_is_paused_and_what_is_closed_stay(world: World) -> None:
    """An agreed date, a plan clock paused by the joint review (whose own date moves), a published case."""
    world.go(day(12, 29))
    agreed = world.at_work(date(2027, 1, 20))
    world.open_round("二轮")
    (paused,) = world.feed_back()
    world.walk(paused, "claim", "submit_plan")
    world.open_round("三轮")
    (closed,) = world.feed_back()
    world.walk(closed, "claim", "submit_plan", "approve_plan", "submit", "verify", "approve_text", "publicize")
    stood = {case: world.clocks(case) for case in (agreed, paused, closed)}
    arrange(world, ARRANGED)
    assert {case: world.clocks(case) for case in (agreed, closed)} == {case: stood[case] for case in (agreed, closed)}
    assert world.clocks(paused)["plan"] == stood[paused]["plan"]
    assert [[one["clock"] for entry in moves_of(world, case) for one in entry["inputs"]["moved"]] for case in stood] == [
        [], ["review"], [],
    ]  # fmt: skip


def test_when_to_look_again_follows_where_only_a_warning_moved(world: World) -> None:
    """Work until Friday the 20th, agreed: the warning of the working day before came on Thursday; that is a holiday now, so on Wednesday."""
    case = world.at_work(day(3, 20))
    world.scan(day(3, 13))
    before = world.row(case).wake_at
    arrange(world, [*national_days({2026}), (day(3, 19), False, "本市庆典")], 2026)
    assert (moves_of(world, case), world.clocks(case)["rectify_short"].due_on) == ([], day(3, 20))
    assert (before, world.row(case).wake_at) == (start(day(3, 19)), start(day(3, 18)))


def start(of: date) -> int:
    return clock.micros(clock.start_of(of))


def test_who_asked_does_not_approve_and_nobody_asks_for_what_is_there(world: World) -> None:
    number = asked(world, ARRANGED)
    assert decided(world, number, "office") == ("申请人不能审批自己的申请，须由另一人审批",)
    assert decided(world, number) == ()
    assert asked(world, ARRANGED) == "与现在的放假安排一样，不用登记"
    assert "应由巡察办、本程序办理" in str(asked(world, [NEW_YEAR], login="secadmin"))


def test_what_changed_meanwhile_is_refused(world: World) -> None:
    """Two ask for the same year on the sight of the same days; the one approved last would undo the other unseen."""
    was = digest(known(world), NEXT)
    first, second = asked(world, ARRANGED, was=was), asked(world, ARRANGED[:3], login="office2", was=was)
    assert decided(world, first) == ()
    (why,) = decided(world, second, "office")
    assert "在申请以后有变动" in why
    assert [one for one in known(world) if one[0].year == NEXT] == ARRANGED


WRONG = {
    "nothing": ([], "请写明放假"),
    "twice": ([NEW_YEAR, NEW_YEAR], "写了两次"),
    "another year": ([NEW_YEAR, (date(2028, 1, 3), False, "元旦")], "不是 2027 年的"),
    "summer before": ([NEW_YEAR, (date(2026, 7, 1), False, "")], "不是 2027 年的"),
    "a weekday worked": ([NEW_YEAR, (date(2027, 1, 6), True, "元旦")], "本来就上班"),
    "a long name": ([(date(2027, 1, 1), False, "元" * 21)], "名称不超过 20 个字"),
    "the year before alone": ([(date(2026, 12, 31), False, "元旦")], "没有一天是 2027 年的"),
}


@pytest.mark.parametrize("name", WRONG)
def test_days_that_are_wrong_are_refused(world: World, name: str) -> None:
    days, why = WRONG[name]
    assert why in str(asked(world, days))


def test_without_the_notices_number_nothing_is_entered(world: World) -> None:
    bare = replace(wanted(world, ARRANGED), reason=" ")
    with writing(world.engine) as work:
        (one,) = enter(work, [bare], operator(world.place, "root"), world.now)
        work.rollback()
    assert one.refused == ("请写明放假通知的文号",)


def test_a_weekend_marked_as_a_holiday_is_harmless(world: World) -> None:
    """The Saturday and the Sunday of New Year are listed; no date moves by them."""
    world.go(day(12, 29))
    (case,) = world.feed_back()
    arrange(world, [NEW_YEAR])
    stood = world.clocks(case)
    arrange(world, [NEW_YEAR, (date(2027, 1, 2), False, "元旦"), (date(2027, 1, 3), False, "元旦")])
    assert world.clocks(case) == stood
    assert len(moves_of(world, case)) == 1


def test_a_notice_moves_the_last_days_of_the_year_before(world: World) -> None:
    """As in 2018: Saturday 29 December is worked, the Monday after is free; the rest of the old year stays."""
    extra = [(date(2026, 12, 27), True, "元旦"), (date(2026, 12, 31), False, "元旦")]
    arrange(world, [*extra, *ARRANGED])
    assert [one for one in known(world) if one[0].year == 2026] == sorted([*national_days({2026}), *extra])


def test_the_operators_stands_at_once_and_waits_to_be_looked_at(world: World) -> None:
    world.go(day(12, 29))
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        must_enter(work, [wanted(world, ARRANGED)], operator(world.place, "root"), world.now)
        work.commit()
    assert world.clocks(case)["claim"].due_on == date(2027, 1, 6)
    assert world.rows("SELECT kind, act FROM requests WHERE state = 'standing' ORDER BY id DESC LIMIT 1") == [
        ("calendar", "set")
    ]
    with writing(world.engine) as work, pytest.raises(NotEntered, match="不用登记"):
        must_enter(work, [wanted(world, ARRANGED)], operator(world.place, "root"), world.now)


def test_a_year_that_comes_with_a_release_moves_dates_as_well(world: World) -> None:
    """What a release brings goes the same road: a house that had no 2026 reckons anew when it gets it."""
    last = max(NATIONAL_YEARS)
    with writing(world.engine) as work:
        fewer = [one for one in known(world) if one[0].year != last]
        must_enter(
            work,
            [Wanted("calendar", "set", world.place, beside={"days": fewer, "named": calendar(fewer).digest})],
            operator(world.place, "root"),
            world.now,
        )
        work.commit()
    world.go(day(4, 1))
    (case,) = world.feed_back()
    assert world.clocks(case)["claim"].due_on == day(4, 8)
    arrange(world, national_days({last}), last)
    assert world.clocks(case)["claim"].due_on == day(4, 9)


def test_the_preview_says_what_will_move_and_asks_three_statements(world: World) -> None:
    world.go(day(12, 29))
    cases = world.feed_back(30)
    world.do("secretary", "acknowledge", *cases)
    with reading(world.engine) as work:
        after = calendar(with_year(known(world), NEXT, ARRANGED))
        with listening(world.engine) as heard:
            moving = would_move(work.driver, world.place, after, world.today)
    assert [(one.case, one.clock, one.before, one.after) for one in moving] == [
        (case, "claim", date(2027, 1, 5), date(2027, 1, 6)) for case in cases
    ]
    assert len(heard) <= 3
    arrange(world, ARRANGED)
    assert {world.clocks(case)["claim"].due_on for case in cases} == {date(2027, 1, 6)}


# --- the rules by themselves ---------------------------------------------------------------------------------------

OLD = calendar(national_days({2026}))


def reckoning(*rows: Any, before: Any = OLD, on: date = date(2026, 12, 29)) -> Any:
    s = subject("recompute", None, *rows, case=a_case(state="rectifying", due_on=day(12, 30)), on=on)
    s.intent = replace(s.intent, replaced=Replaced(77, before)) if before else s.intent
    s.calendar = calendar([*national_days({2026}), NEW_YEAR])
    return s


def by_limit(name: str, limit: str, since: date, due: date, **more: Any) -> Any:
    return replace(begin(CASE, name, 4, since, Dated(due, Why("limit", limit, since))), **more)


def test_the_rules_by_themselves() -> None:
    """Reckoned by a limit it moves; paused, agreed, or dated by another calendar than the old one, it stays."""
    guard, effect = GUARDS["reckoning_moves_a_date"], EFFECTS["recompute_dates"]
    moving = by_limit("extension", "extension", date(2026, 12, 29), date(2027, 1, 5))
    s = reckoning(moving)
    assert guard(s) is None
    change = changed(s)
    effect(s, change)
    assert (change.clocks["extension"].due_on, change.case.due_on) == (date(2027, 1, 6), day(12, 30))
    assert change.inputs == {
        "calendar": 77,
        "moved": [{"clock": "extension", "from": "2027-01-05", "to": "2027-01-06"}],
    }
    for still in (
        replace(moving, paused_since=date(2026, 12, 30)), a_clock("rectify", date(2027, 1, 5)),
        replace(moving, due_on=date(2027, 1, 11)), replace(moving, why=None), by_limit("extension", "gone", date(2026, 12, 29), date(2027, 1, 5)),
    ):  # fmt: skip
        assert guard(reckoning(still)) is not None, still
    assert guard(reckoning(moving, before=None)) is not None


def test_the_date_of_a_rectification_is_the_cases_too() -> None:
    s = reckoning(by_limit("rectify_short", "refused_left", date(2026, 12, 29), date(2027, 1, 1)))
    change = changed(s)
    EFFECTS["recompute_dates"](s, change)
    assert change.case.due_on == change.clocks["rectify_short"].due_on == date(2027, 1, 4)


def test_a_clock_that_ran_on_keeps_the_days_that_were_left() -> None:
    """Four working days were left on the 28th by the old calendar; resumed on the 29th they end a day later, and are still four."""
    paused = by_limit("extension", "extension", date(2026, 12, 28), date(2027, 1, 4), paused_since=date(2026, 12, 28))
    running = run_on(paused, date(2026, 12, 29), reckoning().profile, OLD)
    assert running.due_on == date(2027, 1, 5)
    s = reckoning(running)
    change = changed(s)
    EFFECTS["recompute_dates"](s, change)
    assert change.clocks["extension"].due_on == date(2027, 1, 6)


@pytest.mark.parametrize(
    ("on", "moves"), [(date(2027, 1, 4), True), (date(2027, 1, 5), False), (date(2027, 1, 6), False)]
)
def test_no_date_moves_back_to_today_or_into_the_past(on: date, moves: bool) -> None:
    """New Year is struck out again: due on the 6th it would be the 5th, which must lie ahead."""
    holiday = calendar([*national_days({2026}), NEW_YEAR])
    s = reckoning(by_limit("extension", "extension", date(2026, 12, 29), date(2027, 1, 6)), before=holiday, on=on)
    s.calendar = calendar([*national_days({2026}), (NEW_YEAR[0] + timedelta(days=1), False, "元旦")])
    assert (GUARDS["reckoning_moves_a_date"](s) is None) is moves
