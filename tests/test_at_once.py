"""立行立改交办: ordered while the team is there, put right within days, handed in by a short form, and listed with the feedback."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from storage.engine import reading, writing
from storage.search import found_by
from tests.rules.subjects import TODAY, a_case, changed, subject
from tests.world import BUREAU, World, day, material
from trail.verify import verify
from workflow.at_once import BY_NOTICE, Presence
from workflow.days.clocks import Why
from workflow.machine import EFFECTS, GUARDS
from workflow.offers import offers
from workflow.ordering import against, approve, give_back, order, prepare, prepared_orders


def sound(world: World) -> bool:
    """Whether log and tables say the same."""
    return verify(world.engine, world.home).ok


def test_the_days_of_an_order_by_themselves() -> None:
    """Before the stay, after it, after feedback: each with what to do instead."""
    rule = GUARDS["inspection_under_way"]
    s = subject("order_at_once", answers={"done_by": day(3, 6)}, visit=Presence(day(3, 1), day(3, 20)))
    assert rule(s) is None
    for visit, said in (
        (Presence(day(3, 1), day(3, 20), fed_back=True), "已经反馈"), (Presence(), "没有登记驻点日期"),
        (Presence(day(3, 9), day(3, 20)), "进驻以后"), (Presence(day(2, 1), day(3, 1)), "已经撤离"),
    ):  # fmt: skip
        refusal = rule(subject("order_at_once", visit=visit))
        assert refusal is not None
        assert said in refusal.sentence


@pytest.mark.parametrize(
    ("by", "said"), [(day(3, 2), "晚于今天"), (day(3, 7), "最晚 2026年3月6日"), (day(3, 10), "最晚 2026年3月9日")]
)
def test_the_date_lies_within_seven_days_and_before_the_team_leaves(by: object, said: str) -> None:
    last = day(3, 6) if "3月6日" in said else day(3, 30)
    refusal = GUARDS["done_before_they_leave"](
        subject("order_at_once", answers={"done_by": by}, visit=Presence(day(3, 1), last))
    )
    assert refusal is not None
    assert said in refusal.sentence


def test_the_other_rules_by_themselves() -> None:
    """Which form is whose; what the list may number, and how."""

    def said(rule: str, **more: Any) -> str:
        found = GUARDS[rule](subject("list_ordered", "office", **more))
        return found.sentence if found else ""

    ordered, usual = a_case(ordered_on=TODAY), a_case()
    planned = replace(ordered, plan_approved=True)
    assert [said("short_form", case=one)[:2] for one in (ordered, usual, planned)] == ["", "不是", "不是"]
    assert [said("long_form", case=one)[:4] for one in (ordered, usual, planned)] == ["立行立改", "", ""]
    assert [said("was_ordered", case=one) for one in (ordered, usual)] == ["", "不是立行立改交办的问题"]
    assert [said("listed_once", listed=one) for one in (False, True)] == ["", "该问题已列入反馈清单"]
    numbers = frozenset({"1", "3"})
    for number, refused in (("1", ""), ("2", ""), ("3", "编号 3 在本次巡察的问题中已经使用")):
        answers = {"list_number": number, "feedback_on": TODAY}
        assert said("new_number_free", answers=answers, inspection_numbers=numbers) == refused


def test_the_effects_by_themselves() -> None:
    """Born 立行立改 with one measure and the date of the notice; handed in with what was done; numbered by the list."""
    answers = {"responsible": "林建国", "person": "李敏", "done_by": day(3, 6)}
    s = subject("order_at_once", answers=answers, case=a_case(state="∅", kind="focused"), measures=())
    c = changed(s)
    for name in ("be_ordered", "take_the_notice_for_measure", "run_ordered"):
        EFFECTS[name](s, c)
    assert (c.case.kind, c.case.started_on, c.case.due_on, c.case.first_due_on) == (
        "at_once",
        TODAY,
        day(3, 6),
        day(3, 6),
    )
    assert c.rows["measures"] == [(s.case.id, s.version, 1, BY_NOTICE, "李敏", "", None, "", "", "")]
    row = c.clocks["rectify_short"]
    why = Why.of(row.why)
    assert (row.due_on, why and (why.how, why.action)) == (day(3, 6), ("ordered", "order_at_once"))
    noted = a_case(planned=1)
    s = subject("submit_at_once", "secretary", case=noted, answers={"measure": "清空通道", "said": "已清空"})
    c = changed(s)
    for name in ("take_measure_done", "say_result"):
        EFFECTS[name](s, c)
    assert (c.rows["measures_gone"], c.words) == ([(s.version, s.case.id)], {"said": "已清空"})
    assert c.rows["measures"] == [(s.case.id, s.version, 1, "清空通道", "", "", None, "", "", "")]
    s = subject("list_ordered", answers={"list_number": "3"}, found_words={"problem": "", "detail": ""})
    c = changed(s)
    EFFECTS["take_list_number"](s, c)
    assert (s.case.number, c.case.number) == ("1", "3")


def test_ordered_during_the_stay_and_put_right_by_a_short_form(world: World) -> None:
    """2 March: ordered, by 7 March. The unit hands in one measure with evidence and one line; accepted, nothing is to be published."""
    case = world.order(world.visit())
    assert world.stands(case) == ("rectifying", day(3, 7), "secretary")
    assert world.told(case, "order_at_once") == {"secretary", "leader"}
    assert world.rows("SELECT number, kind, responsible FROM cases") == [("立1", "at_once", "林建国")]
    assert "请办理“立行立改销号申请”" in world.refused("secretary", "submit", case)
    world.do("handler", "progress", case)
    world.do("secretary", "submit_at_once", case, answers={"measure": "清空通道", "said": "当日清空，拍照留存"})
    assert world.rows("SELECT text FROM measures WHERE until_version IS NULL") == [("清空通道",)]
    assert world.rows("SELECT said FROM cases") == [("当日清空，拍照留存",)]
    world.agree(case)
    world.do("office", "verify", case)
    assert set(world.clocks(case)) == {"acknowledge", "look_back"}
    assert world.stands(case) == ("verified", day(9, 2), "office")
    assert sound(world)


def test_the_short_form_is_for_nothing_else(world: World) -> None:
    case = world.at_work(day(6, 1))
    assert "不是立行立改交办的问题" in world.refused("secretary", "submit_at_once", case)
    ordered = world.order(world.visit(BUREAU))
    with reading(world.engine) as work:
        for one, wanted, other in ((case, "submit", "submit_at_once"), (ordered, "submit_at_once", "submit")):
            login = "secretary" if one == case else "secretary_bureau"
            there = {o.move.action for o in offers(work.driver, world.actor(login), world.row(one), world.now)}
            assert wanted in there
            assert other not in there


def test_late_it_is_reminded_and_escalated_like_any_other(world: World) -> None:
    """A clock of five days is nagged half-way and on the eve; overdue for fifteen days it rises, and may be handed in by its short form."""
    case = world.order(world.visit())
    world.scan_days(day(3, 3), day(3, 23))
    assert world.alerts(case, "rectify_short") == ["half", "eve", "red"]
    assert world.stands(case)[0] == "escalated"
    world.do("secretary", "submit_at_once", case)
    assert world.stands(case)[0] == "submitted"
    assert sound(world)


def test_the_team_prepares_and_the_office_approves_once(world: World) -> None:
    inspection = world.visit()
    with writing(world.engine) as work:
        number, faults = prepare(work, world.wanted(inspection), world.actor("team"), world.now)
        assert (faults, number is not None) == ([], True)
        again, _ = prepare(work, world.wanted(inspection), world.actor("team"), world.now)
        assert again == number
        work.commit()
    assert world.rows("SELECT COUNT(*) FROM cases") == [(0,)]
    with writing(world.engine) as work:
        refused = approve(work, number or 0, world.actor("team"), world.now)
        assert "应由巡察办办理" in refused.refused[0]
        done = approve(work, number or 0, world.actor("office"), world.now)
        assert done.outcome == "done"
        assert "已交办" in approve(work, number or 0, world.actor("office2"), world.now).refused[0]
        work.commit()
    ((preparer, actor),) = world.rows("SELECT prepared_by, actor_id FROM trail WHERE action = 'order_at_once'")
    assert (preparer, actor) == (world.people["team"], world.people["office"])
    assert world.rows("SELECT written_by FROM cases") == [(world.people["team"],)]
    assert sound(world)


def test_what_the_office_gives_back_is_read_by_who_prepared_it(world: World) -> None:
    inspection = world.visit()
    with writing(world.engine) as work:
        number, _ = prepare(work, world.wanted(inspection), world.actor("team"), world.now)
        assert give_back(work, number or 0, world.actor("office"), "", world.now) == "请写明退回理由，准备的人会看到"
        assert give_back(work, number or 0, world.actor("office"), "事实不清", world.now) == ""
        [row] = prepared_orders(work, world.actor("team"))
        assert (row.state, row.returned) == ("dropped", "事实不清")
        assert prepared_orders(work, world.actor("office")) == []
        assert give_back(work, number or 0, world.actor("team"), "", world.now) == ""
        assert prepared_orders(work, world.actor("team")) == []
        work.commit()


def test_an_order_says_all_that_is_wrong_with_it(world: World) -> None:
    inspection = world.visit()
    with writing(world.engine) as work:
        bare = replace(world.wanted(inspection, problem=" "), notice=None, answers={})
        said = [one.sentence for one in against(work, bare, world.actor("team"), world.now)]
        assert said == ["请填写问题", "请填写“责任领导”", "请填写“整改期限”", "缺少材料：立行立改通知书"]
        for login in ("secretary", "leader", "discipline"):
            [refusal] = against(work, world.wanted(inspection), world.actor(login), world.now)
            assert refusal.sentence == "没有这次巡察，或不在您的职责范围内"
        outcome = order(work, world.wanted(inspection, done_by="2026-03-20"), world.actor("office"), world.now)
        assert "最晚 2026年3月9日" in outcome.refused[0]
        work.commit()
    assert world.rows("SELECT COUNT(*) FROM cases") == [(0,)]


def test_the_later_list_gives_it_its_number_once(world: World) -> None:
    """It is one problem: the number of the list is its number from now on, and it is found by both."""
    case = world.order(world.visit())
    world.later(1)
    world.do("office", "list_ordered", case, answers={"list_number": "3", "feedback_on": world.today.isoformat()})
    assert world.rows("SELECT number FROM cases") == [("3",)]
    assert "已列入反馈清单" in world.refused("office", "list_ordered", case)
    with reading(world.engine) as work:
        for asked in ("立1", "3", "消防通道"):
            sql, params = found_by(work.driver, asked)
            assert work.driver.all(sql, params) == [(case,)]
    assert sound(world)


def test_a_number_that_another_problem_has_is_not_given(world: World) -> None:
    inspection = world.visit()
    first, second = world.order(inspection), world.order(inspection, "账目不清")
    world.do("office", "list_ordered", first, answers={"list_number": "3"})
    assert "已经使用" in world.refused("office", "list_ordered", second, answers={"list_number": "3"})
    world.open_round("二轮")
    (other,) = world.all_at_work(1)
    assert "不是立行立改交办的问题" in world.refused("office", "list_ordered", other)


def test_the_notice_is_a_paper_of_its_own(world: World) -> None:
    case = world.order(world.visit())
    kept = world.rows("SELECT kind, sha256 FROM materials WHERE case_id = :case", case=case)
    assert [tuple(row) for row in kept] == [("at_once_notice", material("at_once_notice").sha256)]


def test_two_drafts_of_one_problem_are_ordered_once(world: World) -> None:
    """Two of the team put the same words aside, with other people named: the second approval found nothing wrong."""
    inspection, found = world.visit(), []
    for login, person in (("team", "张三"), ("team", "李四")):
        with writing(world.engine) as work:
            number, why = prepare(work, world.wanted(inspection, person=person), world.actor(login), world.now)
            assert number, why
            work.commit()
        found.append(number)
    for number, outcome in zip(found, ("done", "refused"), strict=True):
        with writing(world.engine) as work:
            one = approve(work, number, world.actor("office"), world.now)
            work.commit() if one.outcome == "done" else work.rollback()
        assert one.outcome == outcome, one
    assert one.refused == ("同样的问题已经交办：第 立1 号",)
    assert world.rows("SELECT COUNT(*) FROM cases") == [(1,)]
