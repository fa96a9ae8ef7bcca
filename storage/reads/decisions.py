"""What was decided on behalf of the leading group: entries that name the meeting by its minute number and date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from states import GROUP, MOVES
from storage.meetings import plain_number
from storage.sql import Driver

DECIDING: Final = tuple(move.action for move in MOVES if any(name == "minute_no" for name, _ in move.asks))
"""The moves that the leading group decides, always or where opinions are against it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An entry that names a meeting: of which case, by which move, when it was entered (microseconds)."""

    case: int
    action: str
    at: int
    index: int


def decided_in(driver: Driver, jurisdiction: int, number: str, held_on: date, agenda: Sequence[int]) -> list[Decision]:
    """Return what was decided in a meeting of the cases of its agenda, in order."""
    if not agenda or not number:
        return []
    among, params = driver.among("t.case_id", sorted(agenda))
    by, actions = driver.among("t.action", DECIDING)
    sql = f"SELECT t.case_id, t.action, t.at, t.idx, t.body FROM trail t WHERE {among} AND {by} AND +t.jurisdiction = ?"
    rows = driver.all(sql, [*params, *actions, jurisdiction])
    found = [Decision(*row[:4]) for row in rows if _names(row[4], number, held_on)]
    return sorted(found, key=lambda one: one.index)


def _names(body: bytes, number: str, held_on: date) -> bool:
    entry = json.loads(bytes(body))
    said = entry.get("decision") or {}
    named = plain_number(str(said.get("number") or "")) == plain_number(number)
    # Some decisions name the number alone: that is the meeting of that number.
    return entry.get("on_behalf") == GROUP and named and said.get("on") in (None, held_on.isoformat())
