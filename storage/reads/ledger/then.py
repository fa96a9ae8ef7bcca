"""How cases stood at the end of a past day, as a ledger of that day says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import clock
from storage.sql import Driver, as_date

_OF_THEN: Final = ("state", "kind", "due_on", "submitted_on", "verified_on", "returns", "flagged")
_COLUMNS: Final = ("version", *_OF_THEN, "late_from")
_DATES: Final = ("due_on", "submitted_on", "verified_on", "late_from")


@dataclass(frozen=True, slots=True)
class Then:
    """The end of a past day."""

    day: date

    @property
    def before(self) -> int:
        """Return the instant (microseconds) before which everything was that is told of the day."""
        return clock.micros(clock.start_of(self.day + timedelta(days=1)))


def stood_then(driver: Driver, ids: Sequence[int], then: Then) -> dict[int, dict[str, Any]]:
    """Return how these cases stood at the end of the day, by case; those that were not there yet are missing."""
    among, params = driver.among("s.case_id", ids)
    rows = driver.all(
        f"SELECT s.case_id, {', '.join('s.' + name for name in _COLUMNS)} FROM standings s "
        f"WHERE {among} AND s.from_at < ? AND (s.to_at IS NULL OR s.to_at >= ?)",
        [*params, then.before, then.before],
    )
    stood = {row[0]: dict(zip(_COLUMNS, row[1:], strict=True)) for row in rows}
    return {case: one | {name: as_date(one[name]) for name in _DATES} for case, one in stood.items()}
