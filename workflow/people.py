"""Who acts: from a login to an actor, with the posts held today."""

from __future__ import annotations

from datetime import date
from typing import Any

from states import OFFICE
from storage.holders import HeldPost, find_holder
from storage.sql import Driver
from workflow.subject import Actor, Post


class UnknownLogin(LookupError):
    """There is no open account of that login."""

    def __init__(self, login: str) -> None:
        super().__init__(f"没有账号“{login}”，或已停用")


class WithoutPost(RuntimeError):
    """A person would act by no post, or the product by one: no such entry is written."""

    def __init__(self, login: str) -> None:
        super().__init__(f"“{login}”没有凭职务办理，流转记录无法写明")


def actor_of(driver: Driver, login: str, today: date, via: str, os_user: str | None = None) -> Actor:
    """Return the person behind a login as an actor, with today's posts."""
    found = find_holder(driver, login, today)
    if found is None:
        raise UnknownLogin(login)
    posts = tuple(map(post_of, found.posts))
    return Actor(found.jurisdiction, found.login, found.name, posts, via, found.person, os_user)


def post_of(held: HeldPost) -> Post:
    """Return a post that somebody holds as rules look at it."""
    return Post(
        held.role, held.unit_id, held.id, held.capacity, held.round_id, held.starts_on, held.ends_on, held.below, held.led, held.hidden,
        held.confided, held.assisting,
    )  # fmt: skip


def operator(jurisdiction: int, os_user: str | None, via: str = "cli") -> Actor:
    """Return the operator of the server, acting for the office at the command line, or in the first run on its page."""
    return Actor(jurisdiction, "operator", "系统操作员", (Post(OFFICE),), via, None, os_user)


def who_acts(actor: Actor, post: Post | None) -> dict[str, Any]:
    """Return who acts as entries say it: a person always by a post, the operator, the clock and the product itself by none."""
    held = post.id if post else None
    if (actor.person_id is None) != (held is None):
        raise WithoutPost(actor.login)
    return {"person": actor.person_id, "login": actor.login, "role": post.role if post else None, "post": held}
