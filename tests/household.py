"""What the administrators and the office enter for tests: posts, logins, units, leaders, always by the road."""

from __future__ import annotations

from datetime import date
from typing import Any

from register.groundwork import lay_groundwork, profiles_in
from register.household import must_enter
from register.wanted import Wanted
from settings import SHIPPED, _read
from storage.engine import reading, writing
from storage.household import find_key
from tests.world import World, person_of
from workflow.people import operator


def give_post(
    world: World,
    login: str,
    role: str,
    unit: str | None = None,
    starts: date | None = None,
    ends: date | None = None,
    **more: Any,
) -> int:
    """Let the administrators give one of the cast a post more; return it."""
    place = world.units.get(unit or "")
    return int(
        world.enter(
            "secadmin", "post", "make", asked_by="sysadmin", person=world.people[login], role=role, unit=place,
            starts_on=starts, ends_on=ends, **more,
        )
    )  # fmt: skip


def end_posts(world: World, login: str, last: date, role: str | None = None) -> None:
    """Let one of the cast leave all posts, or those of a role; the day given is the last."""
    sql = "SELECT id FROM posts WHERE person_id = :person AND (role = :role OR :role = '') AND (ends_on IS NULL OR ends_on > :last)"
    found = world.rows(f"{sql} ORDER BY id", person=world.people[login], role=role or "", last=last)
    with writing(world.engine) as work:
        # What was not entered in time the operator puts right.
        wanted = [Wanted("post", "end", post, {"ends_on": last}) for (post,) in found]
        must_enter(work, wanted, operator(world.place, "root"), world.now)
        work.commit()


def ends(world: World, login: str) -> list[str]:
    """Return the last days of somebody's posts, the oldest post first."""
    sql = "SELECT ends_on FROM posts WHERE person_id = :person ORDER BY id"
    return [str(row[0]) for row in world.rows(sql, person=world.people[login])]


def posts_registered(world: World) -> dict[str, tuple[int, str]]:
    """Return whose each post is and in which role: what a replay of the moves alone has to be told."""
    rows = world.rows("SELECT id, person_id, role FROM posts")
    return {f"post:{post}": (person, role) for post, person, role in rows}


def second_login(world: World, login: str, other: str) -> int:
    """Give one of the cast another login; return the account."""
    return int(world.enter("secadmin", "account", "make", asked_by="sysadmin", person=world.people[login], login=other))


def account_of(world: World, login: str) -> int:
    """Return the number of an account."""
    with reading(world.engine) as work:
        found = find_key(work.driver, "account", world.place, login=login)
    assert found, login
    return found


def close_login(world: World, login: str, successor: int | None = None) -> None:
    """Let the administrators close an account; what the person holds ends today with the last one, or is handed over."""
    world.enter("secadmin", "account", "close", account_of(world, login), asked_by="sysadmin", successor=successor)


def change_person(world: World, login: str, **fields: Any) -> None:
    """Let the administrators change what is registered of a person."""
    world.enter("secadmin", "person", "change", world.people[login], asked_by="sysadmin", **fields)


def put_above(world: World, unit: str, above: str, answerable: str | None = None) -> None:
    """Let the office put a unit above another, and one that answers for it where it is named."""
    other = world.units[answerable] if answerable else None
    world.enter(
        "office", "unit", "change", world.units[unit], asked_by="office2", parent=world.units[above], answerable=other
    )


def end_unit(world: World, unit: str, last: date, successor: str | None = None) -> None:
    """Let a unit be merged into another; the day given is its last: what was not entered in time the operator puts right."""
    fields = {"ends_on": last, "successor": world.units[successor]} if successor else {"ends_on": last}
    with writing(world.engine) as work:
        must_enter(work, [Wanted("unit", "end", world.units[unit], fields)], operator(world.place, "root"), world.now)
        work.commit()


def name_leader(world: World, login: str, inspection: int | None = None) -> None:
    """Let the office name the leader of an inspection, or of all."""
    sql = "SELECT id FROM inspections WHERE jurisdiction = :place AND (id = :one OR :one = 0) ORDER BY id"
    for (number,) in world.rows(sql, place=world.place, one=inspection or 0):
        world.enter("office", "inspection", "lead", number, asked_by="office2", leader=world.people[login])


def lay_elsewhere(world: World, code: str, name: str) -> int:
    """Lay the ground of another jurisdiction in the same database; return it."""
    with writing(world.engine) as work:
        place = lay_groundwork(work, code, name, profiles_in(_read(SHIPPED).profiles), world.now, os_user="root")
        work.commit()
    return place


def open_as_operator(
    world: World, place: int, login: str, name: str, role: str, unit: str | None = None, **more: Any
) -> int:
    """Let the operator open an account with its post; return the person."""
    fields = {"login": login, "name": name, "role": role, "unit": unit, **more}
    wanted = Wanted("account", "open", None, {name: value for name, value in fields.items() if value is not None})
    with writing(world.engine) as work:
        must_enter(work, [wanted], operator(place, "root"), world.now)
        person = person_of(work, place, login)
        work.commit()
    return person
