"""What is due again and again, as a row of the clocks says: it begins with its state, and anew with the act that does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cli.reading import _line
from states import CLOCKS, SUBMITTED
from tests.world import World, day
from workflow.days import profiles


@pytest.fixture(autouse=True)
def the_opinions_recur(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the measures of a case be looked at every seven days while it lies with the office; an opinion does it."""
    row = replace(
        CLOCKS["extension"], name="visit", shown="实地查看", state=(SUBMITTED,), limit="7 days", recurs_by="opine"
    )
    monkeypatch.setitem(CLOCKS, "visit", row)
    profiles.parsed.cache_clear()
    yield
    profiles.parsed.cache_clear()


def test_it_begins_with_its_state_and_anew_with_its_act(world: World) -> None:
    case = world.at_work(day(6, 1))
    assert "visit" not in world.clocks(case)
    world.do("secretary", "submit", case)
    first = world.clocks(case)["visit"]
    assert (first.started_on, first.due_on) == (day(3, 2), day(3, 9))
    world.go(day(3, 6))
    world.do("team", "opine", case)
    again = world.clocks(case)["visit"]
    assert (again.started_on, again.due_on, again.period > first.period) == (day(3, 6), day(3, 13), True)
    world.do("office", "escalate_by_hand", case)
    assert "visit" not in world.clocks(case)


def test_another_act_does_not_renew_it(world: World) -> None:
    case = world.at_work(day(6, 1))
    world.do("secretary", "submit", case)
    world.go(day(3, 10))
    world.scan()
    assert world.clocks(case)["visit"].due_on == day(3, 9)
    assert world.alerts(case, "visit") == ["late"]


def test_lists_name_its_date(world: World) -> None:
    case = world.at_work(day(6, 1))
    assert "实地查看" not in _line(world.case(case), world.today)
    world.do("secretary", "submit", case)
    assert world.case(case).recurring == {"visit": day(3, 9)}
    assert "前由巡察办办理，实地查看 2026-03-09 前\t" in _line(world.case(case), world.today)
