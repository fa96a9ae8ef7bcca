"""Months of reporting 统计月: from a configured day of one month to the day before it of the next; month on month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from figures.counting import Values, count
from figures.table import PROBLEMS
from storage.looks import Looks
from storage.reads.standings import AsOf
from storage.sql import Driver

MONTHS: Final = 6
COLUMNS: Final = ("fed_back_in", "closed_in", "of", "done", "rate", "overdue", "escalated")


def first_of(day: date, begins: int) -> date:
    """Return the first day of the month of reporting that a day is of; in short months it begins with their last day."""
    this = _on(day.year, day.month, begins)
    if day >= this:
        return this
    before = day.replace(day=1) - timedelta(days=1)
    return _on(before.year, before.month, begins)


def months_until(day: date, begins: int, how_many: int = MONTHS) -> list[tuple[date, date]]:
    """Return the first and last day of the months until a day, the latest first; that one ends with the day."""
    found, last = [], day
    for _ in range(how_many):
        first = first_of(last, begins)
        found.append((first, last))
        last = first - timedelta(days=1)
    return found


def by_month(driver: Driver, of: AsOf, begins: int, unit: str = PROBLEMS) -> list[tuple[date, date, Values]]:
    """Return the figures as of the end of each month of reporting, the latest first; all are asked for together."""
    looks = Looks(driver)
    found = [
        (first, last, looks.at(count, replace(of, on=last, since=first), COLUMNS, unit))
        for first, last in months_until(of.on, begins)
    ]
    return [(first, last, values()) for first, last, values in found]


def _on(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
