"""The security log, newest first, by keyset: each filter is an index that is read in that order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from storage.sql import Driver, Part

BLOCK: Final = 1_000
_COLUMNS: Final = {"case": "s.case_id", "login": "s.login", "address": "s.address", "what": "s.what", "via": "s.via"}
"""What is asked for, the narrowest first: its index is the one that is read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, every filter fits: `since`, `until` in microseconds, `before` the last line seen, `words` of whom or what a line is."""

    what: str | None = None
    login: str | None = None
    case: int | None = None
    address: str | None = None
    via: str | None = None
    since: int | None = None
    until: int | None = None
    before: tuple[int, int] | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class SecurityLine:
    """One event as it is shown."""

    id: int
    at: int
    what: str
    login: str
    name: str
    via: str
    os_user: str
    address: str
    case: int | None
    action: str
    words: str


_LIKE: Final = re.compile("[!%_]")
_SHOWN: Final = (
    "SELECT s.id, s.at, s.what, s.login, COALESCE(p.name, ''), s.via, s.os_user, s.address, s.case_id, s.action, s.words "
    "FROM security_log s LEFT JOIN people p ON p.id = s.person_id WHERE {where} ORDER BY s.at DESC, s.id DESC LIMIT {limit}"
)


def security_lines(driver: Driver, jurisdiction: int, asked: Asked, limit: int) -> list[SecurityLine]:
    """Return the newest events that are looked for."""
    where, params = _condition(driver, jurisdiction, asked)
    return [SecurityLine(*row) for row in driver.all(_SHOWN.format(where=where, limit=limit), params)]


def all_security_lines(driver: Driver, jurisdiction: int, asked: Asked) -> Iterator[SecurityLine]:
    """Yield every event that is looked for, newest first; no more than a block of them is held."""
    while block := security_lines(driver, jurisdiction, asked, BLOCK):
        yield from block
        if len(block) < BLOCK:
            return
        asked = replace(asked, before=(block[-1].at, block[-1].id))


def _condition(driver: Driver, jurisdiction: int, asked: Asked) -> Part:
    conditions = ["s.jurisdiction = ?"]
    params: list[Any] = [jurisdiction]
    given = [(column, getattr(asked, name)) for name, column in _COLUMNS.items() if getattr(asked, name) is not None]
    for place, (column, value) in enumerate(given):
        # SQLite counts no rows and would take any of the indexes: a sign before the column leaves it the first one.
        conditions.append(f"{'+' if place and driver.sqlite else ''}{column} = ?")
        params.append(value)
    for value, condition in ((asked.since, "s.at >= ?"), (asked.until, "s.at < ?")):
        if value is not None:
            conditions.append(condition)
            params.append(value)
    if asked.words is not None:
        conditions.append("LOWER(s.words) LIKE ? ESCAPE '!'")
        params.append("%" + _LIKE.sub(r"!\g<0>", asked.words.lower()) + "%")
    if asked.before is not None:
        conditions.append("(s.at, s.id) < (?, ?)")
        params += asked.before
    return " AND ".join(conditions), params
