"""Who acts: the person of an open account with the posts held on a day."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from states import LEADER
from storage.confidence import KIND as RESTRICTION
from storage.confidence import restriction_of
from storage.sql import Driver, as_date


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post as it is held on a day, with its unit and round in words; a leader's with the units below it and the inspections that name them."""

    id: int
    role: str
    unit_id: int | None
    unit: str
    capacity: str
    round_id: int | None
    round: str
    starts_on: date | None
    ends_on: date | None
    below: tuple[int, ...] = ()
    led: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    """The restricted cases 限定知悉 that are not for the person, and those that are."""
    confided: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with an open account, and their posts, oldest first."""

    login: str
    person: int
    name: str
    jurisdiction: int
    posts: tuple[HeldPost, ...]


# Asked on every request, in one go: the posts, the units below those of a leader, the inspections that name them as leader.
_POSTS = (
    "WITH RECURSIVE held AS (SELECT t.id, t.role, t.unit_id, t.capacity, t.round_id, t.starts_on, t.ends_on FROM posts t "
    "WHERE t.person_id = ? AND (t.starts_on IS NULL OR t.starts_on <= ?) AND (t.ends_on IS NULL OR t.ends_on >= ?)), "
    f"below (post, unit) AS (SELECT h.id, h.unit_id FROM held h WHERE h.role = '{LEADER}' AND h.unit_id IS NOT NULL "
    "UNION SELECT b.post, u.id FROM below b JOIN units u ON u.parent_id = b.unit) "
    "SELECT 'post', h.id, h.role, h.unit_id, u.name, h.capacity, h.round_id, r.name, h.starts_on, h.ends_on FROM held h "
    "LEFT JOIN units u ON u.id = h.unit_id LEFT JOIN rounds r ON r.id = h.round_id "
    "UNION ALL SELECT 'below', b.post, '', b.unit, '', '', NULL, '', NULL, NULL FROM below b "
    "UNION ALL SELECT 'led', i.id, '', NULL, '', '', NULL, '', NULL, NULL FROM inspections i WHERE i.leader_id = ? "
    f"UNION ALL SELECT 'restricted', l.id, l.fields, NULL, '', '', NULL, '', NULL, NULL FROM listed l WHERE l.kind = '{RESTRICTION}' "
    "AND l.jurisdiction = (SELECT p.jurisdiction FROM people p WHERE p.id = ?)"
)


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
    return Holder(login, person, name, jurisdiction, posts_held(driver, person, day))


def posts_held(driver: Driver, person: int, day: date) -> tuple[HeldPost, ...]:
    """Return the posts that a person holds on the day, oldest first."""
    rows = driver.all(_POSTS, (person, day, day, person, person))
    led = tuple(sorted(row[1] for row in rows if row[0] == "led"))
    below: dict[int, list[int]] = defaultdict(list)
    for kind, post, _, unit, *_ in rows:
        if kind == "below":
            below[post].append(unit)
    roles = {row[2] for row in rows if row[0] == "post"}
    kept = [one for row in rows if row[0] == "restricted" and (one := restriction_of(json.loads(row[2])))]
    hidden = tuple(sorted(one.case for one in kept if not one.admits(person, roles)))
    confided = tuple(sorted(one.case for one in kept if one.admits(person, roles)))
    held = []
    for kind, post, role, unit, name, capacity, around, round_name, starts, ends in rows:
        if kind == "post":
            under = tuple(sorted(one for one in below[post] if one != unit))
            held.append(
                HeldPost(
                    post, role, unit, name or "", capacity, around, round_name or "", as_date(starts), as_date(ends), under,
                    led if role == LEADER else (), hidden, confided,
                )
            )  # fmt: skip
    return tuple(sorted(held, key=lambda one: one.id))
