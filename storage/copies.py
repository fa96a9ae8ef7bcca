"""Copies 呈送、抄告件 as rules and pages both ask of them: what is owed of one, for whom a restricted one is not, and that it was opened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Engine

from states import COPIED
from storage.confidence import restrictions
from storage.engine import writing
from storage.holders import HeldPost, posts_held
from storage.looks import Looks
from storage.sql import Driver

OWED: Final = "({0}signed_version IS NULL OR ({0}reply_by IS NOT NULL AND {0}answered_version IS NULL))"
"""What is owed of a copy: that it is signed for, or answered where that was asked; behind the name of its table."""
_OPENED = "UPDATE copies SET opened_at = ?, opened_by = ? WHERE case_id = ? AND version = ? AND role = ? AND opened_at IS NULL"


def note_opened(engine: Engine, copies: Sequence[tuple[int, int, str]], person: int, at: int) -> None:
    """Note in a transaction of its own that somebody opened these copies (case and version that bear them, role) at an instant (microseconds)."""
    if not copies:
        return
    with writing(engine) as work:
        record_opened(work.driver, copies, person, at)
        work.commit()


def record_opened(driver: Driver, copies: Sequence[tuple[int, int, str]], person: int, at: int) -> None:
    """Record the same in the transaction that is open."""
    driver.put(_OPENED, [(at, person, *copy) for copy in copies])


@dataclass(frozen=True, slots=True)
class Known:
    """To which of those who get copies a restricted case 限定知悉 may be known: to whole roles, and to people by the posts that reach it."""

    roles: frozenset[str]
    posts: tuple[HeldPost, ...] = ()

    def to(self, role: str, day: date) -> bool:
        """Say whether somebody of a role may know of it on a day: what may not be seen is signed for by nobody."""
        return role in self.roles or any(one.role == role and one.held_on(day) for one in self.posts)


def known(driver: Driver, jurisdiction: int, cases: Collection[int]) -> dict[int, Known]:
    """Return, of each of some cases that is restricted, to whom of those who get copies it may be known."""
    kept = {case: one for case, one in restrictions(driver, jurisdiction).items() if case in cases}
    posts = _posts_of(driver, sorted({person for one in kept.values() for person in one.people}))
    return {
        case: Known(
            frozenset(role for role in COPIED if one.admits(None, role)),
            tuple(post for post in posts if case in post.confided),
        )
        for case, one in kept.items()
    }


def _posts_of(driver: Driver, people: Sequence[int]) -> list[HeldPost]:
    """Return the posts by which people ever got copies, of those who have any."""
    if not people:
        return []
    named, numbers = driver.among("person_id", people)
    roles, words = driver.among("role", COPIED)
    rows = driver.all(f"SELECT DISTINCT person_id FROM posts WHERE {named} AND {roles}", [*numbers, *words])
    looks = Looks(driver)
    found = [looks.at(posts_held, person, None) for (person,) in rows]
    return [post for ask in found for post in ask() if post.role in COPIED]
