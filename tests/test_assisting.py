"""协办单位: units that assist see a problem, report progress and give evidence; they never sign, and nothing is counted for them."""

from __future__ import annotations

import pytest

from figures.stats import stats
from states import ACTIONS
from storage.engine import reading
from storage.reads.assisting import assistants_of
from storage.reads.leaders import figures_by_unit
from storage.reads.measures import progress_of
from storage.scope import EVERYTHING
from tests.rules.subjects import subject
from tests.test_drafts import confirmed, prepared
from tests.test_transferring import posts, transfer
from tests.world import BUREAU, TOWN, VILLAGE, World, day, material
from trail.verify import verify
from workflow.assisting import Assistant
from workflow.facts import read_facts
from workflow.machine import EFFECTS, GUARDS
from workflow.may import sees
from workflow.subject import Intent

SIGNED_BY_SECRETARIES = (
    "claim",
    "acknowledge",
    "submit",
    "submit_plan",
    "request_extension",
    "name_people",
    "publicize",
    "object",
    "hand_over",
)


def assisted(world: World) -> int:
    """Return a case of the town at work, in which the bureau assists since 16 March."""
    case = world.at_work(day(6, 1))
    world.go(day(3, 16))
    world.do("office", "name_assisting", case)
    return case


def test_an_assisting_unit_reports_and_gives_evidence(world: World) -> None:
    """16 March: the bureau is named, and told what it is. Its handler reports with evidence, marked as theirs.

    The town's own clock of reporting goes on: what the bureau says is not the town's report.
    """
    case = assisted(world)
    town, bureau = world.units[TOWN], world.units[BUREAU]
    assert world.entry(case)["assisting"] == {"unit": bureau, "assists": True}
    assert posts(world, case, "name_assisting") == {
        f"{role}:{unit}" for role in ("secretary", "handler") for unit in (TOWN, BUREAU)
    }
    world.go(day(3, 20))
    before = world.clocks(case)["progress"]
    world.do("handler_bureau", "progress", case, materials=(material("evidence"),))
    assert world.entry(case)["inputs"] == {"assisting": bureau}
    assert world.clocks(case)["progress"] == before
    world.do("handler", "progress", case)
    assert "inputs" not in world.entry(case)
    assert world.clocks(case)["progress"].due_on > before.due_on
    with reading(world.engine) as work:
        said = [row[4] for row in progress_of(work.driver, case)[1]]
        (one,) = assistants_of(work.driver, case)
    assert said == [BUREAU, None]
    assert (one.unit, one.since, one.until, one.asked) == (BUREAU, day(3, 16), None, "提供水源检测数据")
    assert world.row(case).answerable_id == town
    world.walk(case, "submit")


def test_an_assisting_unit_signs_nothing_by_any_road(world: World) -> None:
    """Neither its secretary nor its handler makes, prepares or confirms what is the town's to do; and no date or figure is theirs."""
    case = assisted(world)
    for login in ("secretary_bureau", "handler_bureau"):
        assert sees(world.actor(login), world.row(case))
        for action in SIGNED_BY_SECRETARIES:
            assert world.refused(login, action, case), (login, action)
        assert prepared(world, login, "submit", case).draft is None
    assert "应由" in world.refused("secretary_bureau", "progress", case)
    (one,) = confirmed(world, "secretary_bureau", prepared(world, "handler", "request_extension", case))
    assert "应由（责任党组织的）" in "".join(one.refused)
    world.scan_days(day(3, 17), day(6, 20))
    assert world.row(case).state == "escalated"
    with reading(world.engine) as work:
        figures = figures_by_unit(work.driver, world.place, world.today, EVERYTHING)
        assert {name for _, name in figures} == {TOWN}
        assert stats(work.driver, world.place, world.today, world.round_id)["organisations"] == 1
    assert not world.rows(
        "SELECT 1 FROM outbox WHERE template IN ('remind', 'flag', 'escalate') AND post LIKE :post",
        post=f"%:{world.units[BUREAU]}",
    )


def test_who_assisted_does_not_close_it(world: World) -> None:
    """Who reported for an assisting unit has had a hand in it, and closes it in no post."""
    case = assisted(world)
    world.do("handler_bureau", "progress", case)
    world.walk(case, "submit")
    with reading(world.engine) as work:
        facts = read_facts(work.driver, [(world.row(case), ACTIONS["verify"], Intent("verify", case))])[case]
    assert {world.people[one] for one in ("handler_bureau", "secretary_bureau")} <= facts.rectifiers


def test_it_is_let_go_and_sees_the_case_no_more(world: World) -> None:
    """Dropped on 1 April with the reason: its people see nothing any more, and what they reported stays. It may be named again."""
    case = assisted(world)
    world.do("handler_bureau", "progress", case)
    assert "已是该问题的协办单位" in world.refused("office", "name_assisting", case)
    world.go(day(4, 1))
    world.do("office", "drop_assisting", case)
    assert not sees(world.actor("handler_bureau"), world.row(case))
    assert "不是该问题的协办单位" in world.refused("office", "drop_assisting", case)
    assert world.refused("handler_bureau", "progress", case)
    world.do("office", "name_assisting", case)
    with reading(world.engine) as work:
        assert [(one.until, one.since) for one in assistants_of(work.driver, case)] == [
            (None, day(4, 1)),
            (day(4, 1), day(3, 16)),
        ]


def test_a_case_given_to_the_assisting_unit_is_its_own(world: World) -> None:
    """Transferred to the bureau, it assists no more: it answers. The town, from which the case went, may assist."""
    case = assisted(world)
    transfer(world, case, ground="restructured")
    assert world.rows("SELECT until FROM assisting WHERE case_id = :case", case=case) != [(None,)]
    world.do("secretary_bureau", "acknowledge", case)
    world.do("handler_bureau", "progress", case)
    assert "inputs" not in world.entry(case)
    assert "就是该问题的责任单位" in world.refused("office", "name_assisting", case)
    world.do("office", "name_assisting", case, answers={"assistant": TOWN})
    world.do("handler", "progress", case)
    assert world.entry(case)["inputs"] == {"assisting": world.units[TOWN]}


@pytest.mark.parametrize("unit", [TOWN, VILLAGE, "水利厅"])
def test_who_has_it_or_is_not_there_does_not_assist(world: World, unit: str) -> None:
    """Who answers, where it was found, and what is no unit."""
    (case,) = world.feed_back(unit=VILLAGE)
    said = world.refused("office", "name_assisting", case, answers={"assistant": unit})
    assert ("没有党组织" if unit == "水利厅" else "就是该问题的责任单位") in said


def test_a_row_changed_behind_the_trail_is_found(world: World) -> None:
    """Who assists and did stands on the trail, with the days and what was asked: whatever is changed behind its back is named with the case."""
    case = assisted(world)
    world.do("office", "drop_assisting", case)
    world.do("office", "name_assisting", case)
    bureau = world.units[BUREAU]
    for change, back, said in (
        (f"unit_id = {world.units[VILLAGE]}", f"unit_id = {bureau}", "是谁、从哪天到哪天"),
        ("since = '2026-03-02'", "since = '2026-03-16'", "是谁、从哪天到哪天"),
        ("task = '提供账目'", "task = '提供水源检测数据'", "请其协办的事项"),
    ):
        for which in ("until IS NULL", "until IS NOT NULL"):
            with world.engine.begin() as connection:
                connection.exec_driver_sql(f"UPDATE assisting SET {change} WHERE {which}")
            found = verify(world.engine, world.home)
            assert (found.ok, said in found.why, f"问题 {case}" in found.why) == (False, True, True), change
            with world.engine.begin() as connection:
                connection.exec_driver_sql(f"UPDATE assisting SET {back} WHERE {which}")


def test_a_row_that_is_gone_is_found(world: World) -> None:
    """Who assisted judges nothing: to strike them off the table does not hide it."""
    case = assisted(world)
    world.do("office", "drop_assisting", case)
    world.spoilt = "协办单位有记录，表中却没有"
    with world.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM assisting")


def test_the_rules_by_themselves() -> None:
    """Each rule says why, and of what is not filled in yet says nothing."""
    gone, there = Assistant(7, ends_on=day(3, 1)), Assistant(7)
    named = {"assistant": BUREAU}
    being, yet, now = (GUARDS[name] for name in ("assistant_in_being", "not_assisting_yet", "assists_now"))
    another = GUARDS["assistant_is_another"]
    for rule in (being, another, yet):
        assert rule(subject("name_assisting", assistant=there, assisting=frozenset())) is None
    assert "撤并" in str(being(subject("name_assisting", answers=named, assistant=gone)))
    assert "没有党组织" in str(being(subject("name_assisting", answers=named, assistant=None)))
    assert being(subject("name_assisting", answers=named, assistant=there)) is None
    assert "已是" in str(yet(subject("name_assisting", answers=named, assistant=there, assisting=frozenset({7}))))
    assert yet(subject("name_assisting", answers=named, assistant=there, assisting=frozenset({8}))) is None
    assert "没有协办单位" in str(now(subject("drop_assisting", assistant=None, assisting=frozenset())))
    assert now(subject("drop_assisting", answers=named, assistant=gone, assisting=frozenset({7}))) is None
    assert "take_assistant" in EFFECTS
    assert "let_assistant_go" in EFFECTS
    assert "assist_no_more" in EFFECTS
