"""Dates reckoned anew 重算期限: the open clocks that an old calendar or profile gave, moved in the transaction that puts another in its place.

What is paused, what people agreed on, and what is closed stay as they are. Nothing is told by it; what was told is told again only where the new
date puts it well ahead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import clock
from states import OPEN
from storage.rows import CaseRow, ClockRow, lock_head, set_wakes, watched
from storage.sql import Driver
from storage.stops import Stop, spans_for, stops_of
from storage.work import Work
from trail.entry import Dice
from workflow.clockwork import moved_by_stops
from workflow.days.calendar import Calendar
from workflow.days.clocks import By, moved
from workflow.days.wake import wake_at
from workflow.engine import fire
from workflow.rules import calendar_now, in_force, profiles_of
from workflow.subject import Intent, Replaced, scheduler

Reckoning = Callable[[CaseRow], tuple[By, By]]
"""By what the dates of a case are reckoned, and by what they would be."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A clock of a case whose date moves."""

    case: int
    clock: str
    before: date
    after: date


def would_move(driver: Driver, jurisdiction: int, after: Calendar, today: date) -> list[Moving]:
    """Return every clock of an open case that a calendar in place of the one in force moves, the nearest first; nothing is written."""
    cases, clocks = watched(driver, jurisdiction, OPEN)
    profiles, before = in_force(driver, jurisdiction, {case.round_id for case in cases})
    by = {number: (By(one, before), By(one, after)) for number, one in profiles.items()}
    return _moving(cases, clocks, lambda case: by[case.round_id], today)


def _moving(cases: list[CaseRow], clocks: dict[int, dict[str, ClockRow]], by: Reckoning, today: date) -> list[Moving]:
    found = [
        Moving(case.id, row.name, row.due_on, new.due_on)
        for case in cases
        if case.state in OPEN
        for row in clocks[case.id].values()
        if (new := moved(row, *by(case), today, case.version + 1))
    ]
    return sorted(found, key=lambda one: (one.before, one.case, one.clock))


def recompute(
    work: Work, jurisdiction: int, replaced: Replaced, now: datetime, dice: Dice = os.urandom
) -> list[Moving]:
    """Move what the calendar or the profile that was just put in place moves, and say when to look at each case again; return what moved.

    Never commits: what was put in place stands or falls with its moves.
    """
    driver, calendar = work.driver, calendar_now(work.driver, jurisdiction)
    if replaced.calendar == calendar:
        return []
    # As of the same day as its moves: that of the log's last entry, where the clock was put back.
    at = max(clock.micros(now), lock_head(driver, jurisdiction).last_at)
    cases, clocks = watched(driver, jurisdiction, OPEN, replaced.round_id)
    profiles = profiles_of(driver, {case.round_id for case in cases})
    after = {number: By(one, calendar) for number, one in profiles.items()}
    by = {number: (replaced.before(one), one) for number, one in after.items()}
    moving = _moving(cases, clocks, lambda case: by[case.round_id], clock.local_date(clock.from_micros(at)))
    _fire(work, jurisdiction, replaced, dict.fromkeys(one.case for one in moving), now, dice)
    look_again(driver, jurisdiction, calendar, replaced.round_id)
    return moving


def stops_would_move(
    driver: Driver, jurisdiction: int, stops: Sequence[Stop], today: date, known_on: date | None = None
) -> list[Moving]:
    """Return every clock of an open case whose date these stops, in place of those in force, move, the nearest first; nothing is written."""
    cases, clocks = watched(driver, jurisdiction, OPEN)
    profiles, calendar = in_force(driver, jurisdiction, {case.round_id for case in cases})
    found = [
        Moving(case.id, row.name, row.due_on, new.due_on)
        for case, row, new in _moved_by(
            stops, cases, clocks, {of: By(one, calendar) for of, one in profiles.items()}, today, known_on
        )
        if new.due_on != row.due_on
    ]
    return sorted(found, key=lambda one: (one.before, one.case, one.clock))


def _moved_by(
    stops: Sequence[Stop],
    cases: Sequence[CaseRow],
    clocks: dict[int, dict[str, ClockRow]],
    by: dict[int, By],
    today: date,
    known_on: date | None,
) -> Iterator[tuple[CaseRow, ClockRow, ClockRow]]:
    for case in cases:
        if case.state in OPEN:
            spans = spans_for(stops, case)
            for row, new in moved_by_stops(
                clocks[case.id], spans, by[case.round_id], today, case.version + 1, known_on
            ):
                yield case, row, new


def stops_changed(
    work: Work, jurisdiction: int, entry: int, now: datetime, known_on: date | None = None, dice: Dice = os.urandom
) -> None:
    """Move what the stops that are in force now move, where one that people knew of since a day was changed. Never commits."""
    driver, replaced = work.driver, Replaced(entry, stops=True, known_on=known_on)
    at = max(clock.micros(now), lock_head(driver, jurisdiction).last_at)
    cases, clocks = watched(driver, jurisdiction, OPEN)
    profiles, calendar = in_force(driver, jurisdiction, {case.round_id for case in cases})
    by, today = {of: By(one, calendar) for of, one in profiles.items()}, clock.local_date(clock.from_micros(at))
    moving = _moved_by(stops_of(driver, jurisdiction), cases, clocks, by, today, known_on)
    _fire(work, jurisdiction, replaced, dict.fromkeys(case.id for case, _, _ in moving), now, dice)


def _fire(work: Work, jurisdiction: int, replaced: Replaced, cases: Iterable[int], now: datetime, dice: Dice) -> None:
    intents = [Intent("recompute", case, replaced=replaced) for case in cases]
    if intents:
        outcomes = fire(work, intents, scheduler(jurisdiction), now, dice=dice)
        # It was asked of the same clocks under the same lock.
        assert all(one.outcome == "done" for one in outcomes), outcomes


def look_again(driver: Driver, jurisdiction: int, calendar: Calendar, round_id: int | None = None) -> None:
    """Reckon anew when to look at each case: warnings so long before a date that people set have moved as well, or are new with a release."""
    cases, clocks = watched(driver, jurisdiction, OPEN, round_id)
    profiles = profiles_of(driver, {case.round_id for case in cases})
    right = {case.id: wake_at(case, clocks[case.id], profiles[case.round_id], calendar) for case in cases}
    set_wakes(driver, [(right[case.id], case.id) for case in cases if case.wake_at != right[case.id]])
