"""Who may: the role in which somebody acts or prepares, and what is there for them at all, by matrix."""

from __future__ import annotations

import pytest

from states import ACTIONS, ROLES, STATES
from tests.rules.subjects import HOUSE, PARENT, UNIT, a_case
from workflow.may import attaches, hidden_from, prepares_as, role_of, sees
from workflow.subject import Actor, Post

STRANGE = 99
PLACES = {"own": UNIT, "parent": PARENT, "stranger": STRANGE, "none": None}


def actor(*posts: tuple[str, int | None]) -> Actor:
    return Actor(HOUSE, "somebody", "somebody", tuple(Post(role, unit) for role, unit in posts), "web", 1)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("role", "reaches"),
    [("secretary", {"parent"}), ("handler", {"own", "parent"}), ("office", set(PLACES)), ("discipline", set(PLACES))],
)
def test_a_unit_acts_on_its_own_cases_and_everybody_else_on_all(role: str, place: str, reaches: set[str]) -> None:
    """The secretary of the answerable unit answers; its handlers and the unit's own both work on it."""
    action = {"secretary": "submit", "handler": "progress", "office": "verify", "discipline": "verify"}[role]
    found = role_of(actor((role, PLACES[place])), ACTIONS[action], a_case())
    assert found == (role if place in reaches else None)


def test_only_the_roles_of_the_move_make_it() -> None:
    assert role_of(actor(("team", None)), ACTIONS["verify"], a_case()) is None
    assert role_of(actor(), ACTIONS["verify"], a_case()) is None


def test_the_first_post_that_may_is_the_one_in_which_somebody_acts() -> None:
    several = actor(("team", None), ("secretary", STRANGE), ("discipline", None), ("office", None))
    assert role_of(several, ACTIONS["verify"], a_case()) == "discipline"


HELPED = {"submit": "handler", "verify": "team", "progress": None, "opine": None}


@pytest.mark.parametrize("action", HELPED)
@pytest.mark.parametrize("role", ["handler", "team", "organisation", "auditor"])
def test_the_handler_prepares_for_the_secretary_and_the_team_for_the_office(role: str, action: str) -> None:
    unit = UNIT if role == "handler" else None
    own = role if role in ACTIONS[action].who else None
    helps = role if role == HELPED[action] else None
    assert prepares_as(actor((role, unit)), ACTIONS[action], a_case()) == (own or helps)


@pytest.mark.parametrize(("place", "there"), [("own", True), ("parent", True), ("stranger", False)])
def test_a_handler_prepares_for_the_units_of_the_case(place: str, there: bool) -> None:
    found = prepares_as(actor(("handler", PLACES[place])), ACTIONS["submit"], a_case())
    assert found == ("handler" if there else None)


def test_who_may_make_a_move_prepares_it_in_that_role() -> None:
    both = actor(("handler", UNIT), ("secretary", PARENT))
    assert prepares_as(both, ACTIONS["submit"], a_case()) == "secretary"
    elsewhere = actor(("secretary", STRANGE), ("handler", UNIT))
    assert prepares_as(elsewhere, ACTIONS["submit"], a_case()) == "handler"
    assert prepares_as(actor(("team", None), ("handler", UNIT)), ACTIONS["submit"], a_case()) == "handler"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("place", PLACES)
def test_a_case_is_there_for_its_units_and_for_the_whole_jurisdiction(role: str, place: str) -> None:
    of_unit = role in ("secretary", "handler")
    assert sees(actor((role, PLACES[place])), a_case()) == (not of_unit or place in ("own", "parent"))


def test_one_post_that_sees_is_enough() -> None:
    assert sees(actor(("secretary", STRANGE), ("handler", UNIT)), a_case())
    assert not sees(actor(), a_case())


KNOWS = {"office", "discipline", "organisation", "leader", "leading_group", "head", "auditor"}


@pytest.mark.parametrize("role", ROLES)
def test_why_something_is_not_made_public_is_for_those_who_decided_it(role: str) -> None:
    assert hidden_from(actor((role, None))) == (frozenset() if role in KNOWS else {"withhold"})


def test_one_post_that_knows_is_enough() -> None:
    assert hidden_from(actor(("team", None), ("auditor", None))) == frozenset()


@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("role", ["secretary", "handler", "office", "team"])
@pytest.mark.parametrize("unit", [UNIT, PARENT, 99, None])
def test_evidence_comes_and_goes_by_the_unit_while_it_works_on_the_case(
    state: str, role: str, unit: int | None
) -> None:
    theirs = role in ("secretary", "handler") and unit in (UNIT, PARENT)
    working = state in ("rectifying", "escalated")
    assert attaches(actor((role, unit)), a_case(state=state)) == (theirs and working)
