"""The only writer of what is not a case, as far as entries record it: the rows of the register, column by column in driver SQL.

A kind that statements join with has a table of its own, listed here; every other kind is a row of `listed`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from storage.clues import KIND as CLUE
from storage.looks import Looks
from storage.paper_numbers import KIND as PAPER
from storage.recurrences import KIND as RECURRENCE
from storage.sql import Driver, as_date

Row = dict[str, Any]
Key = int | str
"""What tells the rows of a kind apart: its number, or the hash of what is kept by its hash."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table that holds the rows of a kind: the columns that entries record, and the one that tells rows apart."""

    table: str
    columns: tuple[str, ...]
    key: str = "id"
    everywhere: bool = False
    """The rows are of no jurisdiction: each adopts them for itself."""
    own: bool = False
    """The row is the jurisdiction itself."""
    dates: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    """Columns that are an empty text where nothing was said."""

    @property
    def of_places(self) -> bool:
        """Say whether each row is one of a jurisdiction's."""
        return not self.own and not self.everywhere


_PERIOD = ("starts_on", "ends_on")
_STAY = ("stay_from", "stay_to")
_INQUIRY = ("inquiry", "inquiry_on", "inquiry_answered_on")
KEPT: Final = {
    "jurisdiction": Kept("jurisdictions", ("code", "name", "parent_id", "rehearsal"), own=True, flags=("rehearsal",)),
    "unit": Kept("units", ("name", "sort", "parent_id", "answerable_id", *_PERIOD, "successor_id"), dates=_PERIOD, blank=("sort",)),
    "person": Kept("people", ("name", "email", "personal_key")),
    "account": Kept("accounts", ("person_id", "login", "state")),
    "post": Kept(
        "posts", ("person_id", "role", "unit_id", "round_id", "capacity", "document", *_PERIOD, "successor_id"),
        dates=_PERIOD, blank=("capacity", "document"),
    ),
    "round": Kept(
        "rounds", ("name", "sort", "term_id", "profile", "dictionary_id", "source_id", "source_said", "ended_on", "carried_on"),
        dates=("ended_on", "carried_on"),
    ),
    "topic": Kept("case_topics", ("case_id", "topic", "gone"), flags=("gone",)),
    RECURRENCE: Kept("recurrences", ("case_id", "earlier_id", "verdict", "alike", "from_on", "until_on"), dates=("from_on", "until_on")),
    "inspection": Kept(
        "inspections",
        (
            "round_id", "unit_id", "team_id", "team", "first_because", "checks", "audits", *_INQUIRY, *_STAY, "sources", "feedback_on",
            "attendees", "required", "leader_id", "contact_office", "contact_unit",
        ),
        dates=("inquiry_on", "inquiry_answered_on", *_STAY, "feedback_on"),
    ),
    CLUE: Kept(
        "clues", ("number", "round_id", "unit_id", "case_id", "pieces", "receiver", "handed_on", "due_on", "replied_on", "outcome", "closed_on"),
        dates=("handed_on", "due_on", "replied_on", "closed_on"),
    ),
    PAPER: Kept(
        "papers",
        (
            "series_id", "year", "n", "prev", "state", "paper", "title", "unit_id", "round_id", "cases", "draft_id", "signed_on", "signed_as",
            "because", "pdf", "pdf_name", "word", "word_name", "figures", "figures_name", "scan", "scan_name", "received_on", "received_by_id", "received_name",
            "countersigned", "receipts", "voided_because",
        ),
        dates=("signed_on", "received_on"),
        blank=("cases", "signed_as", "because", "received_name", "countersigned", "receipts", "voided_because"),
    ),
    "profile": Kept("profiles", ("name", "version"), key="hash", everywhere=True),
    "definition": Kept("definitions", (), key="hash", everywhere=True),
}  # fmt: skip
LISTED: Final = "listed"
CALENDAR: Final = "calendar"
"""The days of a jurisdiction's calendar are one row: by their digest, and by that which the head names."""
LOOKED: Final = "entry"
"""What is an entry itself, and no row: one that the operator made, looked at."""


def key_of(kind: str, text: str | None) -> Key | None:
    """Return the key of a row from its text in an address or a request."""
    if text is None or (kind in KEPT and KEPT[kind].key != "id"):
        return text
    return int(text)


def new_keys(driver: Driver, kind: str, count: int) -> list[int]:
    """Reserve the numbers of rows about to be made, under the head's lock."""
    table = KEPT[kind].table if kind in KEPT else LISTED
    if driver.sqlite:
        row = driver.one(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
        assert row
        return list(range(row[0] + 1, row[0] + 1 + count))
    sql = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, ?)"
    return [row[0] for row in driver.all(sql, (count,))]


def put_new(driver: Driver, kind: str, jurisdiction: int, key: Key, row: Mapping[str, Any]) -> None:
    """Insert a row."""
    kept = KEPT.get(kind)
    if kept is None:
        values = {"id": key, "jurisdiction": jurisdiction, "kind": kind, "fields": _written(row)}
        _insert(driver, LISTED, values)
    elif not kept.of_places:
        _insert(driver, kept.table, {kept.key: key, **row})
    else:
        _insert(driver, kept.table, {"id": key, "jurisdiction": jurisdiction, **row})


def put_changed(driver: Driver, kind: str, jurisdiction: int, key: Key, row: Mapping[str, Any]) -> None:
    """Write the columns of a row that is there."""
    kept = KEPT.get(kind)
    values = {"fields": _written(row)} if kept is None else dict(row)
    sets = ", ".join(f"{name} = ?" for name in values)
    table, where, params = _where(kind, jurisdiction, key)
    hit = driver.run(f"UPDATE {table} SET {sets} WHERE {where}", [*values.values(), *params])
    assert hit == 1, (kind, key)


def comes_whole(kind: str) -> bool:
    """Say whether what a kind holds is put in its place as a whole, beside the entry: a calendar, and what is kept by its hash."""
    return kind == CALENDAR or (kind in KEPT and KEPT[kind].everywhere)


def put_whole(driver: Driver, kind: str, jurisdiction: int, key: Key, content: Mapping[str, Any]) -> Row:
    """Put it in its place: a calendar anew, what is kept by its hash once; return its row."""
    if kind == CALENDAR:
        put_calendar(driver, jurisdiction, content["days"], content["named"])
    elif read_row(driver, kind, jurisdiction, key) is None:
        put_new(driver, kind, jurisdiction, key, content)
    return read_row(driver, kind, jurisdiction, key) or {}


def read_row(driver: Driver, kind: str, jurisdiction: int, key: Key) -> Row | None:
    """Return the columns of a row that entries record; None where the jurisdiction has none such."""
    if kind == CALENDAR:
        return calendar_row(driver, jurisdiction) if key == jurisdiction else None
    table, where, params = _where(kind, jurisdiction, key)
    kept = KEPT.get(kind)
    columns = "fields" if kept is None else ", ".join(kept.columns) or "1"
    found = driver.one(f"SELECT {columns} FROM {table} WHERE {where}", params)
    if found is None:
        return None
    return _read(kept, found)


def read_rows(driver: Driver, kind: str, jurisdiction: int, keys: Sequence[Key]) -> dict[Key, Row]:
    """Return several rows of a kind by their keys, those that the jurisdiction has."""
    kept = KEPT.get(kind)
    if kind == CALENDAR or kept is None or kept.everywhere:
        # Of these a request is rare, and there is at most one of each.
        found = {key: read_row(driver, kind, jurisdiction, key) for key in keys}
        return {key: row for key, row in found.items() if row is not None}
    among, params = driver.among(kept.key, keys)
    columns = ", ".join((kept.key, *kept.columns))
    sql = f"SELECT {columns} FROM {kept.table} WHERE {'id' if kept.own else 'jurisdiction'} = ? AND {among}"
    return {row[0]: _read(kept, row[1:]) for row in driver.all(sql, (jurisdiction, *params))} if keys else {}


def all_rows(driver: Driver, kind: str, jurisdiction: int) -> Iterator[tuple[Key, Row]]:
    """Yield every row of a kind that is the jurisdiction's own, or that it follows, by its key."""
    if kind == CALENDAR:
        calendar = calendar_row(driver, jurisdiction)
        if calendar["days"] or calendar["named"]:
            yield jurisdiction, calendar
        return
    for key, found in columns_found(driver, kind, jurisdiction):
        yield key, _read(KEPT.get(kind), found)


def columns_found(driver: Driver, kind: str, jurisdiction: int) -> Iterator[tuple[Key, Sequence[Any]]]:
    """Yield the columns of every row of a kind as the database gives them, by its key: what is no date or no JSON too."""
    kept = KEPT.get(kind)
    if kept is None:
        sql = f"SELECT id, fields FROM {LISTED} WHERE jurisdiction = ? AND kind = ? ORDER BY id"
        rows = driver.all(sql, (jurisdiction, kind))
    elif kept.everywhere:
        columns = ", ".join((kept.key, *kept.columns))
        followed = "SELECT SUBSTR(about, ?) FROM trail WHERE jurisdiction = ? AND about >= ? AND about < ?"
        sql = f"SELECT {columns} FROM {kept.table} WHERE {kept.key} IN ({followed}) ORDER BY {kept.key}"
        rows = driver.all(sql, (len(kind) + 2, jurisdiction, f"{kind}:", f"{kind};"))
    else:
        whose = "id" if kept.own else "jurisdiction"
        columns = ", ".join((kept.key, *kept.columns))
        rows = driver.all(f"SELECT {columns} FROM {kept.table} WHERE {whose} = ? ORDER BY {kept.key}", (jurisdiction,))
    for key, *found in rows:
        yield key, found


def listed_rows(driver: Driver, kinds: Sequence[str], jurisdiction: int) -> dict[str, list[tuple[int, Row]]]:
    """Return every row of kinds without tables of their own, read at once; of a kind without rows an empty list."""
    among, params = driver.among("kind", list(kinds))
    sql = f"SELECT kind, id, fields FROM {LISTED} WHERE jurisdiction = ? AND {among}"
    found: dict[str, list[tuple[int, Row]]] = {kind: [] for kind in kinds}
    for kind, key, fields in sorted(driver.all(sql, (jurisdiction, *params)), key=lambda row: row[1]):
        found[kind].append((key, _read(None, (fields,))))
    return found


def listed_kinds(driver: Driver, jurisdiction: int) -> list[str]:
    """Return the kinds of which there are rows without a table of their own."""
    return [row[0] for row in driver.all(f"SELECT DISTINCT kind FROM {LISTED} WHERE jurisdiction = ?", (jurisdiction,))]


def find_keys(driver: Driver, kind: str, jurisdiction: int, **columns: Any) -> list[int]:
    """Return the numbers of the rows that have these values, the oldest first."""
    if kind not in KEPT:
        there = all_rows(driver, kind, jurisdiction)
        return [int(key) for key, row in there if all(row.get(name) == value for name, value in columns.items())]
    where = " AND ".join(f"{name} = ?" for name in columns)
    sql = f"SELECT id FROM {KEPT[kind].table} WHERE jurisdiction = ? AND {where} ORDER BY id"
    return [row[0] for row in driver.all(sql, (jurisdiction, *columns.values()))]


def find_key(driver: Driver, kind: str, jurisdiction: int, **columns: Any) -> int | None:
    """Return the oldest row that has these values."""
    return next(iter(find_keys(driver, kind, jurisdiction, **columns)), None)


def calendar_row(driver: Driver, jurisdiction: int) -> Row:
    """Return the calendar as one row: how many days, the digest of all of them, and the digest that the head names."""
    looks = Looks(driver)
    head = looks.one("SELECT calendar FROM heads WHERE jurisdiction = ?", (jurisdiction,))
    days = looks.all(
        "SELECT day, working, name FROM calendar_days WHERE jurisdiction = ? ORDER BY day", (jurisdiction,)
    )
    text = "\n".join(f"{day} {int(working) if working in (0, 1) else working} {name}" for day, working, name in days())
    named = (head() or ("",))[0]
    return {"days": len(days()), "digest": sha256(text.encode()).hexdigest(), "named": named}


def put_calendar(driver: Driver, jurisdiction: int, days: Sequence[tuple[date, bool, str]], named: str) -> None:
    """Replace the days of a calendar, and the digest that the head names."""
    driver.run("DELETE FROM calendar_days WHERE jurisdiction = ?", (jurisdiction,))
    if days:
        sql = "INSERT INTO calendar_days (jurisdiction, day, working, name) VALUES (?, ?, ?, ?)"
        driver.put(sql, [(jurisdiction, day, working, name) for day, working, name in days])
    driver.run("UPDATE heads SET calendar = ? WHERE jurisdiction = ?", (named, jurisdiction))


def make_head(driver: Driver, jurisdiction: int) -> None:
    """Begin the tree of a jurisdiction."""
    sql = "INSERT INTO heads (jurisdiction, size, frontier, last_at, calendar) VALUES (?, 0, ?, 0, '')"
    driver.run(sql, (jurisdiction, b""))


def _insert(driver: Driver, table: str, values: Mapping[str, Any]) -> None:
    marks = ", ".join("?" * len(values))
    driver.run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))


def _where(kind: str, jurisdiction: int, key: Key) -> tuple[str, str, list[Any]]:
    kept = KEPT.get(kind)
    if kept is None:
        return LISTED, "id = ? AND jurisdiction = ? AND kind = ?", [key, jurisdiction, kind]
    if kept.everywhere:
        return kept.table, f"{kept.key} = ?", [key]
    return kept.table, f"{kept.key} = ? AND {'id' if kept.own else 'jurisdiction'} = ?", [key, jurisdiction]


def _read(kept: Kept | None, found: Sequence[Any]) -> Row:
    if kept is None:
        row: Row = json.loads(found[0])
        return row
    row = dict(zip(kept.columns, found, strict=False))
    for name in kept.dates:
        row[name] = as_date(row[name])
    for name in kept.flags:
        row[name] = bool(row[name])
    return row


def _written(row: Mapping[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
