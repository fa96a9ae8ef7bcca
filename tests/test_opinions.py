"""Opinions bind 意见: nothing is approved or closed past a party that is silent or against it, but as LIFE §7 says."""

from __future__ import annotations

import pytest

from states import TEAM
from tests.world import World, day, material, usual_materials

PLAN, WORK = "approve_plan", "verify"
TO = {PLAN: ("claim", "submit_plan"), WORK: ("claim", "submit_plan", "approve_plan", "submit")}
DATE = {PLAN: day(3, 16), WORK: day(4, 2)}  # of the review, ten working days; of the acceptance, a month
SILENT = "还没有提出意见，须等到意见齐备"
DECISION = {"minute_no": "领组〔2026〕7号", "minute_on": "2026-03-02"}


@pytest.fixture(params=[PLAN, WORK])
def action(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def before(world: World, action: str) -> int:
    """A case that lies before the parties, with the opinions of nobody."""
    (case,) = world.feed_back()
    world.walk(case, *TO[action])
    return case


def said(world: World, case: int, **opinions: str) -> None:
    """Let parties say agree or return."""
    for party, opinion in opinions.items():
        world.do(party, "opine", case, answers={"opinion": opinion})


def minutes(action: str) -> dict[str, object]:
    return {"answers": DECISION, "materials": (*usual_materials(action), material("minutes"))}


def test_nothing_goes_on_without_a_word_of_anybody(world: World, action: str) -> None:
    """A plan was approved, and a case closed, with no opinion at all."""
    case = before(world, action)
    refused = world.refused("office", action, case)
    assert SILENT in refused
    if action == PLAN:
        assert refused.startswith("巡察组、纪委监委、组织部还没有")
    assert world.case(case).state == {PLAN: "plan_review", WORK: "submitted"}[action]


def test_one_party_that_is_silent_is_waited_for(world: World, action: str) -> None:
    case = before(world, action)
    said(world, case, team="agree", discipline="agree")
    assert world.refused("office", action, case).startswith(f"组织部{SILENT}")
    said(world, case, organisation="agree")
    world.do("office", action, case)
    assert "overruled" not in world.entry(case).get("inputs", {})


def test_discipline_or_organisation_against_it_is_overruled_by_the_leading_group_alone(
    world: World, action: str
) -> None:
    """Both said 退回, and the case was closed: now minute number, date and minutes are wanted, and all stand in the entry."""
    case = before(world, action)
    said(world, case, team="agree", discipline="return", organisation="return")
    refused = world.refused("office", action, case)
    assert refused == ("纪委监委、组织部的意见为退回，须由领导小组决定：还缺会议纪要文号、会议日期、领导小组会议纪要")
    assert "还缺领导小组会议纪要" in world.refused("office", action, case, answers=DECISION)
    assert "还缺会议日期" in world.refused(
        "office", action, case, answers={"minute_no": "7号"}, materials=minutes(action)["materials"]
    )
    assert "须由领导小组决定" in world.refused("office", action, case, answers={"not_adopted": "措施可行"})
    world.do("office", action, case, **minutes(action))
    entry = world.entry(case)
    assert entry["inputs"] == {"overruled": {"discipline": "minute_no", "organisation": "minute_no"}}
    assert (entry["on_behalf"], entry["decision"]["on"]) == ("leading_group", "2026-03-02")
    assert {"discipline", "organisation"} <= world.told(case, action)


def test_the_team_against_it_is_told_why_that_is_not_adopted(world: World, action: str) -> None:
    case = before(world, action)
    said(world, case, team="return", discipline="agree", organisation="agree")
    assert world.refused("office", action, case) == ("巡察组的意见为退回，不予采纳的须填写“不予采纳的理由”")
    world.do("office", action, case, answers={"not_adopted": "所提措施已在方案第二项"})
    entry = world.entry(case)
    assert entry["inputs"] == {"overruled": {TEAM: "not_adopted"}}
    assert len(entry["answers"]["not_adopted"]) == 64
    assert TEAM in world.told(case, action)


def test_who_is_silent_past_the_date_is_passed_over_with_a_reason_it_is_told(world: World, action: str) -> None:
    """On the date itself it is still waited for."""
    case = before(world, action)
    said(world, case, team="agree", discipline="agree")
    reason = {"passed_over": "3月5日、3月12日两次书面征求意见"}
    world.go(DATE[action])
    assert SILENT in world.refused("office", action, case, answers=reason)
    world.later(1)
    assert world.refused("office", action, case) == "组织部逾期未反馈，请填写“逾期未反馈的说明”"
    world.do("office", action, case, answers=reason)
    assert world.entry(case)["inputs"] == {"overruled": {"organisation": "passed_over"}}
    assert "organisation" in world.told(case, action)


def test_discipline_is_never_passed_over_at_acceptance(world: World) -> None:
    """At the review of a plan its silence can be passed over like any other."""
    reason = {"passed_over": "两次书面征求意见未反馈"}
    plan, work = before(world, PLAN), None
    world.go(DATE[PLAN])
    world.later(1)
    world.do("office", PLAN, plan, answers=reason)
    work = plan
    world.walk(work, "submit")
    said(world, work, team="agree", organisation="agree")
    world.later(200)
    assert world.refused("office", WORK, work, answers=reason) == "纪委监委还没有提出验收意见，不能销号"
    said(world, work, discipline="agree")
    world.do("office", WORK, work)


def test_discipline_closing_it_says_by_that_what_it_thinks(world: World) -> None:
    """Who makes the move agrees by it, unless they said 退回 before."""
    agreed, against = before(world, WORK), None
    said(world, agreed, team="agree", organisation="agree")
    world.do("discipline", WORK, agreed)
    world.open_round("二轮")
    against = before(world, WORK)
    said(world, against, team="agree", organisation="agree", discipline="return")
    assert "须由领导小组决定" in world.refused("discipline", WORK, against)


def test_what_was_said_of_an_earlier_filing_does_not_count_for_the_next(world: World) -> None:
    """Agreed to and taken back by the office: the second submission lies before the parties anew."""
    case = before(world, WORK)
    world.walk(case, "agree", "return_work", "submit")
    assert SILENT in world.refused("office", WORK, case)
    world.walk(case, "verify")


def test_an_acceptance_taken_back_is_agreed_on_anew(world: World) -> None:
    case = before(world, WORK)
    world.walk(case, "verify")
    assert world.with_second("office", "office2", "rescind", case).outcome == "done"
    assert SILENT in world.refused("office", WORK, case)


def test_saying_no_asks_for_nobodys_consent(world: World) -> None:
    """A plan or work may be sent back whatever the parties think or do not say."""
    plan = before(world, PLAN)
    world.do("office", "return_plan", plan)
    world.open_round("二轮")
    work = before(world, WORK)
    world.do("office", "return_work", work)
    assert [world.actions(case)[-1] for case in (plan, work)] == ["return_plan", "return_work"]


def test_an_escalated_case_has_no_exception(world: World) -> None:
    """Once escalated discipline and organisation agree, and no minutes stand for it."""
    case = world.at_work(day(4, 11))
    world.do("discipline", "escalate_by_hand", case)
    world.walk(case, "submit")
    said(world, case, team="agree", discipline="return", organisation="agree")
    assert world.refused("office", WORK, case, **minutes(WORK)) == "该问题曾升级督办，销号前须纪委监委同意"


UNSEEN = ("\u200b", "\u3164", "\u2060", " \u00ad ")


@pytest.mark.parametrize("nothing", UNSEEN)
def test_a_reason_of_which_nothing_can_be_seen_is_none(world: World, nothing: str) -> None:
    """Two 退回 were overruled by a sign that no font draws."""
    case = before(world, PLAN)
    said(world, case, team="return", discipline="return", organisation="agree")
    answers = {**DECISION, "not_adopted": nothing, "minute_no": nothing}
    refused = world.refused("office", PLAN, case, answers=answers, materials=minutes(PLAN)["materials"])
    assert "不予采纳的须填写" in refused
    assert "还缺会议纪要文号" in refused


def test_the_group_decides_after_what_it_decides_about_was_filed(world: World) -> None:
    """Minutes of 1990 were taken; those of the day of filing may stand."""
    case = before(world, PLAN)
    said(world, case, team="agree", discipline="return", organisation="agree")
    old = {**minutes(PLAN), "answers": {**DECISION, "minute_on": "1990-01-01"}}
    assert "那次会议不可能决定这件事" in world.refused("office", PLAN, case, **old)
    world.do("office", PLAN, case, **minutes(PLAN))


@pytest.mark.parametrize("action", ["return_plan", "return_work"])
def test_no_new_date_lies_beyond_what_may_go_on_longest(world: World, action: str) -> None:
    case = before(world, {"return_plan": PLAN, "return_work": WORK}[action])
    refused = world.refused("office", action, case, answers={"new_on": "2199-12-31"})
    assert refused == "新的期限 2199年12月31日（周二） 应不晚于 2027年3月2日（周二）（12 个月）"


def test_evidence_given_with_progress_proves_the_measure_it_speaks_of(world: World) -> None:
    """A handler named the measure and gave the file, and closing still wanted evidence for it."""
    case = world.at_work(day(4, 11))
    photo = material("evidence")
    world.do("handler", "progress", case, materials=(photo,))
    assert world.rows("SELECT measure_no FROM materials WHERE kind = 'evidence'") == [(1,)]
    without = tuple(one for one in world.intent("submit", case).materials if one.kind != "evidence")
    world.do("secretary", "submit", case, materials=without)
