"""The latest day that can be agreed on for a rectification 商定期限的上限: counted from approval, or from feedback with the days that lay with the office."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from clock import chinese_date, written_date
from states import CONTINUING
from workflow.days.anchors import FEEDBACK
from workflow.days.calendar import Calendar
from workflow.days.limits import Limit, Unit, add, remaining
from workflow.days.profiles import Profile

Stays = Sequence[tuple[date, date | None]]
"""When a case lay with the office 在巡察办的日子: from which day to which; None where it still does."""
LEAST = "agreed_left"
"""The limit that an approval leaves at least, where it is not the approval that counts."""


def limit_of_agreed(kind: str) -> str:
    """Return by which limit a date is agreed on; what is to go on has it until its first review."""
    return "continuing_review" if kind == CONTINUING else kind


def with_office(stays: Stays, today: date, unit: Unit, calendar: Calendar) -> int:
    """Return how much lay with the office by today, measured as clocks are paused: natural days, or working days."""
    return sum(remaining(since, until, unit, calendar) for since, until in _apart(stays, today))


def _apart(stays: Stays, today: date) -> Iterator[tuple[date, date]]:
    """Yield the stays one after the other, no day twice."""
    reached = date.min
    for since, until in sorted((since, today if until is None else until) for since, until in stays):
        if until > reached:
            yield max(since, reached), until
            reached = until


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest day, and how it is reckoned."""

    day: date
    limit: Limit
    fed_back_on: date | None = None
    """From when it counts; None where it is from approval."""
    office: int = 0
    """How much lay with the office, in days or working days as the limit is measured."""
    whole: date | None = None
    """The end of the limit alone."""
    reached: date | None = None
    """The end with what lay with the office."""
    least: Limit | None = None
    """What the approval leaves, where that is later."""

    @property
    def words(self) -> str:
        """Return how it is reckoned, where that is from feedback; nothing where the limit says all."""
        if self.fed_back_on is None:
            return ""
        office = f"，加上在巡察办的 {self._office}" if self.office else ""
        least = f"；所余不足，按批准之日起 {self.least}" if self.least else ""
        return f"反馈之日 {written_date(self.fed_back_on)}起 {self.limit}{office}{least}"

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the same line by line, for who asks why the date is what it is."""
        if self.fed_back_on is None or self.whole is None or self.reached is None:
            return ()
        lines = [f"反馈日 {chinese_date(self.fed_back_on)}，当日不计", f"{self.limit}：{chinese_date(self.whole)}"]
        if self.office:
            lines.append(f"加上在巡察办的 {self._office}：{chinese_date(self.reached)}")
        if self.least:
            lines.append(f"所余不足 {self.least}，按批准之日起 {self.least}计")
        return (*lines, f"最晚可以商定到 {chinese_date(self.day)}")

    @property
    def _office(self) -> str:
        return str(Limit(self.office, counted(self.limit)))


def latest(name: str, fed_back_on: date, office: int, today: date, profile: Profile, calendar: Calendar) -> Latest:
    """Return the latest day that can be agreed on today by a limit of which so much lay with the office.

    Never earlier than what an approval leaves at least, and that is never more than the limit itself.
    """
    limit = profile.limits[name]
    approved = add(today, limit, calendar)
    if profile.anchors.get(name) != FEEDBACK:
        return Latest(approved, limit)
    whole = reached = add(fed_back_on, limit, calendar)
    if office:
        end = add(fed_back_on, replace(limit, rest="keep"), calendar)
        reached = add(end, Limit(office, counted(limit), limit.rest), calendar)
    least = profile.limits[LEAST]
    floor = add(today, least, calendar)
    if floor > approved:
        least, floor = limit, approved
    if reached >= floor:
        return Latest(reached, limit, fed_back_on, office, whole, reached)
    return Latest(floor, limit, fed_back_on, office, whole, reached, least)


def counted(limit: Limit) -> Unit:
    """Return in what the days with the office are measured: a limit of months in natural days."""
    return "workday" if limit.unit == "workday" else "day"
