"""The units of a leader 分管领导 in figures."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date

from states import TRANSFERS
from storage.reads.counted import OURS
from storage.reads.standings import AsOf, fulfils, select, standing_there
from storage.scope import Scope
from storage.sql import Driver

FIGURES = ("of", "done", "late", "flagged", "escalated", "beside")
_COUNTED = ("of", "done", "overdue", "flagged", "escalated")
"""The conditions of 统计 by which they are counted, of all but what stands beside."""


def figures_by_unit(
    driver: Driver, jurisdiction: int, today: date, scope: Scope
) -> dict[tuple[int, str], dict[str, int]]:
    """Return the FIGURES of each answerable unit (id and name), of the cases of a scope.

    What was taken over closed 存量 is counted beside, and in nothing else.
    What was given over by 变更责任主体 counts with the unit that had it first; who has it now is listed, be it with nothing of its own.
    """
    of = AsOf(jurisdiction, today, today, scope)
    before = _answered_first(driver, jurisdiction)
    given, cases = driver.among("c.id", list(before) or [0])
    counted = [fulfils(name, of) for name in _COUNTED]
    ours = [f"SUM(CASE WHEN {OURS} AND {condition} THEN 1 ELSE 0 END)" for condition, _ in counted]
    columns = (
        f"c.answerable_id, CASE WHEN {given} THEN c.id END, {', '.join(ours)}, SUM(CASE WHEN {OURS} THEN 0 ELSE 1 END)"
    )
    days = [value for _, values in counted for value in values]
    sql, params = select(columns, standing_there(driver, of, beside=True), " GROUP BY 1, 2", before=[*cases, *days])
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    for unit, case, *numbers in driver.all(sql, params):
        figures, _ = found[unit if case is None else before[case]], found[unit]
        for name, number in zip(FIGURES, numbers, strict=True):
            figures[name] += int(number)
    these, numbers = driver.among("id", list(found) or [0])
    return {
        (unit, name): found[unit] for unit, name in driver.all(f"SELECT id, name FROM units WHERE {these}", numbers)
    }


def _answered_first(driver: Driver, jurisdiction: int) -> dict[int, int]:
    """Return the unit that answered for each case that was given over, before it was for the first time."""
    passing, names = driver.among("action", TRANSFERS)
    sql = f"SELECT case_id, body FROM trail WHERE jurisdiction = ? AND {passing} ORDER BY idx DESC"
    rows = driver.all(sql, [jurisdiction, *names])
    return {case: json.loads(bytes(body))["transferred"]["from"] for case, body in rows}
