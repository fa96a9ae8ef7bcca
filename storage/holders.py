"""Who acts: the person of an open account with the posts held on a day."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from states import LEADER, TEAM, UNIT_ROLES
from storage.confidence import KIND as RESTRICTION
from storage.confidence import Restriction, restriction_of
from storage.scope import Where, reach
from storage.sql import Driver, Row, as_date


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
    """The restricted cases 限定知悉 that are not there by this post: it does not reach them, or they are for others."""
    confided: tuple[int, ...] = ()
    """The restricted cases that are there by it."""
    assisting: tuple[int, ...] = ()
    """The cases in which its unit assists 协办."""

    def held_on(self, day: date) -> bool:
        """Say whether it is held on a day."""
        return (self.starts_on or day) <= day <= (self.ends_on or day)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with an open account, and their posts, oldest first."""

    login: str
    person: int
    name: str
    jurisdiction: int
    posts: tuple[HeldPost, ...]


# Asked on every request, in one go: the posts, the units below those of a leader, the inspections that name them as leader,
# the cases in which their units assist, the restricted cases with where they belong.
_POSTS = (
    "WITH RECURSIVE held AS (SELECT t.id, t.role, t.unit_id, t.capacity, t.round_id, t.starts_on, t.ends_on FROM posts t "
    "WHERE t.person_id = ? AND (t.starts_on IS NULL OR t.starts_on <= ?) AND (t.ends_on IS NULL OR t.ends_on >= ?) "
    f"AND NOT (t.role = '{TEAM}' AND EXISTS (SELECT 1 FROM rounds x WHERE x.id = t.round_id AND x.ended_on < ? "
    # Who is named behind the end of a round has the seat of its team, which is dissolved.
    "AND (t.starts_on IS NULL OR t.starts_on <= x.ended_on)))), "
    f"below (post, unit) AS (SELECT h.id, h.unit_id FROM held h WHERE h.role = '{LEADER}' AND h.unit_id IS NOT NULL "
    "UNION SELECT b.post, u.id FROM below b JOIN units u ON u.parent_id = b.unit) "
    "SELECT 'post', h.id, h.role, h.unit_id, h.round_id, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), u.name, h.capacity, r.name, "
    "h.starts_on, h.ends_on FROM held h LEFT JOIN units u ON u.id = h.unit_id LEFT JOIN rounds r ON r.id = h.round_id "
    "UNION ALL SELECT 'below', b.post, '', b.unit, NULL, NULL, NULL, '', '', '', NULL, NULL FROM below b "
    "UNION ALL SELECT 'led', i.id, '', NULL, NULL, NULL, NULL, '', '', '', NULL, NULL FROM inspections i WHERE i.leader_id = ? "
    "UNION ALL SELECT 'assisting', h.id, '', x.case_id, NULL, NULL, NULL, '', '', '', NULL, NULL FROM held h "
    f"JOIN assisting x ON x.unit_id = h.unit_id AND x.until IS NULL WHERE h.role IN ({', '.join(map(repr, UNIT_ROLES))}) "
    "UNION ALL SELECT 'restricted', l.id, l.fields, c.unit_id, c.round_id, c.answerable_id, c.inspection_id, '', '', '', NULL, NULL "
    f"FROM listed l JOIN cases c ON c.id = {{}} WHERE l.kind = '{RESTRICTION}' "
    "AND l.jurisdiction = (SELECT p.jurisdiction FROM people p WHERE p.id = ?)"
)
_ON_SQLITE = _POSTS.format("json_extract(l.fields, '$.case')")
_ON_POSTGRES = _POSTS.format("CAST(CAST(l.fields AS json) ->> 'case' AS BIGINT)")


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


def posts_held(driver: Driver, person: int, day: date | None) -> tuple[HeldPost, ...]:
    """Return the posts that a person holds on the day, or without one all that they ever held, oldest first."""
    sql = _ON_SQLITE if driver.sqlite else _ON_POSTGRES
    begun, not_over = (date.max, date.min) if day is None else (day, day)
    parts: dict[str, list[Row]] = defaultdict(list)
    for part, *row in driver.all(sql, (person, begun, not_over, not_over, person, person)):
        parts[part].append(tuple(row))
    led = tuple(sorted(row[0] for row in parts["led"]))
    below: dict[int, set[int]] = defaultdict(set)
    for post, _, unit, *_ in parts["below"]:
        below[post].add(unit)
    assisting: dict[int, set[int]] = defaultdict(set)
    for post, _, case, *_ in parts["assisting"]:
        assisting[post].add(case)
    kept = [
        (one, Where(unit, answerable, inspection, around, id=one.case))
        for _, fields, unit, around, answerable, inspection, *_ in parts["restricted"]
        if (one := restriction_of(json.loads(fields)))
    ]
    held = []
    for post, role, unit, around, _, _, name, capacity, round_name, starts, ends in parts["post"]:
        mine = HeldPost(
            post, role, unit, name or "", capacity, around, round_name or "", as_date(starts), as_date(ends),
            tuple(sorted(below[post] - {unit})), led if role == LEADER else (), assisting=tuple(sorted(assisting[post])),
        )  # fmt: skip
        held.append(_with_confided(mine, person, kept) if kept else mine)
    return tuple(sorted(held, key=lambda one: one.id))


def _with_confided(post: HeldPost, person: int, kept: list[tuple[Restriction, Where]]) -> HeldPost:
    """Return a post with which of the restricted cases are there by it: it reaches them, and they are for its role or its holder.

    Of those in which its unit only assists, the ones that are for its holder by name.
    """
    reached = reach(post.role, post.unit_id, post.round_id, post.below, post.led)
    mine = {one.case for one, where in kept if one.admits(person, post.role) and reached.covers(where)}
    mine |= {one.case for one, _ in kept if person in one.people and one.case in post.assisting}
    hidden = {one.case for one, _ in kept} - mine
    return replace(post, hidden=tuple(sorted(hidden)), confided=tuple(sorted(mine)))
