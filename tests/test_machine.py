"""The machine decides: change its table, and row, buttons and diagram follow; a rule that looks at what it did not declare raises."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from states import ACTIONS, MOVES
from storage.engine import reading, writing
from storage.rows import read_cases
from tests.world import World
from workflow import effects, guards
from workflow.drawing import diagram
from workflow.engine import fire
from workflow.facts import must_be_read
from workflow.machine import EFFECTS, GUARDS, MACHINE, facts_of, moves_from, target
from workflow.offers import offers
from workflow.rule import Effect, Rule
from workflow.subject import FactNotRead, Facts


@pytest.fixture
def elsewhere() -> Iterator[None]:
    """A claim leads into rectification, and progress is reported on what is closed."""
    arrow = MACHINE.events["claim"].transitions["feedback"][0]
    arrow.dest = "rectifying"
    MACHINE.add_transition("progress", "verified", "verified")
    yield
    arrow.dest = "claimed"
    del MACHINE.events["progress"].transitions["verified"]


@pytest.mark.usefixtures("elsewhere")
def test_the_row_goes_where_the_machine_says(world: World) -> None:
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        (outcome,) = fire(work, [world.intent("claim", case)], world.actor("secretary"), world.now)
        row = read_cases(work.driver, world.place, [case])[case]
        work.rollback()
    assert (outcome.to, row.state) == ("rectifying", "rectifying")


def test_the_buttons_are_the_machines_triggers(world: World, request: pytest.FixtureRequest) -> None:
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify")

    def offered() -> set[str]:
        with reading(world.engine) as work:
            return {one.move.action for one in offers(work.driver, world.actor("handler"), world.row(case), world.now)}

    before = offered()
    request.getfixturevalue("elsewhere")
    assert offered() - before == {"progress"}


def test_the_diagram_is_the_machines(request: pytest.FixtureRequest) -> None:
    assert "feedback --> claimed: 认领" in diagram()
    request.getfixturevalue("elsewhere")
    assert "feedback --> rectifying: 认领" in diagram()
    assert "feedback --> claimed: 认领" not in diagram()


def test_what_leads_from_a_state_is_asked_of_the_machine() -> None:
    assert target("feedback", "claim") == "claimed"
    assert target("verified", "claim") is None
    assert target("feedback", "no_such_act") is None
    assert [move.action for move in moves_from("withheld")] == ["reopen", "acknowledge", "remind"]


def test_a_fact_that_was_not_read_raises_instead_of_letting_through() -> None:
    read = Facts(opinions=())
    assert read.opinions == ()
    with pytest.raises(FactNotRead, match="rectifiers"):
        _ = read.rectifiers
    assert read.but(rectifiers=frozenset([1])).rectifiers == {1}


def test_a_rule_declares_facts_that_somebody_reads() -> None:
    """A fact that nobody reads stops the start."""
    must_be_read({"verify": frozenset(["opinions", "rectifiers"])})
    with pytest.raises(LookupError, match="verify 用到未知的事实 opinion"):
        must_be_read({"verify": frozenset(["opinion"])})


def test_every_guard_and_effect_of_the_table_says_its_promise_and_none_is_left_over() -> None:
    assert all(one.promise for one in GUARDS.values())
    assert all(one.promise for one in EFFECTS.values())
    written = {name for name, one in vars(guards).items() if isinstance(one, Rule)}
    assert written == {name for move in MOVES for name in move.only_if}
    made = {name for name, one in vars(effects).items() if isinstance(one, Effect)}
    assert made == {name for move in MOVES for name in move.then}


def test_a_move_is_read_what_its_rules_declare() -> None:
    assert facts_of(ACTIONS["verify"]) == {"opinions", "rectifiers"}
    assert facts_of(ACTIONS["claim"]) == frozenset()
