"""PostgreSQL databases lent to one test after another, each time as its template is.

To make a database costs a third of a second of the processor's time, to put its rows back a fiftieth: six hundred files
against ten tables. What a test wrote is deleted, vacuumed and read in again, so that rows lie where they lay, and the
sequences count from where they counted. A database whose schema was touched, or to which somebody is still connected,
is not lent again. Who looks after it stays connected: what a new connection has to read first costs more than the rest.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests import databases

LONGEST = 100
"""How often one database is lent: what grows unseen must not grow for the whole run."""
PATIENCE = 0.5
"""Seconds in which a connection that was just closed may still be seen."""
# Whatever changes a schema leaves a row here that is new, or one less.
CATALOGUE: Final = {
    "pg_class": "oid", "pg_attribute": "attrelid", "pg_attrdef": "oid", "pg_constraint": "oid", "pg_index": "indexrelid",
    "pg_proc": "oid", "pg_rewrite": "oid", "pg_trigger": "oid", "pg_type": "oid", "pg_namespace": "oid",
    "pg_statistic_ext": "oid", "pg_extension": "oid", "pg_db_role_setting": "setdatabase",
}  # fmt: skip
OURS = 16384
"""The first number PostgreSQL gives to what is not its own."""
Connection = psycopg.Connection[tuple[Any, ...]]
Marks = dict[str, tuple[Any, ...]]
"""By table: how many rows, and which transaction wrote the newest of them."""


@dataclass
class Loan:
    """One database: what it is a copy of, the rows it began with, and how it looked then."""

    template: str
    url: str
    connection: Connection
    rows: dict[str, bytes]
    sequences: dict[str, tuple[Any, ...]]
    schema: Marks
    marks: Marks
    times: int = 1


_IDLE: dict[str, Loan] = {}
_LENT: dict[str, Loan] = {}


def lend(template: str) -> str:
    """Return the URL of a database that is as the template; `take_back` wants it back."""
    loan = _IDLE.pop(template, None)
    if loan is None:
        url = databases.fresh_postgres(template)
        connection = _connect(url)
        marks = _marks(connection, _tables(connection))
        rows = {table: _copied(connection, table) for table, (count, _) in marks.items() if count}
        loan = Loan(template, url, connection, rows, _sequences(connection), _schema(connection), marks)
    _LENT[loan.url] = loan
    return loan.url


def take_back(url: str) -> None:
    """Make the database as it was, to be lent again; where that cannot be done, remove it."""
    loan = _LENT.pop(url)
    if loan.times < LONGEST and loan.template not in _IDLE and _restored(loan):
        loan.times += 1
        _IDLE[loan.template] = loan
    else:
        _remove(loan)


def copy(url: str) -> str:
    """Make a copy of a database that is lent; who looks after that one stands aside meanwhile."""
    loan = _LENT[url]
    loan.connection.close()
    made = databases.fresh_postgres(url)
    loan.connection = _connect(url)
    return made


def close() -> None:
    """Remove what waits to be lent."""
    while _IDLE:
        _remove(_IDLE.popitem()[1])


def _remove(loan: Loan) -> None:
    loan.connection.close()
    databases.drop(loan.url)


def _restored(loan: Loan) -> bool:
    connection = loan.connection
    if not _is_alone(connection) or _schema(connection) != loan.schema:
        return False
    marks = _marks(connection, loan.marks)
    touched = [table for table, mark in marks.items() if mark != loan.marks[table]]
    if touched:
        _put_back(connection, loan.rows, touched)
        loan.marks |= _marks(connection, touched)
    moved = [name for name, at in _sequences(connection).items() if at != loan.sequences[name]]
    for name in moved:
        connection.execute("SELECT setval(%s, %s, %s)", (f'"{name}"', *loan.sequences[name]))
    return True


def _put_back(connection: Connection, rows: dict[str, bytes], tables: list[str]) -> None:
    # The log refuses to be changed, and rows refer to one another: both are told to look away.
    connection.execute("SET session_replication_role = replica")
    names = [sql.Identifier(table) for table in tables]
    connection.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(name) for name in names))
    connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(names)))
    for table, name in zip(tables, names, strict=True):
        if table in rows:
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(name)) as copy:
                copy.write(rows[table])


def _copied(connection: Connection, table: str) -> bytes:
    statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
    with connection.cursor().copy(statement) as copy:
        return b"".join(bytes(part) for part in copy)


def _tables(connection: Connection) -> list[str]:
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [row[0] for row in found]


def _sequences(connection: Connection) -> dict[str, tuple[Any, ...]]:
    """Return the next number of each sequence, and that nobody has drawn it."""
    found = connection.execute(
        "SELECT sequencename, COALESCE(last_value + 1, start_value), false FROM pg_sequences WHERE schemaname = 'public'"
    )
    return {name: tuple(rest) for name, *rest in found}


def _marks(connection: Connection, tables: list[str] | Marks) -> Marks:
    one = sql.SQL("SELECT {}, COUNT(*), MAX(xmin::text::bigint) FROM {}")
    asked = [one.format(sql.Literal(table), sql.Identifier(table)) for table in tables]
    return {name: tuple(rest) for name, *rest in connection.execute(sql.SQL(" UNION ALL ").join(asked))}


def _schema(connection: Connection) -> Marks:
    one = sql.SQL("SELECT {}, COUNT(*), MAX(xmin::text::bigint) FROM {} WHERE {} >= {}")
    asked = [
        one.format(sql.Literal(table), sql.Identifier(table), sql.Identifier(key), sql.Literal(OURS))
        for table, key in CATALOGUE.items()
    ]
    return {name: tuple(rest) for name, *rest in connection.execute(sql.SQL(" UNION ALL ").join(asked))}


def _is_alone(connection: Connection) -> bool:
    others = (
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    until = time.monotonic() + PATIENCE
    while connection.execute(others).fetchone() != (0,):
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def _connect(url: str) -> Connection:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)
