"""代录: dates that lie, and what is not owned."""

from __future__ import annotations

from datetime import timedelta

from states import SIGNED_PAPER
from tests.test_on_paper import entered, late, refused
from tests.world import BUREAU, TOWN, World, day, material, usual_materials


def test_an_old_paper_does_not_make_a_late_rework_timely(world: World) -> None:
    """Handed in on 10 April, sent back on the 12th until 1 May, escalated on the 16th of May: a paper of 9 April is that of the first time."""
    case = world.at_work(day(4, 16))
    world.go(day(4, 10))
    world.do("secretary", "submit", case)
    world.go(day(4, 12))
    world.do("office", "return_work", case, answers={"new_on": "2026-05-01"})
    world.scan_days(day(4, 13), day(5, 18))
    assert world.row(case).state == "escalated"
    print(refused(world, "submit", case, day(4, 9)))


def test_escalated_by_hand_old_paper(world: World) -> None:
    case = world.at_work(day(4, 16))
    world.go(day(4, 20))
    world.do("secretary", "submit", case)
    world.do("office", "escalate_by_hand", case)
    print(refused(world, "submit", case, day(4, 15)))


def test_a_disowned_claim_does_not_hide_a_returned_plan(world: World) -> None:
    (case,) = world.feed_back()
    entered(world, "claim", case, day(3, 2))
    world.do("secretary", "submit_plan", case)
    world.do("secretary", "disown_paper", case)
    world.do("office2", "return_plan", case)
    assert world.row(case).plan_returns == 1


def test_a_disowned_paper_buys_no_time(world: World) -> None:
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    world.go(day(4, 1))
    assert world.clocks(case)["plan"].due_on == day(4, 2)
    entered(world, "submit_plan", case, day(3, 3))
    world.do("secretary", "disown_paper", case)
    world.do("secretary", "recall_plan", case)
    print(world.clocks(case)["plan"].due_on)
    assert world.clocks(case)["plan"].due_on <= day(4, 3)


def test_a_disowned_paper_gives_the_flag_back(world: World) -> None:
    case = late(world)
    world.scan_days(day(4, 27), day(5, 2))
    assert world.row(case).flagged == "overdue"
    entered(world, "submit", case, day(4, 15))
    world.do("secretary", "disown_paper", case)
    assert world.row(case).flagged == "overdue"


def test_plan_in_time_on_paper_after_order_keeps_unclaimed(world: World) -> None:
    (case,) = world.feed_back()
    world.scan_days(day(3, 3), day(4, 1))
    print(world.row(case).state, world.row(case).flagged)
    assert world.row(case).state == "escalated"
    flagged = world.row(case).flagged
    world.do("office", "order_plan", case)
    assert entered(world, "submit_plan", case, day(4, 1)).outcome == "done"
    assert world.row(case).flagged == flagged


def test_a_second_paper_does_not_end_a_disowned_one(world: World) -> None:
    """The claim is not owned; the office enters the plan: nothing was settled."""
    (case,) = world.feed_back()
    entered(world, "claim", case, day(3, 2))
    world.do("secretary", "disown_paper", case)
    print(entered(world, "submit_plan", case, day(3, 2)))
    print(world.clocks(case).keys())
    world.do("secretary", "confirm_paper", case)
