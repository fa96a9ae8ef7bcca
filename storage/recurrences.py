"""Recurrence 重复发生: what is judged of two problems, and which units are one over the years; rules and readers ask here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from storage.sql import Driver

KIND: Final = "recurrence"
AGAIN, ANOTHER = "again", "another"
VERDICTS: Final = {AGAIN: "重复发生", ANOTHER: "不是同一问题"}
"""What is judged of two problems, in words."""

Befores = Mapping[int, Sequence[int]]
"""By unit those that it took over from."""


def befores(driver: Driver, jurisdiction: int) -> Befores:
    """Return which units each unit took over from."""
    found: dict[int, list[int]] = defaultdict(list)
    sql = "SELECT successor_id, id FROM units WHERE jurisdiction = ? AND successor_id IS NOT NULL"
    for unit, before in driver.all(sql, (jurisdiction,)):
        found[unit].append(before)
    return found


def line_of(units: Befores, unit: int) -> Collection[int]:
    """Return a unit with all those before it."""
    line, left = {unit}, [unit]
    while left:
        new = set(units.get(left.pop(), ())) - line
        line |= new
        left += new
    return line
