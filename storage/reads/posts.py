"""What the register asks of units, people, accounts and posts before it changes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.sql import Driver, as_date

Days = tuple[date | None, date | None]
"""From when to when: the last day is one of them, and without one there is no end."""

_OPEN_CASES = (
    "SELECT r.name, c.number FROM cases c JOIN rounds r ON r.id = c.round_id "
    "WHERE c.jurisdiction = ? AND {} AND c.settled_at IS NULL ORDER BY c.id"
)
_HELD = "(t.starts_on IS NULL OR t.starts_on <= ?) AND (t.ends_on IS NULL OR t.ends_on >= ?)"


def chain_above(driver: Driver, unit: int, column: str) -> list[tuple[int, str]]:
    """Return the unit and those above it by the column, each by number and name, once; a ring ends where it closes."""
    chain: dict[int, str] = {}
    place: int | None = unit
    while place is not None and place not in chain:
        name, higher = driver.all(f"SELECT name, {column} FROM units WHERE id = ?", (place,))[0]
        chain[place] = name
        place = higher
    return list(chain.items())


def units_below(driver: Driver, jurisdiction: int, unit: int, day: date) -> list[str]:
    """Return the names of the units that have the unit above them or answering for them and last longer than the day."""
    sql = (
        "SELECT name FROM units WHERE jurisdiction = ? AND (parent_id = ? OR answerable_id = ?) AND id <> ? "
        "AND (ends_on IS NULL OR ends_on > ?) ORDER BY id"
    )
    return [row[0] for row in driver.all(sql, (jurisdiction, unit, unit, unit, day))]


def answered_by(driver: Driver, jurisdiction: int, unit: int) -> list[tuple[str, str]]:
    """Return the open problems that a unit answers for: round and number."""
    return _numbered(driver, "c.answerable_id = ?", jurisdiction, unit)


def answered_by_others(driver: Driver, jurisdiction: int, unit: int, answerable: int) -> list[tuple[str, str]]:
    """Return the open problems found in a unit, and not passed on by it, that another one than that answers for."""
    return _numbered(
        driver, "c.unit_id = ? AND c.answerable_id <> ? AND NOT c.passed_on", jurisdiction, unit, answerable
    )


def _numbered(driver: Driver, which: str, *params: int) -> list[tuple[str, str]]:
    return [(name, number) for name, number in driver.all(_OPEN_CASES.format(which), params)]


def login_taken(driver: Driver, login: str) -> bool:
    """Say whether any account has the login, open or closed."""
    return driver.one("SELECT 1 FROM accounts WHERE login = ?", (login,)) is not None


def owner_of_login(driver: Driver, jurisdiction: int, login: str) -> int | None:
    """Return the person who has a login, open or closed."""
    return _owners(driver, "accounts", "person_id", jurisdiction, "login", [login]).get(login)


def person_meant(driver: Driver, jurisdiction: int, said: Mapping[str, Any]) -> int | None:
    """Return who would get a further login or post: the one named, the one who has the login or the personal key; nobody who is new."""
    ((person, _),) = people_meant(driver, jurisdiction, [said])
    return person


def people_meant(
    driver: Driver, jurisdiction: int, saids: Sequence[Mapping[str, Any]]
) -> list[tuple[int | None, bool]]:
    """Return for each opening who is meant, as `person_meant` does, and whether the login is there."""
    logins = [said.get("login", "") for said in saids]
    keys = [said.get("personal_key") for said in saids]
    by_login = _owners(driver, "accounts", "person_id", jurisdiction, "login", logins)
    by_key = _owners(driver, "people", "id", jurisdiction, "personal_key", [key for key in keys if key])
    return [
        (said.get("person", by_login.get(login, by_key.get(key or ""))), login in by_login)
        for said, login, key in zip(saids, logins, keys, strict=True)
    ]


def _owners(
    driver: Driver, table: str, person: str, jurisdiction: int, column: str, values: Sequence[str]
) -> dict[str, int]:
    if not values:
        return {}
    among, params = driver.among(column, values)
    # The oldest stands where there are several, as for who looks for one.
    sql = f"SELECT {column}, {person} FROM {table} WHERE jurisdiction = ? AND {among} ORDER BY id DESC"
    return {row[0]: row[1] for row in driver.all(sql, (jurisdiction, *params))}


def has_factor(driver: Driver, account: int) -> bool:
    """Say whether an account has a second factor."""
    row = driver.one("SELECT second_factor FROM accounts WHERE id = ?", (account,))
    return row is not None and row[0] is not None


def has_open_account(driver: Driver, person: int, but: int) -> bool:
    """Say whether a person has an open account besides that one."""
    sql = "SELECT 1 FROM accounts WHERE person_id = ? AND state = 'open' AND id <> ?"
    return driver.one(sql, (person, but)) is not None


def roles_on(driver: Driver, person: int, day: date) -> list[str]:
    """Return the roles that a person holds on the day."""
    sql = f"SELECT DISTINCT t.role FROM posts t WHERE t.person_id = ? AND {_HELD} ORDER BY t.role"
    return [row[0] for row in driver.all(sql, (person, day, day))]


def roles_unended(driver: Driver, person: int, day: date) -> set[str]:
    """Return the roles that a person holds on the day or will hold later."""
    sql = "SELECT DISTINCT role FROM posts WHERE person_id = ? AND (ends_on IS NULL OR ends_on >= ?)"
    return {row[0] for row in driver.all(sql, (person, day))}


def posts_unended(driver: Driver, person: int, day: date) -> list[int]:
    """Return the posts of a person that end after the day, or never."""
    sql = "SELECT id FROM posts WHERE person_id = ? AND (ends_on IS NULL OR ends_on > ?) ORDER BY id"
    return [row[0] for row in driver.all(sql, (person, day))]


def roles_at_large(driver: Driver, person: int, day: date) -> set[str]:
    """Return the roles that a person with an open account holds on the day for the whole jurisdiction."""
    sql = (
        f"SELECT DISTINCT t.role FROM posts t WHERE t.person_id = ? AND t.unit_id IS NULL AND t.round_id IS NULL AND {_HELD} "
        "AND EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = t.person_id AND a.state = 'open')"
    )
    return {row[0] for row in driver.all(sql, (person, day, day))}


def can_sign_in(driver: Driver, person: int) -> bool:
    """Say whether a person has an open account with a password."""
    sql = "SELECT 1 FROM accounts WHERE person_id = ? AND state = 'open' AND password_hash IS NOT NULL"
    return driver.one(sql, (person,)) is not None


def another_holds(driver: Driver, jurisdiction: int, person: int, role: str, day: date) -> bool:
    """Say whether somebody else who can sign in, and so has a password, holds the role on the day."""
    sql = (
        "SELECT 1 FROM posts t JOIN accounts a ON a.person_id = t.person_id WHERE t.jurisdiction = ? AND t.role = ? "
        f"AND t.person_id <> ? AND a.state = 'open' AND a.password_hash IS NOT NULL AND {_HELD}"
    )
    return driver.one(sql, (jurisdiction, role, person, day, day)) is not None


def roles_signed_in(driver: Driver, jurisdiction: int, roles: Sequence[str], day: date) -> set[str]:
    """Return those of the roles that somebody who can sign in, and so has a password, holds on the day."""
    among, names = driver.among("t.role", roles)
    sql = (
        f"SELECT DISTINCT t.role FROM posts t JOIN accounts a ON a.person_id = t.person_id WHERE t.jurisdiction = ? AND {among} "
        f"AND a.state = 'open' AND a.password_hash IS NOT NULL AND {_HELD}"
    )
    return {row[0] for row in driver.all(sql, (jurisdiction, *names, day, day))}


def people_named(driver: Driver, jurisdiction: int, name: str) -> list[tuple[str, str | None]]:
    """Return role and personal key of everybody of that name who was ever given a post."""
    sql = (
        "SELECT t.role, p.personal_key FROM people p JOIN posts t ON t.person_id = p.id "
        "WHERE p.jurisdiction = ? AND p.name = ? ORDER BY t.id"
    )
    return [(role, key) for role, key in driver.all(sql, (jurisdiction, name))]


def same_post(driver: Driver, jurisdiction: int, post: Mapping[str, Any], day: date | None = None) -> Days | None:
    """Return from when to when the person holds the same post in the same way on the day or later, or without a day ever held it."""
    sql = (
        "SELECT t.starts_on, t.ends_on FROM posts t WHERE t.jurisdiction = ? AND t.person_id = ? AND t.role = ? AND COALESCE(t.unit_id, 0) = ? "
        "AND COALESCE(t.round_id, 0) = ? AND t.capacity = ? AND (t.ends_on IS NULL OR t.ends_on >= ?) ORDER BY t.id"
    )
    place = (post["unit_id"] or 0, post["round_id"] or 0)
    params = (jurisdiction, post["person_id"], post["role"], *place, post["capacity"], day or date.min)
    row = driver.one(sql, params)
    return None if row is None else (as_date(row[0]), as_date(row[1]))


def look_alikes(
    driver: Driver, jurisdiction: int, names: Sequence[str], addresses: Sequence[str]
) -> list[tuple[int, str, str | None]]:
    """Return the people of these names or addresses: number, name, address."""
    if not names and not addresses:
        return []
    (by_name, first), (by_address, second) = driver.among("name", names), driver.among("email", addresses)
    sql = f"SELECT id, name, email FROM people WHERE jurisdiction = ? AND ({by_name} OR {by_address}) ORDER BY id"
    return [(row[0], row[1], row[2]) for row in driver.all(sql, (jurisdiction, *first, *second))]


def logins_of(driver: Driver, people: Sequence[int]) -> dict[int, list[str]]:
    """Return the logins of people, open and closed, the oldest first."""
    return _by_person(driver, "login", "accounts", people)


def posts_of(driver: Driver, people: Sequence[int]) -> dict[int, list[int]]:
    """Return the posts that people hold, held or will hold, the oldest first."""
    return _by_person(driver, "id", "posts", people)


def _by_person(driver: Driver, column: str, table: str, people: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    if people:
        among, params = driver.among("person_id", people)
        for person, value in driver.all(
            f"SELECT person_id, {column} FROM {table} WHERE {among} ORDER BY id", tuple(params)
        ):
            found[person].append(value)
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """A post that has not ended: who holds it, where, how, from when to when, and whether they have an open account."""

    person: int
    name: str
    role: str
    unit_id: int | None
    unit: str
    round_id: int | None
    capacity: str
    starts_on: date | None
    ends_on: date | None
    signs_in: bool

    def on(self, day: date) -> bool:
        """Say whether it is held on the day."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or self.ends_on >= day)


_UNENDED = (
    "SELECT t.person_id, p.name, t.role, t.unit_id, u.name, t.round_id, t.capacity, t.starts_on, t.ends_on, "
    "EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = t.person_id AND a.state = 'open') FROM posts t "
    "JOIN people p ON p.id = t.person_id LEFT JOIN units u ON u.id = t.unit_id "
    "WHERE {} AND (t.ends_on IS NULL OR t.ends_on >= ?) ORDER BY t.id"
)


def held_by(driver: Driver, people: Sequence[int], day: date) -> dict[int, list[Held]]:
    """Return the posts of people that have not ended before the day, by person, the oldest first."""
    found: dict[int, list[Held]] = defaultdict(list)
    if people:
        among, params = driver.among("t.person_id", people)
        for row in driver.all(_UNENDED.format(among), (*params, day)):
            found[row[0]].append(_held(row))
    return found


def held_in(driver: Driver, units: Sequence[int], day: date) -> list[Held]:
    """Return the posts of units that have not ended before the day, the oldest first."""
    if not units:
        return []
    among, params = driver.among("t.unit_id", units)
    return [_held(row) for row in driver.all(_UNENDED.format(among), (*params, day))]


def _held(row: Sequence[Any]) -> Held:
    person, name, role, unit, unit_name, around, capacity, first, last, signs_in = row
    return Held(
        person, name, role, unit, unit_name or "", around, capacity, as_date(first), as_date(last), bool(signs_in)
    )


def open_accounts(driver: Driver, people: Sequence[int]) -> dict[int, int]:
    """Return how many open accounts people have."""
    if not people:
        return {}
    among, params = driver.among("person_id", people)
    sql = f"SELECT person_id, COUNT(*) FROM accounts WHERE {among} AND state = 'open' GROUP BY person_id"
    return {row[0]: row[1] for row in driver.all(sql, tuple(params))}


def people_called(driver: Driver, jurisdiction: int, name: str) -> list[int]:
    """Return who is registered under a name, the oldest first."""
    sql = "SELECT id FROM people WHERE jurisdiction = ? AND name = ? ORDER BY id"
    return [row[0] for row in driver.all(sql, (jurisdiction, name))]
