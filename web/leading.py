"""The leader's page: three numbers with their formulas, then the units in charge, red first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from figures.table import share
from states import ESCALATED, LEADER, UNIT_OWES
from storage.looks import Looks
from storage.reads.lamps import late
from storage.reads.leaders import FIGURES, figures_by_unit
from storage.reads.tasks import Condition, Waiting, in_state, in_states, waiting
from storage.sql import Driver
from web.viewer import Viewer

MOST_RED: Final = 10
HEAVIEST = ("escalated", "late", "flagged")


def units_by_red(driver: Driver, viewer: Viewer, today: date) -> dict[str, Any]:
    """Return the figures and the units, those with the heaviest first; a leader with units in charge sees those, else all."""
    actor = viewer.actor
    units = figures_by_unit(driver, actor.jurisdiction, today, viewer.scope_as(LEADER))
    rows = sorted(
        ((unit, name, one) for (unit, name), one in units.items()),
        key=lambda row: (*(-row[2][one] for one in HEAVIEST), row[1]),
    )
    total = {key: sum(one[key] for _, _, one in rows) for key in FIGURES}
    return {"units": rows, "total": total, "rate": share(total["done"], total["of"])}


def red_cases(looks: Looks, viewer: Viewer, today: date) -> Callable[[], list[Waiting]]:
    """Return the cases of the leader's units that are escalated or late, those with the earliest day first, and one more than are shown."""
    place, scope, most = viewer.actor.jurisdiction, viewer.scope_as(LEADER), MOST_RED + 1
    behind, days = late(today)
    asked = [
        looks.at(waiting, place, in_state(ESCALATED), scope=scope, most=most),
        looks.at(waiting, place, in_states(UNIT_OWES, Condition(behind)), days, scope=scope, most=most),
    ]

    def found() -> list[Waiting]:
        red = {case.id: case for one in asked for case in one()}
        return sorted(red.values(), key=lambda case: (case.due_on or date.max, case.id))[:most]

    return found
