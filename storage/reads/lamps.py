"""The lamp of a case: by which day the unit owed, whether its clock is paused, and so whether it is late. The one judge."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from states import ESCALATED, UNIT_OWES
from storage.sql import Part

_NAMES: Final = ", ".join(f"'{state}'" for state in UNIT_OWES)
_OWING: Final = f"c.state IN ({_NAMES})"
_RISEN: Final = f"c.state = '{ESCALATED}'"
# While the unit owes, the one clock that may be paused is its own.
_RUNNING: Final = "NOT EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id AND k.paused_since IS NOT NULL)"

LAMP_ON: Final = f"CASE WHEN {_OWING} THEN c.state_due_on WHEN {_RISEN} THEN c.owed_on END"
"""The day of the lamp: what the unit owes by when, or owed as the case rose; NULL while it owes nothing: then no lamp."""


def late(today: date) -> Part:
    """Return the condition that the unit is late: its day is past, and its clock is not paused."""
    return _lit("{0} < ?", [today])


def late_or_escalated(today: date) -> Part:
    """Return the condition that the unit is late, or that its case has risen, late or by hand."""
    owing, params = f"{_OWING} AND c.state_due_on < ? AND {_RUNNING}", [today]
    return f"c.settled_at IS NULL AND ({owing} OR {_RISEN})", params


def near(today: date, until: date) -> Part:
    """Return the condition that the unit's day comes soon."""
    return _lit("{0} >= ? AND {0} <= ?", [today, until])


def normal(until: date) -> Part:
    """Return the condition of 正常: the day is far, nothing is escalated, and nobody suspects 整改不力."""
    return f"c.settled_at IS NULL AND {_OWING} AND c.state_due_on > ? AND {_RUNNING} AND c.flagged = ''", [until]


def paused() -> Part:
    """Return the condition that the unit owes, to be asked of cases of which a clock is paused."""
    return f"c.settled_at IS NULL AND {_OWING}", []


def _lit(day: str, params: list[Any]) -> Part:
    owing = f"{_OWING} AND {day.format('c.state_due_on')} AND {_RUNNING}"
    risen = f"{_RISEN} AND {day.format('c.owed_on')}"
    return f"c.settled_at IS NULL AND ({owing} OR {risen})", [*params, *params]
