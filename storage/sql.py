"""Driver SQL for the hot paths: one text for both databases, parameters always bound."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

Row = tuple[Any, ...]
Question = tuple[str, Sequence[Any]]
Part = tuple[str, list[Any]]
"""A part of a statement, a condition or a query, with its parameters."""

# SQLite keeps a date as its ISO text, and sorts it rightly.
sqlite3.register_adapter(date, date.isoformat)


class Driver:
    """The raw connection inside a transaction: `?` marks, tuples back."""

    looking = False
    """Whether it was given to a look, which asks together with others (storage.looks)."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection, and begin its transaction where none is open."""
        if not connection.in_transaction():
            connection.begin()
        self.engine = connection.engine
        self.sqlite = connection.dialect.name == "sqlite"
        self.connection: Any = connection.connection.driver_connection
        self._cursor_kind = None if self.sqlite else _raw_cursor()
        self._cursor = self.new_cursor()

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Return every row of a query."""
        rows: list[Row] = self._run(sql, params).fetchall()
        return rows

    def ask(self, *questions: Question) -> list[list[Row]]:
        """Return the rows of several queries, sent in one go where the driver can; each sees what is locked before it."""
        if self.sqlite or len(questions) == 1:
            return [self.all(*question) for question in questions]
        with self.pipeline():
            cursors = [self.send(*question) for question in questions]
        return [cursor.fetchall() for cursor in cursors]

    def one(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        """Return the first row, or None."""
        # All rows are read: an unfinished SQLite statement would keep its snapshot open past the commit.
        rows = self.all(sql, params)
        return rows[0] if rows else None

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Execute one statement; return how many rows it hit."""
        count: int = self._run(sql, params).rowcount
        return count

    def put(self, sql: str, rows: Sequence[Sequence[Any]]) -> Any:
        """Execute one statement for every row of parameters; the cursor's rowcount counts all rows hit."""
        if len(rows) == 1:
            return self.send(sql, rows[0])
        cursor = self.new_cursor()
        cursor.executemany(sql if self.sqlite else numbered(sql), rows)
        return cursor

    def send(self, sql: str, params: Sequence[Any]) -> Any:
        """Execute one statement on a cursor of its own; inside a pipeline its answer is there behind it."""
        return self.new_cursor().execute(sql if self.sqlite else numbered(sql), params)

    def pipeline(self) -> AbstractContextManager[Any]:
        """Send what is put inside without waiting for answers, where the driver can; read row counts behind it."""
        return nullcontext() if self.sqlite else self.connection.pipeline()

    def once(self) -> Driver:
        """Return the same connection for one look round: what is asked there twice is asked of the database once."""
        return Once(self)

    def among(self, column: str, values: Iterable[Any]) -> tuple[str, list[Any]]:
        """Return a condition `column is one of values` and its parameters."""
        listed = list(values)
        if self.sqlite:
            return f"{column} IN ({','.join('?' * len(listed))})", listed
        return f"{column} = ANY(?)", [array(listed)]

    def _run(self, sql: str, params: Sequence[Any]) -> Any:
        # Rows are fetched before the next statement, so one cursor serves them all.
        return self._cursor.execute(sql if self.sqlite else numbered(sql), params)

    def new_cursor(self) -> Any:
        """Return a cursor of its own."""
        # psycopg's raw cursor sends statements as they are; the usual one would search each of them for `%s` every time.
        return self.connection.cursor() if self._cursor_kind is None else self._cursor_kind(self.connection)


class Once(Driver):
    """A driver that remembers every answer; for reads alone, and thrown away with the look it was made for."""

    def __init__(self, driver: Driver) -> None:
        self.__dict__.update(driver.__dict__)
        self.answers: dict[Hashable, list[Row]] = {}

    def once(self) -> Driver:
        """Return itself: a look within the look."""
        return self

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Return every row of a query, as it was answered first."""
        return self.ask((sql, params))[0]

    def ask(self, *questions: Question) -> list[list[Row]]:
        """Return the rows of several queries, those asked before as they were answered."""
        asked = [(sql, tuple(params)) for sql, params in questions]
        new = [one for one in dict.fromkeys(asked) if one not in self.answers]
        if new:
            self.answers.update(zip(new, self._ask(*new), strict=True))
        return [self.answers[one] for one in asked]

    def _ask(self, *questions: Question) -> list[list[Row]]:
        if len(questions) == 1:
            return [super().all(*questions[0])]
        return super().ask(*questions)


@lru_cache(maxsize=1)
def _raw_cursor() -> Any:
    from psycopg import RawCursor  # noqa: PLC0415 a tenth of a start, and loaded by now where it is wanted

    return RawCursor


@lru_cache(maxsize=512)
def numbered(sql: str) -> str:
    """Return the statement with PostgreSQL's own marks $1, $2 and so on."""
    first, *rest = sql.split("?")
    return first + "".join([f"${place}{text}" for place, text in enumerate(rest, start=1)])


def array(values: Iterable[Any]) -> str:
    """Return the values as one PostgreSQL array in text, four times faster than the driver builds it."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f'"\\\\x{value.hex()}"' if isinstance(value, bytes) else str(value)


def as_date(value: Any) -> date | None:
    """Return the date a driver gave, in whichever form."""
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(value)
