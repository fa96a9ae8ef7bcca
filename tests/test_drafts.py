"""Drafts: what one person prepares and another confirms. A draft is no move; confirming fires it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from storage.engine import reading, writing
from storage.evidence import attach, detach
from storage.jurisdictions import find_jurisdiction
from storage.reads.drafts import drafts_of, open_drafts
from tests.world import World, usual_materials
from workflow.drafts import Drafted, confirm, confirm_batch, draft, draft_batch
from workflow.outcome import Outcome
from workflow.people import operator
from workflow.shown import seen
from workflow.subject import Intent


def prepared(
    world: World, login: str, action: str, *cases: int, answers: dict[str, Any] | None = None, **more: Any
) -> Drafted:
    """Let somebody prepare a move of one or several cases."""
    with writing(world.engine) as work:
        made = draft_batch(
            work, [world.intent(action, case, answers, **more) for case in cases], world.actor(login), world.now
        )
        work.commit()
    return made


def confirmed(world: World, login: str, made: Drafted, key: str | None = None) -> list[Outcome]:
    """Let somebody confirm what was prepared."""
    assert made.draft, made
    with writing(world.engine) as work:
        outcomes = confirm_batch(work, made.draft, world.actor(login), world.now, key)
        work.commit()
    return outcomes


def outcomes(found: Sequence[Outcome]) -> list[str]:
    return [one.outcome for one in found]


def test_the_handler_prepares_and_the_secretary_confirms(world: World) -> None:
    """2 March: prepared; nothing has moved. 4 March: confirmed by another; the entry names both."""
    (case,) = world.feed_back()
    before = {name: rows for name, rows in world.dump().items() if name not in ("drafts", "draft_cases")}
    made = prepared(world, "handler", "object", case, occurred_on=date(2026, 3, 1))
    assert {name: rows for name, rows in world.dump().items() if name not in ("drafts", "draft_cases")} == before
    world.go(date(2026, 3, 4))
    assert outcomes(confirmed(world, "secretary", made)) == ["done"]
    entry = world.entry(case)
    assert (entry["actor"]["person"], entry["prepared_by"], entry["occurred_on"]) == (
        world.people["secretary"],
        world.people["handler"],
        "2026-03-01",
    )
    assert (world.case(case).state, world.clocks(case)["fact_check"].started_on) == ("disputed", date(2026, 3, 4))
    assert {m["kind"] for m in entry["materials"]} == {"statement", "evidence"}


def test_the_team_prepares_for_the_office_and_each_for_themselves(world: World) -> None:
    (case,) = world.feed_back()
    world.do("secretary", "object", case)
    assert outcomes(confirmed(world, "office", prepared(world, "team", "keep", case))) == ["done"]
    assert outcomes(confirmed(world, "secretary", prepared(world, "secretary", "claim", case))) == ["done"]


def test_the_handler_cannot_confirm(world: World) -> None:
    (case,) = world.feed_back()
    (outcome,) = confirmed(world, "handler", prepared(world, "handler", "claim", case))
    assert (outcome.outcome, outcome.refused) == ("refused", ("“认领”应由（责任党组织的）党组织书记办理",))


def test_a_second_person_is_another_one_of_the_office(world: World) -> None:
    """The same person, a member of the team who prepared it, and the secretary are all refused; office2 may."""
    (case,) = world.feed_back()
    own, teams = prepared(world, "office", "void", case), prepared(world, "team", "void", case)
    assert confirmed(world, "office", own)[0].refused == ("起草人不能确认自己起草的事项，须由另一人确认",)
    assert confirmed(world, "office", teams)[0].refused == ("起草人不具有办理该事项的职责",)
    assert confirmed(world, "secretary", own)[0].refused == ("“作废”应由巡察办办理",)
    assert outcomes(confirmed(world, "office2", own)) == ["done"]


def test_who_may_not_prepare_is_told_who_may(world: World) -> None:
    (case,) = world.feed_back()
    for login in ("leader", "auditor", "office", "secretary_village"):
        assert prepared(world, login, "claim", case).refused in (
            ("“认领”应由党组织书记起草",),
            ("问题不存在，或不在您的职责范围内",),
        )
    assert prepared(world, "handler", "submit", case).refused == ("当前状态为“待认领”，不能申请销号",)
    assert prepared(world, "handler", "claim", case, answers={"person": 7}).refused == ("“责任人”应为文字",)
    with writing(world.engine) as work:
        made = draft(work, Intent("fly", case), world.actor("handler"), world.now)
        assert made.refused == ("没有“fly”这项操作",)
    assert world.rows("SELECT COUNT(*) FROM drafts")[0][0] == 0


def test_a_stranger_neither_prepares_nor_confirms_nor_learns_anything(world: World) -> None:
    (case,) = world.feed_back()
    made = prepared(world, "handler", "claim", case)
    assert (
        prepared(world, "secretary_bureau", "claim", case).refused
        == prepared(world, "secretary_bureau", "claim", 4242).refused
    )
    known = confirmed(world, "secretary_bureau", made)
    unknown = confirmed(world, "secretary_bureau", Drafted(4242))
    assert [(one.case, one.outcome, one.origin) for one in (*known, *unknown)] == [(None, "refused", None)] * 2
    assert [one.refused[0].replace("4242", str(made.draft)) for one in unknown] == [one.refused[0] for one in known]


def test_the_operator_of_the_server_is_nobody_who_prepares(world: World) -> None:
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        made = draft(
            work, world.intent("void", case), operator(find_jurisdiction(work.driver, None).id, "root"), world.now
        )
    assert made.refused == ("“作废”应由巡察办起草",)


def test_what_was_shown_has_moved(world: World) -> None:
    """Prepared on what the page showed; then state, date or words change: confirming says so, and does nothing."""
    moved, dated, worded = world.feed_back(3)
    drafts = {case: prepared(world, "handler", "claim", case) for case in (moved, worded)}
    world.do("secretary", "object", moved)
    world.fill(worded, responsible="新来的书记")
    before = world.dump()
    for case, said in ((moved, "状态由“待认领”改为“复核中”"), (worded, "新增责任领导“新来的书记”")):
        (outcome,) = confirmed(world, "secretary", drafts[case])
        assert (outcome.outcome, outcome.refused) == ("stale", (f"起草后{said}，请核对后重新起草",))
    assert world.dump() == before
    world.do("secretary", "claim", dated)
    late = prepared(world, "secretary", "acknowledge", dated)
    world.go(date(2026, 3, 10))
    world.do("office", "keep", moved)
    (outcome,) = confirmed(world, "secretary", late)
    assert outcome.outcome == "stale", "a sibling's dispute has put off the plan's date"
    assert "办理期限由“2026年4月2日（周四）”改为“" in outcome.refused[0]


@pytest.mark.parametrize("came", [True, False])
def test_evidence_that_came_or_went_since_it_was_shown_is_not_signed(world: World, came: bool) -> None:
    """An application is prepared and another looked at; a photo comes, or goes: neither is done, both say which photo it was."""
    case = world.at_work(date(2026, 5, 4))
    photo = (case, 1, 1, "7" * 64, "夜间照片.jpg", 9, world.people["handler"])
    with writing(world.engine) as work:
        if not came:
            attach(work.driver, *photo)
        work.commit()
    made = prepared(world, "handler", "submit", case)
    with reading(world.engine) as work:
        shown = seen(work.driver, "submit", [world.row(case)])[case]
    with writing(world.engine) as work:
        if came:
            attach(work.driver, *photo)
        else:
            assert detach(work.driver, case, work.driver.all("SELECT MAX(id) FROM materials")[0][0])
        work.commit()
    before = world.dump()
    what = f"{'新增' if came else '撤下'}佐证材料“夜间照片.jpg”（第 1 项措施）"
    for found, since in (
        (world.try_("secretary", "submit", case, shown=shown), "核对"), (confirmed(world, "secretary", made), "起草"),
    ):  # fmt: skip
        assert outcomes(found) == ["stale"]
        assert found[0].refused[0].startswith(f"{since}后{what}")
    assert world.dump() == before


def test_reminders_and_signatures_do_not_spoil_a_draft(world: World) -> None:
    (case,) = world.feed_back()
    made = prepared(world, "handler", "claim", case)
    world.scan(date(2026, 3, 6))
    world.do("secretary", "acknowledge", case)
    assert outcomes(confirmed(world, "secretary", made)) == ["done"]


def test_a_draft_is_confirmed_once(world: World) -> None:
    """Again: refused. Under the same key, as after a lost answer: what was done. Under another: refused."""
    (case,) = world.feed_back()
    made = prepared(world, "handler", "claim", case)
    (first,) = confirmed(world, "secretary", made, key="K")
    before = world.dump()
    (again,) = confirmed(world, "secretary", made, key="K")
    assert (again.outcome, again.version, again.index) == ("already", first.version, first.index)
    for key in (None, "L"):
        assert confirmed(world, "secretary", made, key=key)[0].refused == (f"第 {made.draft} 号起草件已确认",)
    assert world.dump() == before


def test_a_refused_confirmation_leaves_the_draft_open(world: World) -> None:
    """The plan is prepared while a sibling is not yet claimed; refused, and confirmed once it is."""
    case, other = world.feed_back(2)
    world.do("secretary", "claim", case)
    made = prepared(world, "handler", "submit_plan", case)
    (outcome,) = confirmed(world, "secretary", made)
    assert (outcome.outcome, "还有 1 个问题待认领" in outcome.refused[0]) == ("refused", True)
    assert world.with_second("office", "office2", "void", other).outcome == "done"
    assert outcomes(confirmed(world, "secretary", made)) == ["done"]


def test_several_cases_are_prepared_together_and_confirmed_all_or_none(world: World) -> None:
    one, two = world.feed_back(2)
    world.do("secretary", "claim", one, two)
    made = prepared(world, "handler", "submit_plan", one, two)
    half = prepared(world, "handler", "submit_plan", one)
    assert half.refused == ("方案须包括同一次巡察全部已认领的问题，还缺 1 个，请一并报送",), (
        "a filing takes every claimed problem"
    )
    assert outcomes(confirmed(world, "secretary", made)) == ["done", "done"]
    assert world.rows("SELECT COUNT(*) FROM filings")[0][0] == 1
    assert [row[0] for row in world.rows("SELECT state FROM drafts ORDER BY id")] == ["confirmed"]


def test_each_case_of_what_is_prepared_finds_its_draft(world: World) -> None:
    """Case 1 is no case of the draft of case 11, and of two in one draft each finds it; confirmed, neither does."""
    one, two, *others = world.feed_back(11)
    eleventh = prepared(world, "handler", "object", others[-1]).draft
    made = prepared(world, "handler", "claim", one, two)
    assert world.rows("SELECT draft_id, case_id FROM draft_cases ORDER BY draft_id, case_id") == [
        (eleventh, others[-1]), (made.draft, one), (made.draft, two),
    ]  # fmt: skip
    with reading(world.engine) as work:
        found = {case: drafts_of(work.driver, world.place, case) for case in (one, two, *others)}
        lines = {line.number: (line.cases, line.first.id) for line in open_drafts(work.driver, world.place)}
    assert {case: [row[:2] for row in rows] for case, rows in found.items() if rows} == {
        one: [(made.draft, "claim")], two: [(made.draft, "claim")], others[-1]: [(eleventh, "object")],
    }  # fmt: skip
    assert lines == {eleventh: ((others[-1],), others[-1]), made.draft: ((one, two), one)}
    assert outcomes(confirmed(world, "secretary", made)) == ["done", "done"]
    with reading(world.engine) as work:
        assert drafts_of(work.driver, world.place, one) == []


def test_nothing_is_prepared_for_a_case_that_is_not_there_even_among_others(world: World) -> None:
    own, foreign = world.feed_back()[0], world.feed_back(unit="市水利局党组")[0]
    for missing in (foreign, 4242):
        assert prepared(world, "handler", "claim", own, missing).refused == ("问题不存在，或不在您的职责范围内",)
    assert prepared(world, "handler", "claim").draft is None


def test_a_draft_keeps_answers_and_materials_as_they_were_given(world: World) -> None:
    """Hostile words and names come out as they went in; what cannot be kept is refused when it is prepared."""
    (case,) = world.feed_back()
    words = "'; DROP TABLE drafts; -- <script>{{7*7}}</script> \\u0000 𠮷"
    papers = tuple(replace(m, name="现场照片 '\"<b>.jpg") for m in usual_materials("object"))
    made = prepared(world, "handler", "object", case, answers={"reason": words}, materials=papers)
    ((packed,),) = world.rows("SELECT intent FROM drafts")
    assert json.loads(packed)[0]["answers"]["reason"] == words
    assert outcomes(confirmed(world, "secretary", made)) == ["done"]
    assert {row[0] for row in world.rows("SELECT name FROM materials WHERE kind = 'statement'")} == {
        "现场照片 '\"<b>.jpg"
    }
    for name, shown in (("a\x00.jpg", "a�.jpg"), ("\udcc4.jpg", "�.jpg")):
        spoilt = (replace(papers[0], name=name),)
        refused = prepared(world, "secretary", "acknowledge", case, materials=spoilt).refused
        assert refused == ("此操作不收材料“情况说明”", f"材料“{shown}”的文件名含有不可见的字符，请改名后再传")


def test_what_lacks_papers_or_answers_is_not_sent_to_who_is_to_sign_it(world: World) -> None:
    """It could never be confirmed: every case is named with all that it lacks, and nothing is kept."""
    one, two = world.feed_back(2)
    world.do("secretary", "claim", one, two)
    with writing(world.engine) as work:
        whole = world.intent("submit_plan", one)
        bare = world.intent("submit_plan", two, answers={"measures": []}, materials=whole.materials[:1])
        made = draft_batch(work, [whole, bare], world.actor("handler"), world.now)
        work.commit()
    assert made.draft is None
    assert [(fault.case, fault.outcome) for fault in made.outcomes] == [(two, "refused")]
    assert "缺少材料：方案承诺书" in made.refused
    assert any("整改措施清单" in sentence for sentence in made.refused)
    assert world.rows("SELECT COUNT(*) FROM drafts")[0][0] == 0


def test_one_case_is_prepared_and_confirmed_by_the_plain_functions(world: World) -> None:
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        made = draft(work, world.intent("claim", case), world.actor("handler"), world.now)
        assert made.draft
        outcome = confirm(work, made.draft, world.actor("secretary"), world.now)
        work.rollback()
    assert outcome.outcome == "done"
    assert world.actions(case) == ["feed_back"], "neither of them commits"
    assert world.rows("SELECT COUNT(*) FROM drafts")[0][0] == 0


def test_a_button_pressed_twice_sends_one_draft(world: World) -> None:
    """What says the same word for word is the same draft while it waits; with another word it is another."""
    (case,) = world.feed_back()
    first, again = prepared(world, "handler", "claim", case), prepared(world, "handler", "claim", case)
    assert first.draft == again.draft
    other = prepared(
        world, "handler", "claim", case, answers={"responsible": "别人", "department": "办", "person": "甲"}
    )
    assert other.draft not in (None, first.draft)
    assert outcomes(confirmed(world, "secretary", other)) == ["done"]
