"""What there is to choose from above the ledger: rounds and units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from storage.reads.dictionaries import LISTED, Dictionaries, dictionaries_in
from storage.scope import Scope
from storage.sql import Driver, Part
from storage.visible import tidy

MOST_UNITS: Final = 600


def round_choices(driver: Driver, jurisdiction: int, scope: Scope) -> list[tuple[int, str]]:
    """Return the rounds with cases of the scope, the latest first."""
    sql, params = _rounds(driver, jurisdiction, scope, "id, name")
    return [(row[0], row[1]) for row in driver.all(f"{sql} ORDER BY id DESC", params)]


def _rounds(driver: Driver, jurisdiction: int, scope: Scope, columns: str) -> tuple[str, list[Any]]:
    sql, params = f"SELECT {columns} FROM rounds WHERE jurisdiction = ?", [jurisdiction]
    if not scope.whole:
        found, values = scope.without_rounds.ids(driver, jurisdiction)
        whole, rounds = driver.among("id", scope.rounds)
        sql = f"{sql} AND ({whole} OR id IN (SELECT round_id FROM cases WHERE id IN ({found})))"
        params = [*params, *rounds, *values]
    return sql, params


def rounds_and_dictionaries(
    driver: Driver, jurisdiction: int, scope: Scope
) -> tuple[list[tuple[int, str]], Dictionaries]:
    """Return the rounds with cases of the scope, the latest first, and the dictionaries: both are few, and read together."""
    sql, params = _rounds(driver, jurisdiction, scope, "'round' AS kind, id, name AS fields")
    rows = sorted(driver.all(f"{sql} UNION ALL {LISTED}", [*params, jurisdiction]), key=lambda row: int(row[1]))
    rounds = [(row[1], row[2]) for row in reversed(rows) if row[0] == "round"]
    return rounds, dictionaries_in(row for row in rows if row[0] != "round")


def writer_choices(driver: Driver, jurisdiction: int) -> list[tuple[int, str]]:
    """Return who may have written problems: people with a post in the team or the office, by name."""
    rows = driver.all(
        "SELECT DISTINCT p.id, p.name FROM people p JOIN posts h ON h.person_id = p.id "
        "WHERE p.jurisdiction = ? AND h.role IN ('team', 'office') ORDER BY p.name, p.id",
        (jurisdiction,),
    )
    return [(row[0], row[1]) for row in rows]


def unit_choices(driver: Driver, jurisdiction: int, scope: Scope) -> list[tuple[int, str, bool]]:
    """Return the units with cases of the scope, each before its villages (marked); of very many only the upper ones."""
    sql, params = (
        "SELECT id, name, COALESCE(answerable_id, parent_id) FROM units WHERE jurisdiction = ?",
        [jurisdiction],
    )
    if not scope.whole:
        where, more = _of_units(driver, jurisdiction, scope)
        sql, params = f"{sql} AND ({where})", [*params, *more]
    rows = driver.all(sql, params)
    heads = {unit for unit, _, above in rows if above in (None, unit)}
    placed = [
        _Placed(above if above in heads else unit, above in heads and above != unit, unit, name)
        for unit, name, above in rows
    ]
    shown = placed if len(placed) <= MOST_UNITS else [one for one in placed if not one.below]
    return [(one.unit, one.name, one.below) for one in sorted(shown)]


def units_in_being(driver: Driver, jurisdiction: int, day: date) -> list[str]:
    """Return the names of all units that are in being on a day."""
    sql = (
        "SELECT name FROM units WHERE jurisdiction = ? AND (starts_on IS NULL OR starts_on <= ?) "
        "AND (ends_on IS NULL OR ends_on >= ?) ORDER BY name"
    )
    return [row[0] for row in driver.all(sql, (jurisdiction, day, day))]


def unit_names(driver: Driver, jurisdiction: int, numbers: Sequence[int]) -> dict[int, str]:
    """Return the names of the units of these numbers."""
    among, params = driver.among("id", numbers)
    sql = f"SELECT id, name FROM units WHERE jurisdiction = ? AND {among}"
    return {row[0]: row[1] for row in driver.all(sql, [jurisdiction, *params])}


def _of_units(driver: Driver, jurisdiction: int, scope: Scope) -> Part:
    """Return the condition that a unit is named by the scope, was inspected in one of its rounds, or has a case of it."""
    parts: list[Part] = []
    if scope.rounds:
        around, rounds = driver.among("round_id", scope.rounds)
        parts.append((f"id IN (SELECT unit_id FROM inspections WHERE {around})", rounds))
    if rest := scope.without_rounds.reaches:
        found, values = Scope(rest).ids(driver, jurisdiction)
        parts += [driver.among("id", scope.units), (f"id IN (SELECT unit_id FROM cases WHERE id IN ({found}))", values)]
    return " OR ".join(sql for sql, _ in parts) or "1 = 0", [value for _, values in parts for value in values]


class _Placed(NamedTuple):
    head: int
    below: bool
    unit: int
    name: str


def units_not_there(driver: Driver, jurisdiction: int, names: Sequence[str]) -> list[str]:
    """Return, as they look, which of the names no unit bears."""
    if not names:
        return []
    looks = {name: tidy(name) for name in names}
    among, params = driver.among("name", {*looks, *looks.values()})
    rows = driver.all(f"SELECT name FROM units WHERE jurisdiction = ? AND {among}", [jurisdiction, *params])
    known = {row[0] for row in rows}
    return list(dict.fromkeys(look for name, look in looks.items() if name not in known and look not in known))


def unit_names_of(driver: Driver, jurisdiction: int) -> list[str]:
    """Return the names of all units."""
    return [row[0] for row in driver.all("SELECT name FROM units WHERE jurisdiction = ? ORDER BY id", (jurisdiction,))]
