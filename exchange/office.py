"""Who is on either side: this office with its keys, the correspondents with theirs, and the files that went between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from register.rules.exchange import LOWER, UPPER
from storage.household import Row, all_rows
from storage.sql import Driver
from trail.keys import Keys

CORRESPONDENT, PARCEL = "correspondent", "parcel"
SENT, TAKEN = "sent", "taken"
USUAL_DAYS: Final = 31
"""After so many days without a report a lower office is late, unless its row says otherwise."""


@dataclass(frozen=True, slots=True)
class Office:
    """The office itself: its number and code, what it is called, and the home with its keys and kept files."""

    jurisdiction: int
    code: str
    title: str
    home: Path

    @property
    def keys(self) -> Keys:
        """Return its keys."""
        return Keys(self.home, self.code)


@dataclass(frozen=True, slots=True)
class Correspondent:
    """An office that files go to and come from."""

    id: int
    name: str
    standing: str
    verifier: str
    unit: int | None
    every: int
    ended: bool

    @property
    def is_upper(self) -> bool:
        """Say whether problems come from there."""
        return self.standing == UPPER

    @property
    def is_lower(self) -> bool:
        """Say whether problems go there."""
        return self.standing == LOWER


@dataclass(frozen=True, slots=True)
class Went:
    """A file that was sent or taken in, as the register has it."""

    id: int
    correspondent: int
    way: str
    sort: str
    round: int
    stream: int
    sequence: int
    digest: str
    size: int
    went_on: date
    as_of: date
    count: int
    done: int
    overdue: int
    rules: int
    fen: int
    signer: str
    """The name and number of the key of its sender."""
    tree: int
    """How many entries the checkpoint in it covers."""
    root: str
    """The root of that, hex; empty of a file from before it was kept."""


def correspondents(driver: Driver, jurisdiction: int, today: date) -> dict[int, Correspondent]:
    """Return the correspondents by their numbers, those that have ended among them."""
    return {
        int(key): _correspondent(int(key), row, today) for key, row in all_rows(driver, CORRESPONDENT, jurisdiction)
    }


def _correspondent(key: int, row: Row, today: date) -> Correspondent:
    ended = bool(row.get("ends_on")) and str(row["ends_on"]) < today.isoformat()
    return Correspondent(
        key, row["name"], row["standing"], row["verifier"], row["unit_id"], row["every"] or USUAL_DAYS, ended
    )


def parcels(driver: Driver, jurisdiction: int) -> list[Went]:
    """Return the files that went to and fro, in the order in which they did."""
    return [_went(int(key), row) for key, row in all_rows(driver, PARCEL, jurisdiction)]


def _went(key: int, row: Row) -> Went:
    figures: dict[str, Any] = {name: row[name] or 0 for name in ("done", "overdue", "rules", "fen")}
    figures |= {name: date.fromisoformat(str(row[name])) for name in ("went_on", "as_of")}
    figures |= {name: row[name] for name in ("way", "sort", "stream", "sequence", "digest", "size", "count")}
    figures |= {"signer": row.get("signer") or "", "tree": row.get("tree") or 0, "root": row.get("root") or ""}
    return Went(key, row["correspondent_id"], round=row["round_id"], **figures)


def last_of(there: list[Went], **said: Any) -> Went | None:
    """Return the newest file of a row of files."""
    found = (one for one in there if all(getattr(one, name) == value for name, value in said.items()))
    return max(found, key=lambda one: one.sequence, default=None)


def units_below(driver: Driver, jurisdiction: int, unit: int) -> list[int]:
    """Return a unit and all that stand below it, however far down."""
    above = {int(key): {row["parent_id"], row["answerable_id"]} for key, row in all_rows(driver, "unit", jurisdiction)}
    found = {unit}
    while more := {key for key, over in above.items() if over & found} - found:
        found |= more
    return sorted(found)


def called(offices: dict[int, Correspondent], standing: str) -> Iterator[Correspondent]:
    """Yield those of a standing that files still go to."""
    return (one for one in offices.values() if one.standing == standing and not one.ended)
