"""Whole lives, told in the docstrings: one line an act. Asserted are the history, the state, dates, clocks, and who was told."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from tests.world import MEASURE, ROAD, TOWN, VILLAGE, World

TO_WORK = ("claim", "submit_plan", "approve_plan")


def day(month: int, number: int) -> date:
    """A day of 2026: feedback is on Monday 2 March, Qingming on 6 April, Labour Day from 1 to 5 May."""
    return date(2026, month, number)


def at_work(world: World, *, agreed: date, signed: bool = True) -> int:
    """A case in rectification since 2 March, with what was told signed for."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    world.do("office", "approve_plan", case, answers={"agreed_on": agreed.isoformat()})
    if signed:
        world.do("secretary", "acknowledge", case)
    return case


def test_the_normal_life(world: World) -> None:
    """2 March: fed back; secretary, handler, leader, discipline and organisation hear of it.
    4 March: the secretary signs for it and claims it; the plan is due a month after feedback.
    20 March: the plan is filed; office and supervisors have ten working days.
    27 March: approved until 20 May.
    15 May: the handler having reported progress, closing is asked; the office has a month.
    29 May: three opinions, acceptance; the text is to be public within a month.
    10 June: the approved text is public; it will be looked at again in six months.
    """
    (case,) = world.feed_back()
    assert world.told(case, "feed_back") == {"secretary", "handler", "leader", "discipline", "organisation"}
    assert (world.case(case).state_due_on, world.case(case).owes) == (day(3, 9), "secretary")
    world.go(day(3, 4))
    world.do("secretary", "acknowledge", case)
    world.do("secretary", "claim", case)
    assert (world.case(case).state_due_on, world.told(case, "claim")) == (day(4, 2), {"office", "leader"})
    world.go(day(3, 20))
    world.do("secretary", "submit_plan", case)
    assert (world.case(case).state_due_on, world.case(case).owes) == (day(4, 3), "office")
    assert world.told(case, "submit_plan") == {"office", "discipline", "organisation", "team"}
    world.go(day(3, 27))
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-05-20"})
    assert (world.case(case).due_on, world.case(case).state_due_on) == (day(5, 20), day(5, 20))
    world.do("handler", "progress", case)
    world.go(day(5, 15))
    world.do("secretary", "submit", case)
    assert (world.row(case).submitted_on, world.case(case).state_due_on) == (day(5, 15), day(6, 15))
    world.go(day(5, 29))
    for supervisor in ("team", "discipline", "organisation"):
        world.do(supervisor, "opine", case)
    world.do("office", "verify", case)
    assert world.told(case, "verify") == {"secretary", "handler", "leader", "discipline", "organisation"}
    assert (world.case(case).state_due_on, world.case(case).owes) == (day(6, 29), "secretary")
    world.go(day(6, 10))
    world.do("office", "approve_text", case)
    world.do("secretary", "publicize", case)
    assert world.actions(case) == [
        "feed_back", "acknowledge", "claim", "submit_plan", "approve_plan", "progress", "submit", "opine", "opine", "opine",
        "verify", "approve_text", "publicize",
    ]  # fmt: skip
    assert (world.case(case).state, world.case(case).state_due_on) == ("publicized", day(12, 10))
    assert (world.figures()["done"], world.figures()["of"], world.figures()["recovered_yuan"]) == (1, 1, 120.5)


def test_an_objection_is_kept(world: World) -> None:
    """4 March: the unit objects; three working days of its claim are left, and stand still.
    11 March: the office being half-way, the team is reminded. Nobody presses the unit.
    16 March: kept, and not by the problem's writer; the three days run on.
    Then: a second objection is refused, the claim goes as usual.
    """
    (case,) = world.feed_back()
    world.do("secretary", "acknowledge", case)
    world.go(day(3, 4))
    world.do("secretary", "object", case)
    assert (world.told(case, "object"), world.case(case).state_due_on) == ({"office", "team"}, day(3, 18))
    assert world.clocks(case)["claim"].paused_since == day(3, 4)
    world.scan_days(day(3, 5), day(3, 16))
    assert (world.actions(case)[3:], world.told(case, "remind")) == (["remind"], {"team"})
    world.do("office", "keep", case)
    assert world.told(case, "keep") == {"secretary", "leader"}
    assert (world.case(case).state, world.case(case).state_due_on, world.case(case).owes) == ("feedback", day(3, 19), "secretary")
    assert "已提出过一次异议" in world.refused("secretary", "object", case)
    world.do("secretary", "claim", case)
    assert world.case(case).state_due_on == day(4, 2)


def test_an_objection_on_the_last_day_leaves_three_working_days(world: World) -> None:
    """9 March: objected on the last day. 13 March: kept, three working days to claim. After the date: too late to object."""
    case, late = world.feed_back(2)
    world.go(day(3, 9))
    world.do("secretary", "object", case)
    world.go(day(3, 13))
    world.do("office", "keep", case)
    assert world.case(case).state_due_on == day(3, 18)
    assert "不能再提出异议" in world.refused("secretary", "object", late)


def test_an_objection_is_right_and_the_problem_withdrawn(world: World) -> None:
    """4 March: the unit objects. 12 March: the leading group withdraws the problem; the office enters its decision.
    All parties hear of it; nobody owes anything, nothing is scanned; it leaves the denominator, but it was fed back.
    """
    case, other = world.feed_back(2)
    world.walk(case, "object", "withdraw")
    assert world.told(case, "withdraw") == {"secretary", "handler", "leader", "discipline", "organisation", "team"}
    entry = world.entry(case)
    assert (entry["on_behalf"], entry["decision"]) == ("leading_group", {"number": "领组〔2026〕3号", "on": "2026-03-02"})
    row = world.row(case)
    assert (row.state, row.state_due_on, row.owes, row.wake_at) == ("withdrawn", None, None, None)
    assert world.clocks(case) == {}
    assert row.settled_at is not None
    assert (world.figures()["problems"], world.figures()["of"]) == (2, 1)
    assert world.case(other).state == "feedback"


def test_a_plan_is_returned_twice(world: World) -> None:
    """The plan is filed, returned with a new date, filed, returned again, filed and approved.
    Returned plans are counted apart: they are no returned work, and no criterion.
    """
    (case,) = world.feed_back()
    world.walk(case, "claim")
    periods = [world.clocks(case)["plan"].period]
    for new_on in (day(3, 20), day(4, 20)):
        world.do("secretary", "submit_plan", case)
        world.do("office", "return_plan", case, answers={"new_on": new_on.isoformat()})
        assert world.told(case, "return_plan") == {"secretary", "handler"}
        assert (world.case(case).state, world.case(case).state_due_on) == ("claimed", new_on)
        periods.append(world.clocks(case)["plan"].period)
    assert len(set(periods)) == 3
    world.walk(case, "submit_plan", "approve_plan")
    assert (world.row(case).plan_returns, world.row(case).returns, world.row(case).returns_since) == (2, 0, 0)
    world.scan(day(3, 3))
    assert not world.case(case).flagged
    assert [row[0] for row in world.rows("SELECT version FROM filings WHERE kind = 'plan' ORDER BY version")] == [1, 2, 3]


def test_a_problem_never_claimed(world: World) -> None:
    """2 March: fed back; it should be claimed by the 9th.
    4 March half-way, 6 March one day before: the secretary is reminded. 5 March: nobody has signed; from the 6th parent and office know.
    10 March: red; the leader hears of it. 16 March: two reminders and five working days: flagged as unclaimed, and escalated.
    The office is pressed to put it to the group, then the group to decide; each rung once.
    18 April, forty days late: the office orders claim and plan by 8 May.
    """
    (case,) = world.feed_back()
    heard: dict[date, set[str]] = {}
    for morning in (day(3, n) for n in range(3, 17)):
        if world.scan(morning).fired:
            heard[morning] = world.told(case, "remind")
    assert heard == {
        day(3, 4): {"secretary"}, day(3, 5): {"secretary"}, day(3, 6): {"secretary", "parent", "office"},
        day(3, 10): {"secretary", "leader"}, day(3, 16): {"secretary", "leader"},
    }  # fmt: skip
    assert (world.alerts(case, "claim"), world.alerts(case, "unclaimed")) == (["half", "eve", "red"], ["flag", "escalate"])
    assert world.told(case, "flag") == {"office", "discipline", "organisation", "secretary"}
    assert world.told(case, "escalate") == {"office", "discipline", "organisation", "leader", "secretary"}
    (inputs,) = world.entry(case, 6)["inputs"]["criteria"]
    assert (inputs["criterion"], inputs["due_on"], inputs["tellings"], inputs["days_late"]) == ("unclaimed", "2026-03-09", 3, 7)
    world.scan_days(day(3, 17), day(4, 18))
    assert (world.alerts(case, "put"), world.alerts(case, "decision")) == (["middle", "late"], ["yellow", "late"])
    assert "整改方案尚未批准" in world.refused("office", "order_rework", case)
    world.do("office", "order_plan", case, answers={"plan_on": "2026-05-08"})
    assert world.told(case, "order_plan") == {"secretary", "leader", "leading_group"}
    assert (world.case(case).state, world.case(case).state_due_on, world.case(case).owes) == ("claimed", day(5, 8), "secretary")
    assert world.actions(case) == ["feed_back", *["remind"] * 4, "flag", "escalate", *["remind"] * 4, "order_plan"]


def test_submitted_in_time_and_accepted_late(world: World) -> None:
    """10 April: closing is asked one day before the date; the office has until 10 May.
    30 April: the office is reminded; 11 May: the head hears that the office is late; 25 May: the leading group.
    1 June: accepted. The unit was never late: no red, no flag, nothing overdue.
    """
    case = at_work(world, agreed=day(4, 11))
    world.go(day(4, 10))
    world.do("secretary", "submit", case)
    heard = {}
    for morning in (*(day(4, n) for n in range(11, 31)), *(day(5, n) for n in range(1, 32))):
        if world.scan(morning).fired:
            heard[morning] = world.told(case, "remind")
        assert world.figures()["overdue"] == world.figures()["flagged"] == 0
    assert heard == {day(4, 30): {"office"}, day(5, 11): {"head", "office"}, day(5, 25): {"leading_group", "head"}}
    world.go(day(6, 1))
    world.do("discipline", "verify", case)
    assert (world.row(case).submitted_on, world.row(case).due_on, world.row(case).flagged) == (day(4, 10), day(4, 11), "")
    assert world.alerts(case, "rectify") == []


def test_returned_and_rectified_again(world: World) -> None:
    """10 April: closing is asked. 20 April: returned, with a new date of its own, 1 June; the old one is no longer held against anybody.
    28 May: asked again, the evidence standing; accepted.
    """
    case = at_work(world, agreed=day(4, 11))
    world.go(day(4, 10))
    world.do("secretary", "submit", case)
    world.go(day(4, 20))
    assert "应晚于今天" in world.refused("office", "return_work", case, answers={"new_on": "2026-04-20"})
    world.do("office", "return_work", case, answers={"new_on": "2026-06-01"})
    assert world.told(case, "return_work") == {"secretary", "handler", "leader"}
    row = world.row(case)
    assert (row.returns, row.due_on, row.first_due_on, row.submitted_on) == (1, day(6, 1), day(4, 11), None)
    world.scan(day(4, 21))
    assert world.figures()["overdue"] == 0
    world.go(day(5, 28))
    world.walk(case, "submit", "verify")
    assert world.actions(case)[-4:] == ["submit", "return_work", "submit", "verify"]


def test_returned_twice_is_flagged_but_not_escalated(world: World) -> None:
    """Work is returned on 20 April and again on 20 May; next morning it is flagged: returned, twice. The configuration does not escalate that."""
    case = at_work(world, agreed=day(4, 11))
    for month in (4, 5):
        world.go(day(month, 10))
        world.do("secretary", "submit", case)
        world.go(day(month, 20))
        world.do("office", "return_work", case, answers={"new_on": day(month + 2, 1).isoformat()})
        world.do("secretary", "acknowledge", case)
    found = world.scan(day(5, 21))
    assert [(one["action"], one["criterion"]) for one in found.fired] == [("flag", "returned")]
    (inputs,) = world.entry(case)["inputs"]["criteria"]
    assert (inputs["returns"], inputs["configured"]) == (2, {"times": 2})
    assert (world.case(case).state, world.row(case).flagged, world.told(case, "flag")) == ("rectifying", "returned", {"office", "discipline", "organisation", "secretary"})
    assert world.scan(day(5, 22)).fired == []


def test_basically_done_and_going_on(world: World) -> None:
    """20 April: basically done; reviewed again within two months, at an end within twelve. It is no return.
    25 June: once more; the end that was set first is not put off. 28 August: closed.
    """
    case = at_work(world, agreed=day(4, 11))
    world.go(day(4, 10))
    world.do("secretary", "submit", case)
    world.go(day(4, 20))
    for wrong in ({"next_review_on": "2026-06-21"}, {"next_review_on": "2026-06-20", "last_on": "2027-04-21"}, {"next_review_on": "2026-06-20", "last_on": "2026-06-19"}):
        assert "日期" in world.refused("office", "continue_work", case, answers=wrong) or "期限" in world.refused("office", "continue_work", case, answers=wrong)
    world.do("office", "continue_work", case, answers={"next_review_on": "2026-06-20", "last_on": "2026-12-31"})
    assert world.told(case, "continue_work") == {"secretary", "leader"}
    row = world.row(case)
    assert (row.kind, row.due_on, row.state_due_on, row.last_on, row.returns) == ("continuing", day(6, 20), day(6, 20), day(12, 31), 0)
    world.go(day(6, 18))
    world.do("secretary", "submit", case)
    world.go(day(6, 25))
    again = {"next_review_on": "2026-08-25", "last_on": "2027-01-31"}
    assert "12月31日" in world.refused("office", "continue_work", case, answers=again)
    world.do("office", "continue_work", case, answers={**again, "last_on": "2026-12-31"})
    world.go(day(8, 20))
    world.walk(case, "submit", "verify")
    assert (world.case(case).state, world.row(case).returns) == ("verified", 0)


def test_an_extension_asked_on_the_last_day_and_granted_later(world: World) -> None:
    """22 March green, 1 April yellow. 11 April, the last day: an extension is asked; from here the ladder is held.
    18 April: the office has not answered in five working days; its head hears of it.
    20 April: granted to 11 May, from the old date; the first date stays visible; the ladder begins afresh.
    """
    case = at_work(world, agreed=day(4, 11))
    world.scan_days(day(3, 3), day(4, 11))
    assert world.alerts(case, "rectify") == ["green", "yellow"]
    assert "应晚于原期限" in world.refused("secretary", "request_extension", case, answers={"until": "2026-04-11"})
    world.do("secretary", "request_extension", case, answers={"until": "2026-05-20"})
    held = world.clocks(case)["rectify"]
    assert (held.paused_since, world.told(case, "request_extension")) == (day(4, 11), {"office"})
    world.scan_days(day(4, 12), day(4, 20))
    assert (world.alerts(case, "rectify"), world.alerts(case, "extension"), world.told(case, "remind")) == (["green", "yellow"], ["late"], {"head", "office"})
    assert "应晚于原期限" in world.refused("office", "grant_extension", case, answers={"until": "2026-04-11"})
    world.do("office", "grant_extension", case, answers={"until": "2026-05-11"})
    row, now = world.row(case), world.clocks(case)["rectify"]
    assert (row.due_on, row.first_due_on, row.extension_until, world.told(case, "grant_extension")) == (day(5, 11), day(4, 11), None, {"secretary", "handler"})
    assert now.period > held.period
    assert (now.paused_since, now.first_due_on, "extension" in world.clocks(case)) == (None, day(4, 11), False)
    assert "申请过一次延期" in world.refused("secretary", "request_extension", case, answers={"until": "2026-06-30"})
    world.do("secretary", "acknowledge", case)
    world.scan_days(day(4, 21), day(5, 12))
    assert world.alerts(case, "rectify") == ["green", "yellow", "green", "yellow", "red"]


def test_an_extension_refused_leaves_three_working_days_before_red(world: World) -> None:
    """11 April: asked on the last day. 20 April: refused; the unit has 21, 22 and 23 April. 24 April: red.
    On the day after the date it would have been too late to ask.
    """
    case, late = at_work(world, agreed=day(4, 11)), at_work_in_another_round(world)
    world.go(day(4, 11))
    world.do("secretary", "request_extension", case)
    period = world.clocks(case)["rectify"].period
    world.go(day(4, 12))
    assert "已过，不能申请延期" in world.refused("secretary", "request_extension", late)
    world.go(day(4, 20))
    world.do("office", "refuse_extension", case)
    world.do("secretary", "acknowledge", case)
    assert (world.case(case).due_on, world.clocks(case)["rectify"].period) == (day(4, 23), period)
    world.scan(day(4, 23))
    assert "red" not in world.alerts(case, "rectify")
    world.scan(day(4, 24))
    assert (world.alerts(case, "rectify")[-1], world.told(case, "remind")) == ("red", {"secretary", "leader", "discipline"})


def at_work_in_another_round(world: World) -> int:
    world.open_round("二轮")
    return at_work(world, agreed=day(4, 11))


def test_an_extension_that_waits_is_moot_once_the_unit_hands_in(world: World) -> None:
    """10 April: asked. 11 April: handed in all the same. A wrong click: taken back, the question stands and holds the ladder again.
    Handed in again, and returned with a new date: now there is nothing left to answer.
    """
    case = at_work(world, agreed=day(4, 11))
    world.go(day(4, 10))
    world.walk(case, "request_extension", "submit")
    assert "extension" not in {name for name, row in world.clocks(case).items() if not row.paused_since}
    world.do("secretary", "recall", case)
    assert (world.clocks(case)["extension"].paused_since, world.clocks(case)["rectify"].paused_since) == (None, day(4, 10))
    world.do("secretary", "submit", case)
    world.do("office", "return_work", case)
    assert (world.row(case).extension_until, "extension" in world.clocks(case)) == (None, False)
    assert "没有待答复的延期申请" in world.refused("office", "grant_extension", case)


def test_escalated_and_the_leading_group_is_silent(world: World) -> None:
    """11 April passes. 26 April: fifteen days late, flagged and escalated.
    6 May: the office is half-way to putting it to the group; 13 May it is late, head and group hear of it; 16 May and 27 May: no decision.
    28 May: the unit hands in without waiting for anybody; this it cannot take back.
    Acceptance needs discipline and organisation; with both it is closed.
    """
    case = at_work(world, agreed=day(4, 11))
    world.scan_days(day(3, 3), day(4, 26))
    assert (world.alerts(case, "rectify"), world.alerts(case, "overdue")) == (["green", "yellow", "red"], ["flag", "escalate"])
    world.do("secretary", "acknowledge", case)
    heard = {}
    for morning in (*(day(4, n) for n in range(27, 31)), *(day(5, n) for n in range(1, 28))):
        if world.scan(morning).fired:
            heard[morning] = world.told(case, "remind")
    assert heard == {day(5, 6): {"office"}, day(5, 13): {"head", "leading_group"}, day(5, 16): {"office"}, day(5, 27): {"head", "leading_group"}}
    world.go(day(5, 28))
    world.do("secretary", "submit", case)
    assert "不能自行撤回" in world.refused("secretary", "recall", case)
    assert "纪委监委、组织部同意" in world.refused("office", "verify", case)
    world.do("discipline", "opine", case)
    assert "销号前须组织部同意" in world.refused("discipline", "verify", case)
    world.do("organisation", "opine", case, answers={"opinion": "agree"})
    world.do("office", "verify", case)
    assert world.actions(case)[-4:] == ["submit", "opine", "opine", "verify"]


def test_the_leading_group_orders_rework(world: World) -> None:
    """Escalated by hand on a finding of discipline; put to the group, which orders rework to a final date and names who answers for it.
    The criteria count afresh: what was returned or late before is not held against the unit again.
    """
    case = at_work(world, agreed=day(4, 11))
    for _ in range(2):
        world.walk(case, "submit", "return_work")
    world.do("discipline", "escalate_by_hand", case)
    world.do("office", "put_to_group", case)
    assert world.told(case, "put_to_group") == {"leading_group", "discipline", "organisation"}
    assert "put" not in world.clocks(case)
    world.do("office", "order_rework", case, answers={"final_on": "2026-04-30", "person": "王建国"})
    entry = world.entry(case)
    assert (entry["on_behalf"], entry["decision"]["number"], world.told(case, "order_rework")) == ("leading_group", "领组〔2026〕3号", {"secretary", "leader", "discipline"})
    assert (world.case(case).due_on, world.row(case).returns, world.row(case).returns_since) == (day(4, 30), 2, 0)
    assert [one["action"] for one in world.scan(day(3, 3)).fired] == []


def test_not_made_public(world: World) -> None:
    """Closed. The leading group consents that it is not made public, ground 4; the office enters it.
    The secretary hears that it is withheld, and when the ground is reviewed, but not the ground; nobody reads it off the trail.
    """
    case = at_work(world, agreed=day(4, 11))
    world.walk(case, "submit", "verify")
    assert "缺少材料：领导小组同意意见" in world.refused("office", "withhold", case, materials=())
    world.do("office", "withhold", case, answers={"ground": "4", "scope": "不对外", "review_on": "2026-09-01"})
    assert (world.case(case).state, world.case(case).state_due_on, world.told(case, "withhold")) == ("withheld", day(9, 1), {"secretary", "discipline"})
    facts = [json.loads(row[0]) for row in world.rows("SELECT facts FROM outbox WHERE template = 'withhold'")]
    assert all(set(one) == {"from", "to", "version", "due_on", "state_due_on", "owes"} for one in facts)
    entry = world.entry(case)
    assert len(entry["answers"]["ground"]) == len(entry["answers"]["scope"]) == 64
    assert world.scan(day(9, 1)).fired[-1]["rung"] == "day"
    assert world.figures()["done"] == 1


def test_looked_at_again_and_reopened(world: World) -> None:
    """Public in March. 2 September: the look-back is due. 10 September: discipline finds the lights dark again; reopened to 31 October.
    It is a second round: old evidence proves nothing, the old text may not be used, the first round stays on record.
    """
    case = at_work(world, agreed=day(4, 11))
    world.walk(case, *ROAD[3:])
    world.do("secretary", "acknowledge", case)
    assert [one["clock"] for one in world.scan(day(9, 2)).fired] == ["look_back"]
    world.go(day(9, 10))
    world.do("discipline", "reopen", case, answers={"new_on": "2026-10-31"})
    row = world.row(case)
    assert (row.state, row.cycle, row.settled_at, row.due_on, row.first_due_on) == ("rectifying", 2, None, day(10, 31), day(4, 11))
    assert world.told(case, "reopen") == {"secretary", "leader", "discipline", "organisation"}
    without = tuple(one for one in world.intent("submit", case).materials if one.kind != "evidence")
    assert "第 1 项措施缺少佐证材料" in world.refused("secretary", "submit", case, materials=without)
    world.walk(case, "submit", "verify")
    assert "公开稿尚未审定" in world.refused("secretary", "publicize", case)
    world.walk(case, "approve_text", "publicize")
    assert world.actions(case)[-5:] == ["reopen", "submit", "verify", "approve_text", "publicize"]


def test_a_wrong_filing_is_taken_back(world: World) -> None:
    """10 March: the plan is filed by mistake and taken back; the plan's date stands, in its old period. Filed again; once somebody has given an opinion, it stays."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    before = world.clocks(case)["plan"]
    world.go(day(3, 10))
    world.walk(case, "submit_plan", "recall_plan")
    assert (world.told(case, "recall_plan"), world.clocks(case)["plan"], world.case(case).state_due_on) == ({"office"}, before, day(4, 2))
    world.do("secretary", "submit_plan", case)
    world.do("organisation", "opine", case)
    assert "已有单位提出意见" in world.refused("secretary", "recall_plan", case)


def test_a_wrong_submission_is_taken_back(world: World) -> None:
    """10 April: handed in by mistake, taken back; the date stands, the figures of the mistake are gone. Next time there is an opinion: it stays."""
    case = at_work(world, agreed=day(4, 11))
    before = world.clocks(case)
    world.go(day(4, 10))
    world.walk(case, "submit", "recall")
    row = world.row(case)
    assert (row.state, row.submitted_on, row.due_on, world.clocks(case)["rectify"]) == ("rectifying", None, day(4, 11), before["rectify"])
    assert world.clocks(case)["measure"].due_on == before["measure"].due_on
    assert world.figures()["recovered_yuan"] == 0
    world.do("secretary", "submit", case)
    world.do("team", "opine", case)
    assert "已有单位提出意见" in world.refused("secretary", "recall", case)


def test_a_wrong_acceptance_is_taken_back(world: World) -> None:
    """2 March: accepted by mistake. 16 March, the tenth working day: one of the office prepares the correction, another confirms it; the text approved meanwhile is void.
    The unit may even take its submission back: then its own date counts again. Accepted a second time: on the eleventh day it is too late, and once public too.
    """
    case = at_work(world, agreed=day(4, 11))
    world.walk(case, "submit", "verify", "approve_text")
    world.go(day(3, 16))
    assert world.with_second("office", "office2", "rescind", case).outcome == "done"
    assert world.told(case, "rescind") == {"secretary", "discipline", "auditor"}
    row = world.row(case)
    assert (row.state, row.verified_on, row.text_hash, row.owes) == ("submitted", None, None, "office")
    world.do("secretary", "recall", case)
    assert (world.case(case).state_due_on, world.case(case).owes) == (day(4, 11), "secretary")
    world.walk(case, "submit", "verify")
    world.go(day(3, 31))
    late = world.with_second("office", "office2", "rescind", case)
    assert (late.outcome, late.refused) == ("refused", ("更正期限 2026年3月30日（周一） 已过，应通过回头看处理",))
    world.walk(case, "approve_text", "publicize")
    assert "当前状态为“已公开”" in world.refused("office", "rescind", case)


def test_a_duplicate_is_made_void(world: World) -> None:
    """The same problem was entered twice. One of the office says so and names the other case, a second person confirms.
    It counts as nothing: not as a problem, not as withdrawn on its merits.
    """
    case, other = world.feed_back(2)
    repeated: dict[str, Any] = {"ground": "duplicate", "duplicate_of": other}
    assert world.with_second("office", "office", "void", case, repeated).refused == ("起草人不能确认自己起草的事项，须由另一人确认",)
    for wrong in (case, 4242):
        assert "不存在，或就是本问题" in "".join(world.with_second("office", "office2", "void", case, {**repeated, "duplicate_of": wrong}).refused)
    assert world.with_second("office", "office2", "void", case, repeated).outcome == "done"
    assert world.told(case, "void") == {"secretary", "discipline", "auditor"}
    entry = world.entry(case)
    assert (entry["actor"]["person"], entry["prepared_by"]) == (world.people["office2"], world.people["office"])
    figures = world.figures()
    assert (world.case(case).state, world.row(case).void) == ("withdrawn", True)
    assert (figures["problems"], figures["of"], figures["by_state"]["withdrawn"]) == (1, 1, 0)


def test_a_village_whose_township_answers(world: World) -> None:
    """A problem is found in a village. The township's secretary claims, plans and signs; the village's own may read, not act.
    Messages go to the township.
    """
    (case,) = world.feed_back(unit=VILLAGE)
    assert "应由（责任党组织的）党组织书记办理" in world.refused("secretary_village", "claim", case)
    assert "职责范围" in world.refused("secretary_bureau", "claim", case)
    world.do("secretary", "claim", case)
    world.do("secretary", "submit_plan", case)
    assert (world.case(case).unit, world.row(case).answerable_id) == (VILLAGE, world.units[TOWN])
    posts = {row[0] for row in world.rows("SELECT post FROM outbox WHERE post LIKE 'secretary:%'")}
    assert posts == {f"secretary:{world.units[TOWN]}"}


def test_plan_clocks_stand_still_while_a_sibling_is_disputed(world: World) -> None:
    """4 March: one problem is claimed, its plan due on 2 April; another is objected to, and the first one's clock stands, 29 days being left.
    10 March: a third is claimed, its clock standing from the start; no plan can be filed. No plan is pressed for.
    16 March: the objection is kept; both run on, to 14 and to 8 April. The siblings' versions are untouched, the entry names them.
    """
    first, disputed, third = world.feed_back(3)
    world.go(day(3, 4))
    world.do("secretary", "claim", first)
    world.do("secretary", "object", disputed)
    assert world.clocks(first)["plan"].paused_since == day(3, 4)
    world.go(day(3, 9))
    world.do("secretary", "claim", third)
    assert world.clocks(third)["plan"].paused_since == day(3, 9)
    assert "还有 1 个问题待认领或复核中" in world.refused("secretary", "submit_plan", first, third)
    versions = [world.case(one).version for one in (first, third)]
    world.go(day(3, 16))
    world.do("office", "keep", disputed)
    assert [world.case(one).state_due_on for one in (first, third)] == [day(4, 14), day(4, 9)]
    assert [world.case(one).version for one in (first, third)] == versions
    assert {one["case"]: one["state_due_on"] for one in world.entry(disputed)["also"]} == {first: "2026-04-14", third: "2026-04-09"}
    assert world.clocks(first)["plan"].period == 2


def test_a_second_dispute_keeps_the_clocks_standing(world: World) -> None:
    """Two of three problems are disputed; one is withdrawn, one made void: only then does the third one's plan clock run on."""
    claimed, one, two = world.feed_back(3)
    world.do("secretary", "claim", claimed)
    world.do("secretary", "object", one, two)
    world.go(day(3, 12))
    world.do("office", "withdraw", one)
    assert world.clocks(claimed)["plan"].paused_since == day(3, 2)
    world.go(day(3, 16))
    assert world.with_second("office", "office2", "void", two).outcome == "done"
    assert (world.clocks(claimed)["plan"].paused_since, world.case(claimed).state_due_on) == (None, day(4, 16))


def test_an_old_ledger_puts_nobody_before_the_group_on_its_first_night(world: World) -> None:
    """A ledger of 2021 is entered on 2 March 2026: five years late. That night: one reminder, the skipped rungs on record.
    For fifteen days nothing above a reminder; on 17 March it is flagged and escalated, if still nobody has claimed it.
    """
    lazy, prompt = world.feed_back(2, on=date(2021, 3, 5))
    first = world.scan(day(3, 2))
    assert {(one["case"], one["action"], one["rung"]) for one in first.fired if one["clock"] == "claim"} == {(lazy, "remind", "red"), (prompt, "remind", "red")}
    assert world.alerts(lazy, "claim")[0] == "half"
    assert {row[0] for row in world.rows("SELECT rung FROM alerts WHERE rule = 'claim' AND NOT skipped")} == {"red"}
    world.do("secretary", "claim", prompt)
    world.scan_days(day(3, 3), day(3, 16))
    assert {world.case(lazy).state, world.case(prompt).state} == {"feedback", "claimed"}
    assert not {"flag", "escalate"} & {*world.actions(lazy), *world.actions(prompt)}
    world.scan(day(3, 17))
    assert (world.case(lazy).state, world.actions(lazy)[-2:]) == ("escalated", ["flag", "escalate"])
    assert "flag" not in world.actions(prompt)


def test_rectified_at_once(world: World) -> None:
    """The office said 立行立改: the secretary names who and what, and has seven days, with reminders half-way and one day before.
    No plan is wanted: closing is asked, accepted. For another kind that way is closed.
    """
    case, usual = world.feed_back(1, kind="at_once")[0], world.feed_back(1, start=2)[0]
    assert "集中整改" in world.refused("secretary", "rectify_at_once", usual)
    world.do("secretary", "rectify_at_once", case)
    assert (world.case(case).state, world.case(case).due_on, world.told(case, "rectify_at_once")) == ("rectifying", day(3, 9), {"office", "team"})
    world.do("secretary", "acknowledge", case)
    world.scan_days(day(3, 3), day(3, 8))
    assert world.alerts(case, "rectify_short") == ["half", "eve"]
    world.walk(case, "submit", "verify")
    assert world.actions(case)[-2:] == ["submit", "verify"]


def test_down_for_forty_five_days(world: World) -> None:
    """The machine is down from 3 March to 17 April while a case runs to 11 April. One scan: one mail at the highest rung, the skipped rungs on record.
    The unit hears for the first time, so it is not flagged; on 1 May the handler still hears of a measure's date; fifteen days after the first telling it is.
    """
    case = at_work(world, agreed=day(4, 11))
    found = world.scan(day(4, 17))
    assert [(one["action"], one["rung"]) for one in found.fired if one["clock"] == "rectify"] == [("remind", "red")]
    (told,) = world.entry(case)["inputs"]["told"]
    assert (told["rung"], told["skipped"]) == ("red", ["green", "yellow"])
    assert world.told(case, "remind") == {"secretary", "leader", "discipline"}
    assert [one["clock"] for one in world.scan(day(5, 1)).fired] == ["measure"]
    assert [one["action"] for one in world.scan(day(5, 2)).fired] == ["flag", "escalate"]


def test_each_measure_has_its_own_date(world: World) -> None:
    """A plan of two measures: the handler hears one working day before each date; closing wants evidence for both."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    measures = [{**MEASURE, "on": "2026-03-20"}, {**MEASURE, "text": "建立管护制度", "on": "2026-04-03"}]
    world.do("secretary", "submit_plan", case, answers={"measures": measures})
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-05-29"})
    world.do("secretary", "acknowledge", case)
    assert [str(world.scan(day(*when)).fired and world.told(case, "remind")) for when in ((3, 18), (3, 19), (4, 2))] == ["[]", "{'handler'}", "{'handler'}"]
    assert "第 3 项措施" in world.refused("handler", "progress", case, answers={"measure_no": 3})
    assert "第 2 项措施缺少佐证材料" in world.refused("secretary", "submit", case)
    materials = (*world.intent("submit", case).materials, *(one for one in world.intent("submit", case).materials if one.kind == "evidence"))
    both = (*materials[:-1], type(materials[-1])("evidence", "0" * 64, "2.pdf", 1, 2))
    world.do("secretary", "submit", case, materials=both)
