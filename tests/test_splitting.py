"""拆分: a part of a problem becomes one of its own, both linked; words are divided by the leading group, the same words by the office."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from figures.stats import stats
from storage.engine import reading
from storage.reads.splits import split_with
from tests.rules.subjects import changed, subject
from tests.test_drafts import confirmed, outcomes, prepared
from tests.test_ties import tie
from tests.test_transferring import posts
from tests.world import BUREAU, TOWN, World, day, material
from trail.verify import verify
from workflow.machine import EFFECTS, GUARDS
from workflow.outcome import Outcome
from workflow.subject import Successor, Whole

MINUTES = (material("minutes"),)
DIVIDED: dict[str, Any] = {
    "part_problem": "路口缺少路灯",
    "kept_problem": "路灯不亮无人管护",
    "minute_no": "领组〔2026〕3号",
    "minute_on": "2026-03-04",
}
SAME: dict[str, Any] = {"part_problem": "路灯不亮1"}


def split(world: World, case: int, second: str = "office2", first: str = "office", **answers: Any) -> list[Outcome]:
    """Let one of the office prepare a split and another confirm it."""
    papers = MINUTES if answers.get("minute_no") else ()
    made = prepared(world, first, "split", case, answers=answers, materials=papers)
    assert made.draft, made.refused
    return confirmed(world, second, made)


def part_of(world: World, case: int) -> int:
    """Return the last part that was taken off a case."""
    with reading(world.engine) as work:
        return [one.id for one in split_with(work.driver, case) if not one.whole][-1]


def test_one_problem_becomes_two_each_with_its_unit(world: World) -> None:
    """2 March: fed back. 4 March: the group divides it, office2 confirms: both stand in 待认领, each with its words and its unit.

    The first keeps its number and its date; the bureau has ten working days less what a claim takes at all. Both are linked, both count.
    """
    (case,) = world.feed_back()
    world.go(day(3, 4))
    before = world.row(case)
    assert outcomes(split(world, case, **DIVIDED)) == ["done"]
    part = part_of(world, case)
    whole, new = world.row(case), world.row(part)
    assert (whole.number, whole.state, whole.answerable_id) == (before.number, "feedback", world.units[TOWN])
    assert (new.number, new.state, new.answerable_id) == ("77", "feedback", world.units[BUREAU])
    assert (new.inspection_id, new.fed_back_on, new.unit_id, new.passed_on) == (
        before.inspection_id,
        day(3, 2),
        before.unit_id,
        True,
    )
    assert world.clocks(case)["claim"].due_on == day(3, 9)
    assert world.clocks(part)["claim"].due_on == day(3, 11)
    birth = world.entry(part)
    assert birth["born"]["split_from"] == case
    assert (birth["action"], birth["prepared_by"]) == ("split_off", world.people["office"])
    assert world.entry(case)["on_behalf"] == "leading_group"
    assert posts(world, part, "split_off") >= {f"secretary:{BUREAU}", f"handler:{BUREAU}"}
    assert world.rows("SELECT problem FROM cases ORDER BY id") == [("路灯不亮无人管护",), ("路口缺少路灯",)]
    with reading(world.engine) as work:
        found = stats(work.driver, world.place, world.today, world.round_id)
        assert (found["problems"], found["of"], found["split_off"]) == (2, 2, 1)
        assert [(one.id, one.whole) for one in split_with(work.driver, part)] == [(case, True)]
    world.do("secretary_bureau", "acknowledge", part)
    world.do("secretary_bureau", "claim", part)
    world.do("secretary", "claim", case)
    world.do("secretary_bureau", "submit_plan", part)


def test_the_same_words_are_divided_among_units_by_the_office(world: World) -> None:
    """Claimed, and two units are to put it right: the words stay, the office alone decides, and the part is claimed as the whole is."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    world.go(day(3, 10))
    assert outcomes(split(world, case, **SAME)) == ["done"]
    part = part_of(world, case)
    assert world.entry(case)["on_behalf"] is None
    assert world.row(part).state == "claimed"
    assert world.clocks(part)["plan"].due_on == world.clocks(case)["plan"].due_on == day(4, 2)
    assert world.rows("SELECT problem, responsible FROM cases ORDER BY id") == [
        ("路灯不亮1", "林建国"),
        ("路灯不亮1", ""),
    ]
    world.do("secretary_bureau", "name_people", part)


def test_a_part_of_the_same_unit_goes_on_as_the_whole(world: World) -> None:
    """The town keeps both: who is responsible, and the date, are the same; it files one plan of both."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    split(world, case, **{**SAME, "part_unit": TOWN})
    part = part_of(world, case)
    assert world.rows("SELECT responsible FROM cases WHERE id = :part", part=part) == [("林建国",)]
    assert (world.row(part).passed_on, world.clocks(part)["plan"].due_on) == (False, world.clocks(case)["plan"].due_on)
    assert "还缺 1 个" in world.refused("secretary", "submit_plan", case)
    world.do("secretary", "submit_plan", case, part, mode="all")


def test_both_go_or_neither(world: World) -> None:
    """Words without the group's decision, a number that is taken, a unit that is not there: nothing is prepared, nothing is born."""
    case, other = world.feed_back(2)
    number = world.row(other).number
    for answers, said in (
        ({**DIVIDED, "minute_no": None}, "须由领导小组决定"),
        ({**DIVIDED, "part_number": number}, f"编号 {number} 在本次巡察的问题中已经使用"),
        ({**DIVIDED, "part_unit": "水利厅"}, "没有党组织“水利厅”"),
        ({**DIVIDED, "part_number": "七" * 51}, "编号不超过 50 个字"),
        ({**DIVIDED, "part_number": "7\r\n8"}, "含有换行或不可见的字符"),
    ):
        made = prepared(world, "office", "split", case, answers=answers, materials=MINUTES)
        assert made.draft is None
        assert said in "".join(made.refused)
    assert "须两人办理" in world.refused("office", "split", case)
    made = prepared(world, "office", "split", case, answers={**DIVIDED, "minute_on": "2026-03-02"}, materials=MINUTES)
    assert "起草人不能确认" in "".join(confirmed(world, "office", made)[0].refused)
    world.do("secretary", "acknowledge", case)
    assert outcomes(confirmed(world, "office2", made)) == ["done"]
    assert outcomes(confirmed(world, "office2", made)) != ["done"]
    assert world.rows("SELECT COUNT(*) FROM cases") == [(3,)]
    again = prepared(world, "office", "split", other, answers={**DIVIDED, "minute_on": "2026-03-02"}, materials=MINUTES)
    assert "已经使用" in "".join(again.refused)


def test_a_part_has_been_through_what_the_whole_has(world: World) -> None:
    """Objected to, and kept on 10 April: the part is not objected to again, its plan has the same date, and the days with the office are its own too."""
    (case,) = world.feed_back()
    world.go(day(3, 3))
    world.do("secretary", "object", case)
    world.go(day(4, 10))
    world.do("office2", "keep", case)
    split(world, case, **{**SAME, "part_unit": TOWN})
    part = part_of(world, case)
    assert "已提出过一次异议" in world.refused("secretary", "object", part)
    world.do("secretary", "claim", case, part)
    assert world.clocks(part)["plan"].due_on == world.clocks(case)["plan"].due_on == day(4, 24)
    world.do("secretary", "submit_plan", case, part, mode="all")
    world.agree(case, part)
    world.do("office2", "approve_plan", case, part, answers={"agreed_on": "2026-07-05"})


def test_a_part_is_as_late_as_the_whole(world: World) -> None:
    """Told four times, and late: the same unit has no respite by the split, another begins afresh. What was escalated once was so for both."""
    (case,) = world.feed_back()
    world.scan_days(day(3, 3), day(3, 13))
    split(world, case, **{**SAME, "part_unit": TOWN})
    whole, part = world.clocks(case)["claim"], world.clocks(part_of(world, case))["claim"]
    assert (part.told_on, part.tellings, part.rung) == (whole.told_on, whole.tellings, "red")
    world.scan(day(3, 16))
    world.scan(day(3, 17))
    assert (world.row(case).state, world.row(part.case_id).state) == ("escalated", "escalated")
    world.do("office", "order_plan", case)
    split(world, case, **{**SAME, "part_number": "78"})
    other = part_of(world, case)
    assert (world.row(other).escalations, world.row(other).flagged, world.clocks(other)["plan"].told_on) == (
        1,
        "",
        None,
    )


def test_nothing_is_taken_off_beside_a_paper_that_waits(world: World) -> None:
    """The claim was entered from paper: until the secretary has confirmed it, or the office settled what is not owned, there is no part without it."""
    (case,) = world.feed_back()
    world.receive("claim", case, login="office2")

    def said() -> str:
        made = prepared(world, "office2", "split", case, answers=SAME, materials=())
        return "".join(why for one in confirmed(world, "office", made) for why in one.refused)

    assert "还没有经书记确认（期限 2026年3月9日（周一）），确认以后才能办理" in said()
    world.do("secretary", "disown_paper", case)
    assert "请先处理不认的代录" in said()
    world.do("office", "settle_paper", case)
    assert said() == ""


def test_what_is_under_review_is_returned_first(world: World) -> None:
    """Once a plan is under review nothing is split; returned, it may be."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    assert "不能拆分" in world.refused("office", "split", case)
    world.do("office", "return_plan", case)
    assert prepared(world, "office", "split", case, answers=SAME, materials=()).draft


def test_a_link_that_is_altered_is_found(world: World) -> None:
    """From which problem it came stands in its birth: a row that says another is named."""
    case, other = world.feed_back(2)
    split(world, case, **{**DIVIDED, "minute_on": "2026-03-02"})
    part = part_of(world, case)
    with world.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE cases SET split_from = {other} WHERE id = {part}")
    found = verify(world.engine, world.home)
    assert (found.ok, "split_from" in found.why) == (False, True)
    with world.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE cases SET split_from = {case} WHERE id = {part}")


WORDS = {"problem": "甲", "detail": "", "amount": ""}


def test_the_rules_by_themselves() -> None:
    """Each says why; of what is not filled in yet they say nothing."""
    free, being, decided = (GUARDS[name] for name in ("part_number_free", "part_unit_in_being", "new_words_decided"))
    bare = subject("split", inspection_numbers=frozenset({"3"}), successor=None, found_words=WORDS)
    assert [rule(bare) for rule in (free, being, decided, GUARDS["not_ordered_at_once"])] == [None] * 4
    answers = {"part_number": "3", "part_unit": BUREAU, "part_problem": "甲"}
    filled = subject("split", answers=answers, inspection_numbers=frozenset({"3"}), successor=None, found_words=WORDS)
    assert "已经使用" in str(free(filled))
    assert "没有党组织" in str(being(filled))
    assert decided(filled) is None
    gone = Successor(BUREAU, 9, BUREAU, ends_on=day(3, 1))
    assert "撤并" in str(being(subject("split", answers=answers, successor=gone)))
    assert "会议日期、领导小组会议纪要" in str(
        decided(subject("split", answers={**answers, "kept_problem": "乙", "minute_no": "1"}, found_words=WORDS))
    )
    ordered = replace(subject("split").case, ordered_on=day(3, 2))
    assert "不拆分" in str(GUARDS["not_ordered_at_once"](subject("split", case=ordered)))


@pytest.mark.parametrize("state", [None, "claimed", "rectifying"])
def test_a_part_is_born_of_what_stands_there(state: str | None) -> None:
    """Without its whole, or with one that has gone on, nothing is born."""
    whole = Whole(replace(subject("split").case, state=state), {}) if state else None
    said = GUARDS["part_of_what_stands_there"](subject("split_off_claimed", whole=whole))
    assert (said is None) == (state == "claimed")
    if whole:
        s = subject("split_off_claimed", whole=whole)
        EFFECTS["run_with_the_whole"](s, change := changed(s))
        assert change.clocks == {}


def test_who_is_tied_to_the_other_unit_does_not_give_it_a_part(world: World) -> None:
    """回避: the second person of the office is tied to the bureau; another confirms it, or nobody."""
    (case,) = world.feed_back()
    tie(world, "office2", BUREAU)
    (one,) = split(world, case, **SAME)
    assert "回避关系" in "".join(one.refused)
    assert world.rows("SELECT COUNT(*) FROM cases") == [(1,)]
    assert outcomes(split(world, case, **{**SAME, "part_unit": TOWN})) == ["done"]
