"""The ways through the table of moves (TESTS 22): where they lead, what none goes round, and that every open state leads on."""

from __future__ import annotations

from typing import Any

import pytest

from states import (
    ACTIONS,
    ARROWS,
    CLOCKS,
    MOVES,
    OPEN,
    ROLES,
    SETTLED,
    STATES,
    TAKE_OVERS,
    UNBORN,
    WITHDRAWN,
)


def graph(*, without: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """The states that each state leads to."""
    found: dict[str, set[str]] = {state: set() for state in (UNBORN, *STATES)}
    for (origin, action), move in ARROWS.items():
        if move.to is not None and action not in without:
            found[origin].add(move.to)
    return found


def reached(arrows: dict[str, set[str]], start: str) -> set[str]:
    """All that can be come to from a state."""
    found: set[str] = set()
    edge = {start}
    while edge:
        edge = set().union(*(arrows[state] for state in edge)) - found
        found |= edge
    return found


def test_every_state_can_be_reached() -> None:
    assert reached(graph(), UNBORN) == set(STATES)


def test_only_settled_states_are_ends_and_even_they_can_be_reopened() -> None:
    arrows = graph()
    assert {state for state in STATES if not arrows[state]} == {WITHDRAWN}
    assert all(reached(arrows, state) & set(SETTLED) for state in OPEN)
    assert {state: arrows[state] for state in SETTLED if state != WITHDRAWN} == {
        "publicized": {"rectifying"},
        "withheld": {"rectifying", "verified"},
    }


def test_every_open_state_leads_to_publication() -> None:
    arrows = graph()
    assert {state for state in OPEN if "publicized" not in reached(arrows, state)} == set()


def test_nothing_is_made_public_without_acceptance_and_an_approved_text() -> None:
    assert "publicized" in reached(graph(), UNBORN)
    # What was closed outside the system comes in so, by two of the office.
    assert not {"publicized", "withheld"} & reached(graph(without=("verify", *TAKE_OVERS)), UNBORN)
    assert {origin for (origin, _), move in ARROWS.items() if move.to == "publicized"} == {"verified", UNBORN}
    approving = {move.action for move in MOVES if "approve_the_text" in move.then}
    assert approving == {"approve_text"}
    published = [move for move in MOVES if move.to == "publicized" and not move.takes_over]
    assert all("text_is_the_approved" in move.only_if for move in published)


def test_every_way_to_acceptance_asks_whether_the_verifier_rectified() -> None:
    accepting = [move for move in MOVES if move.to == "verified" and move.action != "release" and not move.takes_over]
    assert all("nobody_who_rectified" in move.only_if for move in accepting)
    assert ACTIONS["release"].origin == ("withheld",)  # accepted before


def test_escalated_leads_out_when_the_leading_group_is_silent() -> None:
    groups = tuple(move.action for move in MOVES if move.on_behalf)
    assert reached(graph(without=groups), "escalated") >= {"submitted", "verified", "claimed"}


@pytest.mark.parametrize(
    ("taken_back", "by", "whose"),
    [("submit_plan", "recall_plan", "secretary"), ("submit", "recall", "secretary"), ("verify", "rescind", "office")],
)
def test_a_wrong_filing_submission_or_acceptance_is_taken_back_by_whoever_made_it(
    taken_back: str, by: str, whose: str
) -> None:
    assert whose in ACTIONS[taken_back].who
    assert whose in ACTIONS[by].who
    assert ACTIONS[by].to in (*ACTIONS[taken_back].origin,)


def test_every_open_state_has_a_clock_and_somebody_who_owes() -> None:
    own = {state: [one for one in CLOCKS.values() if state in one.state and not one.beside] for state in STATES}
    assert {state for state, found in own.items() if not found} == {WITHDRAWN}
    assert all(one.owes in ROLES and one.rungs for found in own.values() for one in found)


def test_only_unit_clocks_are_owed_by_the_unit_and_all_of_them_are() -> None:
    """Only claim, plan and rectify feed 整改不力; the publication is the unit's, but never counts."""
    assert {one.name for one in CLOCKS.values() if one.unit} == {"claim", "plan", "rectify", "rectify_short"}
    assert all(one.owes == "secretary" for one in CLOCKS.values() if one.unit)


def test_every_role_of_the_life_has_something_to_do_or_to_hear() -> None:
    """Roles that neither move nor are told anything would be decoration; the three officers keep the accounts."""
    acting: set[Any] = {role for move in MOVES for role in move.who}
    hearing = {role for move in MOVES for role in move.tells} | {
        role for one in CLOCKS.values() for rung in one.rungs for role in rung.tells
    }
    assert set(ROLES) - acting - hearing == {"sysadmin", "secadmin", "secauditor"}
