"""Each measure of a plan has its own date, and its handler is told of each once, whatever the calendar or a standstill does."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.world import MEASURE, World, day, material, usual_materials

AGREED = "2026-05-30"


def planned(world: World, *dates: date) -> int:
    """Let a case be rectified until 30 May, its measures due on those days."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    measures = [{**MEASURE, "on": one.isoformat()} for one in dates]
    world.do("secretary", "submit_plan", case, answers={"measures": measures})
    world.agree(case)
    world.do("office", "approve_plan", case, answers={"agreed_on": AGREED})
    world.do("secretary", "acknowledge", case)
    return case


def told(world: World, case: int, on: date) -> list[tuple[int, str]]:
    """Scan on a day; return the measures that are then told, with their dates."""
    if not any(one["clock"] == "measure" for one in world.scan(on).fired if one["action"] == "remind"):
        return []
    inputs: dict[str, Any] = world.entry(case)["inputs"]
    (one,) = (one for one in inputs["told"] if one["rule"] == "measure")
    return [(measure["no"], measure["due_on"]) for measure in one["measures"]]


def test_measures_that_share_an_eve_are_told_together(world: World) -> None:
    """Saturday, Sunday and Monday have one eve, Friday the 10th; two measures share the Monday. Tuesday has its own."""
    case = planned(world, day(4, 13), day(4, 11), day(4, 12), day(4, 13), day(4, 14))
    assert told(world, case, day(4, 9)) == []
    friday = [(1, "2026-04-13"), (2, "2026-04-11"), (3, "2026-04-12"), (4, "2026-04-13")]
    assert told(world, case, day(4, 10)) == friday
    assert told(world, case, day(4, 11)) == []
    assert told(world, case, day(4, 13)) == [(5, "2026-04-14")]
    world.scan_days(day(4, 14), day(4, 20))
    assert world.alerts(case, "measure") == ["eve", "eve"]


def test_measures_that_passed_while_the_machine_was_down_are_told_in_one_mail(world: World) -> None:
    """Down from 3 March to 17 April: the measures of 20 March, 1 April and 18 April in one reminder, that of May in its own."""
    case = planned(world, day(3, 20), day(4, 1), day(4, 18), day(5, 20))
    assert told(world, case, day(4, 17)) == [(1, "2026-03-20"), (2, "2026-04-01"), (3, "2026-04-18")]
    assert told(world, case, day(5, 18)) == []
    assert told(world, case, day(5, 19)) == [(4, "2026-05-20")]


def test_an_extension_and_a_recall_swallow_no_measure(world: World) -> None:
    """Before the late scan of 10 April an extension is granted, and a wrong submission taken back: both measures are told."""
    case = planned(world, day(3, 20), day(4, 20))
    world.go(day(3, 19))
    world.walk(case, "request_extension", "grant_extension")
    world.do("secretary", "acknowledge", case)
    world.go(day(4, 10))
    world.do("secretary", "submit", case, materials=(*usual_materials("submit"), material("evidence@2")))
    assert world.clocks(case)["measure"].paused_since == day(4, 10)
    world.do("secretary", "recall", case)
    assert told(world, case, day(4, 10)) == [(1, "2026-03-20")]
    assert told(world, case, day(4, 17)) == [(2, "2026-04-20")]


def test_measures_come_due_while_a_case_is_escalated(world: World) -> None:
    """Escalated by hand, once from rectification and once from what was handed in: the handler goes on and is told.

    Ordered rework swallows none either: the measure of 20 April, reached before the order, is told after it.
    """
    case = planned(world, day(4, 1), day(4, 20))
    world.do("office", "escalate_by_hand", case)
    assert told(world, case, day(3, 31)) == [(1, "2026-04-01")]
    world.go(day(4, 18))
    world.do("office", "order_rework", case, answers={"final_on": "2026-05-30"})
    assert told(world, case, day(4, 18)) == [(2, "2026-04-20")]
    world.open_round("二轮")
    world.go(day(4, 20))
    case = planned(world, day(5, 20))
    world.walk(case, "submit", "escalate_by_hand")
    assert told(world, case, day(5, 19)) == [(1, "2026-05-20")]
