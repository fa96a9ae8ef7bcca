"""One judge: what stands in the way of a move, for who makes it, who prepares it, and what is filed together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.rules.subjects import CASE, ME, OTHER, UNIT, a_case, a_material, an_actor, day, subject
from workflow.judge import (
    NOT_THERE,
    UNTOUCHED,
    Together,
    against,
    against_draft,
    lasting,
    no_such_action,
    none_if_one_refused,
    on_offer,
    one_filing,
    over,
    over_now,
    verdict,
)
from workflow.machine import GUARDS
from workflow.outcome import Outcome
from workflow.refusal import Refusal
from workflow.subject import Intent, Seen, Subject

RESCINDED = {"action": "rescind", "prepared_by": OTHER, "prepared_role": "office"}


def why(s: Subject, **unlike: list[Refusal]) -> list[str]:
    return [one.sentence for one in against(s, unlike)]


def verified(**made: Any) -> Subject:
    """A case that was accepted today, in front of its correction."""
    case = made.pop("case", a_case(state="verified", verified_on=day(3, 2)))
    return subject(**{**RESCINDED, "case": case, **made})


def test_what_nothing_stands_against_is_done() -> None:
    assert why(verified()) == []


def test_what_is_wanted_is_said_of_what_does_not_exist() -> None:
    assert str(no_such_action("fly")) == "没有“fly”这项操作"
    assert str(NOT_THERE) == "问题不存在，或不在您的职责范围内"
    assert str(UNTOUCHED) == "同批其他问题被退回，本批均未办理"


ALONE = Together({}, {})


def test_of_a_case_that_is_not_theirs_nothing_else_is_said() -> None:
    strange = subject("submit", None, actor=an_actor("secretary", 99), case=a_case(state="feedback"))
    assert verdict(strange.intent, strange, ALONE) == Outcome(CASE, "refused", refusals=(NOT_THERE,))
    assert verdict(strange.intent, None, ALONE) == Outcome(CASE, "refused", refusals=(NOT_THERE,))
    unknown = Intent("fly", CASE)
    assert verdict(unknown, None, ALONE) == Outcome(CASE, "refused", refusals=(no_such_action("fly"),))


def test_what_goes_ahead_has_no_outcome_yet_and_a_refusal_says_where_the_case_stands() -> None:
    s = verified()
    assert verdict(s.intent, s, ALONE) is None
    s = verified(prepared_by=ME)
    found = verdict(s.intent, s, ALONE)
    assert found == Outcome(CASE, "refused", "verified", version=5, refusals=tuple(against(s, {})))
    unborn = subject("feed_back", None, actor=an_actor("handler", UNIT), case=a_case(state="∅", version=0))
    found = verdict(unborn.intent, unborn, ALONE)
    assert found
    assert (found.case, found.outcome) == (None, "refused")


@pytest.mark.parametrize(("version", "is_stale"), [(3, True), (4, False), (5, False), (6, True), (None, False)])
def test_a_page_is_out_of_date_before_what_was_last_shown_and_beyond_what_there_is(
    version: int | None, *, is_stale: bool
) -> None:
    s = verified(case=a_case(state="verified", verified_on=day(3, 2), version=5, shown_version=4))
    found = verdict(replace(s.intent, version=version), s, ALONE)
    assert (found is not None and found.outcome == "stale") == is_stale
    if found:
        assert found.refused == ("页面已过时：问题 7 现为第 5 版（待公开），请刷新后再办",)
    unborn = replace(s, case=a_case(state="∅", version=0))
    found = verdict(replace(s.intent, version=version), unborn, ALONE)
    assert found
    assert found.outcome == "refused", "what is not born has no version to be behind"


def test_what_was_shown_together_goes_down_together() -> None:
    s = verified(prepared_by=None)
    shown = replace(s.intent, shown=Seen("x"))
    assert verdict(shown, replace(s, intent=shown), ALONE) == verdict(s.intent, s, ALONE)
    found = verdict(shown, replace(s, intent=shown), Together({}, {CASE: ["新增佐证材料“甲”"]}))
    assert found
    assert (found.outcome, found.changed) == ("stale", ("新增佐证材料“甲”",))
    found = verdict(shown, replace(s, intent=shown), Together({}, {8: []}))
    assert found
    assert (found.outcome, found.changed) == ("stale", None)
    found = verdict(s.intent, s, Together({}, {8: []}))
    assert found
    assert found.outcome == "refused", "who has shown nothing is judged by the rules alone"


def test_all_or_none_touches_nothing_where_one_is_refused() -> None:
    intents = [Intent("claim", 7), Intent("claim", 8)]
    outcomes: list[Outcome | None] = [None, None]
    none_if_one_refused(intents, outcomes)
    assert outcomes == [None, None]
    for what in ("refused", "stale"):
        outcomes = [None, Outcome(8, what)]
        none_if_one_refused(intents, outcomes)
        assert outcomes == [Outcome(7, "refused", refusals=(UNTOUCHED,)), Outcome(8, what)]
    outcomes = [None, Outcome(8, "already")]
    none_if_one_refused(intents, outcomes)
    assert outcomes[0] is None


def test_what_is_offered_is_judged_by_rules_and_papers_alone() -> None:
    case = a_case(state="verified", verified_on=day(3, 2))
    blocked, missing = on_offer(subject("publicize", "secretary", case=case))
    assert [str(one) for one in missing] == ["缺少材料：公开稿", "缺少材料：党内公开证明", "缺少材料：社会公开证明"]
    assert not [one for one in blocked if "请填写" in str(one)]
    late = subject("object", "secretary", case=a_case(state="feedback", objections=1))
    assert [str(one) for one in over_now(late)] == [str(one) for one in on_offer(late)[0]]


@pytest.mark.parametrize(
    ("state", "shown"), [("submitted", "待验收"), ("publicized", "已公开"), ("∅", "尚未反馈"), ("withdrawn", "已撤销")]
)
def test_the_state_is_said_where_the_move_does_not_lead_from_there(state: str, shown: str) -> None:
    assert why(verified(case=a_case(state=state))) == [f"当前状态为“{shown}”，不能更正撤销销号"]


def test_it_is_said_whose_the_move_is() -> None:
    case = a_case(state="verified")
    assert why(subject("approve_text", None, actor=an_actor("discipline"), case=case)) == ["“审定公开稿”应由巡察办办理"]
    publicize = subject("publicize", None, actor=an_actor("office"), case=case)
    assert why(publicize) == ["“公开”应由（责任党组织的）党组织书记办理"]
    assert why(subject("verify", None, actor=an_actor("auditor"), case=a_case(state="submitted"))) == [
        "“验收销号”应由巡察办、纪委监委办理"
    ]
    remind = subject("remind", None, actor=an_actor("office"), case=case)
    assert why(remind) == ["“提醒”只由定时任务办理"]


def test_what_wants_two_wants_two() -> None:
    first = "“更正撤销销号”须两人办理：请先由一人起草，再由另一人确认"
    assert why(verified(prepared_by=None)) == [first]
    assert why(verified(prepared_by=ME)) == ["起草人不能确认自己起草的事项，须由另一人确认"]
    assert why(verified(prepared_role="team")) == ["起草人不具有办理该事项的职责"]


def test_all_reasons_are_said_at_once_in_their_order() -> None:
    """State, person, answers, the filing, materials, rules: nobody mends one thing to be told of the next."""
    case = a_case(state="rectifying", plan_approved=False, version=5)
    said = Refusal("请填写“原因剖析”", "root_cause")
    s = subject(
        "submit", "secretary", case=case, materials=(a_material("report"), a_material("plan")), measures=(), evidence=frozenset({None}), attached=(),
    )  # fmt: skip
    found = why(replace(s, refusals=(said,)), submit=[Refusal("一次报送只能包括同一轮次的问题")])
    assert found == [
        "请填写“原因剖析”", "一次报送只能包括同一轮次的问题", "此操作不收材料“整改方案”", "缺少材料：真实性承诺", "整改方案尚未批准",
    ]  # fmt: skip


def test_what_is_missing_is_the_business_of_those_who_make_or_prepare_it() -> None:
    case = a_case(state="verified")
    prepares = subject("approve_text", None, actor=an_actor("team"), case=case, rectifiers=frozenset())
    assert why(prepares) == ["“审定公开稿”应由巡察办办理", "缺少材料：公开稿"]
    looks_on = subject("approve_text", None, actor=an_actor("auditor"), case=case)
    assert why(looks_on) == ["“审定公开稿”应由巡察办办理"]


def test_what_does_not_lead_from_here_still_says_what_is_missing_but_asks_no_rule() -> None:
    there = subject("approve_text", "office", case=a_case(state="submitted"))
    assert why(there) == ["当前状态为“待验收”，不能审定公开稿", "缺少材料：公开稿"]
    late = verified(case=a_case(state="submitted", verified_on=day(1, 5)))
    assert why(late) == ["当前状态为“待验收”，不能更正撤销销号"]
    assert why(verified(case=a_case(state="verified", verified_on=day(1, 5)))) == [
        "更正期限 2026年1月19日（周一） 已过，应通过回头看处理"
    ]


def test_of_a_case_that_is_not_born_nothing_is_known() -> None:
    born = a_case(state="∅")
    assert why(subject("approve_text", "office", case=born)) == ["当前状态为“尚未反馈”，不能审定公开稿"]
    found = why(subject("feed_back", "office", case=born, units_in_being=False, round_ended=None, numbers=frozenset()))
    assert found == ["缺少材料：问题清单", "被巡察党组织或责任党组织在反馈之日不存在或已撤并"]


# Drafts


def test_a_draft_is_refused_for_what_will_not_mend_by_waiting() -> None:
    """That the plan is not approved yet may change till it is confirmed; that a date does not lie ahead will not."""
    case = a_case(state="rectifying")
    unit: dict[str, Any] = {
        "actor": an_actor("handler", UNIT),
        "case": case,
        "attached": (),
        "evidence": frozenset({None}),
        "measures": (),
    }
    papers = (a_material("report", "ab"), a_material("commitment", "cd"))
    assert against_draft(subject("submit", None, materials=papers, **unit)) == []
    assert [str(one) for one in against_draft(subject("submit", None, materials=papers[:1], **unit))] == [
        "缺少材料：真实性承诺"
    ]
    returned = subject(
        "return_plan",
        "office",
        case=a_case(state="plan_review"),
        answers={"new_on": day(3, 2)},
        materials=(a_material("opinions"),),
    )
    assert [str(one) for one in against_draft(returned)] == ["新的期限 2026年3月2日（周一） 应晚于今天"]


def test_a_draft_has_to_lead_on_and_is_made_by_those_who_prepare() -> None:
    s = subject("approve_text", "office", case=a_case(state="submitted"))
    assert [str(one) for one in against_draft(s)] == ["当前状态为“待验收”，不能审定公开稿"]
    other = subject("approve_text", None, actor=an_actor("discipline"), case=a_case(state="verified"))
    assert against_draft(other) == [Refusal("“审定公开稿”应由巡察办起草")]
    operator = replace(an_actor("office"), person_id=None)
    nobody = subject("approve_text", "office", actor=operator, case=a_case(state="verified"))
    assert against_draft(nobody) == [Refusal("“审定公开稿”应由巡察办起草")]
    several = subject("verify", None, actor=an_actor("auditor"), case=a_case(state="submitted"))
    assert against_draft(several) == [Refusal("“验收销号”应由巡察办、纪委监委起草")]
    refused = replace(
        subject("approve_text", "office", case=a_case(state="verified")), refusals=(Refusal("此操作不填“x”"),)
    )
    assert [str(one) for one in against_draft(refused)] == ["此操作不填“x”", "缺少材料：公开稿"]


def test_rules_that_last_and_rules_that_are_over_are_told_apart() -> None:
    assert lasting(GUARDS["until_ahead"])
    assert not over(GUARDS["until_ahead"])
    assert over(GUARDS["no_opinion_yet"])
    assert not lasting(GUARDS["no_opinion_yet"])


# What is filed together


ROUND, TOWNSHIP = "一次报送只能包括同一轮次的问题", "一次报送只能包括同一个责任党组织的问题"
PAPER = "一次报送的文件须是同一份，佐证材料除外"


def filed(*materials: Any, action: str = "submit", **case: Any) -> Subject:
    return subject(action, "secretary", case=replace(a_case(), **case), materials=materials)


def test_what_is_filed_together_is_one_document() -> None:
    one, other = a_material("report", "ab"), a_material("report", "cd")
    proof = [a_material("evidence", sha, 1) for sha in ("01", "02")]
    assert one_filing([filed(one, proof[0]), filed(one, proof[1])]) == {"submit": []}
    assert one_filing([filed(one), filed(other)]) == {"submit": [Refusal(PAPER)]}


def test_what_is_filed_together_is_of_one_round_and_of_one_unit_that_answers() -> None:
    """Two villages of a township: one filing. Another round, another township: none; and all of it is said at once."""
    one, other = a_material("report", "ab"), a_material("report", "cd")
    assert one_filing([filed(one), filed(one, inspection_id=4, unit_id=23)]) == {"submit": []}
    assert one_filing([filed(one), filed(one, round_id=2)]) == {"submit": [Refusal(ROUND)]}
    assert one_filing([filed(one), filed(one, answerable_id=24)]) == {"submit": [Refusal(TOWNSHIP)]}
    every = one_filing([filed(one), filed(other, round_id=2, answerable_id=24)])
    assert every == {"submit": [Refusal(ROUND), Refusal(TOWNSHIP), Refusal(PAPER)]}


def test_only_filings_are_held_together_each_kind_by_itself() -> None:
    one, other = a_material("report", "ab"), a_material("report", "cd")
    assert one_filing([filed(action="recall"), filed(action="recall", round_id=2)]) == {}
    apart = one_filing([filed(one), filed(other, round_id=2, action="submit_plan")])
    assert apart == {"submit": [], "submit_plan": []}
