"""Decisions entered for the leading group, each signed for: with a wrong password none is entered, by a form or for a prepared one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.web.conftest import PASSWORD, Door, field_in
from tests.web.signed import events
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.web.test_prepared import prepared
from tests.world import World, material, usual_answers, usual_materials
from web.acts.fields import fields_of

TO_PLAN: Final = ("claim", "submit_plan")
TO_WORK: Final = (*TO_PLAN, "approve_plan")
MINUTES: Final = {"minute_no": "领组〔2026〕7号", "minute_on": "2026-03-02"}
"""What answers for an opinion of the discipline that is decided against."""


def dissented(world: World, case: int, *walked: str) -> None:
    """Walk a case to where the discipline sends it back, and the others agree."""
    world.walk(case, *walked)
    for party in ("team", "discipline", "organisation"):
        world.do(party, "opine", case, answers={"opinion": "return" if party == "discipline" else "agree"})


def escalated(world: World, case: int, *walked: str) -> None:
    """Walk a case to where the office escalates it by hand."""
    world.walk(case, *walked)
    world.do("office", "escalate_by_hand", case)


DECISIONS: Final[dict[str, tuple[Callable[[World, int], None], dict[str, str], tuple[str, ...]]]] = {
    "withdraw": (lambda world, case: world.walk(case, "object"), {}, ()),
    "withhold": (lambda world, case: world.walk(case, *TO_WORK, "submit", "verify"), {}, ()),
    "order_rework": (lambda world, case: escalated(world, case, *TO_WORK), {}, ()),
    "order_plan": (escalated, {}, ()),
    "approve_plan": (lambda world, case: dissented(world, case, *TO_PLAN), MINUTES, ("minutes",)),
    "verify": (lambda world, case: dissented(world, case, *TO_WORK, "submit"), MINUTES, ("minutes",)),
}  # fmt: skip


def at_the_decision(door: Door, action: str) -> int:
    """Return a case that waits for the decision."""
    (case,) = door.world.feed_back()
    DECISIONS[action][0](door.world, case)
    return case


def recorded(world: World) -> dict[str, list[str]]:
    """Return every row but those of signing in and of the security log."""
    return {name: rows for name, rows in world.dump().items() if name not in {"security_log", "sign_in_attempts"}}


def signed_wrongly(door: Door) -> list[tuple[str, int, str, str]]:
    """Return the wrong signatures that the security log has: whose, on which case, of which act, by which door."""
    found = door.world.rows(
        "SELECT login, case_id, action, via FROM security_log WHERE what = 'wrong_signature' ORDER BY id"
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


@pytest.mark.parametrize("action", DECISIONS)
def test_a_decision_of_the_group_is_not_entered_by_a_wrong_password(door: Door, action: str) -> None:
    """None, and a wrong one: nothing is recorded and nothing is lost; with the right one it is done, signed for."""
    world, case = door.world, at_the_decision(door, action)
    _, more, papers = DECISIONS[action]
    answers: dict[str, Any] = usual_answers(action, world.today) | more
    kinds = [one.kind for one in usual_materials(action)] + list(papers)
    files = {f"m.{kind}": (f"{kind}.pdf", PDF + kind.encode()) for kind in kinds}
    office, path = door.as_("office"), f"/acts/{action}"
    sent = office.looked_over(path, {"case": str(case), **fields_of(case, answers, several=False)}, files=files)
    before = recorded(world)
    for password in ("", "wrong"):
        answer = office.submit(path, {**sent, "password": password}, files=files)
        assert (answer.status_code, "密码不对" in answer.text) == (422, True), words(answer.text)
        assert field_in(answer.text, "shown"), "it is asked for again"
    assert recorded(world) == before
    assert signed_wrongly(door)[-1] == ("office", case, action, "web")
    assert "wrong_signature" in events(door)
    answer = office.submit(path, {**sent, "password": PASSWORD}, files=files)
    assert "已办" in words(answer.text), words(answer.text)
    assert world.actions(case)[-1] == action


@pytest.mark.parametrize("action", DECISIONS)
def test_a_prepared_decision_is_not_confirmed_by_a_wrong_password(door: Door, action: str) -> None:
    """What another of the office prepared stands until it is signed for."""
    world, case = door.world, at_the_decision(door, action)
    _, more, papers = DECISIONS[action]
    given = (*usual_materials(action), *map(material, papers))
    number = prepared(world, "office2", action, case, answers=more, materials=given)
    office, before = door.as_("office"), recorded(world)
    for password in ("", "wrong"):
        answer = office.confirm(number, password)
        assert (answer.status_code, "密码不对" in answer.text) == (422, True), words(answer.text)
    assert recorded(world) == before
    assert signed_wrongly(door)[-1][0] == "office"
    assert "已办" in words(office.confirm(number).text)
    assert world.actions(case)[-1] == action
