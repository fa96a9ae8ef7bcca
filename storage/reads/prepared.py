"""Ledgers put aside 准备稿, counted for who is to look at them."""

from __future__ import annotations

from dataclasses import dataclass

from storage.sql import Driver
from storage.tables.ledger import FED_BACK

_COUNT = (
    "SELECT COUNT(CASE WHEN state = 'open' AND act <> ? AND prepared_by <> ? THEN 1 END), "
    "COUNT(CASE WHEN state = 'open' AND act = ? AND checked_at IS NULL THEN 1 END), "
    "COUNT(CASE WHEN state = 'open' AND act = ? AND checked_at IS NOT NULL THEN 1 END), "
    "COUNT(CASE WHEN prepared_by = ? AND returned IS NOT NULL THEN 1 END) FROM prepared_ledgers "
    "WHERE jurisdiction = ? AND (state = 'open' OR returned IS NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class PutAside:
    """How many ledgers wait for somebody: to be confirmed, units' feedback to be checked and to be sent; and how many they got back."""

    waiting: int = 0
    unchecked: int = 0
    ready: int = 0
    returned: int = 0

    @property
    def count(self) -> int:
        """Return how many in all."""
        return self.waiting + self.unchecked + self.ready + self.returned


def count_put_aside(driver: Driver, jurisdiction: int, person: int, *, office: bool) -> PutAside:
    """Count what waits for one of the office, what takes two not their own; and what anybody got back with a reason."""
    row = driver.one(_COUNT, (FED_BACK, person, FED_BACK, FED_BACK, person, jurisdiction)) or (0, 0, 0, 0)
    waiting, unchecked, ready, returned = map(int, row)
    return PutAside(waiting, unchecked, ready, returned) if office else PutAside(returned=returned)


def count_of_round(driver: Driver, jurisdiction: int, round_name: str) -> int:
    """Count what waits to be brought into a round, which it knows by its name."""
    sql = "SELECT COUNT(*) FROM prepared_ledgers WHERE jurisdiction = ? AND round_name = ? AND state = 'open'"
    return int((driver.one(sql, (jurisdiction, round_name)) or (0,))[0])
