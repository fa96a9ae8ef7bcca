"""拆分: what the part loses of the whole."""

from __future__ import annotations

from datetime import date
import pytest

from tests.test_drafts import confirmed, outcomes, prepared
from tests.test_on_paper import entered
from tests.test_splitting import DIVIDED, SAME, part_of, split
from tests.test_stopping import stop, wanted
from tests.world import BUREAU, TOWN, World, day, material


def test_a_part_of_what_was_escalated_was_escalated(world: World) -> None:
    (case,) = world.feed_back()
    world.do("office", "escalate_by_hand", case)
    world.do("office", "order_plan", case)
    split(world, case, **{**SAME, "part_unit": TOWN})
    part = part_of(world, case)
    assert world.row(part).escalations == world.row(case).escalations == 1


def test_a_part_is_not_objected_to_again(world: World) -> None:
    (case,) = world.feed_back()
    world.do("secretary", "object", case)
    world.do("office2", "keep", case)
    split(world, case, **{**SAME, "part_unit": TOWN})
    part = part_of(world, case)
    print(world.refused("secretary", "object", part))


def test_a_part_of_what_waits_for_its_secretary(world: World) -> None:
    (case,) = world.feed_back()
    entered(world, "claim", case, day(3, 2))
    made = prepared(world, "office", "split", case, answers={**SAME, "part_unit": TOWN}, materials=())
    print(made)
    print(confirmed(world, "office2", made))
    part = part_of(world, case)
    print(world.clocks(part).keys())
    world.do("secretary", "submit_plan", case, part, mode="all")
    world.agree(case, part)
    print(world.refused("office2", "approve_plan", case))
    print(world.try_("office2", "approve_plan", part))


@pytest.mark.parametrize("unit", [TOWN, BUREAU])
def test_a_split_in_a_stop_does_not_count_it_twice(world: World, unit: str) -> None:
    (case,) = world.feed_back()
    world.go(day(3, 3))
    stop(world, wanted(ground="disaster", reach="all", starts_on="2026-03-03", ends_on="2026-03-20"))
    world.go(day(3, 10))
    print(world.clocks(case)["claim"])
    assert outcomes(split(world, case, **{**SAME, "part_unit": unit})) == ["done"]
    part = part_of(world, case)
    print(world.clocks(part)["claim"])
    assert world.clocks(part)["claim"].due_on == world.clocks(case)["claim"].due_on


def test_a_split_in_a_stop_of_the_case(world: World) -> None:
    (case,) = world.feed_back()
    world.go(day(3, 3))
    stop(world, wanted(ground="inquiry", reach="case", case=f"{TOWN} 第 1 号", starts_on="2026-03-03", ends_on="2026-03-20"))
    world.go(day(3, 10))
    assert outcomes(split(world, case, **{**SAME, "part_unit": TOWN})) == ["done"]
    part = part_of(world, case)
    print(world.clocks(part)["claim"])
    assert world.clocks(part)["claim"].due_on == world.clocks(case)["claim"].due_on


@pytest.mark.parametrize("number", ["甲" * 3000, "1\r\n2", "＝1+1", "１", "1 ", "1​", "=cmd()", "<script>alert(1)</script>"])
def test_numbers(world: World, number: str) -> None:
    (case,) = world.feed_back()
    made = prepared(world, "office", "split", case, answers={**SAME, "part_number": number}, materials=())
    print(repr(number), made.draft, made.refused)
    if made.draft:
        print(confirmed(world, "office2", made))
        print(world.rows("SELECT number FROM cases"))


def test_chained(world: World) -> None:
    (case,) = world.feed_back()
    split(world, case, **{**SAME, "part_unit": TOWN})
    part = part_of(world, case)
    assert outcomes(split(world, part, **{**SAME, "part_unit": BUREAU, "part_number": "78"})) == ["done"]
    assert outcomes(split(world, case, **{**SAME, "part_unit": BUREAU, "part_number": "79"})) == ["done"]
