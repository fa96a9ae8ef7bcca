"""Keys that a form carries: what somebody writes there is theirs alone, and no draft's confirmation can be taken away."""

from __future__ import annotations

from typing import Any

from tests.web.conftest import PASSWORD, Answer, Door
from tests.web.test_homes import words
from tests.web.test_prepared import prepared
from tests.world import BUREAU, World

SIGNED = {"step": "do", "password": PASSWORD}


def at_work(world: World, unit: str, *logins: str) -> int:
    """Return a case of a unit that is in rectification, walked there by its secretary."""
    (case,) = world.feed_back(unit=unit)
    secretary = logins[0] if logins else "secretary"
    world.do(secretary, "claim", case)
    world.do(secretary, "submit_plan", case)
    world.agree(case)
    world.do("office", "approve_plan", case)
    return case


def progress(door: Door, login: str, case: int, key: str) -> Answer:
    """Let a handler report progress with a key that she wrote herself."""
    said: dict[str, Any] = {"case": str(case), f"c{case}.measure_no": "1", "s.text": "已修复12盏", "key": key}
    return door.as_(login).submit("/acts/progress", {**said, "step": "do"})


def test_nobody_takes_the_key_of_another_units_draft(door: Door) -> None:
    """A handler guesses how a draft will be confirmed and uses that key first: the draft is confirmed all the same."""
    world = door.world
    foreign = at_work(world, BUREAU, "secretary_bureau")
    (case,) = world.feed_back()
    number = prepared(world, "handler", "claim", case)
    assert "已办" in progress(door, "handler_bureau", foreign, f"draft{number}").text
    answer = door.as_("secretary").submit(f"/drafts/{number}", SIGNED)
    assert (answer.status_code, "已办：认领 1 件" in words(answer.text)) == (200, True), words(answer.text)
    assert world.case(case).state == "claimed"


def test_a_draft_confirmed_twice_by_a_double_click_is_confirmed_once(door: Door) -> None:
    """Nor does the secretary meet a key that he wrote himself into a form of his own."""
    world = door.world
    one, two = world.feed_back(2)
    number = prepared(world, "handler", "claim", one)
    said = {f"c{two}.{name}": "甲" for name in ("responsible", "department", "person")}
    own = {"case": str(two), "key": f"draft{number}", **said}
    assert "已办" in door.as_("secretary").sign("/acts/claim", own).text
    first = door.as_("secretary").submit(f"/drafts/{number}", SIGNED)
    again = door.as_("secretary").submit(f"/drafts/{number}", SIGNED)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "此前已办，未重复记录" in again.text
    assert world.actions(one) == ["feed_back", "claim"]


def test_the_same_key_in_the_forms_of_two_units_is_two_keys(door: Door) -> None:
    world = door.world
    own, foreign = at_work(world, "城伯镇党委"), at_work(world, BUREAU, "secretary_bureau")
    assert "已办：填报进展 1 件" in words(progress(door, "handler", own, "abc").text)
    assert "已办：填报进展 1 件" in words(progress(door, "handler_bureau", foreign, "abc").text)
    again = progress(door, "handler", own, "abc")
    assert "此前已办，未重复记录" in again.text
    assert world.actions(own).count("progress") == 1
