"""What an effect changes, written down whole: the change it makes of a subject made by hand, and the clocks it begins."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from storage.columns import CaseRow, ClockRow
from tests.rules.subjects import CASE, TODAY, a_clock, changed, day, subject
from workflow.days.clocks import Dated, Why, begin
from workflow.machine import EFFECTS

NEXT = 6  # the case stands at version 5
CLOCK, CASE_, ROWS = "clocks", "case", "rows"


def built(
    name: str, action: str, *clocks: ClockRow, role: str = "office", also: Any = None, **made: Any
) -> dict[str, Any]:
    """Return all that an effect changes: columns of the case, clocks (None where one ended), rows, words and what is told."""
    s = subject(action, role, *clocks, **made)
    c = changed(s)
    for row in also or ():
        c.clocks[row.name] = row
    before = dict(c.clocks)
    EFFECTS[name](s, c)
    columns = [one.name for one in fields(CaseRow)]
    parts = {
        CASE_: {one: getattr(c.case, one) for one in columns if getattr(c.case, one) != getattr(s.case, one)},
        CLOCK: {one: c.clocks.get(one) for one in before | c.clocks if c.clocks.get(one) != before.get(one)},
        ROWS: {one: rows for one, rows in c.rows.items() if rows},
        "words": c.words, "inputs": c.inputs, "telling": c.telling, "reminder": c.reminder,
    }  # fmt: skip
    return {part: what for part, what in parts.items() if what}


def begun(name: str, due: date, why: Why, on: date = TODAY) -> ClockRow:
    """Return a clock that this move begins."""
    return begin(CASE, name, NEXT, on, Dated(due, why))


def by(name: str, since: date = TODAY) -> Why:
    return Why("limit", name, since)


def by_move(how: Any, action: str, on: date = TODAY) -> Why:
    return Why(how, since=on, action=action, entry=NEXT)


def started(name: str, due: date, why: Why) -> dict[str, Any]:
    """Return a change that begins one clock."""
    return {CLOCK: {name: begun(name, due, why)}}


# An extension that was asked and not answered yet: what ends the rectification answers it.
EXTENSION = a_clock("extension", day(3, 9))
UNANSWERED = {"extension_until": day(5, 1), "submitted_on": day(3, 1), "from_escalated": True}
ANSWERED = {CLOCK: {"extension": None}}
