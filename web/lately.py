"""What came in 报来 since the last working day, and the figures of the month: for who steers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import clock
from figures.counting import count
from figures.months import first_of
from figures.printed import Cell, cell
from figures.table import FIGURES, Figure
from states import ACTIONS, GROUP, HEAD, MOVES, OFFICE, UNIT_ROLES
from storage.reads.arrivals import Arrivals, arrived
from storage.reads.standings import AsOf
from storage.sql import Driver
from web.counted import opening
from web.viewer import Viewer
from workflow.days.limits import add_workdays
from workflow.rules import calendar_now

BY_UNITS: Final = tuple(
    dict.fromkeys(
        move.action
        for move in MOVES
        if {*move.who} <= {*UNIT_ROLES} and move.who and not ACTIONS[move.action].is_receipt
    )
)
"""What units do for others to see; signing for receipts says nothing new."""
OF_THE_MONTH: Final = ("rate", "fed_back_in", "closed_in", "overdue", "escalated")
MOST_NEW: Final = 40


@dataclass(frozen=True, slots=True)
class CameIn:
    """What units did since a day, by act and the newest of it."""

    since: date
    found: Arrivals


@dataclass(frozen=True, slots=True)
class Month:
    """The figures of the month of reporting, from which day it runs, and what makes the address of their cases."""

    since: date
    figures: Sequence[tuple[Figure, Cell]]
    opens: Callable[[dict[str, str]], str]


def came_in(driver: Driver, viewer: Viewer, today: date) -> CameIn | None:
    """Return what units did since the last working day, for the office."""
    if not viewer.holds_at_large(OFFICE, HEAD):
        return None
    place, scope = viewer.actor.jurisdiction, viewer.scope_as(OFFICE, HEAD)
    since = add_workdays(today, -1, calendar_now(driver, place))
    return CameIn(since, arrived(driver, place, clock.micros(clock.start_of(since)), BY_UNITS, scope, MOST_NEW))


def month_of(driver: Driver, viewer: Viewer, today: date, begins: int) -> Month | None:
    """Return the figures of the month, for the head of the office and the leading group."""
    if not viewer.holds(HEAD, GROUP):
        return None
    since = first_of(today, begins)
    of = AsOf(viewer.actor.jurisdiction, today, today, viewer.scope_as(HEAD, GROUP), since=since)
    values = count(driver, of, OF_THE_MONTH)
    return Month(since, [(FIGURES[name], cell(name, values)) for name in OF_THE_MONTH], opening(of))
