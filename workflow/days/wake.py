"""When to look at a case again: `wake_at` is derived from its clocks and criteria, never set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import clock
from storage.rows import CaseRow, ClockRow
from workflow.days.calendar import Calendar
from workflow.days.clocks import rungs_ahead
from workflow.days.criteria import criterion_days, escalation_days
from workflow.days.profiles import Profile


def wake_at(case: CaseRow, clocks: Mapping[str, ClockRow], profile: Profile, calendar: Calendar) -> int | None:
    """Return the instant (microseconds) of the next rung, criterion or escalation, past ones included; None when nothing comes."""
    days = [day for row in clocks.values() if not row.paused_since for _, day in rungs_ahead(row, profile, calendar)]
    days += [day for _, day in criterion_days(case, clocks, profile, calendar)]
    days += [day for _, day in escalation_days(case, clocks, profile, calendar)]
    return _start_of(min(days)) if days else None


@lru_cache(maxsize=4096)
def _start_of(day: date) -> int:
    return clock.micros(clock.start_of(day))
