"""The month's report 月报 drafted on its day: as a month of reporting is over, once in each jurisdiction, of the latest month alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

import clock
from figures.months import first_of
from papers.filling.counting import month_said
from papers.kinds import KINDS, Kind
from papers.tally import days_of
from states import CLOCK
from storage.engine import reading, writing
from storage.paper_drafts import MONTH, New, drafted_of_the_month, put_draft
from storage.rows import lock_head
from storage.sql import Driver


def draft_monthly(engine: Engine, now: datetime, begins: int) -> dict[str, int]:
    """Put aside what looks back over the month that is over, where it is not there yet; say how many. Nobody fills it before it is opened."""
    today = clock.local_date(now)
    on = first_of(today, begins) - timedelta(days=1)
    with reading(engine) as work:
        wanted = list(_wanted(work.driver, on))
    for place, kind in wanted:
        with writing(engine) as work:
            lock_head(work.driver, place)  # two schedulers look at once; one of them finds it there
            if drafted_of_the_month(work.driver, place, kind.name, on):
                work.rollback()
                continue
            work.note_done()
            put_draft(work.driver, place, _new(kind, on, begins, today), None, CLOCK, clock.micros(now))
            work.commit()
    return {"drafted": len(wanted)}


def _wanted(driver: Driver, on: date) -> Iterator[tuple[int, Kind]]:
    """Yield in which jurisdictions something is to be counted, and nothing is drafted of the month."""
    end = clock.micros(clock.start_of(on + timedelta(days=1)))
    for (place,) in driver.all("SELECT id FROM jurisdictions ORDER BY id"):
        if driver.one(
            "SELECT 1 FROM standings WHERE jurisdiction = ? AND to_at IS NULL AND from_at < ? LIMIT 1", (place, end)
        ):
            for kind in KINDS.values():
                if kind.months == 1 and not drafted_of_the_month(driver, place, kind.name, on):
                    yield place, kind


def _new(kind: Kind, on: date, begins: int, today: date) -> New:
    since, _ = days_of(kind, on, begins)
    return New(
        kind.name, f"{month_said(since, on)}巡察{kind.shown}", None, None, today, rung=MONTH, counts_from=since, counts_to=on
    )  # fmt: skip
