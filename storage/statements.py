"""What a move writes, said once: on SQLite a statement for every row, on PostgreSQL one for all rows of all tables.

PostgreSQL is asked as seldom as possible: the round trip costs more than the work. A few rows go as plain values, many
as arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, Literal

from sqlalchemy import Dialect, MetaData, create_mock_engine

from storage.sql import Driver, array

Rows = Sequence[Sequence[Any]]
FEW: Final = 8


@dataclass(frozen=True, eq=False)
class Statement:
    """One kind of write: a row of parameters holds `columns`, then the `key` that finds the row to change or remove."""

    verb: Literal["insert", "upsert", "update", "delete"]
    table: str
    columns: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    only: str = ""

    @cached_property
    def for_one(self) -> str:
        """Return the statement for one row of parameters, with `?` marks."""
        found = " AND ".join([f"{name} = ?" for name in self.key] + ([self.only] if self.only else []))
        if self.verb == "update":
            return f"UPDATE {self.table} SET {', '.join(f'{name} = ?' for name in self.columns)} WHERE {found}"
        if self.verb == "delete":
            return f"DELETE FROM {self.table} WHERE {found}"
        return f"{self._insert} VALUES ({', '.join('?' * len(self.columns))}){self._conflict}"

    def for_all(self, count: int) -> str:
        """Return the PostgreSQL statement for so many rows of plain values, or for arrays where `count` is 0."""
        names = [f"v{place}" for place in range(len(self._held))]
        given = f"{self._source(count)} AS v({', '.join(names)})"
        if self.verb in ("insert", "upsert"):
            return f"{self._insert} SELECT * FROM {given}{self._conflict}"
        keys = zip(self.key, names[len(self.columns) :], strict=True)
        found = " AND ".join(
            [f"{self.table}.{name} = v.{v}" for name, v in keys] + ([f"{self.table}.{self.only}"] if self.only else [])
        )
        if self.verb == "delete":
            return f"DELETE FROM {self.table} USING {given} WHERE {found}"
        sets = ", ".join(f"{name} = v.{v}" for name, v in zip(self.columns, names, strict=False))
        return f"UPDATE {self.table} SET {sets} FROM {given} WHERE {found}"

    @property
    def _held(self) -> tuple[str, ...]:
        return self.columns if self.verb == "upsert" else (*self.columns, *self.key)

    @property
    def _insert(self) -> str:
        return f"INSERT INTO {self.table} ({', '.join(self.columns)})"

    @property
    def _conflict(self) -> str:
        if self.verb != "upsert":
            return ""
        sets = ", ".join(f"{name} = excluded.{name}" for name in self.columns if name not in self.key)
        return f" ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {sets}"

    def _source(self, count: int) -> str:
        types = [_type_of(self.table, name) for name in self._held]
        if count:
            return f"(VALUES {', '.join([_marks(types)] * count)})"
        return f"unnest({', '.join(f'?::{kind}[]' for kind in types)})"


def _marks(types: Sequence[str]) -> str:
    return f"({', '.join(f'?::{kind}' for kind in types)})"


def _type_of(table: str, column: str) -> str:
    models, dialect = _models()
    kind: str = models.tables[table].c[column].type.compile(dialect)
    return kind.split(" COLLATE", maxsplit=1)[0]


@lru_cache(maxsize=1)
def _models() -> tuple[MetaData, Dialect]:
    from storage.tables import metadata  # noqa: PLC0415 a third of a start, and only PostgreSQL asks for types

    return metadata, create_mock_engine("postgresql+psycopg://", lambda *_: None).dialect


Written = tuple[Statement, Rows]


def write_each(driver: Driver, statement: Statement, rows: Rows) -> int:
    """Execute the statement for each row; return how many rows of the table it hit."""
    hit: int = driver.put(statement.for_one, rows).rowcount
    return hit


def write_together(driver: Driver, counted: Sequence[Written], others: Sequence[Written]) -> Any:
    """Send all rows of all tables as one statement; its answer is how many rows `counted` hit. PostgreSQL only."""
    everything = (*others, *counted)
    shape = tuple((statement, _count(rows)) for statement, rows in everything)
    params = [value for _, rows in everything for value in _params(rows)]
    return driver.send(_together(shape, len(others)), params)


@lru_cache(maxsize=512)
def _together(shape: tuple[tuple[Statement, int], ...], others: int) -> str:
    # All parts of the statement see the tables as they were before it: no two of them may touch the same row.
    parts = [
        f"w{place} AS ({statement.for_all(count)}{' RETURNING 1' if place >= others else ''})"
        for place, (statement, count) in enumerate(shape)
    ]
    hits = " + ".join(f"(SELECT count(*) FROM w{place})" for place in range(others, len(shape))) or "0"
    return f"WITH {', '.join(parts)} SELECT {hits}"


def _count(rows: Rows) -> int:
    return len(rows) if len(rows) <= FEW else 0


def _params(rows: Rows) -> list[Any]:
    if len(rows) <= FEW:
        return [_plain(value) for row in rows for value in row]
    return [array(column) for column in zip(*rows, strict=True)]


def _plain(value: Any) -> Any:
    # As text all values have one type: the server plans the statement once, not for every mixture of numbers and NULL.
    return value if value is None or isinstance(value, bytes) else str(value)
