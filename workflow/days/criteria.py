"""When it is 疑似整改不力: each criterion with the numbers it was reckoned from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from states import CLOCKS, RECTIFYING
from storage.rows import CaseRow, ClockRow
from workflow.days.calendar import Calendar
from workflow.days.clocks import not_while_stopped, unit_clock
from workflow.days.limits import add, add_workdays
from workflow.days.profiles import Profile

_CLAIM = CLOCKS["claim"].name


@dataclass(frozen=True, slots=True)
class Met:
    """A criterion that is met: its name, the clock's period, its inputs, and whether it escalates."""

    criterion: str
    period: int
    inputs: dict[str, Any]
    escalates: bool


def criterion_days(
    case: CaseRow, clocks: Mapping[str, ClockRow], profile: Profile, calendar: Calendar
) -> Iterator[tuple[str, date]]:
    """Yield each criterion not yet flagged in this period with the day on which it is met, if nothing moves."""
    row = unit_clock(case, clocks)
    if row:
        flags = row.flags.split(",")
        yield from ((name, day) for name, day in _days(case, row, profile, calendar) if name not in flags)


def escalation_days(
    case: CaseRow, clocks: Mapping[str, ClockRow], profile: Profile, calendar: Calendar
) -> Iterator[tuple[str, date]]:
    """Yield each criterion flagged in this period whose configuration says escalate, with the day from which it does: that on which it is met."""
    row = unit_clock(case, clocks)
    if row:
        flags = [name for name in row.flags.split(",") if name and profile.criterion(name)["escalate"]]
        yield from ((name, day) for name, day in _days(case, row, profile, calendar) if name in flags)


def _days(case: CaseRow, row: ClockRow, profile: Profile, calendar: Calendar) -> Iterator[tuple[str, date]]:
    for name, day in (
        ("overdue", _overdue(row, profile, calendar)),
        ("unclaimed", _unclaimed(row, profile, calendar)),
        ("returned", _returned(case, row, profile)),
    ):
        if day is not None:
            yield name, not_while_stopped(row, day)


def met(case: CaseRow, clocks: Mapping[str, ClockRow], profile: Profile, calendar: Calendar, today: date) -> list[Met]:
    """Return the criteria that are met today and not yet flagged in this period."""
    row = unit_clock(case, clocks)
    if row is None:
        return []
    return [
        _explained(name, case, row, profile, today)
        for name, day in criterion_days(case, clocks, profile, calendar)
        if day <= today
    ]


def escalating(
    case: CaseRow, clocks: Mapping[str, ClockRow], profile: Profile, calendar: Calendar, today: date
) -> list[str]:
    """Return the criteria flagged in the running period that are met today and whose configuration says escalate."""
    return [name for name, day in escalation_days(case, clocks, profile, calendar) if day <= today]


def _overdue(row: ClockRow, profile: Profile, calendar: Calendar) -> date | None:
    # Nothing above a reminder before the unit was told once; a first telling that is already late grants a respite.
    if row.told_on is None:
        return None
    if row.told_on > row.due_on:
        return add(row.told_on, profile.limits["first_told"], calendar)
    return row.due_on + timedelta(days=profile.criterion("overdue")["days"])


def _unclaimed(row: ClockRow, profile: Profile, calendar: Calendar) -> date | None:
    numbers = profile.criterion("unclaimed")
    if row.name != _CLAIM or row.told_on is None:
        return None
    if row.told_on > row.due_on or row.tellings < numbers["reminders"]:
        return add(max(row.told_on, row.due_on), profile.limits["first_told"], calendar)
    return add_workdays(row.due_on, numbers["workdays"], calendar)


def _returned(case: CaseRow, row: ClockRow, profile: Profile) -> date | None:
    met_now = case.state == RECTIFYING and case.returns_since >= profile.criterion("returned")["times"]
    return row.started_on if met_now else None


def _explained(name: str, case: CaseRow, row: ClockRow, profile: Profile, today: date) -> Met:
    numbers = profile.criterion(name)
    inputs: dict[str, Any] = {
        "criterion": name,
        "clock": row.name,
        "period": row.period,
        "due_on": row.due_on.isoformat(),
        "days_late": max((today - row.due_on).days, 0),
        "first_told_on": row.told_on.isoformat() if row.told_on else None,
        "tellings": row.tellings,
        "returns": case.returns_since,
        "configured": {key: value for key, value in numbers.items() if key != "escalate"},
    }
    return Met(name, row.period, inputs, bool(numbers["escalate"]))
