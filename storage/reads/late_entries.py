"""Late entries 补录: what was entered after a day was over and says that it happened until then. Figures as of the day know nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import clock
from states import SIGNED_PAPER
from storage.papers import signed_on
from storage.sql import Driver, as_date

ON_PAPER, TAKEN_OVER = "on_paper", "taken_over"
HOW: Final = {ON_PAPER: "代录", TAKEN_OVER: "存量转入"}


@dataclass(frozen=True, slots=True)
class LateEntry:
    """An entry on a case that came after the day: the instant of the entry (microseconds), the day that it states, how it came."""

    case: int
    at: int
    states: date
    how: str


def late_entries(
    driver: Driver, jurisdiction: int, until: date, since: date | None = None, around: int | None = None
) -> list[LateEntry]:
    """Return what was entered after a day for one until then, the oldest first; for days from `since` on, of one round.

    What states a day is 代录, by that of the signature, and 存量转入, by that of the feedback. All else states none: it counts as it was entered.
    """
    end = clock.micros(clock.start_of(until + timedelta(days=1)))
    only, params = (" AND c.round_id = ?", [around]) if around is not None else ("", [])
    papers = (
        "SELECT t.case_id, t.at, t.body FROM trail t JOIN materials m ON m.case_id = t.case_id AND m.version = t.version "
        f"JOIN cases c ON c.id = t.case_id WHERE t.jurisdiction = ? AND t.at >= ? AND m.kind = '{SIGNED_PAPER}' AND NOT c.void{only}"
    )
    births = (
        "SELECT t.case_id, t.at, c.fed_back_on FROM trail t JOIN cases c ON c.id = t.case_id WHERE t.jurisdiction = ? AND t.at >= ? "
        f"AND t.version = 1 AND c.taken_over_as IS NOT NULL AND NOT c.void AND c.fed_back_on <= ?{only}"
    )
    found = [
        LateEntry(case, at, signed_on(body), ON_PAPER)
        for case, at, body in driver.all(papers, [jurisdiction, end, *params])
    ]
    found += [
        LateEntry(case, at, as_date(day) or until, TAKEN_OVER)
        for case, at, day in driver.all(births, [jurisdiction, end, until, *params])
    ]
    there = (one for one in found if one.states <= until and (since is None or one.states >= since))
    return sorted(there, key=lambda one: (one.at, one.case))
