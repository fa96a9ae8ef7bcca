"""A year's arrangement in front of its guards: what is wrong with its days, whether the year changed meanwhile, whether it says anything new."""

from __future__ import annotations

from register.wanted import Standing
from storage.calendars import read_calendar
from workflow.days.arrangement import Day, digest, faults_in, read_written, with_year, years_in


def days_fault(one: Standing) -> str | None:
    """Return the first fault of the days that are given, if any."""
    if "listing" not in one.said:
        return None
    if "year" not in one.said:
        return "请填写年份"
    faults = faults_in(read_written(one.said["listing"]), one.said["year"], years_in(_there(one)))
    return next((why for _, why in faults), None)


def changed_meanwhile(one: Standing) -> str | None:
    """Return why an arrangement that was asked for on the sight of another is not entered."""
    if "listing" not in one.said or "was" not in one.said:
        return None
    year = one.said.get("year", 0)
    stands = one.said["was"] == digest(_there(one), year)
    return None if stands else f"{year} 年的放假安排在申请以后有变动，请退回，按现在的重新申请"


def nothing_new(one: Standing) -> str | None:
    """Return why days that are there already are not entered again."""
    if "listing" not in one.said or "year" not in one.said:
        return None
    there = _there(one)
    new = with_year(there, one.said["year"], read_written(one.said["listing"]))
    return "与现在的放假安排一样，不用登记" if new == there else None


def _there(one: Standing) -> list[Day]:
    return read_calendar(one.driver, one.jurisdiction)
