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
from tests.world import World


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
    assert "county" in office.get("/register/profile").text
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
