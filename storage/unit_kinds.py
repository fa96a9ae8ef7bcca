"""Kinds of unit 党组织类别: rows of the register that units and dictionaries name by a code, which stays when the name changes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from storage.sql import Driver, as_date

KIND: Final = "unit_kind"
UNSAID: Final = "没有写类别"
"""What stands for the kind of units of which none was said."""


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of unit: its code, what it is called, whether another answers for units of it, and its last day where it is retired."""

    code: str
    name: str
    answered: bool = False
    ends_on: date | None = None

    def ended(self, today: date) -> bool:
        """Say whether it is retired."""
        return self.ends_on is not None and self.ends_on < today


@dataclass(frozen=True, slots=True)
class UnitKinds:
    """The kinds of unit of a jurisdiction, in their order."""

    kinds: tuple[UnitKind, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """Return what each is called, by its code; of those retired too, which units go on to name."""
        return {one.code: one.name for one in self.kinds}

    def in_use(self, today: date) -> dict[str, str]:
        """Return what those are called that a unit may be made of."""
        return {one.code: one.name for one in self.kinds if not one.ended(today)}

    def with_unsaid(self) -> dict[str, str]:
        """Return what each is called, and behind them what stands where none was said."""
        return self.names | {"": UNSAID}

    def of(self, code: str) -> UnitKind | None:
        """Return the kind of a code; None where there is none such."""
        return next((one for one in self.kinds if one.code == code), None)


def unit_kinds(driver: Driver, jurisdiction: int) -> UnitKinds:
    """Return the kinds of unit of a jurisdiction, those retired among them, in the order that the office gave."""
    sql = f"SELECT id, fields FROM listed WHERE jurisdiction = ? AND kind = '{KIND}'"
    rows = [(json.loads(fields), number) for number, fields in driver.all(sql, (jurisdiction,))]
    return UnitKinds(tuple(_read(row) for row, _ in sorted(rows, key=lambda one: place(one[0].get("rank"), one[1]))))


def place(rank: int | None, number: int) -> tuple[bool, int, int]:
    """Return what rows that have a rank are sorted by: those without one stand behind the others, as they came."""
    return rank is None, rank or 0, number


def _read(row: dict[str, object]) -> UnitKind:
    return UnitKind(str(row["code"]), str(row["name"]), bool(row.get("answered")), as_date(row.get("ends_on")))


def free_code(taken: Iterable[str]) -> str:
    """Return a code that no kind has yet."""
    there = set(taken)
    return next(code for number in range(1, len(there) + 2) if (code := f"k{number}") not in there)
