"""Cases by the words that people call them by: 城伯镇党委 第 2 号; and those that a meeting of the leading group may be about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from states import DISPUTED, ESCALATED
from storage.confidence import restrictions
from storage.sql import Driver

MOST_FOUND: Final = 9
MOST_TO_DECIDE: Final = 60
_CALLED: Final = re.compile(r"(.+?)\s*第\s*(\S+?)\s*号")
_WITH_WORDS: Final = "SELECT c.id, u.name, c.number, c.problem, c.state FROM cases c JOIN units u ON u.id = c.unit_id WHERE {} ORDER BY u.name, c.id"


def called(unit: str, number: str) -> str:
    """Return what people call a case."""
    return f"{unit} 第 {number} 号"


def cases_there(driver: Driver, jurisdiction: int, ids: Collection[int]) -> dict[int, str]:
    """Return the cases of the jurisdiction among these numbers, each with what it is called."""
    if not ids:
        return {}
    among, params = driver.among("c.id", sorted(ids))
    found = driver.all(_WITH_WORDS.format(f"+c.jurisdiction = ? AND {among}"), [jurisdiction, *params])
    return {row[0]: called(row[1], row[2]) for row in found}


def cases_called(driver: Driver, jurisdiction: int, words: str) -> list[tuple[int, str]]:
    """Return the cases that are called so, the unit's name alone or the round's before it; each with its round and name."""
    said = _CALLED.fullmatch(words.strip())
    if said is None:
        return []
    of, number = said.groups()
    sql = (
        "SELECT c.id, r.name, u.name, c.number FROM units u JOIN cases c ON c.unit_id = u.id JOIN rounds r ON r.id = c.round_id "
        "WHERE u.jurisdiction = ? AND u.name = ? AND c.jurisdiction = ? AND c.number = ? AND c.void = ? ORDER BY c.id"
    )
    for around, unit in _split(of):
        rows = driver.all(sql, (jurisdiction, unit, jurisdiction, number, False))
        found = [(row[0], f"{row[1]} {called(row[2], row[3])}") for row in rows if around in ("", row[1])]
        if found:
            return found[:MOST_FOUND]
    return []


def _split(of: str) -> Iterator[tuple[str, str]]:
    """Yield how words may name a round and a unit: the unit alone, else the round up to one of the blanks."""
    yield "", of.strip()
    for blank in re.finditer(r"\s+", of):
        yield of[: blank.start()], of[blank.end() :]


def to_decide(
    driver: Driver, jurisdiction: int, also: Collection[int] = (), hidden: Collection[int] = ()
) -> list[tuple[int, str, str, str]]:
    """Return the cases that wait for the leading group, and those named, each with its name, its problem and its state: the escalated first.

    Of the cases 限定知悉 those hidden are not there, and of the others no word is told.
    """
    waiting, states = driver.among("c.state", (ESCALATED, DISPUTED))
    sql = _WITH_WORDS.format(f"c.jurisdiction = ? AND {waiting}") + f" LIMIT {MOST_TO_DECIDE}"
    rows = sorted(driver.all(sql, [jurisdiction, *states]), key=lambda row: bool(row[4] != ESCALATED))
    if missing := set(also) - {row[0] for row in rows}:
        among, params = driver.among("c.id", sorted(missing))
        rows = [*driver.all(_WITH_WORDS.format(f"+c.jurisdiction = ? AND {among}"), [jurisdiction, *params]), *rows]
    secret = restrictions(driver, jurisdiction) if rows else {}
    return [
        (case, called(unit, number), "限定知悉" if case in secret else problem, state)
        for case, unit, number, problem, state in rows
        if case not in hidden
    ]
