"""The leader's page: three numbers with their formulas, then the units in charge, red first."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from states import DONE, WITHDRAWN
from storage.lamps import late
from storage.sql import Driver
from web.viewer import Viewer


def units_by_red(driver: Driver, viewer: Viewer, today: date) -> dict[str, Any]:
    """Return the figures and the units, most late first; a leader with units in charge sees those, else all."""
    among, params = _in_charge(driver, viewer)
    condition, days = late(today)
    sql = (
        f"SELECT u.id, u.name, c.state, {condition}, c.flagged <> '', COUNT(*) "
        "FROM cases c JOIN units u ON u.id = c.answerable_id "
        f"WHERE c.jurisdiction = ? AND NOT c.void {among} GROUP BY 1, 2, 3, 4, 5"
    )
    units: dict[tuple[int, str], dict[str, int]] = defaultdict(
        lambda: {"of": 0, "done": 0, "late": 0, "flagged": 0, "escalated": 0}
    )
    for unit, name, state, is_late, flagged, count in driver.all(sql, [*days, viewer.actor.jurisdiction, *params]):
        figures = units[unit, name]
        figures["of"] += 0 if state == WITHDRAWN else count
        figures["done"] += count if state in DONE else 0
        figures["late"] += count if is_late else 0
        figures["flagged"] += count if flagged else 0
        figures["escalated"] += count if state == "escalated" else 0
    rows = sorted(
        ((unit, name, one) for (unit, name), one in units.items()),
        key=lambda row: (-row[2]["escalated"], -row[2]["late"], row[1]),
    )
    total = {key: sum(one[key] for _, _, one in rows) for key in ("of", "done", "late", "flagged", "escalated")}
    return {"units": rows, "total": total, "rate": round(100 * total["done"] / total["of"], 2) if total["of"] else None}


def _in_charge(driver: Driver, viewer: Viewer) -> tuple[str, list[Any]]:
    own = [row[0] for row in driver.all("SELECT id FROM inspections WHERE leader_id = ?", (viewer.actor.person_id,))]
    posts = [post.unit_id for post in viewer.actor.posts if post.unit_id]
    if not own and not posts:
        return "", []
    first, more = driver.among("c.inspection_id", own or [0])
    second, also = driver.among("c.answerable_id", posts or [0])
    return f"AND ({first} OR {second})", [*more, *also]
