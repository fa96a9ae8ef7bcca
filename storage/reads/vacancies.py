"""What nobody fills or reaches 空缺: units without a secretary, posts that end with nobody after, people out of reach, restricted cases of nobody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import clock
from states import ADMINISTRATORS, HEAD, OFFICE, SECRETARY, STAND_IN
from storage.confidence import restrictions
from storage.reads.named_cases import called
from storage.reads.readiness import SIGNS_IN, no_holder, no_secretary
from storage.reads.unheeded import unheeded
from storage.scope import Where, reach
from storage.sql import Driver, Part, as_date
from storage.ties import ties_with

SOON: Final = timedelta(days=7)
"""So long before a post ends it is told that nobody comes after; so long a mail that was given up counts."""
MOST: Final = 400

# Nobody holds the same post beyond its last day, and its unit goes on.
_ENDING: Final = (
    "FROM posts t LEFT JOIN units u ON u.id = t.unit_id WHERE t.jurisdiction = ? AND t.ends_on >= ? AND t.ends_on <= ? "
    f"AND t.capacity <> '{STAND_IN}' AND {SIGNS_IN} AND (u.ends_on IS NULL OR u.ends_on > t.ends_on) "
    "AND NOT EXISTS (SELECT 1 FROM posts o WHERE o.jurisdiction = t.jurisdiction AND o.role = t.role AND o.id <> t.id "
    f"AND o.capacity <> '{STAND_IN}' AND COALESCE(o.unit_id, 0) = COALESCE(t.unit_id, 0) "
    "AND COALESCE(o.round_id, 0) = COALESCE(t.round_id, 0) AND (o.ends_on IS NULL OR o.ends_on > t.ends_on))"
)
# A mail that was given up counts until a later one arrived, or until something was changed of the person.
_UNREACHED: Final = (
    "WITH lost AS MATERIALIZED (SELECT d.person_id, MAX(d.id) AS id, MAX(d.next_at) AS at FROM deliveries d "
    "WHERE d.state = 'failed' AND d.next_at >= ? GROUP BY d.person_id), "
    "unreached (person, mail) AS MATERIALIZED (SELECT l.person_id, l.id FROM lost l "
    "WHERE NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.state = 'sent' AND e.id > l.id AND e.person_id = l.person_id) "
    "AND NOT EXISTS (SELECT 1 FROM trail t WHERE t.jurisdiction = ? AND t.about = 'person:' || l.person_id AND t.at > l.at) "
    "UNION ALL SELECT id, NULL FROM people WHERE jurisdiction = ? AND (email IS NULL OR TRIM(email) = '')) "
)
# The three administrators touch no case, and no letter goes to them.
_WRITTEN_TO: Final = f"h.role NOT IN ({', '.join(map(repr, ADMINISTRATORS))})"
_ACTIVE: Final = (
    "FROM unreached f JOIN people p ON p.id = f.person WHERE p.jurisdiction = ? "
    "AND EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = p.id AND a.state = 'open') AND EXISTS (SELECT 1 FROM posts h WHERE h.person_id = p.id "
    f"AND {_WRITTEN_TO} "
    "AND (h.starts_on IS NULL OR h.starts_on <= ?) AND (h.ends_on IS NULL OR h.ends_on >= ?))"
)


@dataclass(frozen=True, slots=True)
class Vacant:
    """How many units have no secretary who can sign in, how many posts end soon with nobody after, how many people no mail reaches.

    And how many restricted cases there are in which nobody of the office acts.
    """

    units: int = 0
    ending: int = 0
    unreached: int = 0
    tied: int = 0
    """How many sit in a team, or hold a post, where they are tied."""
    circles: int = 0
    stuck: int = 0
    """How many restricted cases there are whose circle nobody can change or lift but the operator."""

    @property
    def kinds(self) -> int:
        """Return of how many kinds there are any: each is one task."""
        return sum(bool(one) for one in (self.units, self.ending, self.unreached, self.tied, self.circles, self.stuck))


@dataclass(frozen=True, slots=True)
class Ending:
    """A post that ends soon, and nobody holds it afterwards."""

    id: int
    role: str
    unit: str
    holder: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody in office whom no mail reaches: there is no address, or why the last mail was given up."""

    id: int
    name: str
    email: str
    why: str


def count_vacant(driver: Driver, jurisdiction: int, now: datetime) -> Vacant:
    """Count what is empty or fails in a jurisdiction, and who is where they are tied."""
    vacant, whose = no_secretary(jurisdiction, clock.local_date(now))
    (ending, soon), (lost, first, among, params) = _ending(jurisdiction, now), _unreached(jurisdiction, now)
    sql = f"{lost}SELECT (SELECT COUNT(*) {vacant}), (SELECT COUNT(*) {ending}), (SELECT COUNT(*) {among})"
    row = driver.one(sql, [*first, *whose, *soon, *params])
    tied = {one.person for one in unheeded(driver, jurisdiction, clock.local_date(now))}
    units, ending_soon, out_of_reach = row or (0, 0, 0)
    return Vacant(units, ending_soon, out_of_reach, len(tied))


def vacant_units(driver: Driver, jurisdiction: int, today: date, role: str = SECRETARY) -> list[tuple[int, str]]:
    """Return the units that answer for themselves and have nobody of a role who can sign in: number and name."""
    vacant, params = no_holder(jurisdiction, today, role)
    rows = driver.all(f"SELECT u.id, u.name {vacant} ORDER BY u.id LIMIT ?", [*params, MOST])
    return [(row[0], row[1]) for row in rows]


def ending_posts(driver: Driver, jurisdiction: int, now: datetime) -> list[Ending]:
    """Return the posts that end soon and that nobody holds afterwards, the first to end first."""
    ending, params = _ending(jurisdiction, now)
    holder = "(SELECT p.name FROM people p WHERE p.id = t.person_id)"
    sql = f"SELECT t.id, t.role, u.name, {holder}, t.ends_on {ending} ORDER BY t.ends_on, t.id LIMIT ?"
    return [_post(row) for row in driver.all(sql, [*params, MOST])]


def _post(row: Sequence[Any]) -> Ending:
    number, role, unit, holder, last = row
    return Ending(number, role, unit or "", holder, as_date(last) or date.max)


def unreached_people(driver: Driver, jurisdiction: int, now: datetime) -> list[Unreached]:
    """Return the people in office whom no mail reaches, with what was said when the last was given up."""
    lost, first, among, params = _unreached(jurisdiction, now)
    why = "(SELECT d.last_error FROM deliveries d WHERE d.id = f.mail)"
    sql = f"{lost}SELECT p.id, p.name, p.email, {why} {among} ORDER BY p.id LIMIT ?"
    rows = driver.all(sql, [*first, *params, MOST])
    return [Unreached(number, name, (email or "").strip(), said or "") for number, name, email, said in rows]


_IN_OFFICE: Final = (
    f"SELECT t.person_id, t.role, t.unit_id, t.round_id FROM posts t WHERE t.jurisdiction = ? AND t.role IN ('{OFFICE}', '{HEAD}') "
    f"AND t.capacity <> '{STAND_IN}' AND (t.starts_on IS NULL OR t.starts_on <= ?) AND (t.ends_on IS NULL OR t.ends_on >= ?) AND {SIGNS_IN}"
)


@dataclass(frozen=True, slots=True)
class Circle:
    """A restricted case 限定知悉: what it is called, whether somebody of the office acts in it, and whether anybody can still change its circle or lift it."""

    case: int
    called: str
    acted_in: bool
    in_hand: bool


def circles_of(driver: Driver, jurisdiction: int, cases: Collection[int], today: date) -> list[Circle]:
    """Return some restricted cases, each with who is there for it of those who know of it, can sign in, and are not tied to its unit.

    In it acts one of the office; its circle is in the hand of one of the office, or of its head, for the whole jurisdiction.
    """
    if not cases:
        return []
    among, params = driver.among("c.id", cases)
    sql = "SELECT c.id, c.unit_id, c.answerable_id, c.inspection_id, c.round_id, u.name, c.number FROM cases c JOIN units u ON u.id = c.unit_id"
    rows = driver.all(f"{sql} WHERE {among} AND NOT c.void ORDER BY c.id", params)
    there = {row[0]: (Where(row[1], row[2], row[3], row[4], id=row[0]), called(row[5], row[6])) for row in rows}
    ties = ties_with(driver, jurisdiction, {unit for where, _ in there.values() for unit in where[:2]})
    kept, office = restrictions(driver, jurisdiction), driver.all(_IN_OFFICE, (jurisdiction, today, today))

    def within(where: Where) -> list[tuple[str, bool]]:
        tied = {tie.person for unit in where[:2] for tie in ties[unit] if tie.on(today)}
        return [
            (role, unit is None and around is None)
            for person, role, unit, around in office
            if person not in tied and kept[where.id].admits(person, role) and reach(role, unit, around).covers(where)
        ]

    found = [(case, words, within(where)) for case, (where, words) in there.items() if case in kept]
    return [
        Circle(case, words, any(role == OFFICE for role, _ in known), any(at_large for _, at_large in known))
        for case, words, known in found
    ]


def _ending(jurisdiction: int, now: datetime) -> Part:
    today = clock.local_date(now)
    return _ENDING, [jurisdiction, today, today + SOON]


def _unreached(jurisdiction: int, now: datetime) -> tuple[str, list[Any], str, list[Any]]:
    today = clock.local_date(now)
    since = clock.micros(now - SOON)
    return _UNREACHED, [since, jurisdiction, jurisdiction], _ACTIVE, [jurisdiction, today, today]
