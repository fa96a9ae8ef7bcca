"""Standings counted by what they are grouped by: cases, their measures, and what was achieved in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from results import PERSONS, RESULTS
from storage.reads.standings import HELD_THEN, MEASURE_LATE, USUAL, AsOf, bound_to, fulfils, select, standing_there
from storage.sql import Driver, Row


@dataclass(frozen=True, slots=True)
class Group:
    """What figures are grouped by: the key of a case `c`, and what must be joined for it."""

    key: str
    beyond: str = ""


ALL: Final = Group("0")
BY_ROUND: Final = Group("c.round_id")
BY_UNIT: Final = Group("c.answerable_id")
BY_KIND_OF_UNIT: Final = Group("COALESCE(u.sort, '')", " JOIN units u ON u.id = c.unit_id")
BY_ASPECT: Final = Group("k.category", " JOIN cases k ON k.id = c.id")
BY_RESPONSIBLE: Final = Group("k.responsible", " JOIN cases k ON k.id = c.id")
BY_TOPIC: Final = Group("t.topic", " JOIN case_topics t ON t.case_id = c.id AND NOT t.gone")
ONE, MEASURES = "1", "c.planned"
"""What of each case is added up: itself, or the measures of its plan."""


def count_cases(
    driver: Driver, of: AsOf, by: Group, wanted: Sequence[tuple[str, str]], *, beside: bool = False
) -> list[Row]:
    """Return by the key of a group what is added up of the cases that fulfil each condition."""
    parts = [(fulfils(name, of), each) for name, each in wanted]
    columns = ", ".join(_sum_of(each, sql) for (sql, _), each in parts)
    days = [value for (_, values), _ in parts for value in values]
    there = standing_there(driver, of, beside=beside, beyond=by.beyond)
    # Of all together nothing is sorted: a sum without groups is one row, of nothing too.
    sql, params = select(f"{by.key}, {columns}", there, "" if by is ALL else " GROUP BY 1", before=days)
    return _added(driver.all(sql, params))


def _sum_of(each: str, condition: str) -> str:
    # What is filtered out is not added at all: of sixty figures most rows count in few.
    return f"{'COUNT(*)' if each == ONE else f'SUM({each})'} FILTER (WHERE {condition})"


def _added(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of all parts with one for each key."""
    found: dict[Any, list[int]] = {}
    for key, *values in rows:
        before = found.setdefault(key, [0] * len(values))
        found[key] = [one + int(value or 0) for one, value in zip(before, values, strict=True)]
    return [(key, *values) for key, values in found.items()]


def count_late_measures(driver: Driver, of: AsOf, by: Group, name: str) -> list[Row]:
    """Return by the key of a group how many measures whose own day is past the cases have that fulfil a condition."""
    condition, days = fulfils(name, of)
    late, values = bound_to(MEASURE_LATE, of)
    there = standing_there(driver, of, beyond=f"{by.beyond} JOIN measures m ON m.case_id = c.id")
    behind = f" AND {condition} AND {late} GROUP BY 1"
    return _added(driver.all(*select(f"{by.key}, COUNT(*)", there, behind, after=[*days, *values])))


def add_results(driver: Driver, of: AsOf, by: Group, kinds: Sequence[str]) -> list[Row]:
    """Return by the key of a group what was achieved of each kind, in cases accepted as of the day, however what is open counts."""
    there = standing_there(driver, of, beyond=f"{by.beyond} JOIN results r ON r.case_id = c.id AND {HELD_THEN}")
    done, days = fulfils("done", replace(of, counting=USUAL))
    among, values = driver.among("r.kind", kinds)
    behind = f" AND {done} AND {among} GROUP BY 1, 2"
    sql, params = select(f"{by.key}, r.kind, SUM(r.amount)", there, behind, after=[*days, *values])
    found = [((key, kind), amount) for key, kind, amount in driver.all(sql, params)]
    return [(key, kind, amount) for (key, kind), amount in _added([*found, *_named_again(driver, of, by, kinds)])]


def _named_again(driver: Driver, of: AsOf, by: Group, kinds: Sequence[str]) -> list[tuple[tuple[Any, str], int]]:
    """Return what is too much by those named in several problems: a person counts once for each measure, of a unit in a round."""
    people = [kind for kind in kinds if RESULTS[kind].unit == PERSONS]
    if not people:
        return []
    there = standing_there(
        driver, of, beyond=f"{by.beyond} JOIN achieved n ON n.case_id = c.id AND {HELD_THEN.replace('r.', 'n.')}"
    )
    done, days = fulfils("done", replace(of, counting=USUAL))
    among, values = driver.among("n.kind", people)
    columns = f"{by.key} AS k, n.kind, c.round_id, c.answerable_id, n.name, COUNT(*) AS n"
    behind = f" AND n.name <> '' AND {done} AND {among} GROUP BY 1, 2, 3, 4, 5"
    named, params = select(columns, there, behind, after=[*days, *values])
    once = f"SELECT k, kind, SUM(n) AS n FROM ({named}) o GROUP BY k, kind, round_id, answerable_id, name"
    sql = f"SELECT k, kind, COUNT(*) - SUM(n) FROM ({once}) p GROUP BY k, kind HAVING SUM(n) > COUNT(*)"
    return [((key, kind), too_many) for key, kind, too_many in driver.all(sql, params)]


def rounds_named(driver: Driver, jurisdiction: int) -> list[tuple[int, str]]:
    """Return number and name of all rounds, the latest first."""
    sql = "SELECT id, name FROM rounds WHERE jurisdiction = ? ORDER BY id DESC"
    return [(row[0], row[1]) for row in driver.all(sql, (jurisdiction,))]


def count_together(driver: Driver, names: Sequence[str], of: AsOf, rounds: Sequence[int]) -> list[int]:
    """Return how many cases of some rounds fulfil each condition, whatever counts beside."""
    parts = [fulfils(name, of) for name in names]
    columns = ", ".join(_sum_of(ONE, sql) for sql, _ in parts)
    days = [value for _, values in parts for value in values]
    sql, params = select(f"0, {columns}", standing_there(driver, of, rounds=rounds), before=days)
    ((_, *found),) = _added(driver.all(sql, params))
    return found
