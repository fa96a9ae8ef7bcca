"""Whose a row of the register is: of kinds that some read only as far as the rows are their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from register.grammar import Kind
from register.kinds import INSTRUCTION, KINDS
from register.papers import papers_kept_from
from register.showing import cases_of
from states import UNIT_ROLES
from storage.household import Row
from storage.paper_numbers import KIND as PAPER
from storage.reads.cases import shown_cases
from storage.reads.papers import papers_within
from storage.sql import Driver
from workflow.may import scope_of
from workflow.subject import Actor

Rows = Sequence[tuple[Any, Row]]


def may_read(kind: Kind, actor: Actor) -> bool:
    """Say whether rows of a kind are there for somebody at all: every one, or their own."""
    return reads_all(kind, actor) or any(post.role in kind.reads_own for post in actor.posts)


def reads_all(kind: Kind, actor: Actor) -> bool:
    """Say whether every row of a kind is there for somebody."""
    return actor.post_at_large(*kind.reads) is not None


def kept_from(actor: Actor) -> list[str]:
    """Return the kinds with something secret in their rows that are not there for somebody."""
    secret = (kind for kind in KINDS.values() if any(one.secret for one in kind.fields))
    return [kind.name for kind in secret if not reads_all(kind, actor)]


def there_for(driver: Driver, kind: Kind, actor: Actor, rows: Rows) -> Rows:
    """Return those rows of a kind that are there for somebody: what is about a case 限定知悉 only for those who may know of it."""
    hidden = set(scope_of(actor.posts).hidden) if kind.of_case or kind.name == PAPER else set()
    of_case = [kind.of_case] if kind.of_case else []
    if hidden:
        rows = [
            one for one in rows if hidden.isdisjoint([*(one[1][name] for name in of_case), *cases_of(kind, one[1])])
        ]
    if reads_all(kind, actor):
        return rows
    return _THEIRS[kind.name](driver, actor, rows) if may_read(kind, actor) else []


def _instructions(driver: Driver, actor: Actor, rows: Rows) -> Rows:
    """Return those that a leader wrote, and those passed on to a unit: about it, about a case of it, or in its hands."""
    posts = tuple(post for post in actor.posts if post.role in UNIT_ROLES)
    units = {post.unit_id for post in posts} - {None}
    passed = {row["case"] for _, row in rows if row["to_unit"] and row["case"] is not None} if posts else set()
    cases = shown_cases(driver, actor.jurisdiction, sorted(passed))
    seen = {one.id for one in cases if scope_of(posts).covers(one.as_row())}
    return [
        (key, row)
        for key, row in rows
        if (row["leader_id"] is not None and row["leader_id"] == actor.person_id)
        or (row["to_unit"] and (row["case"] in seen or bool({row["unit_id"], row["answerer_id"]} & units)))
    ]


def _papers(driver: Driver, actor: Actor, rows: Rows) -> Rows:
    """Return the papers about units and rounds that are there by one of the actor's posts."""
    papers, without = [int(key) for key, _ in rows], papers_kept_from(actor)
    within = papers_within(driver, actor.jurisdiction, scope_of(actor.posts), papers, without)
    return [(key, row) for key, row in rows if key in within]


_THEIRS: Final[dict[str, Callable[[Driver, Actor, Rows], Rows]]] = {INSTRUCTION: _instructions, PAPER: _papers}
