"""Each guard by itself, in front of facts made by hand: what it refuses, in which words and of which field, and where it begins to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.rules.subjects import (
    CASE,
    HOW,
    ME,
    OTHER,
    TODAY,
    a_case,
    a_clock,
    a_material,
    day,
    profile,
    subject,
    tried_elsewhere,
)
from workflow.machine import GUARDS
from workflow.refusal import Refusal


def said(name: str, **made: Any) -> str | None:
    """Return what a guard says of a subject made so."""
    found = _found(name, made)
    return found.sentence if found else None


def refusal(name: str, **made: Any) -> Refusal:
    """Return the refusal of a guard."""
    found = _found(name, made)
    assert found
    return found


def _found(name: str, made: dict[str, Any]) -> Refusal | None:
    clocks = made.pop("clocks", ())
    return GUARDS[name](subject(made.pop("action", "verify"), made.pop("role", "office"), *clocks, **made))


# The problem itself


def test_units_are_in_being_on_the_day_of_feedback() -> None:
    assert said("units_in_being", units_in_being=True) is None
    assert said("units_in_being", units_in_being=False) == "被巡察党组织或责任党组织在反馈之日不存在或已撤并"


def test_a_number_is_used_once() -> None:
    assert said("number_free", numbers=frozenset({"2"})) is None
    assert said("number_free", numbers=frozenset({"1", "2"})) == "编号 1 在本轮该党组织的问题中已经使用"


@pytest.mark.parametrize(
    ("kind", "word"), [("focused", "集中整改"), ("continuing", "持续整改"), ("standing", "长期坚持")]
)
def test_only_what_was_set_at_once_is_rectified_at_once(kind: str, word: str) -> None:
    assert said("kind_is_at_once", case=a_case(kind="at_once")) is None
    why = f"整改类型是“{word}”，只有巡察组或巡察办定为“立行立改”的问题可以直接整改"
    assert said("kind_is_at_once", case=a_case(kind=kind)) == why


def test_a_unit_objects_once() -> None:
    assert said("first_objection", case=a_case(objections=0)) is None
    assert said("first_objection", case=a_case(objections=1)) == "该问题已提出过一次异议，不能再次提出"


def test_an_objection_comes_on_the_claim_date_at_the_latest() -> None:
    claim = a_clock("claim", day(3, 9))
    assert said("before_claim_due") is None
    assert said("before_claim_due", clocks=[a_clock("plan", day(2, 1))]) is None
    assert said("before_claim_due", clocks=[claim], on=day(3, 9)) is None
    assert (
        said("before_claim_due", clocks=[claim], on=day(3, 10)) == "认领期限 2026年3月9日（周一） 已过，不能再提出异议"
    )


def test_who_wrote_the_problem_neither_decides_on_the_objection_nor_prepares_it() -> None:
    assert said("not_the_writer", case=a_case(written_by=None)) is None
    assert said("not_the_writer", case=a_case(written_by=None), prepared_by=None) is None
    assert said("not_the_writer", case=a_case(written_by=OTHER)) is None
    assert said("not_the_writer", case=a_case(written_by=ME)) == "问题由您撰写，复核须由他人作出"
    assert (
        said("not_the_writer", case=a_case(written_by=OTHER), prepared_by=OTHER) == "问题由起草人撰写，复核须由他人起草"
    )


def test_a_duplicate_names_the_other_case() -> None:
    def asked(**answers: Any) -> str | None:
        return said(
            "duplicate_named", action="void", answers=answers, duplicate_exists=answers.get("duplicate_of") != 404
        )

    assert asked() is None
    assert asked(ground="error") is None
    assert asked(ground="duplicate", duplicate_of=8) is None
    assert asked(ground="duplicate") == "“重复的问题”没有填：理由类别是重复的，须选留下来的那个问题"
    assert asked(ground="duplicate", duplicate_of=404) == "重复的问题 404 不存在，或就是本问题"
    assert asked(ground="duplicate", duplicate_of=CASE) == f"重复的问题 {CASE} 不存在，或就是本问题"


# The filing


@pytest.mark.parametrize("state", ["feedback", "disputed"])
def test_a_plan_waits_for_every_problem_of_the_inspection(state: str) -> None:
    assert said("inspection_all_claimed", siblings={CASE: "claimed", 8: "rectifying"}) is None
    why = "同一次巡察还有 2 个问题待认领或复核中，须全部认领后报送方案"
    assert said("inspection_all_claimed", siblings={CASE: "claimed", 8: state, 9: state}) == why


def test_a_plan_takes_every_claimed_problem() -> None:
    claimed = {CASE: "claimed", 8: "claimed", 9: "rectifying"}
    assert said("filing_takes_all", siblings=claimed, batch=frozenset({CASE, 8})) is None
    assert (
        said("filing_takes_all", siblings=claimed, batch=frozenset({CASE}))
        == "方案须包括同一次巡察全部已认领的问题，还缺 1 个，请一并报送"
    )


BEFORE, SINCE = (4, "team", OTHER, "agree"), (5, "team", OTHER, "agree")  # the case came into its state with entry 4


def test_what_was_handed_in_is_taken_back_until_the_first_opinion() -> None:
    assert said("no_opinion_yet", opinions=[BEFORE]) is None
    assert said("no_opinion_yet", opinions=[BEFORE, SINCE]) == "已有单位提出意见，不能撤回"


# Dates that are set


AHEAD = [
    ("new_on_ahead", "new_on", "新的期限"), ("final_on_ahead", "final_on", "最终期限"),
    ("plan_on_ahead", "plan_on", "报方案期限"), ("review_on_ahead", "review_on", "复审日期"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "answer", "word"), AHEAD)
def test_a_date_that_is_set_lies_ahead_and_within_what_may_go_on_longest(rule: str, answer: str, word: str) -> None:
    assert said(rule) is None
    assert said(rule, answers={answer: day(3, 3)}) is None
    assert said(rule, answers={answer: TODAY}) == f"{word} 2026年3月2日（周一） 应晚于今天"
    assert said(rule, answers={answer: day(3, 1)}) == f"{word} 2026年3月1日（周日） 应晚于今天"
    assert said(rule, answers={answer: TODAY.replace(year=2027)}) is None
    far = TODAY.replace(year=2027, day=3)
    assert said(rule, answers={answer: far}) == f"{word} 2027年3月3日（周三） 应不晚于 2027年3月2日（周二）（12 个月）"


def test_an_agreed_date_lies_within_the_limit_of_its_kind() -> None:
    def agreed(month: int, number: int, kind: str = "focused") -> str | None:
        return said("agreed_within_profile", answers={"agreed_on": day(month, number)}, case=a_case(kind=kind))

    assert said("agreed_within_profile") is None
    assert agreed(3, 2) is None
    assert agreed(6, 2) is None
    outside = "商定期限 {} 应在今天与 2026年6月2日（周二）（集中整改 3 个月）之间"
    assert agreed(6, 3) == outside.format("2026年6月3日（周三）")
    assert agreed(3, 1) == outside.format("2026年3月1日（周日）")
    assert agreed(5, 2, "continuing") is None
    first = "首次复核日期 2026年5月3日（周日） 应在今天与 2026年5月2日（周六）（持续整改首次复核 2 个月）之间"
    assert agreed(5, 3, "continuing") == first


def measure(on: Any, why: str = "") -> dict[str, Any]:
    return {"on": on, "why": why}


def test_measures_lie_between_feedback_and_the_latest_date_that_can_be_agreed_on() -> None:
    case = a_case(fed_back_on=day(2, 10))

    def filed(*measures: dict[str, Any]) -> Refusal | None:
        return GUARDS["measures_in_time"](
            subject("submit_plan", "secretary", case=case, answers={"measures": measures})
        )

    assert said("measures_in_time", case=case) is None
    assert filed(measure(day(2, 10)), measure(day(6, 2))) is None
    assert filed(measure(day(2, 9), "先行整改"), measure(day(6, 3), "冬季施工")) is None
    found = filed(measure(day(2, 9)), measure(day(3, 9)), measure(day(6, 3)))
    assert found == Refusal(
        "第 1、3 项措施的完成日期应在反馈之日 2026年2月10日（周二） 与 2026年6月2日（周二）"
        "（今天起集中整改 3 个月）之间；确须在此之外的，在该项的“日期说明”里写明理由",
        "measures.on",
        1,
        ("measures.3.on",),
    )


def test_no_measure_ends_after_the_agreed_date_without_a_reason() -> None:
    measures = ((1, day(4, 1)), (2, day(4, 2)), (3, day(4, 30)), (4, None), (5, day(4, 20)))

    def agreed(on: Any, **case: Any) -> str | None:
        answers = {"agreed_on": on} if on else {}
        excused = frozenset({5})
        return said("measures_by_agreed", answers=answers, case=a_case(**case), measures=measures, excused=excused)

    assert agreed(None) is None
    assert agreed(day(4, 30)) is None
    assert agreed(day(4, 1), kind="continuing") is None
    assert agreed(day(4, 1)) == (
        "“商定期限” 2026年4月1日（周三） 早于第 2、3 项措施的完成日期（最晚 2026年4月30日（周四））："
        "请改商定期限，或退回方案由单位改期、写明日期说明"
    )


def test_rectification_stands_on_an_approved_plan() -> None:
    assert said("plan_approved_or_at_once", case=a_case(plan_approved=True)) is None
    assert said("plan_approved_or_at_once", case=a_case(kind="at_once")) is None
    assert said("plan_approved_or_at_once", case=a_case()) == "整改方案尚未批准"
    assert said("no_approved_plan", case=a_case()) is None
    assert said("no_approved_plan", case=a_case(plan_approved=True)) == "整改方案已批准，应责令再整改"


def test_what_was_handed_in_under_escalation_is_returned_by_the_office_alone() -> None:
    assert said("not_from_escalated", case=a_case()) is None
    why = "督办期间报送的销号申请不能自行撤回，只能由巡察办退回"
    assert said("not_from_escalated", case=a_case(from_escalated=True)) == why


def test_a_next_review_is_within_two_months_and_the_last_within_twelve() -> None:
    def set_to(first: Any, last: Any, **case: Any) -> Refusal | None:
        answers = {name: on for name, on in (("next_review_on", first), ("last_on", last)) if on}
        return GUARDS["review_within_profile"](subject("continue_work", answers=answers, case=a_case(**case)))

    end = TODAY.replace(year=2027)
    assert set_to(None, day(4, 1)) is None
    assert set_to(day(3, 1), None) is None
    assert set_to(day(3, 3), day(3, 3)) is None
    assert set_to(day(5, 2), end) is None
    near = Refusal("下次复核日期应在今天之后、2026年5月2日（周六） 之前", "next_review_on")
    assert set_to(TODAY, end) == near
    assert set_to(day(5, 3), end) == near
    far = Refusal("最后期限应不早于下次复核日期，不晚于 2027年3月2日（周二）", "last_on")
    assert set_to(day(4, 1), end.replace(day=3)) == far
    assert set_to(day(4, 1), day(3, 31)) == far
    agreed = Refusal("最后期限应不早于下次复核日期，不晚于 2026年9月1日（周二）", "last_on")
    assert set_to(day(4, 1), day(9, 2), last_on=day(9, 1)) == agreed
    assert set_to(day(4, 1), day(9, 1), last_on=day(9, 1)) is None


# Who accepts, and past whom


def test_who_verifies_is_said_by_the_profile() -> None:
    both = profile(verifiers=["office", "discipline"])
    assert said("verifier_by_profile", role="office") is None
    assert said("verifier_by_profile", role="discipline", under=both) is None
    assert said("verifier_by_profile", role="team") is None
    assert said("verifier_by_profile", role="discipline") == "按本轮时限方案，销号由巡察办办理"
    only = profile(verifiers=["discipline"])
    assert said("verifier_by_profile", role="office", under=only) == "按本轮时限方案，销号由纪委监委办理"


def test_who_rectified_neither_verifies_nor_prepares_it_nor_gives_an_opinion() -> None:
    assert said("nobody_who_rectified", rectifiers=frozenset({55}), prepared_by=OTHER) is None
    assert said("nobody_who_rectified", rectifiers=frozenset({ME})) == "您参与过该问题的整改，不能验收销号"
    why = "起草人参与过该问题的整改，不能起草验收销号"
    assert said("nobody_who_rectified", rectifiers=frozenset({OTHER}), prepared_by=OTHER) == why
    assert said("not_the_rectifier", rectifiers=frozenset({OTHER})) is None
    assert said("not_the_rectifier", rectifiers=frozenset({ME})) == "您参与过该问题的整改，不能提出验收意见"
    assert said("not_the_rectifier", rectifiers=frozenset({55}), prepared_by=OTHER) is None
    why = "起草人参与过该问题的整改，不能起草验收意见"
    assert said("not_the_rectifier", rectifiers=frozenset({OTHER}), prepared_by=OTHER) == why


def test_who_rectified_grants_the_unit_nothing_and_may_prepare_it() -> None:
    assert said("not_ones_own", rectifiers=frozenset({OTHER}), prepared_by=OTHER) is None
    why = "您参与过该问题的整改，不能同意延期，须由他人办理"
    assert said("not_ones_own", action="grant_extension", rectifiers=frozenset({ME})) == why


def opinions(**by_role: str) -> list[tuple[int, str, int, str]]:
    """Return opinions given since the case came into its state."""
    return [(5 + n, role, 200 + n, opinion) for n, (role, opinion) in enumerate(by_role.items())]


def test_once_escalated_both_supervisors_agree() -> None:
    risen = a_case(escalations=1)
    rule = "supervisors_agree_if_escalated"
    assert said(rule, case=a_case(), opinions=[]) is None
    assert said(rule, case=risen, opinions=opinions(discipline="agree", organisation="agree")) is None
    assert said(rule, case=risen, opinions=[]) == "该问题曾升级督办，销号前须纪委监委、组织部同意"
    one = opinions(discipline="return", organisation="agree")
    assert said(rule, case=risen, opinions=one) == "该问题曾升级督办，销号前须纪委监委同意"
    assert said(rule, case=risen, opinions=opinions(discipline="agree")) == "该问题曾升级督办，销号前须组织部同意"


UNDER_REVIEW = {"case": a_case(state="submitted"), "clocks": [a_clock("acceptance", day(3, 20))]}
UNDER_JOINT = {"case": a_case(state="plan_review"), "clocks": [a_clock("review", day(3, 20))], "action": "approve_plan"}


def test_the_silent_are_waited_for_and_then_passed_over_with_a_reason() -> None:
    spoken = opinions(discipline="agree", team="agree")
    assert (
        said("opinions_in", **UNDER_REVIEW, opinions=opinions(discipline="agree", team="agree", organisation="return"))
        is None
    )
    assert said("opinions_in", case=a_case(state="submitted"), opinions=[]) is None
    waiting = "组织部还没有提出意见，须等到意见齐备；2026年3月20日（周五） 过后仍未反馈的，可以说明理由后办理"
    assert said("opinions_in", **UNDER_REVIEW, opinions=spoken, on=day(3, 20)) == waiting
    assert (
        said("opinions_in", **UNDER_REVIEW, opinions=spoken, on=day(3, 20), answers={"passed_over": "已三次催办"})
        == waiting
    )
    late = {**UNDER_REVIEW, "opinions": spoken, "on": day(3, 21)}
    assert said("opinions_in", **late) is None
    assert said("opinions_in", **late, answers={"passed_over": "已三次催办"}) is None
    why = Refusal("组织部逾期未反馈，请填写“逾期未反馈的说明”", "passed_over", missing=True)
    assert refusal("opinions_in", **late, answers={"conclusion": "通过"}) == why


def test_discipline_is_never_passed_over_at_acceptance() -> None:
    """Its silence is no matter of waiting there, but of a rule of its own; at the plan it is waited for like the others."""
    silent = opinions(team="agree", organisation="agree")
    assert said("opinions_in", **UNDER_REVIEW, opinions=silent, on=day(3, 21), answers={"conclusion": "通过"}) is None
    assert said("discipline_has_spoken", **UNDER_REVIEW, opinions=silent) == "纪委监委还没有提出验收意见，不能销号"
    assert said("discipline_has_spoken", **UNDER_REVIEW, opinions=opinions(discipline="return")) is None
    why = "纪委监委逾期未反馈，请填写“逾期未反馈的说明”"
    assert said("opinions_in", **UNDER_JOINT, opinions=silent, on=day(3, 21), answers={"agreed_on": day(4, 1)}) == why


def test_against_a_supervisor_only_the_leading_group_decides() -> None:
    against = {**UNDER_REVIEW, "opinions": opinions(discipline="return", organisation="return", team="agree")}
    minutes = (a_material("minutes"),)
    decided = {"minute_no": "7号", "minute_on": day(3, 5)}
    assert (
        said("dissent_decided", **UNDER_REVIEW, opinions=opinions(team="return"), answers={"conclusion": "通过"})
        is None
    )
    assert said("dissent_decided", **against) is None
    assert said("dissent_decided", **against, answers=decided, materials=minutes) is None
    why = "纪委监委、组织部的意见为退回，须由领导小组决定：还缺{}"
    assert refusal("dissent_decided", **against, answers={"conclusion": "通过"}) == Refusal(
        why.format("会议纪要文号、会议日期、领导小组会议纪要"), "minute_no", also=("minute_on", "minutes"), missing=True
    )
    assert said("dissent_decided", **against, answers=decided) == why.format("领导小组会议纪要")
    other = (a_material("acceptance_record"),)
    assert said("dissent_decided", **against, answers=decided, materials=other) == why.format("领导小组会议纪要")
    assert said("dissent_decided", **against, answers={"minute_no": "7号"}, materials=minutes) == why.format("会议日期")
    assert said("dissent_decided", **against, answers={"minute_on": day(3, 5)}, materials=minutes) == why.format(
        "会议纪要文号"
    )


def test_the_meeting_that_decides_comes_after_what_it_decides_on() -> None:
    against = {**UNDER_REVIEW, "opinions": opinions(discipline="return"), "materials": (a_material("minutes"),)}

    def met(on: Any, **more: Any) -> Refusal | None:
        made = {**against, "answers": {"minute_no": "7号", "minute_on": on}, **more}
        clocks = made.pop("clocks")
        return GUARDS["dissent_decided"](subject("verify", "office", *clocks, **made))

    assert met(TODAY) is None
    early = "会议日期 2026年3月1日（周日） 早于报送之日 2026年3月2日（周一）：那次会议不可能决定这件事"
    assert met(day(3, 1)) == Refusal(early, "minute_on")
    assert met(day(3, 1), clocks=[]) == Refusal(early, "minute_on")


def test_what_another_party_says_is_not_adopted_without_a_reason() -> None:
    rule = "dissent_answered"
    against = {**UNDER_REVIEW, "opinions": opinions(team="return", discipline="return")}
    assert said(rule, **UNDER_REVIEW, opinions=opinions(discipline="return"), answers={"conclusion": "通过"}) is None
    assert said(rule, **against) is None
    assert said(rule, **against, answers={"not_adopted": "措施可行"}) is None
    why = "巡察组的意见为退回，不予采纳的须填写“不予采纳的理由”"
    assert said(rule, **against, answers={"conclusion": "通过"}) == why


def test_each_party_and_each_person_gives_one_opinion_on_what_lies_there() -> None:
    rule = "one_opinion_each"
    assert said(rule, role="team", opinions=[]) is None
    assert said(rule, role="team", opinions=[(4, "team", ME, "agree"), (5, "discipline", OTHER, "agree")]) is None
    assert said(rule, role="team", opinions=[(5, "team", OTHER, "agree")]) == "本次已提出过意见"
    assert said(rule, role="team", opinions=[(5, "discipline", ME, "agree")]) == "本次已提出过意见"


# After acceptance


def test_a_wrong_acceptance_is_taken_back_within_ten_working_days() -> None:
    rule = "within_rescind_limit"
    assert said(rule, case=a_case()) is None
    assert said(rule, case=a_case(verified_on=TODAY), on=day(3, 16)) is None
    why = "更正期限 2026年3月16日（周一） 已过，应通过回头看处理"
    assert said(rule, case=a_case(verified_on=TODAY), on=day(3, 17)) == why


def test_the_text_made_public_is_the_approved_one() -> None:
    rule, approved = "text_is_the_approved", a_case(text_hash="ab")
    assert said(rule, case=a_case()) == "公开稿尚未审定"
    assert said(rule, case=approved) is None
    assert said(rule, case=approved, materials=(a_material("text", "ab"), a_material("proof_party", "cd"))) is None
    assert said(rule, case=approved, materials=(a_material("text", "cd"),)) == "公开稿与审定的文本不一致"


def test_a_publication_ends_no_earlier_than_it_begins() -> None:
    rule = "from_before_to"
    assert said(rule) is None
    assert said(rule, answers={"from_on": TODAY}) is None
    assert said(rule, answers={"to_on": TODAY}) is None
    assert said(rule, answers={"from_on": TODAY, "to_on": TODAY}) is None
    assert said(rule, answers={"from_on": TODAY, "to_on": day(3, 1)}) == "公开止日早于公开起日"


def test_there_is_something_to_sign_for() -> None:
    assert said("something_unsigned", case=a_case(unsigned=1)) is None
    assert said("something_unsigned", case=a_case()) == "没有待签收的事项"


def test_progress_names_a_measure_of_the_plan() -> None:
    rule, measures = "measure_exists", ((1, None), (3, day(4, 1)))
    assert said(rule, measures=measures) is None
    assert said(rule, measures=measures, answers={"measure_no": 3}) is None
    assert said(rule, measures=measures, answers={"measure_no": 2}) == "没有第 2 项措施（现有：1、3）"
    assert said(rule, measures=(), answers={"measure_no": 2}) == "没有第 2 项措施（现有：无）"


# Extensions


def test_an_extension_is_asked_for_once_and_on_the_due_date_at_the_latest() -> None:
    due = a_case(due_on=day(4, 1))
    assert said("by_the_due_date", case=a_case(), on=day(4, 2)) is None
    assert said("by_the_due_date", case=due, on=day(4, 1)) is None
    assert said("by_the_due_date", case=due, on=day(4, 2)) == "期限 2026年4月1日（周三） 已过，不能申请延期"
    assert said("first_extension", case=a_case()) is None
    assert said("first_extension", case=a_case(extensions=1)) == "该问题已申请过一次延期"
    assert said("extension_asked", case=a_case(extension_until=day(5, 1))) is None
    assert said("extension_asked", case=a_case()) == "没有待答复的延期申请"


def test_what_runs_to_its_last_day_cannot_be_put_off() -> None:
    def room(last: Any, due: Any, on: Any = TODAY) -> str | None:
        return said("room_to_extend", case=a_case(last_on=last, due_on=due), on=on)

    why = "已定到持续整改的最后期限 2026年9月1日（周二），不能再延期"
    assert room(None, day(4, 1)) is None
    assert room(day(9, 1), day(8, 31)) is None
    assert room(day(9, 1), None) == why
    assert room(day(9, 1), day(9, 1)) == why
    assert room(day(9, 1), day(8, 1), day(8, 31)) is None
    assert room(day(9, 1), day(8, 1), day(9, 1)) == why


def test_granted_days_run_from_the_old_date_ahead_to_the_last_day() -> None:
    case = a_case(due_on=day(4, 1), last_on=day(9, 1))

    def until(rule: str, on: Any, **more: Any) -> str | None:
        return said(rule, **{"case": case, "answers": {"until": on} if on else {}, **more})

    assert until("until_after_due", None) is None
    assert until("until_after_due", day(3, 1), case=a_case()) is None
    assert until("until_after_due", day(4, 2)) is None
    assert until("until_after_due", day(4, 1)) == "延期日期应晚于原期限 2026年4月1日（周三）"
    assert until("until_ahead", None) is None
    assert until("until_ahead", day(3, 3)) is None
    assert until("until_ahead", TODAY) == "延期日期 2026年3月2日（周一） 应晚于今天"
    assert until("until_by_last_day", None) is None
    assert until("until_by_last_day", day(12, 1), case=a_case()) is None
    assert until("until_by_last_day", day(9, 1)) is None
    assert until("until_by_last_day", day(9, 2)) == "延期日期应不晚于持续整改的最后期限 2026年9月1日（周二）"


def test_an_extension_gives_the_limit_of_its_kind_once_more() -> None:
    def until(on: Any, today: Any = TODAY, **case: Any) -> str | None:
        row = a_case(**{"due_on": day(4, 1), **case})
        return said("until_within_profile", case=row, answers={"until": on} if on else {}, on=today)

    assert until(None) is None
    assert until(day(12, 1), due_on=None) is None
    assert until(day(7, 1)) is None
    why = "延期日期 {} 应不晚于 {}：从原期限 2026年4月1日（周三）起不超过{}"
    assert until(day(7, 2)) == why.format("2026年7月2日（周四）", "2026年7月1日（周三）", "集中整改 3 个月")
    assert until(day(6, 1), kind="continuing") is None
    reviewed = why.format("2026年6月2日（周二）", "2026年6月1日（周一）", "持续整改每次复核 2 个月")
    assert until(day(6, 2), kind="continuing") == reviewed
    # Answered so late that a refusal would leave more: the grant is worth as much.
    late = why.format(
        "2026年7月9日（周四）", "2026年7月8日（周三）", "集中整改 3 个月，答复晚了的，自答复之日起 3 个工作日"
    )
    assert until(day(7, 8), day(7, 3)) is None
    assert until(day(7, 9), day(7, 3)) == late


# What the clock asks


def test_a_rung_a_criterion_and_an_escalation_are_there_when_their_day_has_come() -> None:
    told = a_clock("rectify", day(4, 1), rung="red", told_on=day(3, 20), tellings=2)
    waiting = {
        "clocks": [a_clock("acknowledge", day(12, 1), rung="parent"), a_clock("rectify", day(4, 1), rung="yellow")]
    }
    assert said("rung_reached", action="remind", **waiting, on=day(4, 1)) == "没有到点的提醒"
    assert said("rung_reached", action="remind", **waiting, on=day(4, 2)) is None
    assert said("rung_reached", action="remind") == "没有到点的提醒"
    assert said("criterion_met", action="flag", clocks=[told], on=day(4, 15)) == "没有达到整改不力的判定条件"
    assert said("criterion_met", action="flag", clocks=[told], on=day(4, 16)) is None
    assert said("criterion_escalates", action="escalate", clocks=[told]) == "没有须升级督办的判定条件"
    flagged = replace(told, flags="overdue")
    assert said("criterion_escalates", action="escalate", clocks=[flagged], on=day(4, 15)) is not None
    assert said("criterion_escalates", action="escalate", clocks=[flagged], on=day(4, 16)) is None


def test_every_guard_of_the_table_is_tried_by_itself() -> None:
    """A new guard comes with its test: its name stands here, or with the story of its move."""
    told = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in GUARDS if f'"{name}"' not in told and not tried_elsewhere(name)] == [], HOW
