"""What is there before the first round 筹备, counted in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from states import SECRETARY, STAND_IN
from storage.duties import RAN_AT
from storage.sql import Driver, Part

SIGNS_IN: Final = "EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = t.person_id AND a.state = 'open' AND a.password_hash IS NOT NULL)"
_HELD = "(t.starts_on IS NULL OR t.starts_on <= ?) AND (t.ends_on IS NULL OR t.ends_on >= ?)"
_HOLDING = f"t.jurisdiction = ? AND t.role = '{{role}}' AND {_HELD} AND {SIGNS_IN}"
_AT_LARGE = (
    f"(SELECT COUNT(DISTINCT t.person_id) FROM posts t WHERE t.unit_id IS NULL AND t.round_id IS NULL AND {_HOLDING})"
)
_ANYWHERE = f"(SELECT COUNT(*) FROM (SELECT 1 FROM posts t WHERE {_HOLDING} LIMIT 1) x)"
_NO_HOLDER: Final = (
    "FROM units u WHERE u.jurisdiction = ? AND u.answerable_id IS NULL AND (u.ends_on IS NULL OR u.ends_on >= ?) "
    "AND u.id NOT IN (SELECT t.unit_id FROM posts t WHERE t.jurisdiction = ? AND t.role = ? AND t.unit_id IS NOT NULL "
    f"AND t.capacity <> '{STAND_IN}' AND {_HELD} AND {SIGNS_IN})"
)


def no_secretary(jurisdiction: int, today: date) -> Part:
    """Return from which units `u` 党组织 answer for themselves and have no secretary who can sign in; who deputises fills no post."""
    return no_holder(jurisdiction, today, SECRETARY)


def no_holder(jurisdiction: int, today: date, role: str) -> Part:
    """Return the same of a role of units."""
    return _NO_HOLDER, [jurisdiction, today, jurisdiction, role, today, today]


@dataclass(frozen=True, slots=True)
class Now:
    """What the office is told before all else: whether anything was fed back, when the duties ran last, how many requests wait for who asks."""

    begun: bool = True
    duties_at: int | None = None
    to_approve: int = 0


def house_now(driver: Driver, jurisdiction: int, person: int, acts: Sequence[str]) -> Now:
    """Return it in one statement; `acts` (`kind.act`) are those that the person approves, of others alone. A list counts as one."""
    among, params = driver.among("r.kind || '.' || r.act", acts)
    sql = (
        f"SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE jurisdiction = ? LIMIT 1) c), {RAN_AT}, "
        "(SELECT COUNT(DISTINCT COALESCE(r.batch, -r.id)) FROM requests r WHERE r.jurisdiction = ? AND r.state = 'asked' "
        f"AND r.asked_by <> ? AND {among})"
    )
    begun, ran, waiting = driver.one(sql, [jurisdiction, jurisdiction, person, *params]) or (1, None, 0)
    return Now(bool(begun), ran, waiting)


@dataclass(frozen=True, slots=True)
class There:
    """How many there are: people of the office, whether any of those who are copied in and of teams, units, units without a secretary, rounds.

    Whether there is any problem, and when the duties ran last (microseconds).
    """

    office: int
    discipline: int
    organisation: int
    leader: int
    team: int
    units: int
    no_secretary: int
    rounds: int
    cases: int
    duties_at: int | None


def what_is_there(driver: Driver, jurisdiction: int, today: date) -> There:
    """Count what a jurisdiction has; who cannot sign in does not count."""
    roles = ("office", "discipline", "organisation", "leader", "team")
    counted = [(_AT_LARGE if role == "office" else _ANYWHERE).format(role=role) for role in roles]
    params: list[object] = [jurisdiction, today, today] * len(roles)
    vacant, whose = no_secretary(jurisdiction, today)
    rest = (
        "(SELECT COUNT(*) FROM units WHERE jurisdiction = ?)",
        f"(SELECT COUNT(*) {vacant})",
        "(SELECT COUNT(*) FROM rounds WHERE jurisdiction = ?)",
        "(SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE jurisdiction = ? LIMIT 1) c)",
        RAN_AT,
    )
    params += [jurisdiction, *whose, jurisdiction, jurisdiction]
    row = driver.one(f"SELECT {', '.join((*counted, *rest))}", params)
    assert row is not None
    assert len(row) == len(fields(There))
    return There(*row)


def units_without_secretary(driver: Driver, jurisdiction: int, today: date, most: int) -> list[str]:
    """Return the names of units that answer for themselves and have no secretary who can sign in."""
    vacant, params = no_secretary(jurisdiction, today)
    return [row[0] for row in driver.all(f"SELECT u.name {vacant} ORDER BY u.id LIMIT ?", [*params, most])]
