"""Lives that run late, told in the docstrings: reminders, flags, escalation, extensions, office time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.world import MEASURE, World, day
from workflow.subject import Material

pytestmark = pytest.mark.both

# Of these clocks every reminder of these stories is told; one that comes later is told with the story of its own move.
OURS = (
    "claim", "fact_check", "plan", "review", "rectify", "rectify_short", "acceptance", "publication", "put", "decision",
    "look_back", "ground_review", "acknowledge", "extension", "measure",
)  # fmt: skip
PARTIES = {"discipline", "organisation"}


def heard(world: World, case: int, first: date, last: date) -> dict[date, set[str]]:
    """Scan every morning; return on which days somebody was reminded of the case, and who, by our clocks."""
    found = {}
    for number in range((last - first).days + 1):
        morning = first + timedelta(days=number)
        if any(one["action"] == "remind" and one["case"] == case for one in world.scan(morning).fired):
            found[morning] = world.told(case, "remind", OURS)
    return {morning: told for morning, told in found.items() if told}


def fired(world: World, morning: date) -> list[tuple[str, str]]:
    """Scan a morning; return what was made, a reminder by its clock and a flag by its criterion, by our clocks."""
    found = [(one["action"], one.get("clock") or one["criterion"]) for one in world.scan(morning).fired]
    return [(action, why) for action, why in found if action != "remind" or why in OURS]


def test_a_problem_never_claimed(world: World) -> None:
    """Nobody claims, for forty days after the date.

    2 March: fed back; it should be claimed by the 9th.
    4 March half-way, 6 March one day before: the secretary is reminded.
    5 March: nobody has signed for it; on the 6th the parent's secretary and the office hear of that.
    10 March: red; the leader hears of it.
    16 March: two reminders and five working days: flagged as unclaimed, and escalated.
    The office is pressed to put it to the group, then the group to decide; each rung once.
    18 April: the office orders claim and plan by 8 May.
    """
    (case,) = world.feed_back()
    assert heard(world, case, day(3, 3), day(3, 15)) == {
        day(3, 4): {"secretary"}, day(3, 5): {"secretary"}, day(3, 6): {"secretary", "parent", "office"},
        day(3, 10): {"secretary", "leader"},
    }  # fmt: skip
    world.scan(day(3, 16))
    assert world.alerts(case, "claim") == ["half", "eve", "red"]
    assert world.alerts(case, "unclaimed") == ["flag", "escalate"]
    assert world.told(case, "flag") == {"office", "secretary", *PARTIES}
    assert world.told(case, "escalate") == {"office", "leader", "secretary", *PARTIES}
    (inputs,) = world.entry(case, 6)["inputs"]["criteria"]
    assert (inputs["criterion"], inputs["due_on"], inputs["days_late"]) == ("unclaimed", "2026-03-09", 7)
    assert (inputs["tellings"], inputs["configured"]) == (3, {"reminders": 2, "workdays": 5})
    world.scan_days(day(3, 17), day(4, 18))
    assert (world.alerts(case, "put"), world.alerts(case, "decision")) == (["middle", "late"], ["yellow", "late"])
    assert "整改方案尚未批准" in world.refused("office", "order_rework", case)
    world.do("office", "order_plan", case, answers={"plan_on": "2026-05-08"})
    assert world.told(case, "order_plan") == {"secretary", "leader", "leading_group"}
    assert world.stands(case) == ("claimed", day(5, 8), "secretary")
    made = [action for action in world.actions(case) if action != "remind"]
    assert made == ["feed_back", "flag", "escalate", "order_plan"]


def test_an_ordered_plan_leaves_standing_who_was_named(world: World) -> None:
    """Claimed, then escalated by hand; the order names another responsible leader: department and person stay named."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "escalate_by_hand")
    world.do("office", "order_plan", case, answers={"responsible": "马镇长"})
    (named,) = world.rows("SELECT responsible, department, person FROM cases")
    assert tuple(named) == ("马镇长", "村建中心", "李敏")
    assert world.entry(case)["on_behalf"] is None


def test_submitted_in_time_and_accepted_late(world: World) -> None:
    """Office time never counts against the unit.

    10 April: closing is asked one day before the date; the office has until 10 May.
    17 April: the parties who said nothing yet are reminded; 30 April: the office is; 11 May: the head hears that it is late; 25 May: the leading group.
    1 June: accepted. The unit was never late: no red, no flag, nothing overdue.
    """
    case = world.at_work(day(4, 11))
    world.go(day(4, 10))
    world.do("secretary", "submit", case)
    assert heard(world, case, day(4, 11), day(5, 31)) == {
        day(4, 17): {"team", "discipline", "organisation"}, day(4, 30): {"office"}, day(5, 11): {"head", "office"}, day(5, 25): {"leading_group", "head"},
    }  # fmt: skip
    assert (world.figures()["overdue"], world.figures()["flagged"]) == (0, 0)
    world.go(day(6, 1))
    world.agree(case)
    world.do("discipline", "verify", case)
    row = world.row(case)
    assert (row.submitted_on, row.due_on, row.flagged) == (day(4, 10), day(4, 11), "")
    assert world.alerts(case, "rectify") == world.alerts(case, "overdue") == []


def test_a_review_that_takes_long_reminds_those_whose_opinion_is_missing(world: World) -> None:
    """2 March: the plan is filed. 9 March: organisation has given its opinion; team and discipline are reminded.

    17 March: the office is late, its head hears of it. Approved on 1 April: the 30 days are added to the three months from feedback.
    """
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "acknowledge")
    world.do("organisation", "opine", case)
    told = heard(world, case, day(3, 3), day(3, 31))
    assert told == {day(3, 9): {"team", "discipline"}, day(3, 17): {"head", "office"}}
    world.go(day(4, 1))
    world.agree(case)
    said = world.refused("office", "approve_plan", case, answers={"agreed_on": "2026-07-03"})
    assert said.endswith("（反馈之日 2026年3月2日起 3 个月，加上在巡察办的 30 天）之间")
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-07-02"})
    assert world.stands(case) == ("rectifying", day(7, 2), "secretary")


def test_returned_twice_is_flagged_but_not_escalated(world: World) -> None:
    """Work is returned on 20 April and again on 20 May.

    21 May: flagged: returned, twice. The configuration does not escalate that. 22 May: nothing more.
    """
    case = world.at_work(day(4, 11))
    for month in (4, 5):
        world.go(day(month, 10))
        world.do("secretary", "submit", case)
        world.go(day(month, 20))
        world.do("office", "return_work", case, answers={"new_on": day(month + 2, 1).isoformat()})
        world.do("secretary", "acknowledge", case)
    assert fired(world, day(5, 21)) == [("flag", "returned")]
    (inputs,) = world.entry(case)["inputs"]["criteria"]
    assert (inputs["returns"], inputs["configured"]) == (2, {"times": 2})
    assert (world.case(case).state, world.row(case).flagged) == ("rectifying", "returned")
    assert world.told(case, "flag") == {"office", "secretary", *PARTIES}
    assert fired(world, day(5, 22)) == []


def test_an_extension_asked_on_the_last_day_and_granted_later(world: World) -> None:
    """22 March green, 1 April yellow.

    11 April, the last day: an extension is asked; from here the ladder is held.
    18 April: the office has not answered in five working days; its head hears of it.
    20 April: granted to 11 May, from the old date; the first date stays visible; the ladder begins afresh.
    """
    case = world.at_work(day(4, 11))
    world.scan_days(day(3, 3), day(4, 11))
    assert world.alerts(case, "rectify") == ["green", "yellow"]
    assert "应晚于原期限" in world.refused("secretary", "request_extension", case, answers={"until": "2026-04-11"})
    world.do("secretary", "request_extension", case, answers={"until": "2026-05-20"})
    held = world.clocks(case)["rectify"]
    assert (held.paused_since, world.told(case, "request_extension")) == (day(4, 11), {"office"})
    assert heard(world, case, day(4, 12), day(4, 20)) == {day(4, 18): {"head", "office"}}
    assert "应晚于原期限" in world.refused("office", "grant_extension", case, answers={"until": "2026-04-11"})
    world.do("office", "grant_extension", case, answers={"until": "2026-05-11"})
    assert world.told(case, "grant_extension") == {"secretary", "handler"}
    row, clocks = world.row(case), world.clocks(case)
    assert (row.due_on, row.first_due_on, row.extension_until) == (day(5, 11), day(4, 11), None)
    assert (clocks["rectify"].paused_since, clocks["rectify"].first_due_on) == (None, day(4, 11))
    assert (clocks["rectify"].period > held.period, "extension" in clocks) == (True, False)
    assert "申请过一次延期" in world.refused("secretary", "request_extension", case, answers={"until": "2026-06-30"})
    world.do("secretary", "acknowledge", case)
    world.scan_days(day(4, 21), day(5, 12))
    assert world.alerts(case, "rectify") == ["green", "yellow", "green", "yellow", "red"]


def test_an_extension_refused_leaves_three_working_days_before_red(world: World) -> None:
    """11 April: asked on the last day; of another case it would be too late on the 12th.

    20 April: refused; the unit has 21, 22 and 23 April. 24 April: red.
    """
    case = world.at_work(day(4, 11))
    world.open_round("二轮")
    late = world.at_work(day(4, 11))
    world.go(day(4, 11))
    world.do("secretary", "request_extension", case)
    period = world.clocks(case)["rectify"].period
    world.go(day(4, 12))
    assert "已过，不能申请延期" in world.refused("secretary", "request_extension", late)
    world.go(day(4, 20))
    world.do("office", "refuse_extension", case)
    world.do("secretary", "acknowledge", case)
    assert world.stands(case) == ("rectifying", day(4, 23), "secretary")
    assert world.clocks(case)["rectify"].period == period
    world.scan(day(4, 23))
    assert "red" not in world.alerts(case, "rectify")
    world.scan(day(4, 24))
    assert world.alerts(case, "rectify")[-1] == "red"
    assert world.told(case, "remind", OURS) == {"secretary", "leader", "discipline"}


def test_an_extension_that_waits_is_moot_once_work_is_sent_back(world: World) -> None:
    """10 April: asked, and handed in all the same.

    A wrong click: taken back, the question stands and holds the ladder again.
    Handed in again, and returned with a new date: now there is nothing left to answer.
    """
    case = world.at_work(day(4, 11))
    world.go(day(4, 10))
    world.walk(case, "request_extension", "submit")
    assert world.clocks(case)["extension"].paused_since == day(4, 10)
    world.do("secretary", "recall", case)
    assert world.clocks(case)["extension"].paused_since is None
    assert world.clocks(case)["rectify"].paused_since == day(4, 10)
    world.walk(case, "submit", "return_work")
    assert (world.row(case).extension_until, "extension" in world.clocks(case)) == (None, False)
    assert "没有待答复的延期申请" in world.refused("office", "grant_extension", case)


def test_escalated_and_the_leading_group_is_silent(world: World) -> None:
    """11 April passes. 26 April: fifteen days late, flagged and escalated.

    30 April: a measure of the plan is due the next day; its handler hears of it all the same.
    6 May: the office is half-way to putting it to the group; 13 May: it is late, head and group hear of it.
    16 May: ten days are left to decide; 27 May: no decision, head and group hear of it.
    28 May: the unit hands in without waiting for anybody; this it cannot take back.
    Acceptance needs discipline and organisation; with both it is closed.
    """
    case = world.at_work(day(4, 11))
    world.scan_days(day(3, 3), day(4, 26))
    assert world.alerts(case, "rectify") == ["green", "yellow", "red"]
    assert world.alerts(case, "overdue") == ["flag", "escalate"]
    world.do("secretary", "acknowledge", case)
    assert heard(world, case, day(4, 27), day(5, 27)) == {
        day(4, 30): {"handler"}, day(5, 6): {"office"}, day(5, 13): {"head", "leading_group"},
        day(5, 16): {"office"}, day(5, 27): {"head", "leading_group"},
    }  # fmt: skip
    world.go(day(5, 28))
    world.do("secretary", "submit", case)
    assert "不能自行撤回" in world.refused("secretary", "recall", case)
    assert "纪委监委、组织部同意" in world.refused("office", "verify", case)
    world.do("discipline", "opine", case)
    assert "销号前须组织部同意" in world.refused("discipline", "verify", case)
    world.do("organisation", "opine", case)
    world.agree(case)
    world.do("office", "verify", case)
    assert world.actions(case)[-5:] == ["submit", "opine", "opine", "opine", "verify"]


def test_the_leading_group_orders_rework(world: World) -> None:
    """Returned twice, then escalated by hand on a finding of discipline, from what had been handed in.

    Put to the group, which orders rework to a final date and names who answers for it.
    The criteria count afresh: what was returned before is not held against the unit again.
    """
    case = world.at_work(day(4, 11))
    world.walk(case, "submit", "return_work", "submit", "return_work", "submit")
    world.do("discipline", "escalate_by_hand", case)
    assert world.row(case).submitted_on is None
    world.do("office", "put_to_group", case)
    assert world.told(case, "put_to_group") == {"leading_group", *PARTIES}
    assert "put" not in world.clocks(case)
    world.do("office", "order_rework", case, answers={"final_on": "2026-04-30", "person": "王建国"})
    assert world.told(case, "order_rework") == {"secretary", "leader", "discipline"}
    entry = world.entry(case)
    assert (entry["on_behalf"], entry["decision"]["number"]) == ("leading_group", "领组〔2026〕3号")
    assert world.stands(case) == ("rectifying", day(4, 30), "secretary")
    assert [tuple(row) for row in world.rows("SELECT department, person FROM cases")] == [("村建中心", "王建国")]
    assert (world.row(case).returns, world.row(case).returns_since) == (2, 0)
    assert fired(world, day(3, 3)) == []


def test_an_old_ledger_puts_nobody_before_the_group_on_its_first_night(world: World) -> None:
    """A ledger of 2021 is entered on 2 March 2026: five years late.

    That night: one reminder for each case, at red; of the two cases one is then claimed.
    For fifteen days nothing above a reminder.
    17 March: flagged and escalated, if still nobody has claimed it.
    """
    lazy, prompt = world.feed_back(2, on=date(2021, 3, 5))
    told = {(one["case"], one["action"], one["rung"]) for one in world.scan(day(3, 2)).fired if one["clock"] == "claim"}
    assert told == {(lazy, "remind", "red"), (prompt, "remind", "red")}
    assert {rung for (rung,) in world.rows("SELECT rung FROM alerts WHERE rule = 'claim' AND NOT skipped")} == {"red"}
    world.do("secretary", "claim", prompt)
    world.scan_days(day(3, 3), day(3, 16))
    assert (world.case(lazy).state, world.case(prompt).state) == ("feedback", "claimed")
    assert not {"flag", "escalate"} & {*world.actions(lazy), *world.actions(prompt)}
    world.scan(day(3, 17))
    assert (world.case(lazy).state, world.actions(lazy)[-2:]) == ("escalated", ["flag", "escalate"])
    assert "flag" not in world.actions(prompt)


def test_down_for_forty_five_days(world: World) -> None:
    """The machine is down from 3 March to 17 April while a case runs to 11 April.

    17 April: one mail at the highest rung, the skipped rungs on record. The unit hears for the first time: no flag.
    1 May: the handler still hears of a measure's date. 2 May, fifteen days after the first telling: flagged.
    """
    case = world.at_work(day(4, 11))
    found = world.scan(day(4, 17))
    assert [(one["action"], one["rung"]) for one in found.fired if one["clock"] == "rectify"] == [("remind", "red")]
    (told,) = (one for one in world.entry(case)["inputs"]["told"] if one["rule"] in OURS)
    assert (told["rung"], told["skipped"]) == ("red", ["green", "yellow"])
    assert world.told(case, "remind", ["rectify"]) == {"secretary", "leader", "discipline"}
    assert fired(world, day(5, 1)) == [("remind", "measure")]
    assert [action for action, _ in fired(world, day(5, 2))] == ["flag", "escalate"]


def test_each_measure_has_its_own_date(world: World) -> None:
    """A plan of two measures: the handler hears one working day before each date; closing wants evidence for both."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    measures = [{**MEASURE, "on": "2026-03-20"}, {**MEASURE, "text": "建立管护制度", "on": "2026-04-03"}]
    world.do("secretary", "submit_plan", case, answers={"measures": measures})
    world.agree(case)
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-05-29"})
    world.do("secretary", "acknowledge", case)
    assert heard(world, case, day(3, 3), day(4, 10)) == {day(3, 19): {"handler"}, day(4, 2): {"handler"}}
    assert "第 3 项措施" in world.refused("handler", "progress", case, answers={"measure_no": 3})
    assert "第 2 项措施缺少佐证材料" in world.refused("secretary", "submit", case)
    second = Material("evidence", "0" * 64, "2.pdf", 1, measure=2)
    world.do("secretary", "submit", case, materials=(*world.intent("submit", case).materials, second))


def test_a_publication_that_is_late_is_never_held_against_the_unit(world: World) -> None:
    """2 March: closed; the text is to be approved in ten working days, and public by 2 April.

    16 March: the office is told to approve the text. 23 March: secretary and handler are reminded.
    3 April: secretary, leader and office hear that it is late; a year later still nobody is flagged.
    """
    case = world.at_work(day(4, 11))
    world.walk(case, "submit", "verify", "acknowledge")
    assert heard(world, case, day(3, 3), day(4, 30)) == {
        day(3, 16): {"office"}, day(3, 23): {"secretary", "handler"}, day(4, 3): {"secretary", "leader", "office"},
    }  # fmt: skip
    assert fired(world, date(2027, 4, 30)) == []
    assert (world.case(case).state, world.case(case).flagged) == ("verified", False)


def test_an_extension_granted_late_still_lies_ahead(world: World) -> None:
    """11 April: asked on the last day. 20 April: granted until the 16th, the unit would be late at once.

    The answer must lie ahead of the day on which it is given.
    """
    case = world.at_work(day(4, 11))
    world.go(day(4, 11))
    world.do("secretary", "request_extension", case)
    world.go(day(4, 20))
    for late in ("2026-04-16", "2026-04-20"):
        assert "应晚于今天" in world.refused("office", "grant_extension", case, answers={"until": late})
    world.do("office", "grant_extension", case, answers={"until": "2026-04-21"})


def test_an_extension_of_what_goes_on_ends_by_its_last_day(world: World) -> None:
    """Goes on until 10 June at the latest, with a review on 20 April: neither asked nor granted beyond."""
    case = world.at_work(day(4, 11))
    world.do("secretary", "submit", case)
    world.do("office", "continue_work", case, answers={"next_review_on": "2026-04-20", "last_on": "2026-06-10"})
    beyond, within = {"until": "2026-06-11"}, {"until": "2026-06-10"}
    assert "2026年6月10日" in world.refused("secretary", "request_extension", case, answers=beyond)
    world.do("secretary", "request_extension", case, answers=within)
    assert "持续整改的最后期限" in world.refused("office", "grant_extension", case, answers=beyond)
    world.do("office", "grant_extension", case, answers=within)
