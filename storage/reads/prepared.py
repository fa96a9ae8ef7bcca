"""Ledgers put aside 准备稿, counted for who is to look at them."""

from __future__ import annotations

from dataclasses import dataclass

from storage.sql import Driver
from storage.tables.ledger import FED_BACK

_COUNT = (
    "SELECT COUNT(CASE WHEN state = 'open' AND (act = ? OR prepared_by <> ?) THEN 1 END), "
    "COUNT(CASE WHEN prepared_by = ? AND returned IS NOT NULL THEN 1 END) FROM prepared_ledgers "
    "WHERE jurisdiction = ? AND (state = 'open' OR returned IS NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class PutAside:
    """How many ledgers wait for somebody to bring them in, and how many they got back."""

    waiting: int = 0
    returned: int = 0


def count_put_aside(driver: Driver, jurisdiction: int, person: int, *, office: bool) -> PutAside:
    """Count what waits for one of the office, what takes two not their own; and what anybody got back with a reason."""
    row = driver.one(_COUNT, (FED_BACK, person, person, jurisdiction))
    return PutAside(int(row[0]) if row and office else 0, int(row[1]) if row else 0)
