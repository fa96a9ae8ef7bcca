"""Inspections with the figures of their problems, counted by the conditions of 统计."""

from __future__ import annotations

from datetime import date
from typing import Final

from storage.reads.counted import STANDS_BESIDE
from storage.reads.coverage import COLUMNS, FED_BACK, INSPECTIONS, Visited, visit_of
from storage.reads.standings import AsOf, fulfils
from storage.sql import Driver, Part

STOOD: Final = "LEFT JOIN cases k ON k.inspection_id = i.id AND NOT k.void LEFT JOIN standings c ON c.case_id = k.id AND c.to_at IS NULL"
"""The cases `k` of an inspection `i`, and how they stand, `c`."""


def case_figures(today: date) -> Part:
    """Return the figures of the cases of inspections, as 统计 counts them: how many, done, late, escalated, taken over closed."""
    counted = [fulfils(name, AsOf(0, today, today)) for name in ("of", "done", "overdue", "escalated")]
    sums = (*(condition for condition, _ in counted), STANDS_BESIDE)
    days = [value for _, values in counted for value in values]
    return ", ".join(f"SUM(CASE WHEN {one} THEN 1 ELSE 0 END)" for one in sums), days


def visits_of_round(driver: Driver, jurisdiction: int, round_id: int, today: date) -> list[Visited]:
    """Return the inspections of a round with the figures of their problems."""
    figures, params = case_figures(today)
    sql = (
        f"SELECT {COLUMNS}, COUNT(CASE WHEN {FED_BACK} THEN 1 END), {figures} {INSPECTIONS} {STOOD} "
        f"WHERE i.round_id = ? AND i.jurisdiction = ? GROUP BY {COLUMNS} ORDER BY i.id"
    )
    return [visit_of(row, today) for row in driver.all(sql, [*params, round_id, jurisdiction])]
