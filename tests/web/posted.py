"""People with posts that reach less than the cast's, or may less: of some units, of a round, in charge, or in somebody's place for some days."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import text

import clock
from storage.engine import reading, writing
from tests.web.conftest import password_hash
from tests.world import World
from workflow.people import actor_of
from workflow.subject import Actor


def hire(world: World, login: str, role: str, unit: str | None = None, **more: Any) -> int:
    """Let the administrators give somebody a post, and an account where the login is new; return the post's number."""
    world.hire(login, f"{login}的人", role, unit, **more)
    with writing(world.engine) as work:
        work.session.execute(
            text(
                "UPDATE accounts SET password_hash = :hash, password_at = :at, must_change = NULL WHERE login = :login"
            ),
            {"hash": password_hash(), "at": clock.micros(world.now), "login": login},
        )
        work.commit()
    ((post,),) = world.rows("SELECT MAX(id) FROM posts WHERE person_id = :person", person=world.people[login])
    return int(post)


def acting_as(world: World, login: str, on: date | None = None) -> Actor:
    """Return somebody as an actor with the posts that the database says they hold on the day."""
    with reading(world.engine) as work:
        return actor_of(work.driver, login, on or world.today, "web")
