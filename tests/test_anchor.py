"""集中整改 counts from feedback: what lay with the office before approval is added, as the log has it, for the agreed date and the measures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from storage.engine import reading
from storage.stays import stays_of
from tests.test_reasons import why
from tests.web.statements import listening
from tests.world import BUREAU, MEASURE, World, day
from workflow.days.agreeing import with_office
from workflow.days.calendar import Calendar


def office(world: World, *cases: int) -> list[int]:
    """Return how many days each case lay with the office until today."""
    with reading(world.engine) as work:
        found = stays_of(work.driver, [world.row(case) for case in cases])
    return [with_office(found[case], world.today, "month", Calendar.of([], [])) for case in cases]


def on(world: World, when: date, login: str, action: str, *cases: int, **answers: Any) -> None:
    world.go(when)
    world.do(login, action, *cases, answers=answers)


def test_the_check_of_an_objection_and_every_joint_review_are_added(world: World) -> None:
    """Seven days of checking, four until the plan was sent back, eleven until it was approved; the week in between is the unit's."""
    (case,) = world.feed_back()
    on(world, day(3, 3), "secretary", "object", case)
    on(world, day(3, 10), "office", "keep", case)
    on(world, day(3, 11), "secretary", "claim", case)
    on(world, day(3, 16), "secretary", "submit_plan", case)
    on(world, day(3, 20), "office", "return_plan", case, new_on="2026-04-03")
    on(world, day(3, 27), "secretary", "submit_plan", case)
    world.agree(case)
    world.go(day(4, 7))
    assert office(world, case) == [22]
    said = world.refused("office", "approve_plan", case, answers={"agreed_on": "2026-06-25"})
    assert said == (
        "商定期限 2026年6月25日（周四） 应在今天与 2026年6月24日（周三）"
        "（反馈之日 2026年3月2日起 3 个月，加上在巡察办的 22 天）之间"
    )
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-06-24"})
    kept = why(world, case, "rectify")
    assert {name: kept[name] for name in ("limit", "fed_back", "office", "latest")} == {
        "limit": "focused", "fed_back": "2026-03-02", "office": 22, "latest": "2026-06-24",
    }  # fmt: skip
    world.go(day(5, 7))
    assert office(world, case) == [22], "what comes after approval is not asked"


@pytest.mark.parametrize(("ended_by", "whose", "days"), [("keep", "office", 7), ("drop_objection", "secretary", 0)])
def test_while_one_is_checked_the_plan_of_the_others_waits(world: World, ended_by: str, whose: str, days: int) -> None:
    """Of the same inspection alone, and from its own claim on; an objection that is taken back buys nobody time."""
    early, late, disputed = world.feed_back(3)
    (elsewhere,) = world.feed_back(unit=BUREAU)
    on(world, day(3, 3), "secretary", "claim", early)
    on(world, day(3, 4), "secretary", "object", disputed)
    world.do("secretary_bureau", "claim", elsewhere)
    on(world, day(3, 6), "secretary", "claim", late)
    on(world, day(3, 11), whose, ended_by, disputed)
    on(world, day(3, 12), "secretary", "claim", disputed)
    world.go(day(3, 16))
    assert office(world, early, late, disputed, elsewhere) == [days, days and 5, days, 0]


def test_a_plan_taken_back_lay_there_until_then(world: World) -> None:
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    assert office(world, case) == [0]
    on(world, day(3, 5), "secretary", "recall_plan", case)
    world.go(day(3, 20))
    assert office(world, case) == [3]


def test_measures_have_until_the_day_that_could_be_agreed_on_now(world: World) -> None:
    """Filed a month after feedback they have until its three months; what the unit waited is not added."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    world.go(day(4, 1))
    late = [{key: value for key, value in MEASURE.items() if key != "why"} | {"on": "2026-06-03"}]
    said = world.refused("secretary", "submit_plan", case, answers={"measures": late})
    assert "与 2026年6月2日（周二）（反馈之日 2026年3月2日起 3 个月）之间" in said
    world.do("secretary", "submit_plan", case, answers={"measures": [{**late[0], "on": "2026-06-02"}]})


def test_however_many_are_approved_together_the_log_is_asked_once(world: World) -> None:
    counts = []
    for number in (1, 3):
        world.open_round(f"第 {number} 轮")
        cases = world.feed_back(number)
        world.do("secretary", "claim", *cases)
        world.do("secretary", "submit_plan", *cases)
        world.agree(*cases)
        with listening(world.engine) as heard:
            world.do("office", "approve_plan", *cases)
        counts.append(sum("JOIN trail t ON t.case_id" in one.sql for one in heard))
    assert counts == [1, 1]
