"""Opening a database, and sessions that write or only read."""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

BUSY_MS = 60_000


def open_engine(url: str) -> Engine:
    """Return an engine for `sqlite:///…` or `postgresql+psycopg://…`; nothing is created."""
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url)
    engine = create_engine(url, pool_size=5, max_overflow=10)
    event.listen(engine, "checkout", _pass_over_dropped)
    return engine


def _pass_over_dropped(connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:
    # A server that hung up has said so on the socket: looking there costs nothing, a ping one more question a move.
    del record, proxy
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    if socket.poll(0):
        raise DisconnectionError


def _open_sqlite(url: str) -> Engine:
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000, "isolation_level": None})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    del record
    cursor = connection.cursor()
    for pragma in (f"busy_timeout = {BUSY_MS}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A deferred BEGIN fails under writers the moment it upgrades; a read must not take the write lock.
    writes = connection.get_execution_options().get("zhenggai_writes", False)
    driver_connection: Any = connection.connection.driver_connection
    driver_connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a writing session; the block commits it, an exception rolls all of it back."""
    with (
        engine.connect().execution_options(zhenggai_writes=True) as connection,
        Session(connection, expire_on_commit=False) as session,
    ):
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that only reads; closing it ends the transaction, and what was loaded stays readable."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


def is_sqlite(session: Session) -> bool:
    """Say whether the session speaks to SQLite."""
    return session.get_bind().dialect.name == "sqlite"
