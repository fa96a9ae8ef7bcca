"""Stopped days 中止计时: the date that a clock has by the days that do not count, and till when nothing is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from states import CLOCKS, UNIT_ROLES
from storage.rows import ClockRow
from storage.stops import Span
from workflow.days.calendar import Calendar
from workflow.days.clocks import RECKONED, Days, Why, may_be_held, unit_of
from workflow.days.limits import run_past
from workflow.days.profiles import Profile

_DAY: Final = timedelta(days=1)
_UNSAID: Final = Why("unsaid")
_OF_THE_PLAN: Final = CLOCKS["measure"].name


def stopped(row: ClockRow, spans: Sequence[Span], profile: Profile, calendar: Calendar) -> ClockRow:
    """Return the clock with the date that these stops give it, whatever stops gave it before; what others than the unit owe runs on.

    The days count from when its date was set, and until it is paused. What was left runs on behind them; what was late stays as late.
    A date that people set when they knew of the stop, and that of a measure, stand; but nothing is told of them on those days.
    """
    if CLOCKS[row.name].owes not in UNIT_ROLES or not (spans or may_be_held(row)):
        return row
    why = Why.of(row.why) or _UNSAID
    since, base = why.since or row.started_on, why.base or row.due_on
    stops = tuple(_counted(row, why, spans, since))
    held = max((span.last for span in spans if span.last > since), default=None)
    now = replace(why, stops=stops or None, base=base if stops else None, held=held)
    if now == why:
        return row
    due = run_past(base, stops, unit_of(row.name, profile), calendar)
    return replace(row, due_on=due, why=None if now == _UNSAID else now.text())


def stopped_still(row: ClockRow, spans: Sequence[Span], profile: Profile, calendar: Calendar) -> ClockRow:
    """Return the same for a clock in a move of its case: what stops gave it before it keeps, though the case be another unit's now."""
    why = Why.of(row.why) if may_be_held(row) else None
    own = [Span(first, last, date.max) for first, last in (why.stops or ()) if why] if why else []
    return stopped(row, sorted([*spans, *own], key=lambda one: (one.first, one.last)), profile, calendar)


def _counted(row: ClockRow, why: Why, spans: Sequence[Span], since: date) -> Iterator[Days]:
    """Yield the days that do not count for a clock, no day twice, the earliest first."""
    by_people = why.how not in (*RECKONED, "unsaid")
    begins = since + _DAY
    for span in spans if row.name != _OF_THE_PLAN else ():
        if by_people and span.known_on <= since:
            continue
        first = max(span.first, begins)
        last = min(span.last, row.paused_since) if row.paused_since else span.last
        if first <= last:
            yield first, last
            begins = last + _DAY
