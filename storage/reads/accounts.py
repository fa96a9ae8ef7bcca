"""Accounts 账号 and what is asked for about them, as the administrators see them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from states import ACTING, CAPACITIES, IN_UNIT, ROLES, STAND_IN
from storage.looks import Looks
from storage.sql import Driver, Row, as_date

MOST_POSTS = 3
"""So many posts of one person are said; of more how many there are, and all of them unfolded."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in the list: whose it is, its state, the posts of its owner in words, and of many how many they are."""

    login: str
    name: str
    state: str
    posts: str
    short: str


_POSTS_OF = "SELECT t.person_id, t.role, t.capacity, u.name, t.ends_on FROM posts t LEFT JOIN units u ON u.id = t.unit_id WHERE {} ORDER BY t.id"
_FOUND = (
    " AND (LOWER(a.login) LIKE ? ESCAPE '/' OR LOWER(p.name) LIKE ? ESCAPE '/' OR p.id IN "
    "(SELECT t.person_id FROM posts t JOIN units u ON u.id = t.unit_id WHERE LOWER(u.name) LIKE ? ESCAPE '/'))"
)


def account_list(
    driver: Driver, jurisdiction: int, words: str, limit: int, beyond: int = 0
) -> tuple[int, list[AccountLine]]:
    """Return how many accounts have the words in login, name or unit, and so many of them beyond the first ones."""
    source, params = "FROM accounts a JOIN people p ON p.id = a.person_id WHERE p.jurisdiction = ?", [jurisdiction]
    source, given = source + (_FOUND if words else ""), [*params, *([_within(words)] * 3 if words else [])]
    looks = Looks(driver)
    count = looks.one(f"SELECT COUNT(*) {source}", given)
    rows = looks.all(
        f"SELECT p.id, a.login, p.name, a.state {source} ORDER BY a.login LIMIT ? OFFSET ?",
        [*given, limit, beyond],
    )()
    posts = _posts(looks.driver, [row[0] for row in rows])
    return (count() or (0,))[0], [_account_line(row, posts[row[0]]) for row in rows]


def _within(words: str) -> str:
    """Return what is like a text that has the words in it."""
    return f"%{re.sub('[%_/]', lambda sign: f'/{sign[0]}', words.lower())}%"


def _account_line(row: Row, posts: list[tuple[str, str]]) -> AccountLine:
    _, login, name, state = row
    roles = Counter(role for role, _ in posts)
    short = (
        "、".join(f"{ROLES[role]}：{count} 个职务" for role, count in roles.items()) if len(posts) > MOST_POSTS else ""
    )
    return AccountLine(login, name, state, "、".join(words for _, words in posts), short)


def _posts(driver: Driver, people: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Return the posts of people, each by its role and in words."""
    words: dict[int, list[tuple[str, str]]] = defaultdict(list)
    among, params = driver.among("t.person_id", people)
    for person, role, capacity, unit, until in driver.all(_POSTS_OF.format(among), params):
        words[person].append((role, post_in_words(role, capacity, unit or "", as_date(until))))
    return words


def post_in_words(role: str, capacity: str, unit: str = "", until: date | None = None) -> str:
    """Return a post in words: 城伯镇党委书记（主持工作，至 2026-03-05）, 城伯镇党委代班书记, 巡察办."""
    stands_in = CAPACITIES[STAND_IN] if capacity == STAND_IN else ""
    shown = IN_UNIT.get(role, ROLES[role]) if unit else ROLES[role]
    gap = " " if unit and role not in IN_UNIT else ""
    inside = [CAPACITIES[ACTING]] if capacity == ACTING else []
    inside += [f"至 {until}"] if until else []
    return f"{unit}{gap}{stands_in}{shown}" + (f"（{'，'.join(inside)}）" if inside else "")


def names_of(driver: Driver, people: Sequence[int]) -> dict[int, str]:
    """Return the names of people by number."""
    if not people:
        return {}
    among, params = driver.among("id", people)
    return {row[0]: row[1] for row in driver.all(f"SELECT id, name FROM people WHERE {among}", params)}


def unit_names(driver: Driver, units: Sequence[int]) -> dict[int, str]:
    """Return the names of units by number."""
    if not units:
        return {}
    among, params = driver.among("id", units)
    return {row[0]: row[1] for row in driver.all(f"SELECT id, name FROM units WHERE {among}", params)}


def owners_of(
    driver: Driver, jurisdiction: int, logins: Sequence[str], numbers: Sequence[int]
) -> dict[int | str, tuple[str, str]]:
    """Return login and owner's name of accounts, each by its number and by its login."""
    by_login, first = driver.among("a.login", logins)
    by_number, second = driver.among("a.id", numbers)
    sql = (
        "SELECT a.id, a.login, p.name FROM accounts a JOIN people p ON p.id = a.person_id "
        f"WHERE a.jurisdiction = ? AND ({by_login} OR {by_number})"
    )
    found: dict[int | str, tuple[str, str]] = {}
    for number, login, name in driver.all(sql, (jurisdiction, *first, *second)) if logins else ():
        found[number] = found[login] = (login, name)
    return found


def unchanged_accounts(driver: Driver, jurisdiction: int) -> list[int]:
    """Return the open accounts whose first password was never changed, but those for which another is asked already."""
    sql = (
        "SELECT a.id FROM accounts a WHERE a.jurisdiction = ? AND a.state = 'open' AND a.password_hash IS NOT NULL AND a.must_change "
        "AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.jurisdiction = a.jurisdiction AND r.state = 'asked' AND r.kind = 'account' "
        "AND r.row = CAST(a.id AS TEXT)) ORDER BY a.login"
    )
    return [row[0] for row in driver.all(sql, (jurisdiction,))]
