"""Standings 状况: of each case a row for every span of time in which all that figures look at stayed as it was.

A move that changes any of it ends the row that is open and begins another, in the same transaction; figures of a past
day are counted from the rows that stood at its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Final

from states import ESCALATED, UNIT_OWES
from storage.columns import CaseRow, ClockRow

OF_CASE: Final = (
    "jurisdiction", "round_id", "inspection_id", "unit_id", "answerable_id", "fed_back_on", "kind", "state", "void",
    "taken_over_as", "split_from", "cycle", "flagged", "due_on", "submitted_on", "verified_on", "extended", "went_on",
    "plan_returns", "returns", "escalations",
)  # fmt: skip
"""What figures look at: columns of a case, under their own names."""
LATE_FROM: Final = "late_from"
"""The day of the lamp: what the unit owes by when while its clock runs, or owed as the case rose; from the day after it is late."""
PLANNED: Final = "planned"
"""How many measures 措施 its plan has: those in `measures` that held then."""
STANDING: Final = (*OF_CASE, LATE_FROM, PLANNED)
ROW: Final = ("case_id", "entry", "version", "from_at", *STANDING)
"""A row as it begins: the entry that began it, the version of the case then, and when; `to_at` holds nothing until another begins."""
_OF_CASE = attrgetter(*OF_CASE)
Standing = tuple[Any, ...]


def standing_of(case: CaseRow, *, paused: bool) -> Standing:
    """Return how a case stands, in the order of STANDING; its clock is paused when any of its clocks is."""
    late_from = case.owed_on if case.state == ESCALATED else None
    if case.state in UNIT_OWES and not paused:
        late_from = case.state_due_on
    return (*_OF_CASE(case), late_from, case.planned)


def any_paused(clocks: Iterable[ClockRow]) -> bool:
    """Say whether any of these clocks is paused."""
    return any(row.paused_since is not None for row in clocks)
