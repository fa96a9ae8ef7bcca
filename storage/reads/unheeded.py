"""Ties 回避关系 that nobody has heeded yet: who sits in a team that goes there, or holds a post that judges there, and is tied to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from storage.household import Row, listed_rows
from storage.reads.accounts import names_of
from storage.sql import Driver, as_date
from storage.ties import KIND, WHO_JUDGE, tie_of, ties_with

# What was fed back is inspected no more: who is tied decides nothing on its problems anyway.
_VISITS: Final = (
    "SELECT i.team_id, i.id, i.round_id, i.unit_id, u.name FROM inspections i JOIN units u ON u.id = i.unit_id "
    "WHERE i.jurisdiction = ? AND {} AND (i.feedback_on IS NULL OR i.feedback_on >= ?)"
)
_POSTS: Final = (
    "SELECT t.id, t.person_id, t.role, t.unit_id, u.name, t.starts_on, t.ends_on FROM posts t JOIN units u ON u.id = t.unit_id "
    "WHERE t.jurisdiction = ? AND {} AND {} AND (t.ends_on IS NULL OR t.ends_on >= ?)"
)


Listed = Mapping[str, Sequence[tuple[int, Row]]]


@dataclass(frozen=True, slots=True)
class Unheeded:
    """Somebody where they are tied: by which row, a member of a team or a post by its role; until when they would be there."""

    person: int
    unit: int
    unit_name: str
    row: int
    starts_on: date
    ends_on: date | None
    role: str = ""
    team: int = 0
    team_name: str = ""
    inspection: int = 0
    round: int = 0
    name: str = ""


def unheeded(driver: Driver, jurisdiction: int, today: date) -> list[Unheeded]:
    """Return who is where they are tied, today or on a day to come; where there are no ties in one statement."""
    rows = listed_rows(driver, (KIND, "member", "team"), jurisdiction)
    people = {one.person for one in (tie_of(row) for _, row in rows[KIND]) if one.within(today, None)}
    if not people:
        return []
    there = [*_in_teams(driver, jurisdiction, today, rows, people), *_in_posts(driver, jurisdiction, today, people)]
    ties = ties_with(driver, jurisdiction, {one.unit for one in there}) if there else {}
    found = [
        one
        for one in there
        if any(tie.person == one.person and tie.within(one.starts_on, one.ends_on) for tie in ties[one.unit])
    ]
    names = names_of(driver, sorted({one.person for one in found}))
    return [replace(one, name=names.get(one.person, "")) for one in found]


def _in_teams(
    driver: Driver, jurisdiction: int, today: date, rows: Listed, people: Collection[int]
) -> Iterator[Unheeded]:
    """Yield the tied with each unit that a team of theirs is to inspect or inspects."""
    members = [(key, row) for key, row in rows["member"] if row["person_id"] in people and _lasts(row, today)]
    teams = {key: row["name"] for key, row in rows["team"] if _lasts(row, today)}
    among, params = driver.among("i.team_id", sorted({row["team_id"] for _, row in members} & teams.keys()))
    visits = driver.all(_VISITS.format(among), [jurisdiction, *params, today]) if members else []
    for team, inspection, round_id, unit, name in visits:
        for key, row in members:
            if row["team_id"] == team:
                time = _from(row.get("starts_on"), today), as_date(row.get("ends_on"))
                where = {"team": team, "team_name": teams[team], "inspection": inspection, "round": round_id}
                yield Unheeded(row["person_id"], unit, name, key, *time, **where)


def _in_posts(driver: Driver, jurisdiction: int, today: date, people: Collection[int]) -> Iterator[Unheeded]:
    """Yield the tied with each unit at which they hold a post that judges."""
    (whose, tied), (by, roles) = driver.among("t.person_id", sorted(people)), driver.among("t.role", WHO_JUDGE)
    rows = driver.all(_POSTS.format(whose, by), [jurisdiction, *tied, *roles, today])
    for key, person, role, unit, name, first, last in rows:
        yield Unheeded(person, unit, name, key, _from(first, today), as_date(last), role)


def _lasts(row: Mapping[str, Any], today: date) -> bool:
    return not row.get("ends_on") or row["ends_on"] >= today.isoformat()


def _from(first: Any, today: date) -> date:
    return max(as_date(first) or today, today)
