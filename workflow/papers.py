"""Papers drafted by the clock 自动拟稿: a rung with a letter puts a draft aside, one for a unit that answers, a rung and a day; nothing is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import clock
from papers.kinds import KINDS
from states import CLOCK, CLOCKS
from storage.confidence import restrictions
from storage.paper_drafts import New, drop_overtaken, drop_unopened, put_drafts
from storage.rows import CaseRow
from storage.sql import Driver

UNOPENED_FOR: Final = timedelta(days=30)
"""So long a draft of the clock's waits that nobody has opened; then the case has moved on, or its next rung has drafted another."""


@lru_cache(maxsize=1)
def drafted_by() -> Mapping[str, str]:
    """Return the paper that each rung, as clock.rung, or act of the clock drafts."""
    return {name: kind.name for kind in KINDS.values() for name in kind.drafted_by}


@lru_cache(maxsize=1)
def _rungs() -> tuple[tuple[str, str, bool], ...]:
    """Return the rungs that draft a paper: the name, the clock, and whether it is told after the due date."""
    named = ((name, *name.split(".")) for name in drafted_by() if "." in name)
    return tuple((name, of, CLOCKS[of].rung(step).late) for name, of, step in named)


def draft_what_was_told(
    driver: Driver, jurisdiction: int, told: Iterable[Mapping[str, Any]], cases: Mapping[int, CaseRow], now: datetime
) -> None:
    """Put aside the papers of the rungs that were told, in the transaction in which they were told.

    One is for whose secretary answers: of its villages' problems the township has one letter, not each village its own.
    """
    found: dict[tuple[str, str, int, int], set[int]] = defaultdict(set)
    confided: Collection[int] | None = None
    for one in told:
        name = f"{one['clock']}.{one['rung']}" if "clock" in one else one["action"]
        paper, case = drafted_by().get(name), cases.get(one["case"])
        if paper is None or case is None:
            continue
        confided = restrictions(driver, jurisdiction) if confided is None else confided
        # What only some may know of stands on a paper of its own: else the others would see none of it.
        rung = f"{name}:{case.id}" if case.id in confided else name
        found[paper, rung, case.answerable_id, case.round_id].add(case.id)
    if not found:
        return
    today = clock.local_date(now)
    new = [_new(key, sorted(listed), today) for key, listed in found.items()]
    drop_overtaken(driver, jurisdiction, _rungs(), today, clock.micros(now))
    drop_unopened(driver, jurisdiction, today - UNOPENED_FOR, clock.micros(now))
    put_drafts(driver, jurisdiction, new, CLOCK, clock.micros(now))


def _new(key: tuple[str, str, int, int], cases: list[int], today: date) -> New:
    paper, rung, unit, around = key
    return New(paper, KINDS[paper].shown, unit, around, today, cases, rung)
