"""明确责任人: once another unit answers for a problem, it says who is responsible there; until then the page says who was."""

from __future__ import annotations

from tests.rules.subjects import subject
from tests.test_drafts import confirmed, outcomes, prepared
from tests.test_transferring import transfer
from tests.web.conftest import Door
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN, World, day
from trail.verify import verify
from workflow.machine import GUARDS

FORMER = f"原责任人：林建国 村建中心 李敏（{TOWN}），{BUREAU}还没有明确责任领导"
NEW = {"responsible": "朱芳", "department": "河道科", "person": "何平"}


def said(world: World, case: int) -> tuple[str, ...]:
    """Return who is responsible for a case."""
    (row,) = world.rows("SELECT responsible, department, person FROM cases WHERE id = :case", case=case)
    return tuple(row)


def test_the_rule_by_itself() -> None:
    """Nobody is named: then somebody may be; who is named stays."""
    rule = GUARDS["nobody_named"]
    assert rule(subject("name_people", "secretary", led_by="")) is None
    refused = rule(subject("name_people", "secretary", led_by="林建国"))
    assert refused is not None
    assert refused.sentence == "责任领导已写明（林建国），不用再明确"


def test_the_new_unit_names_its_own_once(world: World) -> None:
    """1 April: given to the bureau, whose handler prepares and whose secretary signs; office and leader hear of it, dates stay."""
    case = world.at_work(day(6, 1))
    assert "责任领导已写明（林建国）" in world.refused("secretary", "name_people", case)
    world.go(day(4, 1))
    transfer(world, case)
    assert said(world, case) == ("", "", "")
    due = {name: row.due_on for name, row in world.clocks(case).items()}
    assert "应由（责任党组织的）党组织书记办理" in world.refused("secretary", "name_people", case)
    made = prepared(world, "handler_bureau", "name_people", case, answers=NEW)
    assert outcomes(confirmed(world, "secretary_bureau", made)) == ["done"]
    assert said(world, case) == tuple(NEW.values())
    assert {name: row.due_on for name, row in world.clocks(case).items()} == due
    assert world.told(case, "name_people") == {"office", "leader"}
    assert "责任领导已写明（朱芳）" in world.refused("secretary_bureau", "name_people", case)
    assert verify(world.engine, world.home).ok


def test_the_page_says_who_was_responsible_until_the_new_unit_names_its_own(door: Door) -> None:
    """The home of the new unit asks for it, the act that gave it away said so, the date names what changed it; then all that is gone."""
    world = door.world
    case = world.at_work(day(4, 1))
    world.go(day(3, 30))
    assert "责任人由接手的单位重新明确" in words(door.as_("office").get(f"/acts/transfer?case={case}").text)
    transfer(world, case)
    page = words(door.as_("office").get(f"/cases/{case}").text)
    assert FORMER in page
    assert "认领时填写" not in page
    assert "（最初为 2026年4月1日（周三），办理“变更责任主体”时改定）" in page
    assert "明确责任人" in words(door.as_("secretary_bureau").get("/").text)
    assert "准备明确责任人" in words(door.as_("handler_bureau").get("/").text)
    assert "明确责任人" not in words(door.as_("secretary").get("/").text)
    secretary = door.as_("secretary_bureau")
    form = {f"c{case}.{name}": text for name, text in NEW.items()}
    assert secretary.sign("/acts/name_people", {"case": str(case), **form}).status_code == 200
    page = words(secretary.get(f"/cases/{case}").text)
    assert ("朱芳 河道科 何平" in page, "原责任人" in page) == (True, False)
    assert "/acts/name_people" not in secretary.get("/").text


def test_an_extension_that_moved_the_date_is_named_as_such(door: Door) -> None:
    world = door.world
    case = world.at_work(day(4, 1))
    world.do("secretary", "request_extension", case, answers={"until": "2026-05-20"})
    world.do("office", "grant_extension", case, answers={"until": "2026-05-20"})
    page = words(door.as_("office").get(f"/cases/{case}").text)
    assert "（最初为 2026年4月1日（周三），办理“同意延期”时改定；已申请过延期）" in page
