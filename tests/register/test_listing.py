"""What is there is listed: rows of a table, rows of none, and what comes whole."""

from __future__ import annotations

import json

import pytest

from register.household import must_enter
from register.kinds import KINDS
from register.wanted import Wanted
from storage.engine import writing
from storage.household import LOOKED
from tests.cli.conftest import Shell
from tests.household import change_person, name_leader
from tests.web.conftest import Door
from tests.world import TOWN, World
from web.pages.register import GROUPS


def test_the_command_lists_the_rows_of_every_kind(shell: Shell) -> None:
    """A calendar is one row, by its digest; a profile and the table of moves stand by the hash under which they are followed."""
    listed = {name: json.loads(shell.ok("register", name)) for name in KINDS if name != LOOKED}
    (calendar,) = listed["calendar"]
    assert calendar["days"] > 100
    assert len(calendar["digest"]) == 64
    assert {one["name"] for one in listed["profile"]} >= {"county"}
    assert all(len(one["id"]) == 64 for kind in ("profile", "definition") for one in listed[kind])
    assert listed["definition"]


def test_the_pages_list_what_comes_whole(town_door: Door) -> None:
    office = town_door.as_("office")
    assert f"<h1>{KINDS['calendar'].shown}" in office.get(f"/register/calendar/{town_door.world.place}").text
    assert "<h2>县（市）通用</h2>" in office.get("/register/profile").text
    for row in (f"calendar/{town_door.world.place + 1}", "profile/" + "ab" * 32):
        assert office.get(f"/register/{row}").status_code == 404


def test_a_change_that_changes_nothing_is_no_entry(world: World) -> None:
    """Neither of a person, nor of who leads an inspection; the log would say that somebody did something."""
    change_person(world, "secretary", email="new@example.test")
    world.feed_back()
    name_leader(world, "leader")
    with pytest.raises(ValueError, match="没有改动，不用登记"):
        change_person(world, "secretary", email="new@example.test")
    with pytest.raises(ValueError, match="没有改动，不用登记"):
        name_leader(world, "leader")
    with writing(world.engine) as work, pytest.raises(ValueError, match="没有改动，不用登记"):
        must_enter(
            work, [Wanted("unit", "change", 1)], world.actor("office"), world.now, asked_by=world.people["office2"]
        )


def test_a_row_is_named_at_the_command_line_as_in_a_form(shell: Shell) -> None:
    """A team by its name, of one round where another is not meant; a person by name or login; two of one name are told apart by their numbers."""
    for name in ("一轮", "二轮"):
        shell.ok("register", "round", "make", "--set", f"name={name}", "--set", "profile=county")
    for name, held_in in (("一组", "一轮"), ("二组", "一轮"), ("二组", "二轮")):
        shell.ok("register", "team", "make", "--set", f"name={name}", "--set", f"round={held_in}")
    shell.ok("unit", "add", TOWN)
    shell.ok("register", "inspection", "make", "--set", "round=二轮", "--set", f"unit={TOWN}", "--set", "team=二组")
    elsewhere = json.loads(shell.ok("register", "team"))[-1]["id"]
    code, _, said = shell.run(
        "register", "inspection", "make", "--set", "round=一轮", "--set", f"unit={TOWN}", "--set", f"team={elsewhere}"
    )
    assert (code, "二组不是这一轮的巡察组" in said) == (1, True)
    shell.ok("register", "team", "end", "一组", "--set", "ends_on=2099-01-01")
    code, _, said = shell.run("register", "team", "end", "二组", "--set", "ends_on=2099-01-01")
    assert (code, "巡察组“二组”有 2 个，请写编号（" in said) == (2, True)
    shell.ok("user", "add", "zhao", "--name", "赵一", "--role", "office")
    for named, address in (("zhao", "zhao@example.test"), ("赵一", "zhao.yi@example.test")):
        shell.ok("register", "person", "change", named, "--set", f"email={address}")
    people = {row["name"]: row["email"] for row in json.loads(shell.ok("register", "person"))}
    assert people["赵一"] == "zhao.yi@example.test"
    code, _, said = shell.run("register", "person", "change", "没有的", "--set", "email=")
    assert (code, "没有人员“没有的”" in said) == (2, True)


def test_every_kind_stands_in_one_place_of_the_first_page(town_door: Door) -> None:
    placed = [name for names in GROUPS.values() for name in names]
    assert sorted(placed) == sorted(set(KINDS) - {LOOKED})
    page = town_door.as_("office").get("/register").text
    groups = page[page.index("党组织和人员") :]
    assert groups.index('href="/register/unit"') < groups.index("届、轮次、巡察")
    often = page[page.index("常用") : page.index("党组织和人员")]
    assert [
        name for name in ("unit", "round", "term", "calendar", "setting") if f'/register/{name}"' not in often
    ] == []
