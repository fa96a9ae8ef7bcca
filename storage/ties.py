"""Ties 回避关系: who keeps away from a unit, why and from when to when; asked of many units in one statement."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from storage.sql import Driver

KIND: Final = "tie"
WHY: Final = {"worked": "曾任职", "kin": "近亲属", "other": "其他利害关系"}
"""What ties somebody to a unit, in words."""

# Of each unit those above it too: who is tied to a town is tied to its villages.
_TIES: Final = (
    "WITH RECURSIVE above (unit, up) AS (SELECT id, id FROM units WHERE {} "
    "UNION SELECT a.unit, u.parent_id FROM above a JOIN units u ON u.id = a.up WHERE u.parent_id IS NOT NULL) "
    f"SELECT unit, up, '' FROM above UNION ALL SELECT 0, 0, fields FROM listed WHERE jurisdiction = ? AND kind = '{KIND}'"
)


@dataclass(frozen=True, slots=True)
class Tie:
    """Who is tied, why, and from when to when: the last day is one of them, and without one there is no end."""

    person: int
    why: str
    starts_on: date | None = None
    ends_on: date | None = None

    def on(self, day: date) -> bool:
        """Say whether it holds on the day."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


def ties_with(driver: Driver, jurisdiction: int, units: Collection[int]) -> dict[int, frozenset[Tie]]:
    """Return of each unit the ties with it and with those above it."""
    among, params = driver.among("id", units)
    above: dict[int, set[int]] = defaultdict(set)
    ties: dict[int, set[Tie]] = defaultdict(set)
    for unit, up, fields in driver.all(_TIES.format(among), [*params, jurisdiction]):
        if fields:
            row = json.loads(fields)
            ties[row["unit_id"]].add(tie_of(row))
        else:
            above[unit].add(up)
    return {unit: frozenset().union(*(ties[up] for up in above[unit])) for unit in units}


def tie_of(row: Mapping[str, Any]) -> Tie:
    """Return what a row of the register says."""
    return Tie(row["person_id"], row["why"], _day(row.get("starts_on")), _day(row.get("ends_on")))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
