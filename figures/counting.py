"""Counting 计数: the figures of the table as of a day, of all together or by what they are grouped by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from figures.table import FIGURES, MEASURES, PROBLEMS, Figure, share
from storage.reads.standings import BESIDE, HELD_THEN, USUAL, AsOf, fulfils, standing_there, sums
from storage.sql import Driver, Part

Values = dict[str, int | Decimal | None]
"""By the name of a figure how much it is: a number, or a share in per cent."""
_EACH: Final = {"": "1", "all": "COALESCE(m.n, 0)", "late": "COALESCE(m.late, 0)"}


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


def count(driver: Driver, of: AsOf, names: Iterable[str], unit: str = PROBLEMS) -> Values:
    """Return figures of all cases together, rates with what they are shares of."""
    found = grouped(driver, of, ALL, names, unit)
    return found.get(0) or with_rates({}, names)


def grouped(driver: Driver, of: AsOf, by: Group, names: Iterable[str], unit: str = PROBLEMS) -> dict[Any, Values]:
    """Return figures by the key of a group; of a rate what it is the share of is there as well."""
    wanted = _with_parts(names)
    found: dict[Any, Values] = {}
    for part in (_of_cases, _of_results):
        _take(found, part(driver, of, by, wanted, unit))
    return {key: with_rates(values, names) for key, values in found.items()}


def with_rates(values: Mapping[str, Any], names: Iterable[str]) -> Values:
    """Return the figures with every rate of those named, and nothing of what was not found as 0."""
    found: Values = {name: values.get(name) or 0 for name in _with_parts(names)}
    for name in names:
        if (one := FIGURES[name]).is_rate:
            found[name] = share(_whole(found[one.numerator]), _whole(found[one.denominator]))
    return found


def _whole(value: int | Decimal | None) -> int:
    return int(value or 0)


def added(many: Iterable[Values], names: Sequence[str]) -> Values:
    """Return the sum of several groups, rates reckoned anew."""
    there = list(many)
    sums_of = {name: sum(_whole(one.get(name)) for one in there) for name in _with_parts(names)}
    return with_rates(sums_of, names)


def _with_parts(names: Iterable[str]) -> list[str]:
    """Return the figures that must be counted for these: of a rate its two."""
    found: dict[str, None] = {}
    for name in names:
        one = FIGURES[name]
        found.update(dict.fromkeys((one.numerator, one.denominator) if one.is_rate else (name,)))
    return list(found)


def _take(found: dict[Any, Values], rows: Mapping[Any, Mapping[str, int]]) -> None:
    for key, values in rows.items():
        found.setdefault(key, {}).update(values)


def _of_cases(driver: Driver, of: AsOf, by: Group, wanted: Sequence[str], unit: str) -> dict[Any, dict[str, int]]:
    """Count cases, or their measures; what counts beside is asked apart."""
    found: dict[Any, dict[str, int]] = {}
    counted = [FIGURES[name] for name in wanted if not FIGURES[name].result]
    for beside in (False, True):
        chosen = [one for one in counted if (one.fulfils in BESIDE) is beside]
        if not chosen:
            continue
        columns, days = _columns(chosen, of, unit)
        rows, params = standing_there(driver, of, beside=beside, beyond=_beyond(chosen, by, of, unit))
        sql = f"SELECT {by.key}, {columns} {rows} GROUP BY 1"
        for key, *values in driver.all(sql, [*days, *params]):
            found.setdefault(key, {}).update({one.name: int(value or 0) for one, value in zip(chosen, values, strict=True)})
    return found


def _columns(chosen: Sequence[Figure], of: AsOf, unit: str) -> Part:
    parts = [sums([one.fulfils], of, _EACH["all" if unit == MEASURES and not one.each else one.each]) for one in chosen]
    return ", ".join(sql for sql, _ in parts), [value for _, values in parts for value in values]


def _beyond(chosen: Sequence[Figure], by: Group, of: AsOf, unit: str) -> str:
    if unit != MEASURES and not any(one.each for one in chosen):
        return by.beyond
    day = of.on.isoformat()
    measures = (
        f" LEFT JOIN (SELECT case_id, COUNT(*) AS n, SUM(CASE WHEN due_on < '{day}' THEN 1 ELSE 0 END) AS late "
        "FROM measures GROUP BY case_id) m ON m.case_id = c.id"
    )
    return f"{by.beyond}{measures}"


def _of_results(driver: Driver, of: AsOf, by: Group, wanted: Sequence[str], _unit: str) -> dict[Any, dict[str, int]]:
    """Add up what was achieved, of the cases that are accepted as of the day, however what is open counts."""
    kinds = [FIGURES[name].result for name in wanted if FIGURES[name].result]
    if not kinds:
        return {}
    rows, params = standing_there(driver, of, beyond=f"{by.beyond} JOIN results r ON r.case_id = c.id AND {HELD_THEN}")
    done, days = fulfils("done", replace(of, counting=USUAL))
    among, values = driver.among("r.kind", kinds)
    sql = f"SELECT {by.key}, r.kind, SUM(r.amount) {rows} AND {done} AND {among} GROUP BY 1, 2"
    found: dict[Any, dict[str, int]] = {}
    for key, kind, amount in driver.all(sql, [*params, *days, *values]):
        found.setdefault(key, {})[kind] = int(amount)
    return found
