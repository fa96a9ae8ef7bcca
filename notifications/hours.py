"""Office hours 办公时间: when a letter may leave, by the configured times and the working calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import clock

_FURTHEST = 60


@dataclass(frozen=True, slots=True)
class Times:
    """The times of a working day: from when to when letters leave, and when what was gathered does; None where nothing holds it back."""

    opens: time | None = None
    closes: time | None = None
    daily: time | None = None

    @classmethod
    def read(cls, hours: str, daily: str) -> Times:
        """Read `08:30-17:30` and `08:30`; empty ones hold nothing back."""
        opens, _, closes = hours.partition("-")
        return cls(_time(opens), _time(closes), _time(daily))


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The times of a jurisdiction, with the days of its calendar that differ from Monday to Friday."""

    times: Times
    days: Mapping[date, bool] = field(default_factory=dict)

    def is_open(self, at: datetime) -> bool:
        """Say whether letters may leave at an instant."""
        return self.opening(at) <= at

    def opening(self, at: datetime) -> datetime:
        """The instant itself where the office is open, else when it opens next."""
        opens, closes = self.times.opens, self.times.closes
        if opens is None or closes is None:
            return at
        local = at.astimezone(clock.SHANGHAI)
        if self._works(local.date()) and opens <= local.time() < closes:
            return at
        return self._next(opens, local)

    def gathering(self, at: datetime) -> datetime:
        """When what came at an instant leaves with all that was gathered: the next daily time of a working day."""
        if self.times.daily is None:
            return self.opening(at)
        local = at.astimezone(clock.SHANGHAI)
        return self.opening(self._next(self.times.daily, local))

    def _next(self, when: time, local: datetime) -> datetime:
        """The first such time of a working day that is not before an instant."""
        first = local.date() + timedelta(days=1 if local.time() > when else 0)
        ahead = (first + timedelta(days=n) for n in range(_FURTHEST))
        day = next((one for one in ahead if self._works(one)), first)
        return datetime.combine(day, when, clock.SHANGHAI)

    def _works(self, day: date) -> bool:
        return self.days.get(day, day.weekday() < 5)
