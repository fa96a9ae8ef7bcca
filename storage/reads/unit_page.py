"""A unit 党组织 as its page shows it: who holds which post since when, and its inspections with their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from storage.reads.visits import STOOD, case_figures
from storage.sql import Driver, as_date

MOST_POSTS: Final = 60
_ORDER: Final = ("secretary", "handler", "leader", "team", "discipline", "auditor")


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds or held a post of a unit."""

    role: str
    capacity: str
    name: str
    document: str
    starts_on: date | None
    ends_on: date | None
    can_sign_in: bool


@dataclass(frozen=True, slots=True)
class Inspected:
    """An inspection of a unit, with the figures of its problems."""

    number: int
    round_id: int
    round: str
    feedback_on: date | None
    team: int | None
    leader: str
    contact_office: str
    contact_unit: str
    of: int
    done: int
    late: int
    escalated: int
    beside: int = 0
    """How many of those done were taken over closed 存量."""


def holders_of(driver: Driver, jurisdiction: int, unit: int) -> list[Holder]:
    """Return who holds and held the posts of a unit, the most important first and of each the latest."""
    sql = (
        "SELECT t.role, t.capacity, p.name, t.document, t.starts_on, t.ends_on, EXISTS (SELECT 1 FROM accounts a "
        "WHERE a.person_id = t.person_id AND a.state = 'open' AND a.password_hash IS NOT NULL) "
        "FROM posts t JOIN people p ON p.id = t.person_id WHERE t.jurisdiction = ? AND t.unit_id = ? ORDER BY t.id DESC LIMIT ?"
    )
    found = [
        Holder(role, capacity, name, document, as_date(first), as_date(last), bool(signs_in))
        for role, capacity, name, document, first, last, signs_in in driver.all(sql, (jurisdiction, unit, MOST_POSTS))
    ]
    place = {role: number for number, role in enumerate(_ORDER)}
    return sorted(found, key=lambda one: place.get(one.role, len(place)))


def inspections_of(driver: Driver, jurisdiction: int, unit: int, today: date) -> list[Inspected]:
    """Return the inspections of a unit, the latest first, with the figures of their problems in one statement."""
    figures, params = case_figures(today)
    sql = (
        f"SELECT i.id, i.round_id, r.name, i.feedback_on, i.team_id, p.name, i.contact_office, i.contact_unit, {figures} "
        "FROM inspections i JOIN rounds r ON r.id = i.round_id LEFT JOIN people p ON p.id = i.leader_id "
        f"{STOOD} WHERE i.jurisdiction = ? AND i.unit_id = ? "
        "GROUP BY i.id, i.round_id, r.name, i.feedback_on, i.team_id, p.name, i.contact_office, i.contact_unit ORDER BY i.id DESC"
    )
    return [_inspected(row) for row in driver.all(sql, [*params, jurisdiction, unit])]


def _inspected(row: Sequence[Any]) -> Inspected:
    number, round_id, name, day, team, leader, office, contact, *figures = row
    of, done, late_ones, escalated, beside = (int(one or 0) for one in figures)
    return Inspected(
        number,
        round_id,
        name,
        as_date(day),
        team,
        leader or "",
        office or "",
        contact or "",
        of,
        done,
        late_ones,
        escalated,
        beside,
    )
