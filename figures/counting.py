"""Counting 计数: the figures of the table as of a day, of all together or by what they are grouped by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from figures.table import FIGURES, PROBLEMS, share
from storage.reads.grouped import ALL, ONE, Group, add_results, count_cases, count_late_measures
from storage.reads.grouped import MEASURES as MEASURES_OF
from storage.reads.standings import BESIDE, LATE_MEASURES, AsOf
from storage.sql import Driver

Values = dict[str, int | Decimal | None]
"""By the name of a figure how much it is: a number, or a share in per cent."""


def count(driver: Driver, of: AsOf, names: Iterable[str], unit: str = PROBLEMS) -> Values:
    """Return figures of all cases together, rates with what they are shares of."""
    found = grouped(driver, of, ALL, names, unit)
    return found.get(0) or with_rates({}, names)


def grouped(driver: Driver, of: AsOf, by: Group, names: Iterable[str], unit: str = PROBLEMS) -> dict[Any, Values]:
    """Return figures by the key of a group; of a rate what it is the share of is there as well."""
    wanted = _with_parts(names)
    found: dict[Any, Values] = {}
    for part in (_of_cases, _of_late_measures, _of_results):
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
    counted = [one for one in map(FIGURES.__getitem__, wanted) if not one.result and one.each != LATE_MEASURES]
    for beside in (False, True):
        chosen = [one for one in counted if (one.fulfils in BESIDE) is beside]
        if chosen:
            asked = [(one.fulfils, MEASURES_OF if one.counts(unit) else ONE) for one in chosen]
            for key, *values in count_cases(driver, of, by, asked, beside=beside):
                found.setdefault(key, {}).update(
                    {one.name: int(value or 0) for one, value in zip(chosen, values, strict=True)}
                )
    return found


def _of_late_measures(
    driver: Driver, of: AsOf, by: Group, wanted: Sequence[str], _unit: str
) -> dict[Any, dict[str, int]]:
    """Count the measures whose own day is past, which no case says of itself."""
    found: dict[Any, dict[str, int]] = {}
    for one in (FIGURES[name] for name in wanted if FIGURES[name].each == LATE_MEASURES):
        for key, late in count_late_measures(driver, of, by, one.fulfils):
            found.setdefault(key, {})[one.name] = int(late)
    return found


def _of_results(driver: Driver, of: AsOf, by: Group, wanted: Sequence[str], _unit: str) -> dict[Any, dict[str, int]]:
    """Add up what was achieved, of the cases that are accepted as of the day."""
    kinds = [FIGURES[name].result for name in wanted if FIGURES[name].result]
    found: dict[Any, dict[str, int]] = {}
    for key, kind, amount in add_results(driver, of, by, kinds) if kinds else ():
        found.setdefault(key, {})[kind] = int(amount)
    return found
