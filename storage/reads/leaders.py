"""The units of a leader 分管领导 in figures."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date

from states import DONE, ESCALATED, TRANSFERS, WITHDRAWN
from storage.reads.counted import OURS
from storage.reads.lamps import late
from storage.scope import Scope, narrowed
from storage.sql import Driver

FIGURES = ("of", "done", "late", "flagged", "escalated", "beside")


def figures_by_unit(
    driver: Driver, jurisdiction: int, today: date, scope: Scope
) -> dict[tuple[int, str], dict[str, int]]:
    """Return the FIGURES of each answerable unit (id and name), of the cases of a scope.

    What was taken over closed 存量 is counted beside, and in nothing else.
    What was given over by 变更责任主体 counts with the unit that had it first; who has it now is listed, be it with nothing of its own.
    """
    among, params = narrowed(driver, scope)
    condition, days = late(today)
    before = _answered_first(driver, jurisdiction)
    given, cases = driver.among("c.id", list(before) or [0])
    sql = (
        f"SELECT c.answerable_id, CASE WHEN {given} THEN c.id END, c.state, {condition}, c.flagged <> '', {OURS}, COUNT(*) "
        f"FROM cases c WHERE c.jurisdiction = ? AND NOT c.void{among} GROUP BY 1, 2, 3, 4, 5, 6"
    )
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    for unit, case, state, is_late, flagged, ours, count in driver.all(sql, [*cases, *days, jurisdiction, *params]):
        figures, _ = found[unit if case is None else before[case]], found[unit]
        if not ours:
            figures["beside"] += count
            continue
        figures["of"] += 0 if state == WITHDRAWN else count
        figures["done"] += count if state in DONE else 0
        figures["late"] += count if is_late else 0
        figures["flagged"] += count if flagged else 0
        figures["escalated"] += count if state == ESCALATED else 0
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
