"""Filings 报送件: what each covers, unit by unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from storage.sql import Driver

Covered = dict[str, list[str]]
"""The numbers of the cases that a filing covers, by unit."""


def covered_by(
    driver: Driver, filings: Iterable[Mapping[str, Any]], hidden: Collection[int] = ()
) -> dict[tuple[str, int], Covered]:
    """Return, by kind and version, what each filing of several inspections covers, as its entries name it."""
    several = [filing for filing in filings if len(filing["inspections"]) > 1]
    if not several:
        return {}
    among, params = driver.among("c.id", {case for filing in several for case in filing["cases"]})
    sql = f"SELECT c.id, u.name, c.number FROM cases c JOIN units u ON u.id = c.unit_id WHERE {among}"
    known = {case: (unit, number) for case, unit, number in driver.all(sql, params)}
    found: dict[tuple[str, int], Covered] = {}
    for filing in several:
        covered = found[filing["kind"], filing["version"]] = {}
        for unit, number in (known[case] for case in filing["cases"] if case in known and case not in hidden):
            covered.setdefault(unit, []).append(number)
    return found
