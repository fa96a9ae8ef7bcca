"""Whole lives in time, told in the docstrings: one line an act.

Asserted are the history, the state with its date and debtor, the clocks, and who was told. What is late is in
test_late_lives.py.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tests.world import ROAD, TOWN, VILLAGE, World, day

pytestmark = pytest.mark.both

PARTIES = {"discipline", "organisation"}


def test_the_normal_life(world: World) -> None:
    """A problem goes its road without a hitch.

    2 March: fed back; secretary, handler, leader, discipline and organisation hear of it.
    4 March: the secretary signs for it and claims it; the plan is due a month after feedback.
    20 March: the plan is filed; office and supervisors have ten working days.
    27 March: approved until 20 May.
    15 May: the handler having reported progress, closing is asked; the office has a month.
    29 May: three opinions, acceptance; the text is to be public within a month.
    10 June: the approved text is public; it will be looked at again in six months.
    """
    (case,) = world.feed_back()
    assert world.told(case, "feed_back") == {"secretary", "handler", "leader", *PARTIES}
    assert world.stands(case) == ("feedback", day(3, 9), "secretary")
    world.go(day(3, 4))
    world.walk(case, "acknowledge", "claim")
    assert world.stands(case) == ("claimed", day(4, 2), "secretary")
    assert world.told(case, "claim") == {"office", "leader"}
    world.go(day(3, 20))
    world.do("secretary", "submit_plan", case)
    assert world.stands(case) == ("plan_review", day(4, 3), "office")
    assert world.told(case, "submit_plan") == {"office", "team", *PARTIES}
    world.go(day(3, 27))
    world.agree(case)
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-05-20"})
    assert (world.stands(case), world.case(case).due_on) == (("rectifying", day(5, 20), "secretary"), day(5, 20))
    world.do("handler", "progress", case)
    world.go(day(5, 15))
    world.do("secretary", "submit", case)
    assert (world.stands(case), world.row(case).submitted_on) == (("submitted", day(6, 15), "office"), day(5, 15))
    world.go(day(5, 29))
    for supervisor in ("team", *sorted(PARTIES)):
        world.do(supervisor, "opine", case)
    world.do("office", "verify", case)
    assert world.stands(case) == ("verified", day(6, 29), "secretary")
    assert world.told(case, "verify") == {"secretary", "handler", "leader", *PARTIES}
    world.go(day(6, 10))
    world.walk(case, "approve_text", "publicize")
    assert world.stands(case) == ("publicized", day(12, 10), "office")
    assert world.told(case, "publicize") == {"office", "leader"}
    assert world.actions(case) == [
        "feed_back", "acknowledge", "claim", "submit_plan", *["opine"] * 3, "approve_plan", "progress", "submit", *["opine"] * 3,
        "verify", "approve_text", "publicize",
    ]  # fmt: skip
    figures = world.figures()
    assert (figures["done"], figures["of"], figures["rate"], figures["recovered_yuan"]) == (1, 1, 100.0, 120.5)


def test_rectified_at_once(world: World) -> None:
    """立行立改, as the office said: no plan is wanted.

    2 March: the secretary names who and what, and has seven days, with reminders half-way and one day before.
    8 March: closing is asked and accepted. For a problem of another kind that way is closed.
    """
    (case,), (usual,) = world.feed_back(1, kind="at_once"), world.feed_back(1, start=2)
    assert "集中整改" in world.refused("secretary", "rectify_at_once", usual)
    world.do("secretary", "rectify_at_once", case)
    assert world.stands(case) == ("rectifying", day(3, 9), "secretary")
    assert world.told(case, "rectify_at_once") == {"office", "team"}
    world.do("secretary", "acknowledge", case)
    world.scan_days(day(3, 3), day(3, 8))
    assert world.alerts(case, "rectify_short") == ["half", "eve"]
    world.walk(case, "submit", "verify")
    assert world.actions(case)[-5:] == ["submit", *["opine"] * 3, "verify"]


def test_an_objection_is_kept(world: World) -> None:
    """The unit objects, and the office keeps the problem.

    4 March: the unit objects; three working days of its claim are left, and are paused.
    11 March: the office being half-way, the team is reminded. Nobody presses the unit.
    16 March: kept; the three days run on.
    Then: a second objection is refused, the claim goes as usual.
    """
    (case,) = world.feed_back()
    world.do("secretary", "acknowledge", case)
    world.go(day(3, 4))
    world.do("secretary", "object", case)
    assert (world.stands(case), world.told(case, "object")) == (("disputed", day(3, 18), "office"), {"office", "team"})
    assert world.clocks(case)["claim"].paused_since == day(3, 4)
    world.scan_days(day(3, 5), day(3, 16))
    assert (world.actions(case)[3:], world.told(case, "remind")) == (["remind"], {"team"})
    world.do("office", "keep", case)
    assert world.stands(case) == ("feedback", day(3, 19), "secretary")
    assert world.told(case, "keep") == {"secretary", "leader"}
    assert "已提出过一次异议" in world.refused("secretary", "object", case)
    world.do("secretary", "claim", case)
    assert world.stands(case) == ("claimed", day(4, 2), "secretary")


def test_an_objection_on_the_last_day_leaves_three_working_days(world: World) -> None:
    """9 March: objected on the last day. 13 March: kept, three working days to claim; for a sibling it is too late."""
    case, late = world.feed_back(2)
    world.go(day(3, 9))
    world.do("secretary", "object", case)
    world.go(day(3, 13))
    world.do("office", "keep", case)
    assert world.case(case).state_due_on == day(3, 18)
    assert "不能再提出异议" in world.refused("secretary", "object", late)


def test_an_objection_is_right_and_the_problem_withdrawn(world: World) -> None:
    """The problem is withdrawn on its merits.

    The unit objects; the leading group withdraws the problem; the office enters its decision.
    All parties hear of it; nobody owes anything, nothing is scanned.
    It leaves the denominator, but it was fed back.
    """
    case, other = world.feed_back(2)
    world.walk(case, "object", "withdraw")
    assert world.told(case, "withdraw") == {"secretary", "handler", "leader", "team", *PARTIES}
    entry = world.entry(case)
    assert entry["on_behalf"] == "leading_group"
    assert entry["decision"] == {"number": "领组〔2026〕3号", "on": "2026-03-02"}
    assert (world.stands(case), world.clocks(case)) == (("withdrawn", None, None), {})
    assert (world.row(case).wake_at, world.row(case).settled_at is not None) == (None, True)
    assert (world.figures()["problems"], world.figures()["of"]) == (2, 1)
    assert world.case(other).state == "feedback"


def test_a_plan_is_returned_twice(world: World) -> None:
    """Filed, returned with a new date, filed, returned again, filed and approved.

    Returned plans are counted apart: they are no returned work, and no criterion.
    """
    (case,) = world.feed_back()
    world.walk(case, "claim")
    periods = [world.clocks(case)["plan"].period]
    for new_on in (day(3, 20), day(4, 20)):
        world.do("secretary", "submit_plan", case)
        world.do("office", "return_plan", case, answers={"new_on": new_on.isoformat()})
        assert (world.stands(case), world.told(case, "return_plan")) == (
            ("claimed", new_on, "secretary"), {"secretary", "handler"},
        )  # fmt: skip
        periods.append(world.clocks(case)["plan"].period)
    assert len(set(periods)) == 3
    world.walk(case, "submit_plan", "approve_plan")
    row = world.row(case)
    assert (row.plan_returns, row.returns, row.returns_since) == (2, 0, 0)
    world.scan(day(3, 3))
    assert not world.case(case).flagged
    filed = world.rows("SELECT version FROM filings WHERE kind = 'plan' ORDER BY version")
    assert [version for (version,) in filed] == [1, 2, 3]


def test_returned_and_rectified_again(world: World) -> None:
    """Work is sent back once.

    10 April: closing is asked. 20 April: returned, with a new date; the old one is no longer held against anybody.
    28 May: asked again, the evidence standing; accepted.
    """
    case = world.at_work(day(4, 11))
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
    without = tuple(one for one in world.intent("submit", case).materials if one.kind != "evidence")
    world.do("secretary", "submit", case, materials=without)
    world.agree(case)
    world.do("office", "verify", case)
    assert world.actions(case)[-7:] == ["submit", "return_work", "submit", *["opine"] * 3, "verify"]


def test_basically_done_and_going_on(world: World) -> None:
    """基本完成并持续整改: no return, but not the end.

    20 April: reviewed again within two months, at an end within twelve.
    25 June: once more; the end that was set first is not put off.
    20 August: handed in for good, and closed.
    """
    case = world.at_work(day(4, 11))
    world.go(day(4, 10))
    world.do("secretary", "submit", case)
    world.go(day(4, 20))
    for review, last in (("2026-06-21", "2026-12-31"), ("2026-06-20", "2027-04-21"), ("2026-06-20", "2026-06-19")):
        wrong = {"next_review_on": review, "last_on": last}
        said = world.refused("office", "continue_work", case, answers=wrong)
        assert said.startswith(("下次复核日期应在", "最后期限应不早于"))
    world.do("office", "continue_work", case, answers={"next_review_on": "2026-06-20", "last_on": "2026-12-31"})
    assert (world.stands(case), world.told(case, "continue_work")) == (
        ("rectifying", day(6, 20), "secretary"), {"secretary", "leader"},
    )  # fmt: skip
    row = world.row(case)
    assert (row.kind, row.due_on, row.last_on, row.returns) == ("continuing", day(6, 20), day(12, 31), 0)
    world.go(day(6, 18))
    world.do("secretary", "submit", case)
    world.go(day(6, 25))
    again = {"next_review_on": "2026-08-25", "last_on": "2027-01-31"}
    assert "12月31日" in world.refused("office", "continue_work", case, answers=again)
    world.do("office", "continue_work", case, answers={**again, "last_on": "2026-12-31"})
    world.go(day(8, 20))
    world.walk(case, "submit", "verify")
    assert (world.case(case).state, world.row(case).returns) == ("verified", 0)


def test_a_standing_item_is_checked_off_and_looked_back_at_yearly(world: World) -> None:
    """长期坚持 has no end: agreed within a year, closed at a stage result, and looked at again a year later."""
    (case,) = world.feed_back(kind="standing")
    world.walk(case, "claim", "submit_plan")
    too_far = {"agreed_on": "2027-03-03"}
    assert "长期坚持 12 个月" in world.refused("office", "approve_plan", case, answers=too_far)
    world.agree(case)
    world.do("office", "approve_plan", case, answers={"agreed_on": "2027-03-02"})
    world.walk(case, *ROAD[3:])
    assert world.stands(case) == ("publicized", date(2027, 3, 2), "office")


def test_not_made_public(world: World) -> None:
    """Closed, and withheld on ground 4 with the leading group's consent.

    The secretary hears that it is withheld, and until when, but not the ground; nobody reads it off the trail.
    1 September: the ground is to be reviewed. It counts as done.
    """
    case = world.at_work(day(4, 11))
    world.walk(case, "submit", "verify")
    assert "缺少材料：领导小组同意意见" in world.refused("office", "withhold", case, materials=())
    world.do("office", "withhold", case, answers={"ground": "4", "scope": "不对外", "review_on": "2026-09-01"})
    assert world.stands(case) == ("withheld", day(9, 1), "office")
    assert world.told(case, "withhold") == {"secretary", "discipline"}
    facts = [json.loads(one) for (one,) in world.rows("SELECT facts FROM outbox WHERE template = 'withhold'")]
    assert not [one for one in facts if {"ground", "scope", "reason"} & set(one) or "4" in one.values()]
    entry = world.entry(case)
    assert len(entry["answers"]["ground"]) == len(entry["answers"]["scope"]) == 64
    assert world.scan(day(9, 1)).fired[-1]["clock"] == "ground_review"
    assert world.figures()["done"] == 1


def test_looked_at_again_and_reopened(world: World) -> None:
    """A closed case does not hold.

    2 March: public. 2 September: the look-back is due.
    10 September: discipline finds the lights dark again; reopened until 31 October, in a second round.
    Old evidence proves nothing, and the old text may not be used; the first round stays on record.
    """
    case = world.at_work(day(4, 11))
    world.walk(case, *ROAD[3:])
    world.do("secretary", "acknowledge", case)
    assert [one["clock"] for one in world.scan(day(9, 2)).fired] == ["look_back"]
    world.go(day(9, 10))
    world.do("discipline", "reopen", case, answers={"new_on": "2026-10-31"})
    row = world.row(case)
    assert (world.stands(case), row.cycle, row.settled_at) == (("rectifying", day(10, 31), "secretary"), 2, None)
    assert (row.due_on, row.first_due_on) == (day(10, 31), day(4, 11))
    assert world.told(case, "reopen") == {"secretary", "leader", *PARTIES}
    without = tuple(one for one in world.intent("submit", case).materials if one.kind != "evidence")
    assert "第 1 项措施缺少佐证材料" in world.refused("secretary", "submit", case, materials=without)
    world.walk(case, "submit", "verify")
    assert "公开稿尚未审定" in world.refused("secretary", "publicize", case)
    world.walk(case, "approve_text", "publicize")
    assert world.actions(case)[-8:] == ["reopen", "submit", *["opine"] * 3, "verify", "approve_text", "publicize"]


def test_a_wrong_filing_is_taken_back(world: World) -> None:
    """10 March: the plan is filed by mistake and taken back the same day; its date stands, in its old period.

    Filed again, it lies with the office for five days and is taken back: these days are not the unit's.
    Filed a third time; once somebody has given an opinion, it stays.
    """
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    before = world.clocks(case)["plan"]
    world.go(day(3, 10))
    world.walk(case, "submit_plan", "recall_plan")
    assert (world.stands(case), world.told(case, "recall_plan")) == (("claimed", day(4, 2), "secretary"), {"office"})
    assert world.clocks(case)["plan"] == before
    world.do("secretary", "submit_plan", case)
    world.go(day(3, 15))
    world.do("secretary", "recall_plan", case)
    after = world.clocks(case)["plan"]
    assert (after.due_on, after.period, after.paused_since) == (day(4, 7), before.period, None)
    world.do("secretary", "submit_plan", case)
    world.do("organisation", "opine", case)
    assert "已有单位提出意见" in world.refused("secretary", "recall_plan", case)


def test_a_wrong_submission_is_taken_back(world: World) -> None:
    """10 April: handed in by mistake and taken back; the dates stand, the figures of the mistake are gone.

    Next time there is an opinion: it stays.
    """
    case = world.at_work(day(4, 11))
    before = world.clocks(case)
    world.go(day(4, 10))
    world.walk(case, "submit", "recall")
    assert (world.stands(case), world.row(case).submitted_on) == (("rectifying", day(4, 11), "secretary"), None)
    assert world.clocks(case)["rectify"] == before["rectify"]
    assert world.clocks(case)["measure"].due_on == before["measure"].due_on
    assert world.figures()["recovered_yuan"] == 0
    world.do("secretary", "submit", case)
    world.do("team", "opine", case)
    assert "已有单位提出意见" in world.refused("secretary", "recall", case)


def test_a_wrong_acceptance_is_taken_back(world: World) -> None:
    """2 March: accepted by mistake, and the text approved.

    16 March, the tenth working day: one of the office prepares the correction, another confirms it; the text is void.
    The unit may even take its submission back: then its own date counts again.
    Accepted a second time: on the eleventh day it is too late, and once public too.
    """
    case = world.at_work(day(4, 11))
    world.walk(case, "submit", "verify", "approve_text")
    world.go(day(3, 16))
    assert world.with_second("office", "office2", "rescind", case).outcome == "done"
    assert world.told(case, "rescind") == {"secretary", "discipline", "auditor"}
    row = world.row(case)
    assert (row.state, row.verified_on, row.text_hash, row.owes) == ("submitted", None, None, "office")
    assert (row.cycle, row.returns) == (1, 0), "a correction, not a look-back and not a return"
    world.do("secretary", "recall", case)
    assert world.stands(case) == ("rectifying", day(4, 11), "secretary")
    world.walk(case, "submit", "verify")
    world.go(day(3, 31))
    late = world.with_second("office", "office2", "rescind", case)
    assert (late.outcome, late.refused) == ("refused", ("更正期限 2026年3月30日（周一） 已过，应通过回头看处理",))
    world.walk(case, "approve_text", "publicize")
    assert "当前状态为“已公开”" in world.refused("office", "rescind", case)


def test_a_duplicate_is_made_void(world: World) -> None:
    """The same problem was entered twice.

    One of the office says so and names the other case; a second person confirms.
    It counts as nothing: not as a problem, not as withdrawn on its merits.
    """
    case, other = world.feed_back(2)
    repeated: dict[str, Any] = {"ground": "duplicate", "duplicate_of": other}
    alone = world.with_second("office", "office", "void", case, repeated)
    assert alone.refused == ("起草人不能确认自己起草的事项，须由另一人确认",)
    for wrong in (case, 4242):
        with pytest.raises(AssertionError, match=f"重复的问题 {wrong} 不存在，或就是本问题"):
            world.with_second("office", "office2", "void", case, {**repeated, "duplicate_of": wrong})
    assert world.with_second("office", "office2", "void", case, repeated).outcome == "done"
    assert world.told(case, "void") == {"secretary", "discipline", "auditor"}
    entry = world.entry(case)
    assert (entry["actor"]["person"], entry["prepared_by"]) == (world.people["office2"], world.people["office"])
    figures = world.figures()
    assert (world.case(case).state, world.row(case).void) == ("withdrawn", True)
    assert (figures["problems"], figures["of"], figures["by_state"]["withdrawn"]) == (1, 1, 0)


def test_a_village_whose_township_answers(world: World) -> None:
    """A problem is found in a village; the township's Party committee answers for it.

    The township's secretary claims, plans and signs; the village's own may read, not act. Mail goes to the township.
    """
    (case,) = world.feed_back(unit=VILLAGE)
    assert "应由（责任党组织的）党组织书记办理" in world.refused("secretary_village", "claim", case)
    assert "职责范围" in world.refused("secretary_bureau", "claim", case)
    world.walk(case, "claim", "submit_plan")
    assert (world.case(case).unit, world.row(case).answerable_id) == (VILLAGE, world.units[TOWN])
    posts = {post for (post,) in world.rows("SELECT post FROM outbox WHERE post LIKE 'secretary:%'")}
    assert posts == {f"secretary:{world.units[TOWN]}"}


def test_plan_clocks_are_paused_while_a_sibling_is_disputed(world: World) -> None:
    """One problem of three is objected to.

    4 March: the first is claimed, its plan due on 2 April; the second is objected to: the first one's clock is paused,
    29 days being left. 9 March: the third is claimed, its clock paused from the start; no plan can be filed.
    16 March: the objection is kept; both run on, to 14 and 9 April.
    The siblings' versions are untouched; the entry names them.
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
    also = {one["case"]: one["state_due_on"] for one in world.entry(disputed)["also"]}
    assert also == {first: "2026-04-14", third: "2026-04-09"}
    assert world.clocks(first)["plan"].period == 2


def test_a_second_dispute_keeps_the_clocks_standing(world: World) -> None:
    """Two of three are disputed; one is withdrawn, one made void: only then does the third one's plan clock run on."""
    claimed, one, two = world.feed_back(3)
    world.do("secretary", "claim", claimed)
    world.do("secretary", "object", one, two)
    world.go(day(3, 12))
    world.do("office", "withdraw", one)
    assert world.clocks(claimed)["plan"].paused_since == day(3, 2)
    world.go(day(3, 16))
    assert world.with_second("office", "office2", "void", two).outcome == "done"
    assert (world.clocks(claimed)["plan"].paused_since, world.case(claimed).state_due_on) == (None, day(4, 16))
