"""A field that may be left out may be emptied again: struck out in the form, `--set 栏=` at the command line."""

from __future__ import annotations

import json

from register.wanted import Wanted
from tests.cli.conftest import Shell
from tests.register.test_pages import ask, decide
from tests.register.test_road import asked, decided, refused
from tests.web.conftest import Door, field_in
from tests.world import BUREAU, TOWN, VILLAGE, World
from trail.verify import verify


def row_of(world: World, unit: str) -> tuple[str, int | None, int | None]:
    """Return kind, parent and who answers for a unit."""
    sql = "SELECT sort, parent_id, answerable_id FROM units WHERE id = :unit"
    ((sort, parent, answerable),) = world.rows(sql, unit=world.units[unit])
    return sort, parent, answerable


def test_a_change_empties_what_is_struck_out_and_leaves_what_stands(world: World) -> None:
    """A parent, and a kind that is an empty text where there is none; the entry says so, and the request kept it."""
    town = world.units[TOWN]
    for fields in ({"sort": "town", "parent": BUREAU}, {"sort": "", "parent": ""}):
        number = asked(world, "office", Wanted("unit", "change", world.units[VILLAGE], fields)).request
        assert decided(world, "office2", number).index is not None
    assert row_of(world, VILLAGE) == ("", None, town)
    assert verify(world.engine, world.home, "city").ok
    again = Wanted("unit", "change", world.units[VILLAGE], {"sort": "", "parent": ""})
    assert refused(world, "office2", again, asked_by="office") == "没有改动，不用登记"


def test_what_no_row_begins_without_is_not_emptied(world: World) -> None:
    change = Wanted("unit", "change", world.units[TOWN], {"name": ""})
    assert refused(world, "office2", change, asked_by="office") == "名称不能为空"
    change = Wanted("round", "change", world.round_id, {"profile": "", "name": " "})
    said = refused(world, "office2", change, asked_by="office")
    assert said.splitlines() == ["名称不能为空", "时限方案不能为空"]


def test_a_kind_without_a_table_of_its_own_is_emptied_too(world: World) -> None:
    team = world.enter("office", "team", "make", None, name="一组", round="一轮", starts_on="2026-03-02")
    world.enter("office", "team", "change", team, starts_on="")
    ((fields,),) = world.rows("SELECT fields FROM listed WHERE id = :team", team=team)
    assert json.loads(fields)["starts_on"] is None
    assert verify(world.engine, world.home, "city").ok


def test_the_form_shows_what_is_there_and_sends_what_was_changed(door: Door) -> None:
    """Nothing that another changed meanwhile is put back: what was left as it stood is not asked for."""
    village = door.world.units[VILLAGE]
    page = f"/register/unit/{village}"
    form = door.as_("office").get(page).text.partition(f'action="{page}/change"')[2].partition("</form>")[0]
    had = {name: field_in(form, name) for name in ("name", "parent", "answerable")}
    assert had == {"name": VILLAGE, "parent": TOWN, "answerable": TOWN}
    stood = {f"was.{name}": value for name, value in had.items()}
    assert {name: field_in(form, name) for name in stood} == stood
    number = ask(door, "office", f"{page}/change", **{**had, **stood, "parent": "", "reason": "不设上级"})
    assert door.world.rows("SELECT fields FROM requests WHERE id = :id", id=number) == [('{"parent":""}',)]
    assert "（清空）" in door.as_("office2").get("/register").text
    assert "已登记" in decide(door, "office2", number)
    assert row_of(door.world, VILLAGE)[1:] == (None, door.world.units[TOWN])
    answer = door.as_("office").submit(f"{page}/change", {**had, **stood})
    assert (answer.status_code, "没有改动" in answer.text) == (422, True)


def test_the_command_empties_a_field(shell: Shell) -> None:
    shell.ok("unit", "add", TOWN)
    shell.ok("unit", "add", VILLAGE, "--parent", TOWN)
    shell.ok("register", "unit", "change", VILLAGE, "--set", "parent=")
    rows = {row["name"]: row for row in json.loads(shell.ok("register", "unit"))}
    assert rows[VILLAGE]["parent_id"] is None
    code, _, said = shell.run("register", "unit", "change", VILLAGE, "--set", "name=")
    assert (code, "名称不能为空" in said) == (1, True)
