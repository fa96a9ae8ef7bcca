"""Driver SQL for the hot paths: one text for both databases, parameters always bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from functools import lru_cache
from typing import Any

from sqlmodel import Session

Row = tuple[Any, ...]


class Driver:
    """The raw connection inside a session's transaction: `?` marks, tuples back."""

    def __init__(self, session: Session) -> None:
        """Take the session's own connection, so that all is one transaction."""
        self._connection: Any = session.connection().connection.driver_connection
        self.sqlite = session.get_bind().dialect.name == "sqlite"

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Return every row of a query."""
        rows: list[Row] = self._run(sql, params).fetchall()
        return rows

    def one(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        """Return the first row, or None."""
        row: Row | None = self._run(sql, params).fetchone()
        return row

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Execute one statement; return how many rows it hit."""
        count: int = self._run(sql, params).rowcount
        return count

    def put(self, sql: str, rows: Sequence[Sequence[Any]]) -> Any:  # noqa: ANN401 a cursor of either driver
        """Execute one statement for every row of parameters; the cursor's rowcount counts all rows hit."""
        if len(rows) == 1:
            return self._run(sql, rows[0])
        if self.sqlite:
            return self._connection.executemany(sql, [_sqlite(row) for row in rows])
        cursor = self._connection.cursor()
        cursor.executemany(_percent(sql), rows)
        return cursor

    def pipeline(self) -> AbstractContextManager[Any]:
        """Send what is put inside in one round trip, where the driver can; read row counts behind it."""
        return nullcontext() if self.sqlite else self._connection.pipeline()

    def among(self, column: str, values: Iterable[Any]) -> tuple[str, list[Any]]:
        """Return a condition `column is one of values` and its parameters."""
        listed = list(values)
        if self.sqlite:
            return f"{column} IN ({','.join('?' * len(listed))})", listed
        return f"{column} = ANY(?)", [listed]

    def _run(self, sql: str, params: Sequence[Any]) -> Any:  # noqa: ANN401 a cursor of either driver
        if self.sqlite:
            return self._connection.execute(sql, _sqlite(params))
        return self._connection.execute(_percent(sql), params)


@lru_cache(maxsize=512)
def _percent(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def _sqlite(params: Sequence[Any]) -> list[Any]:
    return [p.isoformat() if type(p) is date else p for p in params]


def as_date(value: Any) -> date | None:  # noqa: ANN401 SQLite gives text, PostgreSQL a date
    """Return the date a driver gave, in whichever form."""
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(value)
