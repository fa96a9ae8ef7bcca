"""Keys of the pages are the server's: nothing that a browser sends becomes one, and no draft's confirmation can be taken away."""

from __future__ import annotations

from typing import Any

import pytest

from states import ACTIONS
from tests.web.conftest import PASSWORD, Answer, Door, field_in
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
    answer = door.as_("secretary").confirm(number)
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
    first = door.as_("secretary").confirm(number)
    again = door.as_("secretary").confirm(number)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "此前已办，未重复记录" in again.text
    assert world.actions(one) == ["feed_back", "claim"]


def test_what_somebody_writes_into_the_field_is_no_key(door: Door) -> None:
    """A key made up, another unit's, one of another act: each is no key at all, and blocks nobody."""
    world = door.world
    own, foreign = at_work(world, "城伯镇党委"), at_work(world, BUREAU, "secretary_bureau")
    page = door.as_("handler_bureau").get(f"/acts/progress?case={foreign}").text
    elsewhere = door.as_("handler").get(f"/acts/request_extension?case={own}").text
    for key in ("abc", "draft1", "", field_in(page, "key"), field_in(elsewhere, "key")):
        assert "已办：填报进展 1 件" in words(progress(door, "handler", own, key).text)
    assert world.actions(own).count("progress") == 5
    assert set(kept(world, own)) == {None}


def test_a_form_sent_twice_is_one_entry_under_the_servers_key(door: Door) -> None:
    world = door.world
    own = at_work(world, "城伯镇党委")
    key = field_in(door.as_("handler").get(f"/acts/progress?case={own}").text, "key")
    assert "已办：填报进展 1 件" in words(progress(door, "handler", own, key).text)
    assert "此前已办，未重复记录" in progress(door, "handler", own, key).text
    [stored] = [one for one in kept(world, own) if one]
    assert key not in stored
    assert stored.split("/")[1] not in key


@pytest.mark.parametrize("action", ["claim", "opine", "verify", "progress"])
def test_two_forms_of_one_act_have_keys_of_their_own(door: Door, action: str) -> None:
    world = door.world
    (case,) = world.feed_back()
    login, address = ACTIONS[action].who[0], f"/acts/{action}?case={case}"
    world.walk(case, *{"claim": (), "progress": TO_WORK}.get(action, (*TO_WORK, "submit")))
    first, second = (field_in(door.as_(login).get(address).text, "key") for _ in range(2))
    assert first != second
    assert first


TO_WORK = ("claim", "submit_plan", "approve_plan")


def kept(world: World, case: int) -> list[str | None]:
    """Return the keys that the trail keeps of a case's progress."""
    return [
        key for (key,) in world.rows("SELECT key FROM trail WHERE case_id = :case AND action = 'progress'", case=case)
    ]
