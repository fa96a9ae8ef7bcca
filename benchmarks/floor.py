"""The floor: the same claims in SQL written by hand on the bare driver, their rows known beforehand."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain, count
from typing import Any, Protocol

import psycopg
from sqlalchemy import Engine

from benchmarks.claims import CHANGED, CLOCK, OUTBOX, STANDING, TEXTS, TRAIL, Planned
from storage.engine import BUSY_MS
from storage.sql import array

CASE = """c.id, c.jurisdiction, c.round_id, c.inspection_id, c.unit_id, c.answerable_id, c.number, c.fed_back_on,
 c.written_by, c.kind, c.state, c.version, c.shown_version, c.entered, c.due_on, c.first_due_on, c.state_due_on, c.owes,
 c.rung, c.flagged, c.objections, c.plan_returns, c.returns, c.returns_since, c.extensions, c.extension_until,
 c.plan_approved, c.cycle, c.escalations, c.from_escalated, c.started_on, c.submitted_on, c.verified_on, c.last_on,
 c.text_hash, c.unsigned, c.void, c.settled_at, c.wake_at, c.retry_at"""
HEAD = """SELECT h.jurisdiction, h.size, h.frontier, h.last_at, h.calendar, j.code
 FROM heads h JOIN jurisdictions j ON j.id = h.jurisdiction WHERE h.jurisdiction = """
GROW = "UPDATE heads SET size = ?, frontier = ?, last_at = ? WHERE jurisdiction = ?"
ENDED = "UPDATE standings SET to_at = ? WHERE case_id = ? AND to_at IS NULL"
WAS = ("feedback", 1)  # the state and version that every claim finds


class Floor(Protocol):
    """One side that writes planned claims."""

    connection: Any

    def claim(self, planned: Planned) -> None:
        """Write these claims in one transaction."""


@contextmanager
def floor_on(engine: Engine) -> Iterator[Floor]:
    """Open the floor for this database."""
    url = engine.url
    floor: Floor
    if url.get_backend_name() == "sqlite":
        floor = SqliteFloor(str(url.database))
    else:
        floor = PostgresFloor(url.set(drivername="postgresql").render_as_string(hide_password=False))
    with closing(floor.connection):
        yield floor


class SqliteFloor:
    """The module sqlite3, with the pragmas of the product."""

    def __init__(self, database: str) -> None:
        """Open the database once."""
        self.connection = sqlite3.connect(database, isolation_level=None)
        for pragma in (f"busy_timeout = {BUSY_MS}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self.connection.execute(f"PRAGMA {pragma}")

    def claim(self, planned: Planned) -> None:
        """Write these claims in one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        self._read(planned)
        self._write(planned)
        self.connection.execute("COMMIT")

    def _read(self, planned: Planned) -> None:
        ask, claims = self.connection.execute, planned.claims
        place, ids = planned.head[3], [one.case for one in claims]
        marks = ", ".join("?" * len(ids))
        ask(f"{HEAD} ?", (place,)).fetchall()
        cases = f"SELECT {CASE} FROM cases c WHERE c.jurisdiction = ? AND c.id IN ({marks}) ORDER BY c.id"
        ask(cases, (place, *ids)).fetchall()
        # Which profile a round follows may change while it runs: nobody remembers it.
        ask(
            f"SELECT id, profile FROM rounds WHERE id IN (SELECT round_id FROM cases WHERE id IN ({marks}))", ids
        ).fetchall()
        ask(f"SELECT {', '.join(CLOCK)} FROM clocks WHERE case_id IN ({marks}) ORDER BY case_id, name", ids).fetchall()
        disputed = "SELECT inspection_id, id FROM cases WHERE inspection_id = ? AND state = 'disputed'"
        ask(disputed, (claims[0].inspection,)).fetchall()

    def _write(self, planned: Planned) -> None:
        many, claims = self.connection.executemany, planned.claims
        sets = ", ".join(f"{name} = ?" for name in CHANGED)
        rows = [(*one.changed, one.case, *WAS) for one in claims]
        moved = many(f"UPDATE cases SET {sets} WHERE id = ? AND state = ? AND version = ?", rows)
        assert moved.rowcount == len(claims)
        many("DELETE FROM clocks WHERE case_id = ? AND name = 'claim'", [(one.case,) for one in claims])
        many(_insert("clocks", CLOCK), [one.clock for one in claims])
        many(_insert("trail", TRAIL), [one.trail for one in claims])
        many(_insert("texts", TEXTS), [one.text for one in claims])
        many(ENDED, [(one.trail[-1], one.case) for one in claims])
        many(_insert("standings", STANDING), [one.standing for one in claims])
        many(_insert("outbox", OUTBOX), [row for one in claims for row in one.outbox])
        self.connection.execute(GROW, planned.head)


class PostgresFloor:
    """Psycopg: one statement for the locks, one for each read, and one that writes all."""

    def __init__(self, url: str) -> None:
        """Open the database once; the raw cursor does not look for marks in each statement anew."""
        self.connection = psycopg.connect(url, cursor_factory=psycopg.RawCursor)

    def claim(self, planned: Planned) -> None:
        """Write these claims in one transaction."""
        self._read(planned)
        written = self._write_one(planned) if len(planned.claims) == 1 else self._write_many(planned)
        assert written == len(planned.claims)
        self.connection.commit()

    def _read(self, planned: Planned) -> None:
        ask, claims = self.connection.execute, planned.claims
        place, ids = planned.head[3], array(one.case for one in claims)
        ask(_LOCK, (place, ids)).fetchall()
        ask(_ROUNDS, (ids,)).fetchall()
        ask(_CLOCKS, (ids,)).fetchall()
        ask(_DISPUTED, (claims[0].inspection,)).fetchall()

    def _write_one(self, planned: Planned) -> int:
        [one] = planned.claims
        ended = (one.trail[-1], one.case)
        rows = (one.clock, one.trail, one.text, ended, one.standing, *one.outbox, planned.head, one.changed)
        return self.connection.execute(_ONE[len(one.outbox)], [one.case, *chain(*rows), one.case, *WAS]).rowcount

    def _write_many(self, planned: Planned) -> int:
        claims = planned.claims
        told = [row for one in claims for row in one.outbox]
        moved = [(*one.changed, one.case) for one in claims]
        rows = ([one.clock for one in claims], [one.trail for one in claims], [one.text for one in claims], told)
        ids = array(one.case for one in claims)
        stood = [claims[0].trail[-1], ids, *_columns([one.standing for one in claims])]
        values = [ids, *chain(*map(_columns, rows)), *stood, *planned.head, *_columns(moved), *WAS]
        return self.connection.execute(_MANY, values).rowcount


def _columns(rows: Sequence[Sequence[Any]]) -> list[str]:
    return [array(column) for column in zip(*rows, strict=True)]


def _insert(table: str, columns: Sequence[str], rows: int = 1) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * rows)}"


def _insert_arrays(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM {_arrays(columns, table)}"


def _arrays(columns: Sequence[str], table: str) -> str:
    return f"unnest({', '.join(f'?::{_type_of(table, name)}[]' for name in columns)})"


def _type_of(table: str, column: str) -> str:
    return "bytea" if (table, column) == ("trail", "body") else _TYPES.get(column, "text")


_TYPES = {
    **dict.fromkeys(("state_due_on", "started_on", "due_on", "first_due_on", "paused_since", "told_on"), "date"),
    **dict.fromkeys(("version", "shown_version", "entered", "period", "tellings"), "int"),
    **dict.fromkeys(("id", "case_id", "jurisdiction", "idx", "wake_at", "actor_id", "prepared_by"), "bigint"),
    **dict.fromkeys(
        (
            "at",
            "made_at",
            "entry",
            "from_at",
            "to_at",
            "round_id",
            "inspection_id",
            "unit_id",
            "answerable_id",
            "split_from",
        ),
        "bigint",
    ),
    **dict.fromkeys(("fed_back_on", "submitted_on", "verified_on", "late_from"), "date"),
    **dict.fromkeys(("cycle", "plan_returns", "returns", "escalations", "planned"), "int"),
    **dict.fromkeys(("void", "extended", "went_on"), "boolean"),
    "leaf": "bytea",
}


def _one_statement(told: int) -> str:
    sets = ", ".join(f"{name} = ?" for name in CHANGED)
    return _numbered(
        f"WITH gone AS (DELETE FROM clocks WHERE case_id = ? AND name = 'claim'), begun AS ({_insert('clocks', CLOCK)}), "
        f"entry AS ({_insert('trail', TRAIL)}), words AS ({_insert('texts', TEXTS)}), "
        f"ended AS ({ENDED}), stood AS ({_insert('standings', STANDING)}), "
        f"told AS ({_insert('outbox', OUTBOX, told)}), head AS ({GROW}) "
        f"UPDATE cases SET {sets} WHERE id = ? AND state = ? AND version = ?"
    )


def _many_statement() -> str:
    sets = ", ".join(f"{name} = n.{name}" for name in CHANGED)
    return _numbered(
        f"WITH gone AS (DELETE FROM clocks WHERE case_id = ANY(?) AND name = 'claim'), "
        f"begun AS ({_insert_arrays('clocks', CLOCK)}), entry AS ({_insert_arrays('trail', TRAIL)}), "
        f"words AS ({_insert_arrays('texts', TEXTS)}), told AS ({_insert_arrays('outbox', OUTBOX)}), "
        "ended AS (UPDATE standings SET to_at = ? WHERE case_id = ANY(?) AND to_at IS NULL), "
        f"stood AS ({_insert_arrays('standings', STANDING)}), head AS ({GROW}) "
        f"UPDATE cases SET {sets} "
        f"FROM {_arrays((*CHANGED, 'id'), 'cases')} AS n({', '.join((*CHANGED, 'id'))}) "
        "WHERE cases.id = n.id AND cases.state = ? AND cases.version = ?"
    )


def _numbered(sql: str) -> str:
    number = count(1)
    return re.sub(r"\?", lambda _: f"${next(number)}", sql)


_LOCK = (
    f"WITH h AS MATERIALIZED ({HEAD} $1 FOR UPDATE OF h) SELECT h.*, {CASE} FROM cases c CROSS JOIN h "
    "WHERE c.jurisdiction = $1 AND c.id = ANY($2) ORDER BY c.id FOR UPDATE OF c"
)
_ROUNDS = "SELECT id, profile FROM rounds WHERE id IN (SELECT round_id FROM cases WHERE id = ANY($1))"
_CLOCKS = f"SELECT {', '.join(CLOCK)} FROM clocks WHERE case_id = ANY($1) ORDER BY case_id, name"
_DISPUTED = "SELECT inspection_id, id FROM cases WHERE inspection_id = $1 AND state = 'disputed'"
_ONE = {told: _one_statement(told) for told in (1, 2, 3)}
_MANY = _many_statement()
