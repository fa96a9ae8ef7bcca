"""The calendar as its page shows it: year by year with its notice and who entered it, and what another arrangement would move."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from storage import requests
from storage.calendars import calendar_named, read_calendar
from storage.reads.accounts import names_of
from storage.reads.cases import Shown, shown_cases
from storage.reads.clocks import latest_due
from storage.requests import Asking
from storage.sql import Driver
from workflow.days.arrangement import (
    Day,
    DayMoved,
    YearShown,
    calendar,
    digest,
    moved_days,
    read_written,
    shown,
    with_year,
    written,
    years_in,
)
from workflow.recompute import Moving, would_move

KIND = "calendar"
MOST_MOVED = 50


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the calendar: in words, by which notice, who asked for it and who approved it when; of what came with the product nobody."""

    said: YearShown
    notice: str = ""
    asked_by: str = ""
    approved_by: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The years there, the newest first; those that are reckoned Monday to Friday; the requests that wait, with who asked."""

    years: list[Year]
    provisional: list[int]
    waiting: list[tuple[Asking, str]]
    named: str
    """The digest of the calendar that the head names."""


def overview(driver: Driver, jurisdiction: int, today: date) -> Overview:
    """Return the calendar with its history: five statements, however many years and requests there are."""
    there = read_calendar(driver, jurisdiction)
    found = requests.in_states(driver, jurisdiction, ("asked", "approved", "standing", "looked"), KIND)
    people = names_of(driver, [who for one in found for who in (one.asked_by, one.decided_by) if who])
    entered: dict[int, Asking] = {}
    for one in found:
        if one.state != "asked" and "year" in one.said:
            entered.setdefault(int(one.said["year"]), one)
    known = years_in(there)
    last = max(latest_due(driver, jurisdiction) or today, today).year
    provisional = [year for year in range(today.year, max(last, today.year + 1) + 1) if year not in known]
    years = [_year(shown(there, year), entered.get(year), people) for year in known]
    waiting = [(one, people.get(one.asked_by or 0, "")) for one in reversed(found) if one.state == "asked"]
    return Overview(years, provisional, waiting, calendar_named(driver, jurisdiction))


def _year(said: YearShown, one: Asking | None, people: dict[int, str]) -> Year:
    if one is None:
        return Year(said)
    if one.asked_by is None:
        return Year(said, one.reason, f"系统操作员（{one.os_user or ''}）", "", one.asked_at)
    return Year(said, one.reason, people.get(one.asked_by, ""), people.get(one.decided_by or 0, ""), one.decided_at)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a year's arrangement would do: the year in words, the days that differ, the clocks that move, with the cases of the first of them."""

    said: YearShown
    was: str
    differs: list[DayMoved]
    moving: list[Moving]
    cases: dict[int, Shown]
    notices: list[str]

    @property
    def count(self) -> int:
        """Return how many cases move."""
        return len({one.case for one in self.moving})


def preview(
    driver: Driver, jurisdiction: int, year: int, days: Sequence[Day], today: date, hidden: Collection[int] = ()
) -> Preview:
    """Return what the arrangement would do now, but for cases hidden; nothing is written. So many statements, however many cases move."""
    there = read_calendar(driver, jurisdiction)
    then = with_year(there, year, days)
    moving = [one for one in would_move(driver, jurisdiction, calendar(then), today) if one.case not in hidden]
    first = list(dict.fromkeys(one.case for one in moving[:MOST_MOVED]))
    cases = {case.id: case for case in shown_cases(driver, jurisdiction, first)} if first else {}
    return Preview(
        shown(then, year), digest(there, year), moved_days(there, then), moving, cases, list(_doubts(days, year))
    )


FEW = 8
"""A notice names eleven days off or more; at weekends some of them need no row."""


def _doubts(days: Sequence[Day], year: int) -> list[str]:
    off = sum(not worked for day, worked, _ in days if day.year == year)
    return [f"全年只有 {off} 天放假，通知一般不止这些，请核对"] if off < FEW else []


def asked_days(one: Asking) -> tuple[int, list[Day]]:
    """Return the year and the days that a request wants."""
    return int(one.said.get("year", 0)), read_written(str(one.said.get("listing", "")))


def wanted_fields(year: int, days: Sequence[Day], was: str) -> dict[str, str]:
    """Return the fields of the act, as a form or a file has them."""
    return {"year": str(year), "listing": written(days), "was": was}
