"""The ledger 台账 by groups: of what a question finds, how many are of each unit, round, aspect or person, how many are open and late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from storage.reads.lamps import late
from storage.reads.ledger.questions import PRESSED, Ask, question
from storage.sql import Driver

GROUPS: Final = {
    "unit": "c.unit_id, c.answerable_id", "round": "c.round_id", "aspect": "c.category", "responsible": "c.responsible", "person": "c.person",
}  # fmt: skip
"""By what: the columns that cases are counted by."""


class Counts(NamedTuple):
    """How many cases, how many of them open, how many late."""

    every: int = 0
    open: int = 0
    late: int = 0

    @staticmethod
    def of(parts: Iterable[Counts]) -> Counts:
        """Return the sum."""
        sums = [sum(column) for column in zip(*parts, strict=True)]
        return Counts(*sums) if sums else Counts()


class Unit(NamedTuple):
    """A unit among groups: it stands before its villages, which are in its counts."""

    number: int
    name: str
    below: bool
    counts: Counts


def counts_by(driver: Driver, ask: Ask, name: str) -> dict[Any, Counts]:
    """Return the counts of each group by its key; of units by the unit where it was found and the one that answers."""
    unit_late, (today,) = late(ask.today)[0], {*late(ask.today)[1]}
    lit = unit_late.replace("?", f"'{today.isoformat()}'")
    counted = f"COUNT(*), SUM(CASE WHEN c.settled_at IS NULL THEN 1 ELSE 0 END), SUM(CASE WHEN {lit} THEN 1 ELSE 0 END)"
    sql, params = question(driver, ask, f"{GROUPS[name]}, {counted}")
    rows = driver.all(f"{sql} GROUP BY {GROUPS[name]}", params)
    return {(row[:-3] if len(row) > 4 else row[0]): Counts(*map(int, row[-3:])) for row in rows}


def units_of(driver: Driver, ask: Ask, counts: Mapping[tuple[int, int], Counts]) -> list[Unit]:
    """Return the units with cases among those counted, each with what the ledger finds by its filter: its villages', and what it answers for."""
    rows = driver.all(
        "SELECT id, name, parent_id, answerable_id FROM units WHERE jurisdiction = ?", (ask.jurisdiction,)
    )
    above = {unit: {parent, answers} - {None, unit} for unit, _, parent, answers in rows}
    found: dict[int, list[Counts]] = defaultdict(list)
    for (unit, answers), one in counts.items():
        family = set() if ask.filters.lamp == PRESSED else {unit, *above.get(unit, ())}
        for each in {answers, *family}:
            found[each].append(one)
    heads = {unit: next(iter(higher), unit) for unit, higher in above.items()}
    units = [
        Unit(unit, name, heads[unit] in found and heads[unit] != unit, Counts.of(found[unit]))
        for unit, name, *_ in rows
        if unit in found
    ]
    return sorted(units, key=lambda one: (heads[one.number] if one.below else one.number, one.below, one.number))
