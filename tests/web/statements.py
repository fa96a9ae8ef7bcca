"""What a page asks of the database: every statement it runs, whoever sends it, and how much each of them reads.

A plan is judged by what it makes the database do, at a size where a scan shows: on PostgreSQL by the rows that each
node of `EXPLAIN (ANALYZE, FORMAT JSON)` visits, on SQLite by the steps its machine takes and by `EXPLAIN QUERY PLAN`.
A walk along an index that stops at its LIMIT is short; a filter, a sort or a count over a whole table is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
import pytest
from psycopg import RawCursor
from sqlalchemy import Engine, event

from storage import looks
from storage.engine import reading
from storage.sql import Driver, Question, numbered

# Tables that grow with the problems, the years or the visitors; all others hold some hundred rows.
BIG: Final = (
    "cases", "clocks", "alerts", "measures", "progress", "materials", "filings", "filing_inspections", "opinions", "receipts", "copies", "results", "case_topics", "recurrences", "drafts", "draft_cases", "trail",
    "texts", "outbox", "deliveries", "sessions", "sign_in_attempts", "security_log",
)  # fmt: skip
MOST_ROWS: Final = 2_500
"""Rows that one node may visit on PostgreSQL: more than a page shows or a count stops at, less than a table holds."""
MOST_SCANNED: Final = 500
"""Rows that may be visited without an index, as far as a LIMIT lets it come."""
MOST_STEPS: Final = 40_000
"""Steps of SQLite's machine for one statement; a row of a wide list costs some hundred, a row only passed over some ten."""
EVERY: Final = 500


@dataclass(frozen=True)
class Statement:
    """A statement as it was sent; `raw` ones carry the driver's own marks."""

    sql: str
    params: Any
    raw: bool
    parts: tuple[Statement, ...] = ()
    """The questions that it asks together, where it asks several."""

    @property
    def reads(self) -> bool:
        """Say whether it only reads."""
        said = self.sql.lstrip().upper()
        return said.startswith(("SELECT", "WITH")) and not re.search(
            r"\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b", said
        )


@contextmanager
def listening(engine: Engine) -> Iterator[list[Statement]]:
    """Yield the list to which every statement is added, the ORM's and those of storage.sql alike."""
    heard: list[Statement] = []

    def note(_: Any, __: Any, sql: str, params: Any, ___: Any, ____: Any) -> None:
        heard.append(Statement(sql, params, raw=False))

    new_cursor, in_one = Driver.new_cursor, looks.in_one
    parts: dict[str, tuple[Statement, ...]] = {}

    def note_parts(questions: Sequence[Question], *, sqlite: bool) -> Question:
        sql, params = in_one(questions, sqlite=sqlite)
        parts[sql if sqlite else numbered(sql)] = tuple(
            Statement(one if sqlite else numbered(one), tuple(given), raw=True) for one, given in questions
        )
        return sql, params

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Driver, "new_cursor", lambda driver: _Heard(new_cursor(driver), heard, parts))
        patch.setattr(looks, "in_one", note_parts)
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield heard
        finally:
            event.remove(engine, "before_cursor_execute", note)


class _Heard:
    """A driver's cursor, listening; SQLAlchemy's events do not see what storage.sql sends."""

    def __init__(self, cursor: Any, heard: list[Statement], parts: Mapping[str, tuple[Statement, ...]]) -> None:
        self._cursor, self._heard, self._parts = cursor, heard, parts

    def execute(self, sql: str, params: Sequence[Any] = (), **more: Any) -> Any:
        self._heard.append(Statement(sql, tuple(params), raw=True, parts=self._parts.get(sql, ())))
        return self._cursor.execute(sql, params, **more)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Any:
        self._heard += [Statement(sql, tuple(row), raw=True) for row in rows]
        return self._cursor.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def faults(engine: Engine, statement: Statement) -> list[str]:
    """Return what is wrong with a statement's plan, in words with the plan; nothing where it reads as little as it must."""
    if not statement.reads:
        return []
    with reading(engine) as work:
        connection: Any = work.connection.connection.driver_connection
        found = _sqlite if engine.dialect.name == "sqlite" else _postgres
        return list(found(connection, statement))


# SQLite


def _sqlite(connection: Any, statement: Statement) -> Iterator[str]:
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.params)]
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += EVERY
        return 0

    connection.set_progress_handler(count, EVERY)
    try:
        connection.execute(statement.sql, statement.params).fetchall()
    finally:
        connection.set_progress_handler(None, 0)
    if steps > MOST_STEPS * max(len(statement.parts), 1):
        yield f"{steps} steps: {'; '.join(plan)}"
    elif " LIMIT " not in statement.sql.upper():
        yield from (f"reads a whole table: {line}" for line in plan if _scanned(line, statement.sql) in BIG)


def _scanned(line: str, sql: str) -> str:
    """Return the table that a line of a plan reads from end to end, by its own name; empty where it does not."""
    found = re.match(r"SCAN (?:TABLE )?(\w+)", line)
    # What holds only some rows is made to be read whole.
    if not found or re.search(rf"INDEX ({'|'.join(PARTIAL)})\b", line):
        return ""
    said = re.findall(rf"\b({'|'.join(BIG)})\s+(?:AS\s+)?{found[1]}\b", sql)
    return said[0] if said else found[1]


PARTIAL: Final = (
    "ix_cases_wake_at", "ix_cases_flagged", "ix_clocks_paused", "ix_outbox_waiting", "ix_deliveries_due",
)  # fmt: skip


# PostgreSQL


def _postgres(connection: Any, statement: Statement) -> Iterator[str]:
    cursor = RawCursor(connection) if statement.raw else psycopg.Cursor(connection)
    # As it is set wherever the disk has no head to move: reading here and there costs hardly more than in a row.
    cursor.execute("SET LOCAL random_page_cost = 1.1")
    explain = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "
    answer: Any = cursor.execute(explain + statement.sql, statement.params).fetchone()
    plan = answer[0][0]["Plan"]
    for node in _nodes(plan):
        visited = _visited(node)
        most = MOST_SCANNED if node["Node Type"] == "Seq Scan" else MOST_ROWS
        if visited > most and node.get("Relation Name") in BIG:
            yield f"{node['Node Type']} visits {visited} rows of {node['Relation Name']}: {' > '.join(_shape(plan))}"


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _visited(node: Mapping[str, Any]) -> int:
    passed_over = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + passed_over) * node["Actual Loops"])


def _shape(plan: Mapping[str, Any]) -> Iterator[str]:
    for node in _nodes(plan):
        yield f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name') or ''}".strip()
