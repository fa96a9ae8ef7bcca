"""A suspension 中止计时 as its page shows it before it is decided: which dates of open cases would move, from when to when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states import ESCALATED, OPEN
from storage.household import all_rows
from storage.reads.cases import Shown, shown_cases
from storage.requests import Asking
from storage.rows import watched
from storage.sql import Driver
from storage.stops import KIND, Stop, stop_of
from workflow.recompute import Moving, stops_would_move

MOST_MOVED = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """What it would do: the dates that move, the cases of the first of them; how many open cases it reaches, and how many are escalated."""

    moving: list[Moving]
    cases: dict[int, Shown]
    reached: int
    escalated: int

    @property
    def count(self) -> int:
        """Return how many cases move."""
        return len({one.case for one in self.moving})

    @property
    def most(self) -> tuple[int, int]:
        """Return by how many days a date comes later at most, and earlier at most."""
        days = [(one.after - one.before).days for one in self.moving]
        return max(max(days, default=0), 0), max(max((-one for one in days), default=0), 0)


def preview(driver: Driver, one: Asking, today: date, hidden: Collection[int] = ()) -> Preview:
    """Return what a request would do now, but for cases hidden; nothing is written. So many statements, however many cases move."""
    stops, own = _stops_with(driver, one, today)
    there = [
        case for case in watched(driver, one.jurisdiction, OPEN)[0] if case.state in OPEN and case.id not in hidden
    ]
    reached = [case for case in there if own is not None and own.covers(case)]
    known_on = own.span.known_on if own and one.row is not None else None
    would = stops_would_move(driver, one.jurisdiction, stops, today, known_on)
    moving = [found for found in would if found.case not in hidden]
    first = list(dict.fromkeys(found.case for found in moving[:MOST_MOVED]))
    cases = {case.id: case for case in shown_cases(driver, one.jurisdiction, first)} if first else {}
    return Preview(moving, cases, len(reached), sum(case.state == ESCALATED for case in reached))


def _stops_with(driver: Driver, one: Asking, today: date) -> tuple[list[Stop], Stop | None]:
    """Return the stops that would be in force, and that of the request as it would be, or as it was before it is taken back."""
    rows = {str(key): row for key, row in all_rows(driver, KIND, one.jurisdiction)}
    row = rows.pop(one.row, {}) if one.row is not None else {}
    own = stop_of(
        _row(one.said, today)
        if one.row is None
        else {**row, **{name: one.said[name] for name in ("ends_on",) if name in one.said}}
    )
    others = [stop for other in rows.values() if (stop := stop_of(other))]
    return others if own is None or one.act == "drop" else [*others, own], own


def _row(said: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return a new row as it would be."""
    return {
        "reach": said["reach"], "unit_id": said.get("unit"), "case": said.get("case"),
        "starts_on": said["starts_on"], "ends_on": said["ends_on"], "entered_on": today, "gone": False,
    }  # fmt: skip
