"""催办: the office reminds a unit of what it owes, in words; once a day and person, without a receipt."""

from __future__ import annotations

from datetime import timedelta

from tests.rules.subjects import TODAY, subject
from tests.test_drafts import confirmed, outcomes, prepared
from tests.web.conftest import Door
from tests.web.test_homes import words
from tests.world import World, day
from workflow.machine import GUARDS


def test_the_rule_by_itself() -> None:
    """A colleague may urge on the same day, and who urged yesterday may again."""
    rule = GUARDS["urged_once_a_day"]
    me = subject("urge", "office", urged={}).actor.person_id
    assert rule(subject("urge", "office", urged={(me, TODAY - timedelta(days=1)), (-1, TODAY)})) is None
    refused = rule(subject("urge", "office", urged={(me, TODAY)}))
    assert refused is not None
    assert "一天只催办一次" in refused.sentence


def test_the_unit_is_told_and_owes_no_more_than_before(world: World) -> None:
    """No receipt, no date, no state; what was prepared before stays good, and the day after it may be urged again."""
    case = world.at_work(day(6, 1))
    owed = "SELECT unsigned, state_due_on FROM cases"
    before = world.rows(owed)
    made = prepared(world, "handler", "request_extension", case, answers={"reason": "汛期", "until": "2026-06-20"})
    world.do("office", "urge", case, answers={"text": "请于周五前报进展"})
    assert world.rows(owed) == before
    assert world.told(case, "urge") == {"secretary", "handler"}
    assert "一天只催办一次" in world.refused("office", "urge", case)
    world.do("head", "urge", case)
    world.later(1)
    world.do("office", "urge", case)
    assert "应由" in world.refused("secretary", "urge", case)
    assert outcomes(confirmed(world, "secretary", made)) == ["done"]


def test_the_task_says_it_first_until_the_unit_has_acted(door: Door) -> None:
    """Several at once from the ledger; the words stand on the unit's home and on the page of the case."""
    world = door.world
    one, other = world.feed_back(2)
    page = door.as_("office").get("/cases").text
    assert "批量催办" in page
    answer = door.as_("office").submit(
        "/acts/urge", {"case": [str(one), str(other)], "s.text": "请尽快认领", "step": "do"}
    )
    assert "催办" in answer.text
    home = words(door.as_("secretary").get("/").text)
    assert "催办：请尽快认领；" in home
    assert "请尽快认领" in door.as_("secretary").get(f"/cases/{one}").text
    world.do("secretary", "acknowledge", one, other)
    world.do("secretary", "claim", one, other)
    assert "催办：请尽快认领" not in words(door.as_("secretary").get("/").text)
