"""Clocks of a case: starting, standing, running on, and the rungs they reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from states import CLOCKS
from storage.rows import CaseRow, ClockRow
from workflow.days.calendar import Calendar
from workflow.days.limits import resumed_day
from workflow.days.profiles import Profile


def begin(case_id: int, name: str, period: int, today: date, due_on: date) -> ClockRow:
    """Return a clock that begins today; its period is the version of the entry that begins it."""
    return ClockRow(case_id, name, period, today, due_on, due_on, None, CLOCKS[name].owes)


def pause(clock_row: ClockRow, today: date) -> ClockRow:
    """Return the clock standing still from today, or as it stood already."""
    return clock_row if clock_row.paused_since else replace(clock_row, paused_since=today)


def unpause(clock_row: ClockRow) -> ClockRow:
    """Return the clock running again with its date as it stood: a step was taken back."""
    return replace(clock_row, paused_since=None)


def run_on(
    clock_row: ClockRow, today: date, profile: Profile, calendar: Calendar, at_least: str | None = None
) -> ClockRow:
    """Return the clock running on with what was left when it stood still; the period stays."""
    if clock_row.paused_since is None:
        return clock_row
    unit = profile.limits[CLOCKS[clock_row.name].within].unit
    least = profile.limits[at_least] if at_least else None
    day = resumed_day(clock_row.due_on, clock_row.paused_since, today, unit, calendar, least)
    return replace(clock_row, due_on=day, paused_since=None)


def rung_day(row: ClockRow, rung: str, profile: Profile, calendar: Calendar) -> date:
    """Return the day on which a clock reaches a rung."""
    return _day(row.name, rung, row.started_on, row.due_on, profile, calendar)


def _day(name: str, rung: str, start: date, due: date, profile: Profile, calendar: Calendar) -> date:
    workdays = profile.limits[CLOCKS[name].within].unit == "workday"
    return profile.rungs[name][rung].day(start, due, calendar, workday_clock=workdays)


def rungs_ahead(row: ClockRow, profile: Profile, calendar: Calendar) -> Sequence[tuple[str, date]]:
    """Return the rungs not yet told, with their days; a warning that would fall on or before the start is void."""
    return _ahead(row.name, row.rung, row.started_on, row.due_on, profile, calendar)


# The clocks of a day run to few dates, and each is asked for when a case moves, when it wakes and when it tells.
@lru_cache(maxsize=4096)
def _ahead(
    name: str, told: str, start: date, due: date, profile: Profile, calendar: Calendar
) -> Sequence[tuple[str, date]]:
    names = [rung.name for rung in CLOCKS[name].rungs]
    behind = names.index(told) + 1 if told else 0
    days = [(rung, _day(name, rung, start, due, profile, calendar)) for rung in names[behind:]]
    once_late = {rung for rung in names if profile.rungs[name][rung].how in ("overdue", "after")}
    return tuple((rung, day) for rung, day in days if day > start or rung in once_late)


def rungs_reached(row: ClockRow, today: date, profile: Profile, calendar: Calendar) -> list[str]:
    """Return the rungs that have come since the last telling, lowest first; none while the clock stands."""
    if row.paused_since:
        return []
    return [name for name, day in rungs_ahead(row, profile, calendar) if day <= today]


def state_clock(case: CaseRow, clocks: Mapping[str, ClockRow]) -> ClockRow | None:
    """Return the clock of what is owed in the present state: the earliest, were there two."""
    own = [row for row in clocks.values() if case.state in CLOCKS[row.name].state and not CLOCKS[row.name].beside]
    return min(own, key=lambda row: row.due_on) if own else None


def unit_clock(case: CaseRow, clocks: Mapping[str, ClockRow]) -> ClockRow | None:
    """Return the clock that the unit runs against now, or None while others owe."""
    row = state_clock(case, clocks)
    return row if row and CLOCKS[row.name].unit and not row.paused_since else None
