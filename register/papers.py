"""Who does what with papers 文书: by which post somebody drafts, checks, issues or receives one, of a unit's papers those of the unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from papers.kinds import KINDS, Kind
from papers.kinds import UNIT as OF_UNIT
from states import CASE_ROLES, GROUP, HEAD, OFFICE, ROLES, SECRETARY, STAND_IN, TEAM, UNIT_ROLES
from storage.household import read_row
from storage.paper_drafts import Drafted
from storage.sql import Driver
from workflow.may import scope_of
from workflow.subject import Actor, Post


def issuers(kind: Kind) -> tuple[str, ...]:
    """Return who issues a paper: for the leading group, whose members seldom sign in, also the head, with the words of who agreed."""
    return (GROUP, HEAD) if kind.issues == GROUP else (kind.issues,)


def drafters(kind: Kind) -> tuple[str, ...]:
    """Return who drafts a paper: whom the table names, and who checks and issues it."""
    return tuple(dict.fromkeys((kind.drafts, *kind.checks, *issuers(kind))))


def voiders(kind: Kind | None) -> tuple[str, ...]:
    """Return who makes a paper void: the organ that issued it; a number given outside is the office's."""
    return (SECRETARY,) if kind and kind.issuer == OF_UNIT else (OFFICE, HEAD)


def post_for(driver: Driver, actor: Actor, roles: Sequence[str], unit: int | None) -> Post | None:
    """Return the actor's post in one of the roles that has to do with a paper about a unit; a stand-in's is none."""
    held = [post for post in actor.posts if post.role in roles and post.capacity != STAND_IN]
    return next((post for post in held if reaches(driver, actor.jurisdiction, post, unit)), None)


def reaches(driver: Driver, jurisdiction: int, post: Post, unit: int | None) -> bool:
    """Say whether a post has to do with a paper about a unit: one of the unit itself or of what answers for it, one above it, or one of the whole."""
    if post.role not in UNIT_ROLES and post.unit_id is None:
        return True
    if unit is None:
        return post.role == TEAM  # one team of several writes of the round what it found itself
    row = read_row(driver, "unit", jurisdiction, unit)
    return row is not None and (post.unit_id in (unit, row["answerable_id"]) or unit in post.below)


def called(roles: Sequence[str]) -> str:
    """Return roles in words."""
    return "、".join(ROLES[role] for role in roles)


def against_issuer(driver: Driver, actor: Actor, kind: Kind, unit: int | None) -> str | None:
    """Return why somebody does not issue a paper about a unit: the table of papers names who does."""
    if post_for(driver, actor, issuers(kind), unit) is not None:
        return None
    return f"“{kind.shown}”应由{ROLES[kind.issues]}签发"


def against_unwritten(unwritten: Sequence[str]) -> str | None:
    """Return why a paper is not issued yet: what a person must write is not written."""
    return f"还有没有填写的：{'、'.join(unwritten)}" if unwritten else None


def against_unchecked(kind: Kind, draft: Drafted) -> str | None:
    """Return why a paper is not issued yet: what the table wants checked 核稿 nobody has checked but who drafted it."""
    if not kind.checks or (draft.checked_by and draft.checked_by != draft.by):
        return None
    return f"还没有核稿：由{called(kind.checks)}核稿以后再签发"


def uncountersigned(kind: Kind, draft: Drafted) -> tuple[str, ...]:
    """Return who has still to countersign 会签 a draft."""
    return tuple(role for role in kind.countersigns if role not in draft.countersigned)


def against_uncountersigned(kind: Kind, draft: Drafted) -> str | None:
    """Return why a paper is not issued yet: somebody whom the table names has not countersigned 会签, and nobody said why not."""
    missing = uncountersigned(kind, draft)
    return f"还没有会签：由{called(missing)}会签，或由巡察办登记为什么没有会签" if missing else None


def against_knowing(actor: Actor, draft: Drafted) -> str | None:
    """Return why somebody does not issue a paper: it lists a case that is for others alone 限定知悉."""
    hidden = set(scope_of(actor.posts).hidden)
    return "文书列有不在您知悉范围内的问题，须由知悉的人签发" if hidden & set(draft.cases) else None


def against_issuing(driver: Driver, actor: Actor, draft: Drafted, unwritten: Sequence[str]) -> Iterator[str]:
    """Yield all reasons why somebody cannot issue a draft as it stands, before a number is asked for."""
    kind = KINDS[draft.paper]
    for why in (
        against_issuer(driver, actor, kind, draft.unit),
        against_unwritten(unwritten),
        against_unchecked(kind, draft),
        against_uncountersigned(kind, draft),
        against_knowing(actor, draft),
    ):
        if why:
            yield why


def papers_kept_from(actor: Actor) -> tuple[str, ...]:
    """Return the papers that are not for somebody who reads by posts of units alone: they go to others, about the unit."""
    others = any(post.role in CASE_ROLES and post.role not in UNIT_ROLES for post in actor.posts)
    return () if others else tuple(kind.name for kind in KINDS.values() if not kind.for_its_unit)


def drafted_by(actor: Actor) -> list[Kind]:
    """Return the papers that somebody drafts, of whichever unit."""
    held = {post.role for post in actor.posts if post.capacity != STAND_IN}
    return [kind for kind in KINDS.values() if held.intersection(drafters(kind))]
