"""The page of a unit: who is in office since when and before whom, its inspections with their figures, who is below it."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.web.conftest import Door
from tests.world import TOWN, VILLAGE


def page_of(door: Door, login: str, name: str = TOWN) -> str:
    """Return the page without what was entered about the unit."""
    page: str = door.as_(login).get(f"/register/unit/{door.world.units[name]}").text
    return page.partition("登记过什么")[0]


def test_it_says_who_is_in_office_and_who_was(door: Door) -> None:
    """A stand-in for days stands beside the secretary, and among those before when the days are over."""
    world = door.world
    last = world.today + timedelta(days=6)
    world.hire("stand_in", "赵东", "secretary", TOWN, capacity="stand_in", starts_on=world.today, ends_on=last)
    page = page_of(door, "office")
    assert f"{TOWN}书记" in page
    assert "代班" in page.partition("以前（")[0]
    world.go(last + timedelta(days=1))
    door.known.clear()
    page = page_of(door, "office")
    assert "代班" not in page.partition("以前（")[0]
    assert "代班" in page.partition("以前（")[2]


def test_a_unit_without_a_secretary_says_so(door: Door) -> None:
    world = door.world
    assert "没有书记" not in page_of(door, "office")
    office = door.as_("office")
    made = office.submit("/register/unit/make", {"name": "滨江镇党委"})
    page = office.get(made.headers["location"]).text
    assert "没有书记：问题无人认领" in page
    assert world.rows("SELECT COUNT(*) FROM units WHERE name = '滨江镇党委'") == [(1,)]


def test_its_inspections_have_their_figures_for_who_reads_problems(door: Door) -> None:
    """Two problems, one claimed in time and one late: the office reads how many, an administrator only that it was inspected."""
    world = door.world
    first, *_ = world.feed_back(count=2)
    world.do("secretary", "claim", first)
    world.go(world.today + timedelta(days=9))
    door.known.clear()
    figures = re.findall(r'data-label="(?:问题|已完成|逾期|督办)">(?:<a[^>]*>)?(\d+)', page_of(door, "office"))
    assert figures == ["2", "0", "1", "0"]
    page = page_of(door, "sysadmin")
    assert "反馈日期" in page
    assert 'data-label="问题"' not in page


def test_it_leads_to_who_is_below(door: Door) -> None:
    page = page_of(door, "office")
    assert f'href="/register/unit/{door.world.units[VILLAGE]}"' in page
    assert "下属和由它负责的" in page


def test_a_unit_is_found_by_the_first_letters(town_door: Door) -> None:
    """Cbz finds 城伯镇党委, as people type who know the name and not the number."""
    office = town_door.as_("office")
    found = office.get("/register/unit?q=CBZ").text
    assert TOWN in found
    assert "没有符合的党组织" in office.get("/register/unit?q=xyzxyz").text
