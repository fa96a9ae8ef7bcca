"""Who may: the role in which somebody acts or prepares, and what is there for them at all, by matrix."""

from __future__ import annotations

import pytest

from grammar import Move
from states import ACTIONS, CAPACITIES, CASE_ROLES, MOVES, ROLES, SECRETARY, STATES
from storage.scope import EVERYTHING, Reach, Scope
from tests.rules.subjects import HOUSE, INSPECTION, PARENT, UNIT, a_case, profile, subject
from workflow.gather import acting_post
from workflow.judge import against, against_draft
from workflow.may import acts_as, attaches, hidden_from, only_stands_in, owed_by, prepares_as, scope_of, sees
from workflow.subject import Actor, Post

STRANGE = 99
PLACES = {"own": UNIT, "parent": PARENT, "stranger": STRANGE, "none": None}


def role_of(who: Actor, action: str) -> str | None:
    post = acts_as(who, ACTIONS[action], a_case())
    return post.role if post else None


def prepared_in(who: Actor, action: str) -> str | None:
    post = prepares_as(who, ACTIONS[action], a_case())
    return post.role if post else None


def having(*posts: Post) -> Actor:
    return Actor(HOUSE, "somebody", "somebody", posts, "web", 1)


def actor(*posts: tuple[str, int | None]) -> Actor:
    return having(*(Post(role, unit) for role, unit in posts))


ACTION = {
    "secretary": "submit",
    "handler": "progress",
    "office": "verify",
    "discipline": "verify",
    "organisation": "opine",
    "team": "opine",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("role", "reaches"),
    [
        ("secretary", {"parent"}),
        ("handler", {"own", "parent"}),
        *((role, {"own", "parent", "none"}) for role in ("office", "discipline", "organisation", "team")),
    ],
)
def test_a_post_with_a_unit_acts_on_its_cases_and_one_without_on_all(role: str, place: str, reaches: set[str]) -> None:
    """The secretary of the answerable unit answers; its handlers and the unit's own both work on it."""
    action = ACTION[role]
    found = role_of(actor((role, PLACES[place])), action)
    assert found == (role if place in reaches else None)


def test_only_the_roles_of_the_move_make_it() -> None:
    assert role_of(actor(("team", None)), "verify") is None
    assert role_of(actor(), "verify") is None


@pytest.mark.parametrize("turned", [False, True])
def test_of_several_posts_the_one_that_the_move_names_first_acts_however_they_stand(*, turned: bool) -> None:
    posts = [("team", None), ("secretary", STRANGE), ("discipline", None), ("office", None)]
    several = actor(*(posts[::-1] if turned else posts))
    assert role_of(several, "verify") == "office"
    assert role_of(several, "opine") == "team"


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("verifier", ["office", "discipline"])
def test_who_holds_both_verifies_in_the_role_that_the_profile_names(verifier: str, *, turned: bool) -> None:
    """It once hung on which post was the older: the other role was refused though the right one was held."""
    posts = [("discipline", None), ("office", None)]
    under = profile(verifiers=[verifier])
    post = acting_post(actor(*(posts[::-1] if turned else posts)), ACTIONS["verify"], a_case(), under)
    assert post
    assert post.role == verifier


def test_a_post_held_in_ones_own_right_goes_before_one_held_in_charge_and_the_older_first() -> None:
    held = [Post("secretary", PARENT, 5, "acting"), Post("secretary", PARENT, 9), Post("secretary", PARENT, 8)]
    post = acts_as(having(*held), ACTIONS["claim"], a_case())
    assert post
    assert post.id == 8


# Capacities: in charge by a document, or in somebody's place for some days.


@pytest.mark.parametrize("move", MOVES, ids=lambda move: str(move.action))
def test_who_is_in_charge_makes_all_that_a_secretary_makes_and_a_stand_in_signs_for_receipts_alone(move: Move) -> None:
    held, acting, stand_in = (
        acts_as(having(Post("secretary", PARENT, 4, capacity)), move, a_case()) for capacity in CAPACITIES
    )
    assert (held is None) == (SECRETARY not in move.who)
    assert (acting is None) == (held is None)
    assert (stand_in is not None) == (held is not None and move.is_receipt)


@pytest.mark.parametrize("role", ["secretary", "handler", "team", "office"])
def test_a_stand_in_prepares_nothing_and_brings_no_evidence_but_sees_the_cases(role: str) -> None:
    who = having(Post(role, PARENT, 4, "stand_in"))
    assert sees(who, a_case())
    assert prepares_as(who, ACTIONS["submit"], a_case()) is None
    assert prepares_as(who, ACTIONS["verify"], a_case()) is None
    assert not attaches(who, a_case())


def test_only_of_who_stands_in_is_it_said_that_they_only_stand_in() -> None:
    case = a_case()
    assert only_stands_in(having(Post("secretary", PARENT, 4, "stand_in")), ACTIONS["claim"], case)
    for other in (
        Post("secretary", PARENT, 4, "acting"),
        Post("secretary", STRANGE, 4, "stand_in"),
        Post("handler", UNIT, 4, "stand_in"),
    ):
        assert not only_stands_in(having(other), ACTIONS["claim"], case)
    assert not only_stands_in(having(Post("secretary", PARENT, 4, "stand_in")), ACTIONS["acknowledge"], case)


@pytest.mark.parametrize("draft", [False, True])
def test_a_stand_in_reads_what_they_may_and_whose_the_rest_is(*, draft: bool) -> None:
    who = having(Post("secretary", PARENT, 4, "stand_in"))
    s = subject("submit", None, actor=who)
    said = against_draft(s) if draft else against(s, {})
    does = "起草" if draft else "办理"
    assert [one.sentence for one in said] == [f"代班期间只能签收，“申请销号”须由党组织书记本人或主持工作的人{does}"]


HELPED = {"submit": "handler", "verify": "team", "progress": None, "opine": None}


@pytest.mark.parametrize("action", HELPED)
@pytest.mark.parametrize("role", ["handler", "team", "organisation", "auditor"])
def test_the_handler_prepares_for_the_secretary_and_the_team_for_the_office(role: str, action: str) -> None:
    unit = UNIT if role == "handler" else None
    own = role if role in ACTIONS[action].who else None
    helps = role if role == HELPED[action] else None
    assert prepared_in(actor((role, unit)), action) == (own or helps)


@pytest.mark.parametrize(("place", "there"), [("own", True), ("parent", True), ("stranger", False)])
def test_a_handler_prepares_for_the_units_of_the_case(place: str, there: bool) -> None:
    found = prepared_in(actor(("handler", PLACES[place])), "submit")
    assert found == ("handler" if there else None)


def test_who_may_make_a_move_prepares_it_in_that_role() -> None:
    both = actor(("handler", UNIT), ("secretary", PARENT))
    assert prepared_in(both, "submit") == "secretary"
    elsewhere = actor(("secretary", STRANGE), ("handler", UNIT))
    assert prepared_in(elsewhere, "submit") == "handler"
    assert prepared_in(actor(("team", None), ("handler", UNIT)), "submit") == "handler"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("place", PLACES)
def test_a_case_is_there_for_its_units_and_for_who_is_of_the_whole_jurisdiction(role: str, place: str) -> None:
    administrates = role in ("sysadmin", "secadmin", "secauditor")
    at_large = place == "none" and role not in ("secretary", "handler")
    assert sees(actor((role, PLACES[place])), a_case()) == (
        not administrates and (at_large or place in ("own", "parent"))
    )


@pytest.mark.parametrize("role", [role for role in CASE_ROLES if role not in ("secretary", "handler")])
@pytest.mark.parametrize(
    ("unit", "round_id", "there"),
    [(None, 1, True), (None, 2, False), (UNIT, 1, True), (UNIT, 2, False), (STRANGE, 1, False)],
)
def test_a_post_with_a_round_sees_the_cases_of_that_round_alone(
    role: str, unit: int | None, round_id: int, *, there: bool
) -> None:
    who = having(Post(role, unit, 4, round_id=round_id))
    assert sees(who, a_case()) == there
    assert scope_of(who.posts).covers(a_case()) == there


@pytest.mark.parametrize(
    ("post", "there"),
    [
        (Post("leader"), True),
        (Post("leader", led=(INSPECTION,)), True),
        (Post("leader", led=(INSPECTION + 1,)), False),
        (Post("leader", STRANGE), False),
        (Post("leader", STRANGE, below=(UNIT,)), True),
        (Post("leader", STRANGE, led=(INSPECTION,)), True),
        (Post("leader", STRANGE, below=(UNIT,), round_id=2), False),
    ],
)
def test_a_leader_sees_their_units_with_what_is_below_and_the_inspections_that_name_them(
    post: Post, *, there: bool
) -> None:
    assert sees(having(post), a_case()) == there


def test_posts_that_reach_the_same_make_one_scope_however_they_stand() -> None:
    posts = (Post("discipline", 3, 1), Post("discipline", 2, 2), Post("team", 2, 3, round_id=1))
    assert scope_of(posts) == scope_of(posts[::-1]) == Scope((Reach((2, 3)), Reach((2,), rounds=(1,))))
    assert scope_of((*posts, Post("head", None, 4))) == EVERYTHING
    rounds = (Post("auditor", None, 5, round_id=2), Post("auditor", None, 6, round_id=1))
    assert scope_of((*rounds, Post("team", 3, 7))) == Scope((Reach(everywhere=True, rounds=(1, 2)), Reach((3,))))
    assert scope_of((Post("sysadmin", None, 1),)).covers(a_case()) is False


def test_of_a_unit_what_it_answers_for_is_owed_and_of_a_resident_all_that_is_seen() -> None:
    assert not owed_by((Post("handler", UNIT),)).covers(a_case())
    assert owed_by((Post("handler", PARENT),)).covers(a_case())
    assert owed_by((Post("discipline", UNIT),)).covers(a_case())


def test_one_post_that_sees_is_enough() -> None:
    assert sees(actor(("secretary", STRANGE), ("handler", UNIT)), a_case())
    assert not sees(actor(), a_case())


KEPT_BACK = {"withhold", "release", "uphold_ground", "take_over_withheld", "answer_copy"}
KNOWS = {"office", "discipline", "organisation", "leader", "leading_group", "head", "auditor"}


@pytest.mark.parametrize("role", ROLES)
def test_why_something_is_not_made_public_is_for_those_who_decided_it(role: str) -> None:
    assert hidden_from(actor((role, None)), a_case()) == (frozenset() if role in KNOWS else KEPT_BACK)


def test_one_post_that_knows_is_enough_where_it_reaches_the_case() -> None:
    assert hidden_from(actor(("team", None), ("auditor", None)), a_case()) == frozenset()
    assert hidden_from(actor(("team", None), ("auditor", UNIT)), a_case()) == frozenset()
    assert hidden_from(actor(("team", None), ("auditor", STRANGE)), a_case()) == KEPT_BACK


@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("role", ["secretary", "handler", "office", "team"])
@pytest.mark.parametrize("unit", [UNIT, PARENT, 99, None])
def test_evidence_comes_and_goes_by_the_unit_while_it_works_on_the_case(
    state: str, role: str, unit: int | None
) -> None:
    theirs = role in ("secretary", "handler") and unit in (UNIT, PARENT)
    working = state in ("rectifying", "escalated")
    assert attaches(actor((role, unit)), a_case(state=state)) == (theirs and working)
