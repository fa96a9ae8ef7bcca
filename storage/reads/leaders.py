"""The units of a leader 分管领导 in figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from states import DONE, ESCALATED, WITHDRAWN
from storage.reads.lamps import late
from storage.sql import Driver

FIGURES = ("of", "done", "late", "flagged", "escalated")


def figures_by_unit(
    driver: Driver, jurisdiction: int, today: date, leader: int | None, units: Sequence[int]
) -> dict[tuple[int, str], dict[str, int]]:
    """Return the FIGURES of each answerable unit (id and name): of a leader's inspections and of the units given; of all where both are none."""
    among, params = _in_charge(driver, leader, units)
    condition, days = late(today)
    sql = (
        f"SELECT u.id, u.name, c.state, {condition}, c.flagged <> '', COUNT(*) "
        "FROM cases c JOIN units u ON u.id = c.answerable_id "
        f"WHERE c.jurisdiction = ? AND NOT c.void {among} GROUP BY 1, 2, 3, 4, 5"
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


def _in_charge(driver: Driver, leader: int | None, units: Sequence[int]) -> tuple[str, list[Any]]:
    own = [row[0] for row in driver.all("SELECT id FROM inspections WHERE leader_id = ?", (leader,))]
    if not own and not units:
        return "", []
    first, more = driver.among("c.inspection_id", own or [0])
    second, also = driver.among("c.answerable_id", units or [0])
    return f"AND ({first} OR {second})", [*more, *also]
