"""Both sides did the same: equal rows in every table, and statements that touch and lock the same tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Any

from psycopg.pq import Trace
from sqlalchemy import Engine

from storage.engine import reading
from storage.tables import metadata

_SENT = re.compile(r'^F\t\d+\t(?:Query\t "(.*?)"|Parse\t "\w*" "(.*?)"(?: \d+)+)$', re.MULTILINE | re.DOTALL)
_READ = re.compile(r"\b(?<!DELETE )(?:FROM|JOIN) (\w+)")
_WRITTEN = re.compile(r"\b(INSERT|UPDATE|DELETE)(?: INTO| FROM)? (\w+)(?= SET| USING| WHERE| \()")
_SET = re.compile(r"UPDATE (\w+) SET (.*?) (?:WHERE|FROM) ")
_LOCKED = re.compile(r"FOR UPDATE OF (\w+)")


def assert_equal_rows(ours: Engine, theirs: Engine) -> int:
    """Compare every row of every table; return how many there are."""
    total = 0
    for table in metadata.sorted_tables:
        one, other = _rows(ours, table.name), _rows(theirs, table.name)
        assert one == other, f"{table.name}: {len(one)} rows against {len(other)}, or other values in them"
        total += len(one)
    return total


def _rows(engine: Engine, table: str) -> list[Any]:
    with reading(engine) as work:
        return sorted(work.driver.all(f"SELECT * FROM {table}"), key=repr)


def assert_equal_work(ours: list[str], theirs: list[str]) -> None:
    """Compare which tables two lists of statements read, lock and write, and which columns they set."""
    one, other = ({_touched(sql) for sql in said} for said in (ours, theirs))
    # Each move asks which suspensions are in force; what is told of a case is found by the search: those by hand know of neither.
    beside = {("read", "listed"), ("read", "materials"), ("read", "measures"), ("read", "units")}
    mine, floor = frozenset().union(*one) - beside, frozenset().union(*other) - beside
    assert mine == floor, f"only ours: {sorted(mine - floor)}; only the floor: {sorted(floor - mine)}"


def _touched(sql: str) -> frozenset[tuple[str, str]]:
    found = {("read", name) for name in _READ.findall(sql) if name in metadata.tables}
    found |= {(verb, name) for verb, name in _WRITTEN.findall(sql) if name in metadata.tables}
    found |= {(f"set {table}", column) for table, sets in _SET.findall(sql) for column in re.findall(r"(\w+) = ", sets)}
    aliases = dict(re.findall(r"\b(?:FROM|JOIN) (\w+) (\w)\b", sql))
    locked = set(_LOCKED.findall(sql))
    return frozenset(found | {("lock", table) for table, alias in aliases.items() if alias in locked})


def said(connection: Any, run: Callable[[], None]) -> list[str]:
    """Run something and return the statements that went to the database over this connection, in order."""
    heard: list[str] = []
    listening = _hear_sqlite if hasattr(connection, "set_trace_callback") else _hear_postgres
    with listening(connection, heard):
        run()
    return heard


@contextmanager
def _hear_sqlite(connection: Any, heard: list[str]) -> Iterator[None]:
    connection.set_trace_callback(lambda sql: None if sql.startswith("--") else heard.append(sql))  # "--": a trigger's
    yield
    connection.set_trace_callback(None)


@contextmanager
def _hear_postgres(connection: Any, heard: list[str]) -> Iterator[None]:
    with TemporaryFile("w+", encoding="utf-8") as wire:
        connection.pgconn.trace(wire.fileno())
        connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        yield
        connection.pgconn.untrace()
        wire.seek(0)
        heard += [query or parsed for query, parsed in _SENT.findall(wire.read())]
