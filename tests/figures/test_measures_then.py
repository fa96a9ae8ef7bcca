"""Measures 措施 as of a past day: those of the plan that was in force then, each number with the problems that have such a one."""

from __future__ import annotations

from datetime import date

from figures.counting import count
from figures.stats import stats
from figures.table import MEASURES
from states import MOVES
from storage.engine import reading
from storage.reads.ledger.beside import BESIDE
from storage.reads.ledger.then import Then
from storage.reads.standings import AsOf, ids_of
from tests.figures.oracle import replayed
from tests.world import BUREAU, MEASURE, World, day
from trail.compare_measures import LAID_DOWN_BY

NAMES = ("measures", "measures_done", "measures_open", "measures_late", "of")


def test_a_plan_that_was_replaced_counts_on_the_days_on_which_it_was_in_force(world: World) -> None:
    """Two measures are filed on 5 March, returned on the 10th, three filed on the 20th; beside it one that was never claimed."""
    (case,), (other,) = world.feed_back(), world.feed_back(unit=BUREAU)
    world.do("secretary", "claim", case)
    for filed, due in ((5, (day(4, 1), day(5, 1))), (20, (day(4, 10), day(4, 20), day(5, 20)))):
        world.go(day(3, filed))
        world.do(
            "secretary", "submit_plan", case, answers={"measures": [{**MEASURE, "on": one.isoformat()} for one in due]}
        )
        if filed == 5:
            world.go(day(3, 10))
            world.do("office", "return_plan", case)
    world.walk(case, "approve_plan")
    world.go(day(4, 15))
    with reading(world.engine) as work:
        driver, today = work.driver, world.today

        def said(on: date, names: tuple[str, ...] = NAMES, unit: str = "problems") -> list[int]:
            found = count(driver, AsOf(world.place, on, today), names, unit)
            return [int(found[name] or 0) for name in names]

        def behind(on: date, name: str, each: str) -> list[int]:
            return [row[0] for row in driver.all(*ids_of(driver, name, AsOf(world.place, on, today), each))]

        assert said(day(3, 4)) == [0, 0, 0, 0, 2]
        assert said(day(3, 5)) == said(day(3, 19)) == [2, 0, 2, 0, 2]
        assert said(day(3, 20)) == [3, 0, 3, 0, 2]
        assert said(today) == [3, 0, 3, 1, 2]
        assert said(today, ("of", "measures_late", "state_rectifying"), MEASURES) == [3, 1, 3]
        assert said(day(3, 15), ("state_claimed", "state_rectifying"), MEASURES) == [2, 0]
        assert (behind(today, "open", "late"), behind(today, "of", "all")) == ([case], [case])
        assert (behind(day(3, 4), "of", "all"), sorted(behind(day(3, 4), "of", ""))) == ([], [case, other])
        for on in (day(3, 4), day(3, 9), day(3, 19), day(4, 10), today):
            found, oracle = stats(driver, world.place, today, on=on), replayed(driver, world.place, on)
            assert {name: found[name] for name in oracle} == oracle, on
        told = BESIDE["measures"](driver, [case], Then(day(3, 19)).before)
        assert [said.count("时限") for said in (told[case], BESIDE["measures"](driver, [case], 1 << 62)[case])] == [
            2,
            3,
        ]


def test_what_lays_measures_down_changes_the_state() -> None:
    """A standing tells by the version at which it began which plan was in force: another plan begins another standing."""
    laying = [move for move in MOVES if move.action in LAID_DOWN_BY]
    assert len(laying) == 11
    assert [move.action for move in laying if move.to in (None, *move.origin)] == []


def test_a_reason_that_looks_like_a_record_is_only_words(world: World) -> None:
    """Why a measure ends so late is written by people, also in quotation marks or as a bare number: the trail still verifies (at the end of the test)."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    measures = [{**MEASURE, "why": why} for why in ('"供电公司的工期"', "12", "[]", "null")]
    world.do("secretary", "submit_plan", case, answers={"measures": measures})
    assert [row[0] for row in world.rows("SELECT why FROM measures ORDER BY no")] == [one["why"] for one in measures]
