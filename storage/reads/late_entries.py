"""Late entries 补录: what was entered after a day was over and says that it happened until then. Figures as of the day know nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import clock
from states import SIGNED_PAPER
from storage.papers import signed_on
from storage.scope import EVERYTHING, Scope, narrowed
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
    number: str = ""
    unit: str = ""


def late_entries(
    driver: Driver,
    jurisdiction: int,
    until: date,
    since: date | None = None,
    around: int | None = None,
    *,
    scope: Scope = EVERYTHING,
    unit: int | None = None,
) -> list[LateEntry]:
    """Return what was entered after a day for one until then, the oldest first; for days from `since` on, of a round, a unit, a scope.

    What states a day is 代录, by that of the signature, and 存量转入, by that of the feedback. All else states none: it counts as it was entered.
    """
    end = clock.micros(clock.start_of(until + timedelta(days=1)))
    only, params = narrowed(driver, scope)
    for column, value in (("round_id", around), ("answerable_id", unit)):
        if value is not None:
            only, params = f"{only} AND c.{column} = ?", [*params, value]
    # Signed papers are few, and lead: a day may lie years back, and then nearly all entries are later. CROSS is SQLite's word for that.
    there = "JOIN cases c ON c.id = t.case_id JOIN units u ON u.id = c.answerable_id"
    papers = (
        "SELECT t.case_id, t.at, t.body, c.number, u.name FROM materials m CROSS JOIN trail t "
        f"{there} WHERE t.case_id = m.case_id AND t.version = m.version "
        f"AND t.jurisdiction = ? AND t.at + 0 >= ? AND m.kind = '{SIGNED_PAPER}' AND NOT c.void{only}"
    )
    births = (
        f"SELECT t.case_id, t.at, c.fed_back_on, c.number, u.name FROM trail t {there} WHERE t.jurisdiction = ? AND t.at + 0 >= ? "
        f"AND t.version = 1 AND NOT c.void AND c.fed_back_on <= ?{only} AND t.case_id IN (SELECT s.case_id FROM standings s "
        "WHERE s.to_at IS NULL AND s.jurisdiction = c.jurisdiction AND s.taken_over_as IS NOT NULL)"
    )
    found = [
        LateEntry(case, at, signed_on(body), ON_PAPER, *which)
        for case, at, body, *which in driver.all(papers, [jurisdiction, end, *params])
    ]
    found += [
        LateEntry(case, at, as_date(day) or until, TAKEN_OVER, *which)
        for case, at, day, *which in driver.all(births, [jurisdiction, end, until, *params])
    ]
    within = (one for one in found if one.states <= until and (since is None or one.states >= since))
    return sorted(within, key=lambda one: (one.at, one.case))


def by_how(late: Sequence[LateEntry]) -> list[tuple[str, int]]:
    """Return how many came in which way, in words."""
    counts = Counter(one.how for one in late)
    return [(words, counts[name]) for name, words in HOW.items() if counts[name]]
