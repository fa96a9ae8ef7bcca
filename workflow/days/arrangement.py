"""A year's arrangement 放假安排: the days off and the make-up days that a notice names, as text and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from clock import chinese_date, written_date
from workflow.days.calendar import Calendar

Day = tuple[date, bool, str]
"""A day, whether it is worked, and the holiday it belongs to: as a calendar keeps it."""
LAST_DAYS: Final = 25  # of December: the notice of a year may still move the last working days of the year before
LONGEST_NAME: Final = 20
_OFF, _WORKED = "放假", "上班"


@dataclass(frozen=True, slots=True)
class YearShown:
    """A year in words: each holiday with its days, the weekends on which one works, how many days it lists."""

    year: int
    rests: tuple[tuple[str, str], ...]
    worked: tuple[str, ...]
    count: int

    def __str__(self) -> str:
        """Return it in one line: 国庆节 10月1日至7日；10月10日（周六）上班."""
        made_up = f"{'、'.join(self.worked)}上班" if self.worked else ""
        return "；".join(filter(None, (*(f"{name} {days}" for name, days in self.rests), made_up)))


@dataclass(frozen=True, slots=True)
class DayMoved:
    """A day on which an arrangement differs from what is there: as it is, and as it would be."""

    day: date
    before: str
    after: str


def written(days: Iterable[Day]) -> str:
    """Return days as one text, a line each: what a request keeps."""
    return "\n".join(f"{day.isoformat()} {int(worked)} {name}".rstrip() for day, worked, name in sorted(days))


def read_written(text: str) -> list[Day]:
    """Return the days of such a text; ValueError where it is none."""
    return [_read_line(line) for line in text.splitlines() if line.strip()]


def _read_line(line: str) -> Day:
    day, worked, *name = line.split(maxsplit=2)
    return date.fromisoformat(day), {"0": False, "1": True}[worked], "".join(name)


def belongs(day: date, year: int) -> bool:
    """Say whether the notice of a year may speak of a day: one of the year, or one of the last of the year before."""
    return day.year == year or (day.year == year - 1 and day.month == 12 and day.day >= LAST_DAYS)


def faults_in(days: Sequence[Day], year: int, announced: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with the days of a year's notice, each with its place in them, counted from 0; `announced` are the years there."""
    if not days:
        yield 0, "没有一天：请写明放假和调休上班的各日"
    known, seen = set(announced), set[date]()
    for place, (day, worked, name) in enumerate(days):
        if day in seen:
            yield place, f"{chinese_date(day)}写了两次"
        seen.add(day)
        if not belongs(day, year):
            yield place, f"{chinese_date(day)}不是 {year} 年的（上一年只能写 12 月 {LAST_DAYS} 日以后的）"
        elif day.year != year and day.year not in known:
            yield place, f"{day.year} 年的放假安排还没有录入，请先录入那一年"
        if worked and day.weekday() < 5:
            yield place, f"{chinese_date(day)}本来就上班：调休上班的只写周六、周日"
        if len(name) > LONGEST_NAME or not name.isprintable():
            yield place, f"名称不超过 {LONGEST_NAME} 个字，不能含有不可见的字符"
    if days and all(day.year != year for day, _, _ in days):
        yield 0, f"没有一天是 {year} 年的"


def with_year(there: Sequence[Day], year: int, days: Sequence[Day]) -> list[Day]:
    """Return a calendar with the days of a year in place of those it has; of the year before only what is named is replaced."""
    named = {day for day, _, _ in days}
    return sorted([*(one for one in there if one[0].year != year and one[0] not in named), *days])


def digest(there: Iterable[Day], year: int) -> str:
    """Return the hash of what a calendar says of the days of which a year's notice may speak."""
    return sha256(written(one for one in there if belongs(one[0], year)).encode()).hexdigest()


def calendar(days: Iterable[Day]) -> Calendar:
    """Return the calendar of these days: a year of which it has any is announced."""
    kept = list(days)
    return Calendar.of(kept, {day.year for day, _, _ in kept})


def shown(days: Sequence[Day], year: int) -> YearShown:
    """Return a year of a calendar in words."""
    own, all_days = [one for one in days if one[0].year == year], calendar(days)
    runs: dict[tuple[date, date], list[str]] = {}
    for day, worked, name in own:
        if not worked:
            runs.setdefault(_run(day, all_days), []).append(name or _OFF)
    rests = [("、".join(dict.fromkeys(names)), _span(*run, year)) for run, names in runs.items()]
    made_up = [chinese_date(day, day) for day, worked, _ in own if worked]
    return YearShown(year, tuple(rests), tuple(made_up), len(own))


def years_in(days: Iterable[Day]) -> list[int]:
    """Return the years that a calendar has, the newest first."""
    return sorted({day.year for day, _, _ in days}, reverse=True)


def moved_days(before: Iterable[Day], after: Iterable[Day]) -> list[DayMoved]:
    """Return the days on which two calendars differ, in words."""
    old, new = ({day: (worked, name) for day, worked, name in days} for days in (before, after))
    return [
        DayMoved(day, _said(day, old), _said(day, new)) for day in sorted({*old, *new}) if old.get(day) != new.get(day)
    ]


def _said(day: date, known: Mapping[date, tuple[bool, str]]) -> str:
    if day not in known:
        return "照常上班" if day.weekday() < 5 else "周末休息"
    worked, name = known[day]
    return f"{_WORKED if worked else _OFF}{f'（{name}）' if name else ''}"


def _run(day: date, days: Calendar) -> tuple[date, date]:
    """Return the first and the last of the rest days in a row round a day: the weekends beside it are part of the holiday."""
    first = last = day
    while not days.is_workday(first - timedelta(days=1)):
        first -= timedelta(days=1)
    while not days.is_workday(last + timedelta(days=1)):
        last += timedelta(days=1)
    return first, last


def _span(first: date, last: date, year: int) -> str:
    this = date(year, 1, 1)
    begin = written_date(first, this)
    if first == last:
        return begin
    end = f"{last.day}日" if (first.year, first.month) == (last.year, last.month) else written_date(last, this)
    return f"{begin}至{end}"
