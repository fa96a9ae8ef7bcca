"""What opening an account would add for somebody who is registered already: a post, another address or key; and who has the same name."""

from __future__ import annotations

from datetime import date
from typing import Any

from register.wanted import Standing
from storage.household import read_row
from storage.reads import posts as read
from storage.reads.accounts import post_in_words
from storage.sql import Driver

CHANGED = ("email", "personal_key")
"""What a further account or post may change of its owner."""
MOST_POSTS = 3


def days_held(one: Standing, person: int) -> read.Days | None:
    """Return from when to when the person holds the post that is wanted, on its first day or later."""
    said = one.said
    post = {"person_id": person, "role": said["role"], "unit_id": said.get("unit"), "round_id": said.get("round")}
    post["capacity"] = said.get("capacity", "")
    return read.same_post(one.driver, one.jurisdiction, post, said.get("starts_on") or one.today)


def changed_of(one: Standing, person: int) -> dict[str, Any]:
    """Return what would be changed of the person."""
    row = read_row(one.driver, "person", one.jurisdiction, person) or {}
    return {name: one.said[name] for name in CHANGED if one.said.get(name) not in (None, row.get(name))}


def namesakes(driver: Driver, jurisdiction: int, name: str, today: date) -> list[tuple[int, str]]:
    """Return who is registered under a name, by number and in words: 孙立新（没有账号，北桥镇党委书记）."""
    there = read.people_called(driver, jurisdiction, name) if name else []
    logins, posts = read.logins_of(driver, there), read.held_by(driver, there, today)
    found = []
    for person in there:
        said = [post_in_words(one.role, one.capacity, one.unit) for one in posts[person]]
        more = [f"等 {len(said)} 个职务"] if len(said) > MOST_POSTS else []
        beside = ["、".join(logins[person]) or "没有账号", *said[:MOST_POSTS], *more]
        found.append((person, f"{name}（{'，'.join(beside)}）"))
    return found
