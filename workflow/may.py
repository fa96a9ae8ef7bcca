"""Who may: the post by which somebody acts on a case or prepares, and what is there for them at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache

from grammar import Move
from states import (
    CAPACITIES,
    ESCALATED,
    HANDLER,
    MOVES,
    OFFICE,
    RECTIFYING,
    SECRETARY,
    STAND_IN,
    TEAM,
    UNIT_ROLES,
)
from storage.rows import CaseRow
from storage.scope import Placed, Reach, Scope, reach
from workflow.subject import Actor, Post

_CAPACITIES = tuple(CAPACITIES)


def reach_of(post: Post) -> Reach:
    """Return what a post reaches."""
    return reach(post.role, post.unit_id, post.round_id, post.below, post.led, post.hidden)


def sight_of(post: Post) -> Reach:
    """Return what is there for a post: what it reaches, and the cases in which its unit assists 协办."""
    return replace(reach_of(post), cases=post.assisting)


def works_on(post: Post, case: Placed, *, acting: bool = False) -> bool:
    """Say whether a post has to do with a case: of a unit's not what it has passed on, and a secretary acts on what the unit answers for."""
    answering = post.role in UNIT_ROLES and (case.passed_on or (acting and post.role == SECRETARY))
    return replace(reach_of(post), answering=answering).covers(case)


@lru_cache(maxsize=4096)
def scope_of(posts: Sequence[Post]) -> Scope:
    """Return the cases that are there for who holds these posts."""
    return Scope.of(map(sight_of, posts))


@lru_cache(maxsize=4096)
def owed_by(posts: Sequence[Post]) -> Scope:
    """Return the cases in which something is asked of these posts: of a unit's, those for which it answers."""
    return Scope.of(replace(reach_of(post), answering=post.role in UNIT_ROLES) for post in posts)


def assists(post: Post, case: Placed) -> bool:
    """Say whether a case is a post's only because its unit assists 协办 in it."""
    return case.id in post.assisting and sight_of(post).covers(case) and not works_on(post, case)


def reaches(actor: Actor, case: Placed) -> bool:
    """Say whether a case is the actor's otherwise than because a unit of theirs assists: then what others prepare there is for them too."""
    return any(reach_of(post).covers(case) for post in actor.posts)


def works_there(actor: Actor, case: Placed) -> bool:
    """Say whether one of the actor's posts has to do with a case itself, and not only as its unit assists."""
    return any(works_on(post, case) for post in actor.posts)


def helped_by(posts: Sequence[Post]) -> Scope:
    """Return the cases that are there for these posts because their units assist 协办."""
    return Scope.of(
        Reach(cases=post.assisting, rounds=reach_of(post).rounds, hidden=post.hidden)
        for post in posts
        if post.assisting
    )


def sees(actor: Actor, case: Placed) -> bool:
    """Say whether the case is there for the actor."""
    return scope_of(actor.posts).covers(case)


def acts_in(actor: Actor, move: Move) -> Scope:
    """Return the cases on which the actor makes a move, as far as they say where they belong."""
    return Scope.of(
        replace(reach_of(post), answering=post.role == SECRETARY) for post in actor.posts if makes(post, move)
    )


def makes(post: Post, move: Move) -> bool:
    """Say whether a post makes the move anywhere: who stands in for some days signs for receipts, and no more."""
    return post.role in move.who and (post.capacity != STAND_IN or move.is_receipt)


def acts_as(actor: Actor, move: Move, case: Placed, first: Collection[str] = ()) -> Post | None:
    """Return the post by which the actor makes the move on this case, or None.

    Of several the one whose role is among `first`, then the one that the move names first, then one held in its own right.
    Where the move may also be made by who assists 协办, one of theirs comes last.
    """
    able = [post for post in actor.posts if makes(post, move) and works_on(post, case, acting=True)]
    if not able and move.by_assisting:
        able = [post for post in actor.posts if makes(post, move) and assists(post, case)]
    return min(able, key=lambda post: _order(post, move, first), default=None)


def _order(post: Post, move: Move, first: Collection[str]) -> tuple[bool, int, int, int]:
    return post.role not in first, move.who.index(post.role), _CAPACITIES.index(post.capacity), post.id or 0


def only_stands_in(actor: Actor, move: Move, case: Placed) -> bool:
    """Say whether the move would be the actor's, did they not merely stand in for some days."""
    standing = [
        post for post in actor.posts if post.capacity == STAND_IN and post.role in move.who and not move.is_receipt
    ]
    return any(works_on(post, case, acting=True) for post in standing)


def receives_as(actor: Actor, move: Move, case: Placed) -> Post | None:
    """Return the post by which the actor enters the unit's act from its signed paper 代录: one of the office's, and no stand-in's; or None."""
    able = [post for post in actor.posts if post.role == OFFICE and post.capacity != STAND_IN and works_on(post, case)]
    return min(able, key=lambda post: post.id or 0, default=None) if move.on_paper else None


def prepares_as(actor: Actor, move: Move, case: Placed) -> Post | None:
    """Return the post by which the actor may prepare the move: the handler for the secretary, the team for the office, each for themselves.

    Where the move says who prepares it, those alone.
    """
    own = acts_as(actor, move, case)
    helpers = {HANDLER} if SECRETARY in move.who else {TEAM} if OFFICE in move.who else set()
    helpers = set(move.drafted_by) or helpers
    helping = [post for post in actor.posts if post.role in helpers and post.capacity != STAND_IN]
    able = [post for post in helping if works_on(post, case)]
    return own or min(able, key=lambda post: (_CAPACITIES.index(post.capacity), post.id or 0), default=None)


def hidden_from(actor: Actor, case: Placed) -> frozenset[str]:
    """Return the actions of which the actor may know that they were done to the case, and nothing of what was said and handed in."""
    roles = {post.role for post in actor.posts if sight_of(post).covers(case)}
    return frozenset(move.action for move in MOVES if move.known_to and not roles & set(move.known_to))


def attaches(actor: Actor, case: CaseRow) -> bool:
    """Say whether the actor's unit works on the case now, so that its evidence comes and goes."""
    working = [post for post in actor.posts if post.role in UNIT_ROLES and post.capacity != STAND_IN]
    return case.state in (RECTIFYING, ESCALATED) and any(works_on(post, case) for post in working)
