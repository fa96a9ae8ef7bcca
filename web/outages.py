"""Outages of ours 停机: when no duty ran, and the suspension that would give the days back, begun with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import clock
from clock import chinese_date
from storage.duties import gaps
from storage.sql import Driver
from storage.stops import ALL, KIND, OUTAGE, stops_of
from web.desk import Desk


@dataclass(frozen=True, slots=True)
class Outage:
    """From when to when no duty ran."""

    began: datetime
    ended: datetime

    @property
    def first(self) -> date:
        """Return the day on which it began."""
        return clock.local_date(self.began)

    @property
    def last(self) -> date:
        """Return the day on which it ended."""
        return clock.local_date(self.ended)

    @property
    def href(self) -> str:
        """Return the address of the form of a suspension, begun with its days."""
        return f"/register/{KIND}?{urlencode({'about': f'{OUTAGE}:{self.first}_{self.last}'})}"


def outages(desk: Desk, driver: Driver) -> list[Outage]:
    """Return the outages of the last sixty days, the newest first."""
    longer = timedelta(seconds=desk.settings.config.scheduler.outage)
    return [Outage(*one) for one in gaps(driver, desk.now(), longer)]


def not_given_back(desk: Desk, driver: Driver, jurisdiction: int) -> list[Outage]:
    """Return those whose days no suspension of all cases covers yet."""
    there = [one.span for one in stops_of(driver, jurisdiction) if one.reach == ALL]
    return [
        one
        for one in outages(desk, driver)
        if not any(span.first <= one.first and one.last <= span.last for span in there)
    ]


def suspension_begun(days: str) -> dict[str, str]:
    """Return with what the form begins for the days of an outage; with nothing where they are no days."""
    try:
        first, last = (date.fromisoformat(day) for day in days.split("_"))
    except ValueError:
        return {}
    reason = f"定时任务在{chinese_date(first)}至{chinese_date(last)}之间中断，系统停机"
    return {
        "ground": OUTAGE,
        "reach": ALL,
        "starts_on": first.isoformat(),
        "ends_on": last.isoformat(),
        "reason": reason,
    }
