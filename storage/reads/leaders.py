"""The units of a leader 分管领导 in figures."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from states import DONE, ESCALATED, WITHDRAWN
from storage.reads.lamps import late
from storage.scope import Scope, narrowed
from storage.sql import Driver

FIGURES = ("of", "done", "late", "flagged", "escalated")


def figures_by_unit(
    driver: Driver, jurisdiction: int, today: date, scope: Scope
) -> dict[tuple[int, str], dict[str, int]]:
    """Return the FIGURES of each answerable unit (id and name), of the cases of a scope."""
    among, params = narrowed(driver, scope)
    condition, days = late(today)
    sql = (
        f"SELECT u.id, u.name, c.state, {condition}, c.flagged <> '', COUNT(*) "
        "FROM cases c JOIN units u ON u.id = c.answerable_id "
        f"WHERE c.jurisdiction = ? AND NOT c.void{among} GROUP BY 1, 2, 3, 4, 5"
    )
    found: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    for unit, name, state, is_late, flagged, count in driver.all(sql, [*days, jurisdiction, *params]):
        figures = found[unit, name]
        figures["of"] += 0 if state == WITHDRAWN else count
        figures["done"] += count if state in DONE else 0
        figures["late"] += count if is_late else 0
        figures["flagged"] += count if flagged else 0
        figures["escalated"] += count if state == ESCALATED else 0
    return found
