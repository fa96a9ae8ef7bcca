"""Who acts: from a login to an actor, with the posts held today."""

from __future__ import annotations

from datetime import date

from states import OFFICE
from storage.holders import find_holder
from storage.sql import Driver
from workflow.subject import Actor, Post


class UnknownLogin(LookupError):
    """There is no open account of that login."""

    def __init__(self, login: str) -> None:
        super().__init__(f"没有账号“{login}”，或已停用")


def actor_of(driver: Driver, login: str, today: date, via: str, os_user: str | None = None) -> Actor:
    """Return the person behind a login as an actor, with today's posts."""
    found = find_holder(driver, login, today)
    if found is None:
        raise UnknownLogin(login)
    posts = tuple(Post(role, unit) for role, unit in found.posts)
    return Actor(found.jurisdiction, found.login, found.name, posts, via, found.person, os_user)


def operator(jurisdiction: int, os_user: str | None) -> Actor:
    """Return the operator of the server, acting for the office at the command line."""
    return Actor(jurisdiction, "operator", "系统操作员", (Post(OFFICE),), "cli", None, os_user)
