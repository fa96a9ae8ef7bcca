"""Words that promise what is not there: nothing that people read speaks of it."""

from __future__ import annotations

import pytest

from storage.accounts import BadAccount, add_account
from storage.engine import reading, writing
from storage.tables import PostRow
from tests.test_house import our_files
from tests.web.conftest import Door
from tests.world import BUREAU, World

# Each with what would have to be there first.
NOT_THERE = {
    "更正后维持": "a move that changes a problem's words",
    "本次巡察指定的领导": "a place where an inspection's leader is named",
    "由巡察办录入": "a page or command that takes a calendar",
    "尚未录入": "a page or command that takes a calendar",
    "| 离线安装 | 有": "a package that holds what is installed",
}
READ = ("*.md", "*.html", "*.py", "*.toml", "*.txt", "*.js")


def test_nothing_that_people_read_promises_what_is_not_there() -> None:
    said = {
        (str(path.name), words)
        for pattern in READ
        for path in our_files(pattern)
        if "tests" not in path.parts and path.name not in ("CHANGELOG.md", "why.md")
        for words in NOT_THERE
        if words in path.read_text(encoding="utf-8")
    }
    assert said == set()


def test_a_role_of_the_whole_place_bears_no_units_name(door: Door) -> None:
    """A post of 纪委监委 was once entered with a unit: it reaches everything, so it is called by nothing less."""
    world = door.world
    with writing(world.engine) as work:
        person = world.people["discipline"]
        post = PostRow(jurisdiction=world.place, person_id=person, role="discipline", unit_id=world.units[BUREAU])
        work.session.add(post)
        work.commit()
    page = door.sign_in("discipline").get("/me").text
    assert "纪委监委" in page
    assert BUREAU not in page
    assert f"{BUREAU} 纪委监委" not in door.sign_in("sysadmin").get("/accounts").text


def test_a_unit_is_asked_only_of_those_who_reach_no_further(world: World) -> None:
    with writing(world.engine) as work:
        for role in ("discipline", "organisation", "office", "team", "auditor"):
            with pytest.raises(BadAccount, match="面向全地区任职，不填党组织"):
                add_account(work.session, world.place, f"new.{role}", "新人", role, unit=BUREAU)
        for role in ("secretary", "handler", "leader"):
            assert add_account(work.session, world.place, f"new.{role}", "新人", role, unit=BUREAU).unit_id
        work.rollback()
    with reading(world.engine) as work:
        assert work.session.get(PostRow, 1)
