"""Late is late: an escalated case stays late by what the unit owed, in every figure alike; what is closed is late no more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.engine import reading
from storage.reads.leaders import FIGURES
from storage.reads.ledger.pages import LedgerLine, page_of
from storage.reads.ledger.questions import Ask, Filters
from storage.scope import EVERYTHING
from tests.world import ROAD, World, day
from web.leading import units_by_red
from web.viewer import Viewer

pytestmark = pytest.mark.both


def lines(world: World, lamp: str = "") -> list[LedgerLine]:
    """Return the ledger's lines, as of the world's day."""
    with reading(world.engine) as work:
        ask = Ask(world.place, EVERYTHING, Filters(lamp=lamp), world.today, world.today + timedelta(days=10))
        return page_of(work.driver, ask, 500).lines


def late(world: World) -> set[int]:
    """Return the late cases; the figures, the ledger's filter and the leader's page say the same of them."""
    found = {line.id for line in lines(world, "late")}
    with reading(world.engine) as work:
        viewer = Viewer(world.actor("leader"), 0, "", "", {})
        leader = units_by_red(work.driver, viewer, world.today)
    assert world.figures()["overdue"] == len(found) == leader["total"]["late"]
    shown = {one.id for one in lines(world) if one.lamp_on and one.lamp_on < world.today and not one.paused}
    assert shown == found
    return found


def lamp_on(world: World, case: int) -> date | None:
    """Return the date that the lamp of a case is lit by."""
    return next(line.lamp_on for line in lines(world) if line.id == case)


def test_a_case_that_rises_while_late_stays_late(world: World) -> None:
    """One never claimed, one late in rectification: the clock escalates both, the office's own dates lie ahead."""
    work = world.at_work(day(5, 6))
    world.scan_days(day(3, 3), day(4, 30))
    (claim,) = world.feed_back(start=9)
    claim_due = world.row(claim).state_due_on
    world.scan_days(day(5, 1), day(5, 25))
    assert {world.case(case).state for case in (work, claim)} == {"escalated"}
    assert world.figures()["overdue"] == 2
    assert late(world) == {work, claim}
    assert (lamp_on(world, work), lamp_on(world, claim)) == (day(5, 6), claim_due)
    world.scan_days(day(5, 26), day(7, 10))
    assert late(world) == {work, claim}, "the office's silence changes nothing"
    world.do("office", "order_rework", work, answers={"final_on": day(8, 1).isoformat()})
    world.do("office", "order_plan", claim, answers={"plan_on": day(8, 1).isoformat()})
    assert late(world) == set()
    assert world.row(work).owed_on is None


@pytest.mark.parametrize("moves", [(), ("claim",), ROAD[:2], ROAD[:3], ROAD[:4]])
def test_a_case_escalated_by_hand_is_not_late_before_its_date(world: World, moves: tuple[str, ...]) -> None:
    (case,) = world.feed_back()
    world.walk(case, *moves)
    world.do("office", "escalate_by_hand", case)
    owed = lamp_on(world, case)
    assert owed
    assert owed > world.today
    assert late(world) == set()
    world.go(owed)
    assert late(world) == set()
    world.later(1)
    assert late(world) == {case}


def test_what_lay_with_the_office_is_given_back_when_a_case_rises(world: World) -> None:
    """Handed in eight days before its date, escalated by hand long after: eight days are left."""
    case = world.at_work(day(5, 6))
    world.go(day(4, 28))
    world.do("secretary", "submit", case)
    world.go(day(5, 20))
    world.do("office", "escalate_by_hand", case)
    assert lamp_on(world, case) == day(5, 28)


def test_handed_in_late_it_is_as_late_when_it_rises(world: World) -> None:
    """Handed in four days late, escalated by hand ten days on: four days late still, by whichever way it came there."""
    case = world.at_work(day(5, 6))
    world.go(day(5, 10))
    world.do("secretary", "submit", case)
    world.go(day(5, 12))
    world.agree(case)
    world.do("office", "verify", case)
    assert world.with_second("office", "office2", "rescind", case).outcome == "done"
    world.go(day(5, 20))
    world.do("office", "escalate_by_hand", case)
    assert lamp_on(world, case) == day(5, 16)
    assert late(world) == {case}


def test_a_unit_that_submits_meanwhile_owes_no_more(world: World) -> None:
    case = world.at_work(day(5, 6))
    world.scan_days(day(5, 1), day(5, 25))
    assert late(world) == {case}
    world.do("secretary", "submit", case)
    assert late(world) == set()
    row = world.row(case)
    assert row.due_on
    assert row.submitted_on
    assert row.submitted_on > row.due_on, "judged by the day of submission"
    assert row.owed_on is None


def test_what_is_closed_is_not_late(world: World) -> None:
    """The date of publication goes by: that is a debt of its own, shown by its date, and no lamp of the rectification."""
    cases = world.all_at_work(2, day(5, 6))
    world.do("secretary", "submit", *cases)
    world.agree(*cases)
    world.do("office", "verify", *cases)
    verified, published = cases
    world.walk(published, "approve_text", "publicize")
    world.scan(day(12, 1))
    assert late(world) == set()
    assert {line.lamp_on for line in lines(world)} == {None}
    assert world.row(verified).state_due_on < world.today  # type: ignore[operator]


def test_results_count_from_acceptance_on_and_not_after_a_reopening(world: World) -> None:
    """Stated, returned, stated, basically done, stated, accepted, rescinded, accepted, reopened."""

    def counted() -> tuple[int, float]:
        figures = world.figures()
        return figures["rules"], figures["recovered_yuan"]

    said = {"results": {"rules_new": "2", "money_recovered": "100010"}}
    case = world.at_work(day(5, 6))
    world.do("secretary", "submit", case, answers=said)
    assert counted() == (0, 0)
    world.do("office", "return_work", case)
    assert counted() == (0, 0)
    world.do("secretary", "submit", case, answers=said)
    world.do("office", "continue_work", case)
    assert counted() == (0, 0), "basically done is not done: it will be stated again, whole"
    world.do("secretary", "submit", case, answers=said)
    world.agree(case)
    world.do("office", "verify", case)
    assert counted() == (2, 100_010)
    assert world.with_second("office", "office2", "rescind", case).outcome == "done"
    assert counted() == (0, 0)
    world.walk(case, "verify", "approve_text", "publicize")
    assert counted() == (2, 100_010)
    world.do("office", "reopen", case)
    assert counted() == (0, 0)


def test_a_leader_reads_the_heaviest_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Escalated before late before flagged before nothing; a flag alone stood behind every unit with nothing at all."""
    marks = {"一": {}, "乙": {"flagged": 1}, "丙": {"late": 2}, "丁": {"late": 1, "escalated": 1}}
    found = {(place, name): {**dict.fromkeys(FIGURES, 0), **mark} for place, (name, mark) in enumerate(marks.items())}
    monkeypatch.setattr("web.leading.figures_by_unit", lambda *_: found)
    with reading(world.engine) as work:
        units = units_by_red(work.driver, Viewer(world.actor("leader"), 0, "", "", {}), world.today)["units"]
    assert [name for _, name, _ in units] == ["丁", "丙", "乙", "一"]
