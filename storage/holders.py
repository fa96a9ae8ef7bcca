"""Who acts: the person of an open account with the posts held on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.sql import Driver


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with an open account: posts are (role, unit), oldest first."""

    login: str
    person: int
    name: str
    jurisdiction: int
    posts: tuple[tuple[str, int | None], ...]


def find_holder(driver: Driver, login: str, day: date) -> Holder | None:
    """Return who has the open account of a login, with the posts held on the day."""
    row = driver.one(
        "SELECT p.id, p.name, p.jurisdiction FROM accounts a JOIN people p ON p.id = a.person_id "
        "WHERE a.login = ? AND a.state = 'open'",
        (login,),
    )
    if row is None:
        return None
    person, name, jurisdiction = row
    posts = driver.all(
        "SELECT role, unit_id FROM posts WHERE person_id = ? AND (starts_on IS NULL OR starts_on <= ?) "
        "AND (ends_on IS NULL OR ends_on >= ?) ORDER BY id",
        (person, day, day),
    )
    return Holder(login, person, name, jurisdiction, tuple((role, unit) for role, unit in posts))
