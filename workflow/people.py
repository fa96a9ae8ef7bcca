"""Who acts: from a login to an actor, with the posts held today."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from states import OFFICE
from storage.people import find_account, posts_on
from storage.tables import Jurisdiction
from workflow.subject import Actor, Post


class UnknownLogin(LookupError):
    """There is no open account of that login."""

    def __init__(self, login: str) -> None:
        super().__init__(f"没有账号“{login}”，或已停用")


def actor_of(session: Session, login: str, today: date, via: str, os_user: str | None = None) -> Actor:
    """Return the person behind a login as an actor, with today's posts."""
    found = find_account(session, login)
    if found is None:
        raise UnknownLogin(login)
    account, person = found
    assert person.id is not None
    posts = tuple(Post(post.role, post.unit_id) for post in posts_on(session, person.id, today))
    return Actor(person.jurisdiction, account.login, person.name, posts, via, person.id, os_user)


def operator(jurisdiction: Jurisdiction, os_user: str | None) -> Actor:
    """Return the operator of the server, acting for the office at the command line."""
    assert jurisdiction.id is not None
    return Actor(jurisdiction.id, "operator", "系统操作员", (Post(OFFICE),), "cli", None, os_user)
