"""Who does what with papers 文书: by which post somebody drafts, checks, issues or receives one, of a unit's papers those of the unit."""

from __future__ import annotations

from collections.abc import Sequence

from papers.kinds import KINDS, Kind
from states import CASE_ROLES, GROUP, HEAD, STAND_IN, UNIT_ROLES
from storage.household import read_row
from storage.sql import Driver
from workflow.subject import Actor, Post


def issuers(kind: Kind) -> tuple[str, ...]:
    """Return who issues a paper: for the leading group, whose members seldom sign in, also the head, with the words of who agreed."""
    return (GROUP, HEAD) if kind.issues == GROUP else (kind.issues,)


def drafters(kind: Kind) -> tuple[str, ...]:
    """Return who drafts a paper: whom the table names, and who checks and issues it."""
    return tuple(dict.fromkeys((kind.drafts, *kind.checks, *issuers(kind))))


def post_for(driver: Driver, actor: Actor, roles: Sequence[str], unit: int | None) -> Post | None:
    """Return the actor's post in one of the roles that has to do with a paper about a unit; a stand-in's is none."""
    held = [post for post in actor.posts if post.role in roles and post.capacity != STAND_IN]
    return next((post for post in held if reaches(driver, actor.jurisdiction, post, unit)), None)


def reaches(driver: Driver, jurisdiction: int, post: Post, unit: int | None) -> bool:
    """Say whether a post has to do with a paper about a unit: one of the unit itself or of what answers for it, one above it, or one of the whole."""
    if post.role not in UNIT_ROLES and post.unit_id is None:
        return True
    if unit is None:
        return False
    row = read_row(driver, "unit", jurisdiction, unit)
    return row is not None and (post.unit_id in (unit, row["answerable_id"]) or unit in post.below)


def papers_kept_from(actor: Actor) -> tuple[str, ...]:
    """Return the papers that are not for somebody who reads by posts of units alone: they go to others, about the unit."""
    others = any(post.role in CASE_ROLES and post.role not in UNIT_ROLES for post in actor.posts)
    return () if others else tuple(kind.name for kind in KINDS.values() if not kind.for_its_unit)


def drafted_by(actor: Actor) -> list[Kind]:
    """Return the papers that somebody drafts, of whichever unit."""
    held = {post.role for post in actor.posts if post.capacity != STAND_IN}
    return [kind for kind in KINDS.values() if held.intersection(drafters(kind))]
