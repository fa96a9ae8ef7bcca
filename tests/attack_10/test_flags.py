"""代录 takes off only what it can: a flag that something else has earned stays."""

from __future__ import annotations

from datetime import timedelta

from states import SIGNED_PAPER
from tests.test_on_paper import entered, late
from tests.world import BUREAU, TOWN, World, day, material, usual_materials


def flagged_and_closed(world: World) -> int:
    """Return a case flagged on 1 May for being late, handed in on 6 May, and accepted."""
    case = late(world)
    profile_late = day(5, 1)
    world.scan_days(day(4, 27), profile_late)
    return case


def test_paper_of_publication_does_not_wash_a_late_rectification(world: World) -> None:
    case = flagged_and_closed(world)
    print(world.row(case).state, world.row(case).flagged)
    world.go(day(5, 6))
    world.walk(case, "submit", "verify")
    print(world.row(case).state, world.row(case).flagged)
    assert world.row(case).flagged == "overdue"
    world.walk(case, "approve_text")
    assert entered(world, "publicize", case, day(5, 6)).outcome == "done"
    assert world.row(case).flagged == "overdue"


def test_paper_that_takes_back_does_not_wash(world: World) -> None:
    case = flagged_and_closed(world)
    world.go(day(5, 6))
    world.do("secretary", "submit", case)
    if world.row(case).from_escalated:
        world.do("office", "return_work", case, answers={"new_on": "2026-06-01"})
        world.do("secretary", "submit", case)
    assert world.row(case).flagged == "overdue"
    assert entered(world, "recall", case, day(5, 6)).outcome == "done"
    assert world.row(case).flagged == "overdue"


def test_naming_people_on_paper_hands_nothing_in(world: World) -> None:
    case = late(world)
    world.do("office", "transfer", case, answers={"successor": BUREAU, "ground": "merged"})
    due = world.row(case).due_on
    assert due
    d = world.today
    world.scan_days(d, due + timedelta(days=15))
    print(world.row(case).state, world.row(case).flagged, due, world.today)


def test_extension_signed_in_time_flagged_then_refused_is_flagged_again(world: World) -> None:
    case = late(world)
    row = world.clocks(case)["rectify"]
    print(row)
    world.scan_days(day(4, 27), day(4, 30))
    world.go(day(5, 1))
    print(world.row(case).state, world.row(case).flagged)
