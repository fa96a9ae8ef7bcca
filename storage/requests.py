"""Requests 申请: what one person asks of the register and another decides; and what the operator entered and nobody has looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from storage.household import Key, key_of
from storage.sql import Driver

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Asking:
    """A request: what is wanted of which row, who asks, and what became of it."""

    jurisdiction: int
    kind: str
    act: str
    row: str | None
    fields: str
    reason: str
    asked_by: int | None
    asked_role: str
    asked_at: int
    os_user: str | None = None
    state: str = "asked"
    index: int | None = None
    decided_by: int | None = None
    decided_at: int | None = None
    batch: int | None = None
    """The first request of those that came in one list and are decided together."""
    id: int | None = None

    @property
    def key(self) -> Key | None:
        """Return the key of the row it is about; none of one that is to be made."""
        return key_of(self.kind, self.row)

    @property
    def said(self) -> dict[str, Any]:
        """Return the fields that were filled in."""
        said: dict[str, Any] = json.loads(self.fields)
        return said


_FIELDS: Final = tuple(one.name for one in fields(Asking))
_COLUMNS: Final = ", ".join("idx" if name == "index" else name for name in _FIELDS)


def packed(said: Mapping[str, Any]) -> str:
    """Return filled-in fields as a request keeps them: one that is to be emptied as an empty text."""
    plain = {
        name: value.isoformat() if isinstance(value, date) else "" if value is None else value
        for name, value in said.items()
    }
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def put(driver: Driver, one: Asking) -> int:
    """Keep a request; return its number."""
    sql = (
        "INSERT INTO requests (jurisdiction, kind, act, row, fields, reason, asked_by, asked_role, asked_at, os_user, state, idx) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
    )
    row = driver.one(
        sql,
        (
            one.jurisdiction, one.kind, one.act, one.row, one.fields, one.reason, one.asked_by, one.asked_role, one.asked_at,
            one.os_user, one.state, one.index,
        ),
    )  # fmt: skip
    assert row
    return int(row[0])


def is_asked(driver: Driver, one: Asking) -> bool:
    """Say whether the same is wanted of the same row by a request that waits."""
    sql = (
        "SELECT 1 FROM requests WHERE jurisdiction = ? AND state = 'asked' AND kind = ? AND act = ? AND COALESCE(row, '') = ? "
        "AND fields = ?"
    )
    return driver.one(sql, (one.jurisdiction, one.kind, one.act, one.row or "", one.fields)) is not None


def read(driver: Driver, jurisdiction: int, number: int) -> Asking | None:
    """Return a request, held until the work ends where the database can hold a row."""
    hold = "" if driver.sqlite else " FOR UPDATE"
    row = driver.one(f"SELECT {_COLUMNS} FROM requests WHERE jurisdiction = ? AND id = ?{hold}", (jurisdiction, number))
    return _asking(row) if row else None


def must_read(driver: Driver, jurisdiction: int, number: int) -> Asking:
    """Return a request that is known to be there."""
    found = read(driver, jurisdiction, number)
    assert found is not None, number
    return found


def settle(driver: Driver, number: int, state: str, decided_by: int | None, at: int, index: int | None) -> None:
    """Note what became of a request."""
    sql = "UPDATE requests SET state = ?, decided_by = ?, decided_at = ?, idx = ? WHERE id = ?"
    driver.run(sql, (state, decided_by, at, index, number))


def in_states(
    driver: Driver, jurisdiction: int, states: Sequence[str], kind: str | None = None, limit: int = MOST
) -> list[Asking]:
    """Return the requests in these states, of one kind where it is named, the newest first."""
    among, params = driver.among("state", states)
    of_kind, named = ("", ()) if kind is None else (" AND kind = ?", (kind,))
    sql = f"SELECT {_COLUMNS} FROM requests WHERE jurisdiction = ? AND {among}{of_kind} ORDER BY id DESC LIMIT ?"
    return [_asking(row) for row in driver.all(sql, (jurisdiction, *params, *named, limit))]


def waiting(driver: Driver, jurisdiction: int, acts: Sequence[str], limit: int = MOST) -> list[Asking]:
    """Return the requests that wait by themselves and are about one of these acts (`kind.act`), the oldest first."""
    among, params = driver.among("kind || '.' || act", acts)
    sql = (
        f"SELECT {_COLUMNS} FROM requests WHERE jurisdiction = ? AND state = 'asked' AND batch IS NULL AND {among} "
        "ORDER BY id LIMIT ?"
    )
    return [_asking(row) for row in driver.all(sql, (jurisdiction, *params, limit))]


@dataclass(frozen=True, slots=True)
class Batch:
    """Requests that came in one list: their number, how many still wait, who asked when, and from which file."""

    number: int
    kind: str
    act: str
    count: int
    asked_by: int
    asked_at: int
    reason: str


def put_together(driver: Driver, numbers: Sequence[int]) -> int:
    """Let requests be decided together; return the number of the batch, which is the first of them."""
    among, params = driver.among("id", numbers)
    driver.run(f"UPDATE requests SET batch = ? WHERE {among}", (numbers[0], *params))
    return numbers[0]


def batches_waiting(driver: Driver, jurisdiction: int, acts: Sequence[str]) -> list[Batch]:
    """Return the batches of which some requests wait, about one of these acts, the oldest first."""
    among, params = driver.among("kind || '.' || act", acts)
    sql = (
        "SELECT batch, kind, act, COUNT(*), MIN(asked_by), MIN(asked_at), MIN(reason) FROM requests "
        f"WHERE jurisdiction = ? AND state = 'asked' AND batch IS NOT NULL AND {among} "
        "GROUP BY batch, kind, act ORDER BY batch"
    )
    return [Batch(*row) for row in driver.all(sql, (jurisdiction, *params))]


def in_batch(driver: Driver, jurisdiction: int, batch: int) -> list[Asking]:
    """Return the requests of a batch that still wait, in the order of the list; held until the work ends where rows can be."""
    hold = "" if driver.sqlite else " FOR UPDATE"
    sql = f"SELECT {_COLUMNS} FROM requests WHERE jurisdiction = ? AND state = 'asked' AND batch = ? ORDER BY id{hold}"
    return [_asking(row) for row in driver.all(sql, (jurisdiction, batch))]


def decided_of(driver: Driver, jurisdiction: int, batch: int) -> list[Asking]:
    """Return the requests of a batch that were decided, in the order of the list."""
    sql = f"SELECT {_COLUMNS} FROM requests WHERE jurisdiction = ? AND state <> 'asked' AND batch = ? ORDER BY id"
    return [_asking(row) for row in driver.all(sql, (jurisdiction, batch))]


def count_in(driver: Driver, jurisdiction: int, state: str) -> int:
    """Return how many requests are in a state."""
    row = driver.one("SELECT COUNT(*) FROM requests WHERE jurisdiction = ? AND state = ?", (jurisdiction, state))
    return row[0] if row else 0


def is_standing(driver: Driver, jurisdiction: int, index: int) -> bool:
    """Say whether the entry is one of the operator's that nobody has looked at."""
    sql = "SELECT 1 FROM requests WHERE jurisdiction = ? AND idx = ? AND state = 'standing'"
    return driver.one(sql, (jurisdiction, index)) is not None


def mark_looked(driver: Driver, jurisdiction: int, index: int, by: int | None, at: int) -> None:
    """Note that somebody has looked at an entry of the operator's."""
    sql = "UPDATE requests SET state = 'looked', decided_by = ?, decided_at = ? WHERE jurisdiction = ? AND idx = ? AND state = 'standing'"
    driver.run(sql, (by, at, jurisdiction, index))


def _asking(row: Sequence[Any]) -> Asking:
    return Asking(**dict(zip(_FIELDS, row, strict=True)))
