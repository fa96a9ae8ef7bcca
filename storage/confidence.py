"""Confidence 限定知悉: which cases are for some roles and people alone; the one place where it is read who they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from states import DISCIPLINE, HEAD
from storage.sql import Driver

KIND: Final = "restriction"
ALWAYS: Final = (HEAD, DISCIPLINE)
"""Who belongs to every circle, as far as the case is theirs at all: nothing is hidden from everybody above."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A case that is for these roles and people alone, each by a post that reaches it."""

    case: int
    roles: frozenset[str]
    people: frozenset[int]

    def admits(self, person: int | None, role: str) -> bool:
        """Say whether the case is for somebody by a post of this role, where that reaches the case."""
        return person in self.people or role in self.roles or role in ALWAYS


def restrictions(driver: Driver, jurisdiction: int) -> dict[int, Restriction]:
    """Return the restrictions in force, by case."""
    sql = f"SELECT fields FROM listed WHERE jurisdiction = ? AND kind = '{KIND}' ORDER BY id"
    found = (restriction_of(json.loads(row[0])) for row in driver.all(sql, (jurisdiction,)))
    return {one.case: one for one in found if one}


def restriction_of(row: Mapping[str, Any]) -> Restriction | None:
    """Return what a row of the register says; None once it is lifted."""
    if row.get("lifted"):
        return None
    people = frozenset(int(one) for one in (row.get("people") or "").split())
    return Restriction(row["case"], frozenset(row["roles"].split()), people)
