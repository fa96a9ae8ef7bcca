"""Recurrence 重复发生: a problem is said to be an earlier one again by a person, counted from that day, taken back with a reason; on both databases."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from register.road import enter
from register.wanted import Entered, Wanted
from storage.engine import reading, writing
from storage.likeness import LONGEST, alike, likeness, most_alike, pairs_of
from storage.reads.cases import shown_cases
from storage.reads.ledger.beside import BESIDE, EVER
from storage.reads.recurrences import Pair, like_before, like_in_round
from storage.reads.standings import AsOf, ids_of
from storage.recurrences import line_of
from storage.scope import EVERYTHING, Scope
from tests.world import BUREAU, TOWN, World, usual_answers, usual_materials
from trail.verify import verify
from workflow.engine import fire
from workflow.subject import Birth, Intent

ALL = Scope(EVERYTHING.reaches)


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("党建工作责任制落实不到位", "落实党建工作责任制不到位", 82),
        ("意识形态工作责任制落实不力", "意识形态责任制不落实", 57),
        ("“三资”管理不规范", "农村集体三资管理混乱", 40),
        ("2019年1月5日，违规发放津补贴12,600元！", "２０２４年违规发放津补贴　340 元", 100),
        ("⽔⾯垃圾⻓期堆放", "水面垃圾长期堆放", 100),
        ("乱", "乱", 100),
        ("", "", 0),
        ("２０１９年。", "2019年", 0),
        ("<script>alert(1)</script>", "路灯不亮", 0),
    ],
)
def test_how_alike_two_texts_are(one: str, other: str, share: int) -> None:
    """Punctuation, numbers and dates are no words; what looks the same is the same."""
    assert likeness(one, other) == likeness(other, one) == share
    assert most_alike(pairs_of(one), pairs_of(other)) >= share


def test_only_the_beginning_of_a_long_text_is_compared() -> None:
    assert likeness("路灯" * LONGEST + "甲乙丙丁", "路灯" * LONGEST) == 100
    assert alike(frozenset({"甲"}), frozenset()) == 0


def test_a_unit_is_one_with_all_that_it_took_over_from() -> None:
    """Also where two were joined, and where somebody entered a ring."""
    assert line_of({3: [1, 2], 1: [4]}, 3) == {1, 2, 3, 4}
    assert line_of({1: [2], 2: [1]}, 1) == {1, 2}
    assert line_of({}, 7) == {7}


def fed_back(world: World, problem: str, category: str = "民生", unit: str = TOWN, number: str = "1") -> int:
    """Feed one problem back today, in the round that runs."""
    with writing(world.engine) as work:
        birth = Birth(
            world.inspect(work, unit),
            world.round_id,
            world.units[unit],
            world.units[unit],
            number,
            problem,
            category,
            "背街",
        )
        intent = Intent(
            "feed_back",
            birth=birth,
            answers=usual_answers("feed_back", world.today),
            materials=usual_materials("feed_back"),
        )
        (outcome,) = fire(work, [intent], world.actor("office"), world.now)
        work.commit()
    return outcome.case or 0


def before(world: World, case: int, scope: Scope = ALL, least: int = 50) -> list[Pair]:
    with reading(world.engine) as work:
        (shown,) = shown_cases(work.driver, world.place, [case])
        return like_before(work.driver, shown, scope, least)


def in_round(world: World, scope: Scope = ALL) -> list[Pair]:
    with reading(world.engine) as work:
        return like_in_round(work.driver, world.place, world.round_id, scope, 50)


def counted(world: World, on: date | None = None, scope: Scope = ALL) -> list[int]:
    with reading(world.engine) as work:
        sql, params = ids_of(work.driver, "recurred", AsOf(world.place, on or world.today, world.today, scope))
        return sorted(row[0] for row in work.driver.all(sql, params))


def said(world: World, act: str, row: Any = None, *, reason: str = "", **fields: Any) -> Entered:
    """Enter a verdict, or take one back."""
    with writing(world.engine) as work:
        (one,) = enter(work, [Wanted("recurrence", act, row, fields, reason)], world.actor("office"), world.now)
        work.rollback() if one.refusals else work.commit()
    return one


def judge(world: World, case: int, earlier: int, verdict: str = "again") -> Entered:
    return said(world, "make", case=case, earlier=earlier, verdict=verdict)


def test_what_was_fed_back_before_is_proposed_judged_counted_and_taken_back(world: World) -> None:
    """The same words again a month later: proposed with its share, confirmed, counted since that day, in the ledger, and not any more."""
    first = fed_back(world, "路灯不亮，长期无人维修")
    elsewhere = fed_back(world, "路灯不亮，长期无人维修", unit=BUREAU)
    other_aspect = fed_back(world, "路灯不亮，长期无人维修", "三资", number="2")
    bare = fed_back(world, "路灯不亮，长期没人维修", "", number="3")
    world.later(30)
    world.open_round("二轮")
    again = fed_back(world, "2026年路灯又不亮，长期无人维修")
    twin = fed_back(world, "路灯不亮，长期无人维修", number="2")
    assert before(world, first) == []
    assert before(world, again) == [Pair(again, first, 84, any_aspect=False), Pair(again, bare, 63, any_aspect=True)]
    found = in_round(world)
    assert found[0] == Pair(twin, first, 100, any_aspect=False)
    assert {(one.case, one.earlier) for one in found} == {(again, first), (twin, first), (again, bare), (twin, bare)}
    assert not {elsewhere, other_aspect, again, twin}.intersection(one.earlier for one in found)

    assert "反馈在前" in str(judge(world, again, twin).refused)
    assert "反馈在前" in str(judge(world, first, again).refused)
    assert "不是同一党组织" in str(judge(world, again, elsewhere).refused)
    done = judge(world, again, first)
    assert "已经认定过" in str(judge(world, again, first, "another").refused)
    assert judge(world, again, bare, "another").refused == ()
    judged_on = world.today
    assert before(world, again) == []
    assert {one.case for one in in_round(world)} == {twin}
    assert (counted(world), counted(world, judged_on - timedelta(days=1))) == ([again], [])
    ((body,),) = world.rows("SELECT body FROM trail WHERE about = :it", it=f"recurrence:{done.row}")
    after = json.loads(bytes(body))["after"]
    assert {name: after[name] for name in ("case_id", "earlier_id", "verdict", "alike")} == {
        "case_id": again, "earlier_id": first, "verdict": "again", "alike": 84,
    }  # fmt: skip
    with reading(world.engine) as work:
        assert BESIDE["recurs"](work.driver, [again, twin], EVER) == {again: "一轮 第 1 号"}

    world.later(5)
    assert "理由" in str(said(world, "drop", done.row).refused)
    assert said(world, "drop", done.row, reason="看错了").refused == ()
    assert "已经撤销" in str(said(world, "drop", done.row, reason="再撤").refused)
    assert (counted(world), counted(world, judged_on)) == ([], [again])
    assert [one.earlier for one in before(world, again)] == [first]
    assert judge(world, again, first).refused == ()
    assert counted(world) == [again]
    assert verify(world.engine, world.home).ok


def took_over(world: World, successor: int | None) -> None:
    """Let a unit have taken over from the bureau, without its end: an end waits for what is open."""
    with writing(world.engine) as work:
        work.driver.run("UPDATE units SET successor_id = ? WHERE id = ?", (successor, world.units[BUREAU]))
        work.commit()


def test_a_unit_that_took_over_is_told_of_the_one_before_and_what_is_hidden_is_not_there(world: World) -> None:
    """限定知悉: who may not know of the earlier one is neither told nor counted to, nor may they judge by its number."""
    first = fed_back(world, "路灯不亮，长期无人维修", unit=BUREAU)
    world.later(10)
    again = fed_back(world, "路灯不亮，长期无人维修")
    assert before(world, again) == []
    took_over(world, world.units[TOWN])
    assert [one.earlier for one in before(world, again)] == [first]
    blind = Scope(EVERYTHING.reaches, (first,))
    assert before(world, again, blind) == in_round(world, blind) == []
    judge(world, again, first)
    assert (counted(world), counted(world, scope=blind), counted(world, scope=Scope(EVERYTHING.reaches, (again,)))) == (
        [again],
        [],
        [],
    )
    took_over(world, None)
