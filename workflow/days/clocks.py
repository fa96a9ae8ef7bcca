"""Clocks of a case: starting, pausing, running on, and the rungs they reach."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from states import CLOCKS
from storage.rows import CaseRow, ClockRow
from workflow.days.calendar import Calendar
from workflow.days.limits import Unit, add, left_over, ran_on, resumed_day, run_past
from workflow.days.profiles import Profile

How = Literal[
    "limit",
    "ledger",
    "agreed",
    "ordered",
    "granted",
    "refused",
    "restored",
    "split",
    "resumed",
    "measure",
    "transferred",
    "taken_over",
    "unsaid",
    "kept",
]
Days = tuple[date, date]
"""From one day to another, both included."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a clock's date is that date; how, and of the rest what that way knows.

    limit: `limit`, counted from `since`. refused, transferred, taken_over: as much at least, because an extension was not granted, because
    another unit had it before, because it came in from outside the system with an earlier date.
    ledger, agreed, ordered, granted, restored, split: set by the move `action` on the day `since`, the case's entry `entry`.
    agreed within what counts from feedback: of `limit`, since the case was `fed_back`, with `office` days or working days more, `latest` was
    the last day that could be agreed on.
    resumed: it was paused from `paused` till `since` with `left` days or working days before `was`; by `limit` at least.
    measure: the day that the plan's measure `number` has.
    kept: it stands where it was when a stop was taken back on the day `since`, by the case's entry `entry`.
    unsaid: it was set before reasons were recorded.
    Whatever its way, `base` is the date that it gives, where `stops` are days that do not count for it; till `held` nothing is told of it.
    What is reckoned has the case's entry `entry` by which a new calendar or another profile moved it, where one did; which is told by `by`.
    """

    how: How
    limit: str | None = None
    since: date | None = None
    action: str | None = None
    entry: int | None = None
    paused: date | None = None
    was: date | None = None
    left: int | None = None
    number: int | None = None
    by: Literal["profile"] | None = None
    fed_back: date | None = None
    office: int | None = None
    latest: date | None = None
    base: date | None = None
    stops: tuple[Days, ...] | None = None
    held: date | None = None

    def text(self) -> str:
        """Return it as clocks keep it."""
        said = {name: value for name in _PARTS if (value := getattr(self, name)) is not None}
        days: dict[str, object] = {name: value.isoformat() for name, value in said.items() if isinstance(value, date)}
        if self.stops:
            days["stops"] = [[first.isoformat(), last.isoformat()] for first, last in self.stops]
        return json.dumps({**said, **days}, sort_keys=True, separators=(",", ":"))

    @classmethod
    def of(cls, text: str | None) -> Why | None:
        """Return what a clock keeps; None of one whose date was set before that was recorded."""
        if text is None:
            return None
        said = {name: value for name, value in json.loads(text).items() if name in _PARTS}
        days: dict[str, object] = {name: date.fromisoformat(said[name]) for name in _DAYS if name in said}
        if "stops" in said:
            days["stops"] = tuple(
                (date.fromisoformat(first), date.fromisoformat(last)) for first, last in said["stops"]
            )
        return cls(**{**said, **days})


_PARTS: Final = tuple(one.name for one in fields(Why))
_DAYS: Final = ("since", "paused", "was", "fed_back", "latest", "base", "held")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date, and why it is that date."""

    day: date
    why: Why


def by_limit(name: str, anchor: date, profile: Profile, calendar: Calendar) -> Dated:
    """Return the last day of a limit counted from a day."""
    return Dated(add(anchor, profile.limits[name], calendar), Why("limit", name, anchor))


def begin(case_id: int, name: str, period: int, today: date, due: Dated) -> ClockRow:
    """Return a clock that begins today; its period is the version of the entry that begins it."""
    owes, why = CLOCKS[name].owes, due.why.text()
    return ClockRow(case_id, name, period, today, due.day, due.day, None, owes, why=why)


_BY_LIMIT: Final = ("limit", "refused", "transferred", "taken_over")
RECKONED: Final = (*_BY_LIMIT, "resumed")
"""The ways in which a date follows from a calendar."""


def unit_of(clock: str, profile: Profile) -> Unit:
    """Return the unit in which what is left of a clock is measured."""
    return profile.limits[CLOCKS[clock].within].unit


def reckoned(row: ClockRow, profile: Profile, calendar: Calendar) -> date | None:
    """Return the day that a clock's reason gives by a calendar, but for stops; None of a date that people set, of a paused clock, of a limit unknown now."""
    why = Why.of(row.why)
    if why is None or why.since is None or row.paused_since:
        return None
    limit = profile.limits.get(why.limit or "")
    if why.how in _BY_LIMIT:
        return add(why.since, limit, calendar) if limit else None
    if why.how != "resumed" or why.left is None or (why.limit and limit is None):
        return None
    day = ran_on(why.since, why.left, unit_of(row.name, profile), calendar)
    return max(day, add(why.since, limit, calendar)) if limit else day


@dataclass(frozen=True, slots=True)
class By:
    """What dates are reckoned by: the numbers of a profile, the days of a calendar."""

    profile: Profile
    calendar: Calendar

    def date_of(self, row: ClockRow) -> date | None:
        """Return the day that it gives a clock, with what stops add."""
        why, day = Why.of(row.why), reckoned(row, self.profile, self.calendar)
        if day is None or why is None or not why.stops:
            return day
        return run_past(day, why.stops, unit_of(row.name, self.profile), self.calendar)


def would_be(row: ClockRow, before: By, after: By) -> date | None:
    """Return the day that another reckoning gives a clock; None of a date that the old one does not give, and where it is the same."""
    old, new = before.date_of(row), after.date_of(row)
    return None if old != row.due_on or new == old else new


def moved(row: ClockRow, before: By, after: By, today: date, entry: int) -> ClockRow | None:
    """Return the clock with the date that another reckoning gives; None where that moves nothing.

    A date that the old one does not give was not reckoned by it; and no date moves back to today or into the past.
    The period stays, unless a rung told before comes well ahead by the new date: then it is told anew, in a new period.
    """
    new = would_be(row, before, after)
    if new is None or (new < row.due_on and new <= today):
        return None
    why = Why.of(row.why)
    assert why  # what was reckoned has a reason
    by: Literal["profile"] | None = "profile" if before.profile.digest != after.profile.digest else None
    base = reckoned(row, after.profile, after.calendar) if why.stops else None
    run = run_to(row, Dated(new, replace(why, entry=entry, by=by, base=base)))
    return told_anew(run, after, today, entry) if new > row.due_on and row.tellings else run


WELL_AHEAD: Final = timedelta(days=7)
"""A rung told before comes again where its new day is so far ahead; a date that moves by a few days has nothing told again."""


def told_anew(row: ClockRow, by: By, today: date, entry: int) -> ClockRow:
    """Return the clock as it is told from now on: from the first of its told rungs that is well ahead, all again, and nothing counts as told."""
    names = rungs_told(row)
    ahead = (at for at, name in enumerate(names) if rung_day(row, name, by.profile, by.calendar) >= today + WELL_AHEAD)
    first = next(ahead, None)
    if first is None:
        return row
    return replace(row, period=entry, rung=names[first - 1] if first else "", tellings=0, told_on=None, flags="")


def rungs_told(row: ClockRow) -> list[str]:
    """Return the rungs of a clock up to the last that was told."""
    names = [rung.name for rung in CLOCKS[row.name].rungs]
    return names[: names.index(row.rung) + 1] if row.rung else []


def told_again(before: ClockRow, after: ClockRow) -> list[str]:
    """Return the rungs that a clock moved to another date tells a second time."""
    return rungs_told(before)[len(rungs_told(after)) :]


def run_to(row: ClockRow, due: Dated) -> ClockRow:
    """Return the clock running to another date, in the same period."""
    return replace(row, paused_since=None, due_on=due.day, why=due.why.text())


def pause(clock_row: ClockRow, today: date) -> ClockRow:
    """Return the clock paused from today, or as it was paused already."""
    return clock_row if clock_row.paused_since else replace(clock_row, paused_since=today)


def unpause(clock_row: ClockRow) -> ClockRow:
    """Return the clock running again with its date as it was: a step was taken back."""
    return replace(clock_row, paused_since=None)


def run_on(
    clock_row: ClockRow, today: date, profile: Profile, calendar: Calendar, at_least: str | None = None
) -> ClockRow:
    """Return the clock running on with what was left when it was paused; the period stays."""
    if clock_row.paused_since is None:
        return clock_row
    unit = unit_of(clock_row.name, profile)
    was, paused = clock_row.due_on, clock_row.paused_since
    least = profile.limits[at_least] if at_least else None
    day = resumed_day(was, paused, today, unit, calendar, least)
    if day == was:  # no time was lost: the date stands, and so does its reason
        return unpause(clock_row)
    raised = at_least if day > resumed_day(was, paused, today, unit, calendar) else None
    left = left_over(was, paused, unit, calendar)
    return run_to(clock_row, Dated(day, Why("resumed", raised, today, paused=paused, was=was, left=left)))


def rung_day(row: ClockRow, rung: str, profile: Profile, calendar: Calendar) -> date:
    """Return the day on which a clock reaches a rung."""
    return _day(row.name, rung, row.started_on, row.due_on, profile, calendar)


def _day(name: str, rung: str, start: date, due: date, profile: Profile, calendar: Calendar) -> date:
    workdays = profile.limits[CLOCKS[name].within].unit == "workday"
    return profile.rungs[name][rung].day(start, due, calendar, workday_clock=workdays)


def rungs_ahead(row: ClockRow, profile: Profile, calendar: Calendar) -> Sequence[tuple[str, date]]:
    """Return the rungs not yet told, with their days; a warning that would fall on or before the start is void, one on stopped days waits."""
    ahead = _ahead(row.name, row.rung, row.started_on, row.due_on, profile, calendar)
    return [(rung, not_while_stopped(row, day)) for rung, day in ahead] if may_be_held(row) else ahead


def not_while_stopped(row: ClockRow, day: date) -> date:
    """Return when that comes which would come on a day: behind the stop in which the clock stands still, where it does."""
    held = _held(row.why) if row.why and may_be_held(row) else None
    return day if held is None else max(day, held + timedelta(days=1))


def may_be_held(row: ClockRow) -> bool:
    """Say whether its reason speaks of a stop: asked often, and true of few."""
    return row.why is not None and '"held"' in row.why


@lru_cache(maxsize=4096)
def _held(text: str) -> date | None:
    why = Why.of(text)
    return why.held if why else None


# The clocks of a day run to few dates, and each is asked for when a case moves, when it wakes and when it tells.
@lru_cache(maxsize=4096)
def _ahead(
    name: str, told: str, start: date, due: date, profile: Profile, calendar: Calendar
) -> Sequence[tuple[str, date]]:
    names = [rung.name for rung in CLOCKS[name].rungs]
    behind = names.index(told) + 1 if told else 0
    days = [(rung, _day(name, rung, start, due, profile, calendar)) for rung in names[behind:]]
    once_late = {rung for rung in names if profile.rungs[name][rung].how in ("overdue", "after")}
    return tuple((rung, day) for rung, day in days if min(day, due) > start or rung in once_late)


def rungs_reached(row: ClockRow, today: date, profile: Profile, calendar: Calendar) -> list[str]:
    """Return the rungs that have come since the last telling, lowest first; none while the clock is paused."""
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
