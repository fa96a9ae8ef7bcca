"""What is there before the first round 筹备, counted in one statement."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from storage.sql import Driver

_SIGNS_IN = "EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = t.person_id AND a.state = 'open' AND a.password_hash IS NOT NULL)"
_HELD = "(t.starts_on IS NULL OR t.starts_on <= ?) AND (t.ends_on IS NULL OR t.ends_on >= ?)"
_HOLDING = f"t.jurisdiction = ? AND t.role = '{{role}}' AND {_HELD} AND {_SIGNS_IN}"
_AT_LARGE = (
    f"(SELECT COUNT(DISTINCT t.person_id) FROM posts t WHERE t.unit_id IS NULL AND t.round_id IS NULL AND {_HOLDING})"
)
_ANYWHERE = f"(SELECT COUNT(*) FROM (SELECT 1 FROM posts t WHERE {_HOLDING} LIMIT 1) x)"
_NO_SECRETARY = (
    "FROM units u WHERE u.jurisdiction = ? AND u.answerable_id IS NULL AND (u.ends_on IS NULL OR u.ends_on >= ?) "
    "AND NOT EXISTS (SELECT 1 FROM posts t WHERE t.jurisdiction = u.jurisdiction AND t.role = 'secretary' AND t.unit_id = u.id "
    f"AND {_HELD} AND {_SIGNS_IN})"
)


@dataclass(frozen=True, slots=True)
class There:
    """How many there are: people of the office, whether any of those who are copied in, units, units without a secretary, rounds, whether any problem."""

    office: int
    discipline: int
    organisation: int
    leader: int
    units: int
    no_secretary: int
    rounds: int
    cases: int


def what_is_there(driver: Driver, jurisdiction: int, today: date) -> There:
    """Count what a jurisdiction has; who cannot sign in does not count."""
    roles = ("office", "discipline", "organisation", "leader")
    counted = [(_AT_LARGE if role == "office" else _ANYWHERE).format(role=role) for role in roles]
    params: list[object] = [jurisdiction, today, today] * len(roles)
    rest = (
        "(SELECT COUNT(*) FROM units WHERE jurisdiction = ?)",
        f"(SELECT COUNT(*) {_NO_SECRETARY})",
        "(SELECT COUNT(*) FROM rounds WHERE jurisdiction = ?)",
        "(SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE jurisdiction = ? LIMIT 1) c)",
    )
    params += [jurisdiction, jurisdiction, today, today, today, jurisdiction, jurisdiction]
    row = driver.one(f"SELECT {', '.join((*counted, *rest))}", params)
    assert row is not None
    assert len(row) == len(fields(There))
    return There(*row)


def units_without_secretary(driver: Driver, jurisdiction: int, today: date, most: int) -> list[str]:
    """Return the names of units that answer for themselves and have no secretary who can sign in."""
    sql = f"SELECT u.name {_NO_SECRETARY} ORDER BY u.id LIMIT ?"
    return [row[0] for row in driver.all(sql, (jurisdiction, today, today, today, most))]
