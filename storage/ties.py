"""Ties 回避关系: who keeps away from a unit, why and from when to when; asked of many units in one statement."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from states import DISCIPLINE, OFFICE, ORGANISATION, PUBLICITY, RESIDENT, TEAM
from storage.sql import Driver

KIND: Final = "tie"
WHY: Final = {"worked": "曾任职", "kin": "近亲属", "other": "其他利害关系"}
"""What ties somebody to a unit, in words."""

WHO_JUDGE: Final = (TEAM, OFFICE, DISCIPLINE, ORGANISATION, PUBLICITY, RESIDENT)
"""Whose post at a unit is not for who is tied to it."""

# Of each unit that which answers for it and those above: who is tied to a town is tied to its villages. Whose successor a unit is, is asked with it.
_TIES: Final = (
    "WITH RECURSIVE above (unit, up) AS (SELECT id, id FROM units WHERE {} "
    "UNION SELECT a.unit, n.id FROM above a JOIN units u ON u.id = a.up JOIN units n ON n.id IN (u.parent_id, u.answerable_id)) "
    "SELECT unit, up, '' FROM above UNION ALL "
    "SELECT successor_id, id, 'before' FROM units WHERE jurisdiction = ? AND successor_id IS NOT NULL UNION ALL "
    f"SELECT 0, 0, fields FROM listed WHERE jurisdiction = ? AND kind = '{KIND}'"
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
        return self.within(day, day)

    def within(self, first: date | None, last: date | None) -> bool:
        """Say whether it holds on some day of a time; without a first or last day that has no beginning or no end."""
        begins = self.starts_on is None or last is None or self.starts_on <= last
        return begins and (self.ends_on is None or first is None or first <= self.ends_on)


def ties_with(driver: Driver, jurisdiction: int, units: Collection[int]) -> dict[int, frozenset[Tie]]:
    """Return of each unit the ties with it, with what answers for it, with those above, and with those whose successor one of them is."""
    among, params = driver.among("id", units)
    above: dict[int, set[int]] = defaultdict(set)
    before: dict[int, set[int]] = defaultdict(set)
    ties: dict[int, set[Tie]] = defaultdict(set)
    for unit, other, said in driver.all(_TIES.format(among), [*params, jurisdiction, jurisdiction]):
        if said.startswith("{"):
            row = json.loads(said)
            ties[row["unit_id"]].add(tie_of(row))
        else:
            (before if said else above)[unit].add(other)
    return {unit: frozenset().union(*(ties[one] for one in _with_before(above[unit], before))) for unit in units}


def _with_before(units: Collection[int], before: Mapping[int, Collection[int]]) -> set[int]:
    """Return units with all whose place they took, one after the other."""
    found, open_ = set(units), [*units]
    while open_:
        new = set(before.get(open_.pop(), ())) - found
        found |= new
        open_ += new
    return found


def tie_of(row: Mapping[str, Any]) -> Tie:
    """Return what a row of the register says."""
    return Tie(row["person_id"], row["why"], _day(row.get("starts_on")), _day(row.get("ends_on")))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
