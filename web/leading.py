"""The leader's page: three numbers with their formulas, then the units in charge, red first."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from figures.table import share
from states import LEADER
from storage.reads.lamps import late_or_escalated
from storage.reads.leaders import FIGURES, figures_by_unit
from storage.reads.tasks import Condition, Waiting, waiting
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


def red_cases(driver: Driver, viewer: Viewer, today: date) -> list[Waiting]:
    """Return the cases of the leader's units that are late, escalated or flagged 疑似整改不力, the longest late first, and one more than are shown."""
    red, days = late_or_escalated(today)
    condition = Condition(f"{red} OR c.flagged <> ''")
    return waiting(driver, viewer.actor.jurisdiction, condition, days, viewer.scope_as(LEADER), most=MOST_RED + 1)
