"""Which days are working days: the State Council's yearly arrangement over Monday to Friday."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from types import MappingProxyType

from chinese_calendar import Holiday, holidays, workdays

NATIONAL_YEARS: frozenset[int] = frozenset(day.year for day in holidays)
"""The years whose arrangement comes with the product; a later year is entered when its notice appears."""

_IN_FULL = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


class UnknownYear(LookupError):
    """A year's arrangement was asked of the national calendar that comes with the product, which has none."""

    def __init__(self, years: Iterable[int]) -> None:
        asked = "、".join(str(year) for year in sorted(years))
        first, last = min(NATIONAL_YEARS), max(NATIONAL_YEARS)
        super().__init__(
            f"随附的国家放假安排只有 {first} 年至 {last} 年，没有 {asked} 年：请升级到收录了当年安排的版本"
        )


@dataclass(frozen=True, eq=False)
class Calendar:
    """The days that differ from Monday-Friday (True = worked) and the years announced; counts any span at once."""

    days: Mapping[date, bool]
    years: frozenset[int]
    names: Mapping[date, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # a caller's dict that changes later must not change counts already built on it
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))
        object.__setattr__(self, "names", MappingProxyType(dict(self.names)))

    def __eq__(self, other: object) -> bool:
        # Every jurisdiction has its own, mostly alike: what decides dates alike is one key to what was reckoned from it.
        return self is other or (isinstance(other, Calendar) and self.digest == other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    @classmethod
    def of(cls, rows: Iterable[tuple[date, bool, str]], years: Iterable[int]) -> Calendar:
        """The calendar of such rows as `national_days` gives and a table keeps."""
        kept = list(rows)
        days = {day: working for day, working, _ in kept}
        return cls(days, frozenset(years), {day: name for day, _, name in kept if name})

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked; in a year not announced, whether it is Monday to Friday."""
        return self.days.get(day, day.weekday() < 5)

    def is_provisional(self, day: date) -> bool:
        """Whether the arrangement of the day's year has not been announced."""
        return day.year not in self.years

    def add(self, day: date, n: int) -> date:
        """The n-th working day after the day, the day itself not counted; n < 0 goes back; 0 is the day itself."""
        start, at = day.toordinal(), day.toordinal()
        # A day adds at most one working day, so stepping by what is missing never passes the target,
        # and each step leaves a fraction of it: a handful of steps for any n.
        while missing := n - self._between(start, at):
            at += missing
        return date.fromordinal(at)

    def count(self, start: date, end: date) -> int:
        """Working days after start up to and including end; for an earlier end, minus those from it up to start."""
        return self._between(start.toordinal(), end.toordinal())

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of what decides dates: the days that differ and the years announced; names do not count."""
        years = [str(year) for year in sorted(self.years)]
        days = [f"{day.isoformat()} {int(self.days[day])}" for day in sorted(self._differing)]
        return sha256("\n".join(years + days).encode()).hexdigest()

    def _between(self, start: int, end: int) -> int:
        if end >= start:
            return self._worked(end) - self._worked(start)
        return self._worked(end - 1) - self._worked(start - 1)

    def _worked(self, ordinal: int) -> int:
        # ordinal 1 was a Monday: whole weeks hold five working days, the rest of a week at most five
        weeks, rest = divmod(ordinal, 7)
        return 5 * weeks + min(rest, 5) + self._gained[bisect_right(self._turns, ordinal)]

    @cached_property
    def _differing(self) -> list[date]:
        return sorted(day for day, working in self.days.items() if working != (day.weekday() < 5))

    @cached_property
    def _turns(self) -> list[int]:
        return [day.toordinal() for day in self._differing]

    @cached_property
    def _gained(self) -> list[int]:
        return list(accumulate((1 if self.days[day] else -1 for day in self._differing), initial=0))


def national_days(years: Iterable[int]) -> list[tuple[date, bool, str]]:
    """The days of these years that differ from Monday-Friday: (day, worked, holiday it belongs to), in order."""
    asked = frozenset(years)
    if unknown := asked - NATIONAL_YEARS:
        raise UnknownYear(unknown)
    rests = [(day, False, _chinese(name)) for day, name in holidays.items() if day.weekday() < 5]
    worked = [(day, True, _chinese(name)) for day, name in workdays.items() if day.weekday() >= 5]
    return sorted(row for row in rests + worked if row[0].year in asked)


def _chinese(name: str) -> str:
    chinese = str(Holiday(name).chinese)
    return _IN_FULL.get(chinese, chinese)
