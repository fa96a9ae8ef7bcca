"""Opening a database, and work on it that writes or only reads."""

from __future__ import annotations

import contextlib
import os
import select
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.private import private_file, private_folder
from storage.troubles import Trouble, trouble_of
from storage.work import Work

BUSY_MS = 60_000
CONNECT_SECONDS = 10
_OPENED = "zhenggai_file"


class Unmerged(RuntimeError):
    """A copy whose last records still lie beside the file, where they cannot be merged into it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"读不到 {path}：最近的记录还在旁边的 {path.name}-wal 里，而这里不能写入，无法并入。"
            f"请把 {path.name}、{path.name}-wal 一起复制到可写的目录再读"
        )


def open_engine(url: str, *, examined: bool = False) -> Engine:
    """Return an engine for `sqlite:///…` or `postgresql+psycopg://…`; `examined` only reads, whatever is asked of it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _examine_sqlite(url) if examined else _open_sqlite(url)
    # Parameters are people's words: error messages, and so logs, must not contain them.
    waits = {} if "connect_timeout" in address.query else {"connect_timeout": CONNECT_SECONDS}
    reads = {"postgresql_readonly": True} if examined else {}
    engine = create_engine(
        url, pool_size=5, max_overflow=10, hide_parameters=True, connect_args=waits, execution_options=reads
    )
    event.listen(engine, "checkout", _pass_over_dropped)
    return engine


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite database; None for one in memory, or on a server."""
    address = make_url(url)
    at = address.database
    return Path(at) if address.get_backend_name() == "sqlite" and at and at != ":memory:" else None


def file_trouble(engine: Engine) -> Trouble | None:
    """Return what is wrong where an SQLite file is not the one that was opened, or no database; connections that are open do not notice."""
    opened, path = engine.get_execution_options().get(_OPENED), Path(engine.url.database or "")
    if opened is None:
        return None
    try:
        if _identity(path) != opened:
            return Trouble.MOVED
        if not path.stat().st_size:
            return Trouble.UNMADE
        # By SQLite alone: to open and close the file ourselves would drop the locks that this process has on it.
        # Immutable reads the file as it lies there, without what the log beside it would cover up.
        with contextlib.closing(_connected(path, "immutable=1")) as connection:
            connection.execute("PRAGMA schema_version").fetchall()
    except OSError:
        return Trouble.MOVED
    except sqlite3.Error as error:
        return trouble_of(error)
    return None


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _pass_over_dropped(connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:
    # A closed connection shows on the socket: looking there is free, while a ping would be one more round trip a move.
    del record, proxy
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    if socket.poll(0):
        raise DisconnectionError


def _open_sqlite(url: str) -> Engine:
    path = file_of(url)
    if path is not None:
        private_folder(path.parent)
        private_file(path)
    waits = {"timeout": BUSY_MS / 1000, "isolation_level": None}
    opened = {_OPENED: _identity(path)} if path is not None else {}
    engine = create_engine(url, hide_parameters=True, connect_args=waits, execution_options=opened)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _examine_sqlite(url: str) -> Engine:
    path = file_of(url)
    assert path is not None
    engine = create_engine(url, hide_parameters=True, creator=lambda: _connected_to_read(path))
    event.listen(engine, "begin", _begin)
    return engine


def _connected_to_read(path: Path) -> sqlite3.Connection:
    """Connect without the right to write; where SQLite cannot put files beside the database, open it as immutable."""
    connection = _connected(path, "mode=ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.Error as error:
        connection.close()
        writable = all(os.access(one, os.W_OK, effective_ids=True) for one in (path, path.parent))
        if writable or trouble_of(error) not in (Trouble.CLOSED, Trouble.READ_ONLY):
            raise
        wal = path.with_name(f"{path.name}-wal")
        if wal.exists() and wal.stat().st_size:
            raise Unmerged(path) from error
        return _connected(path, "immutable=1")
    return connection


def _connected(path: Path, how: str) -> sqlite3.Connection:
    # The pool hands a connection to one thread at a time.
    return sqlite3.connect(
        f"file:{quote(str(path))}?{how}",
        uri=True,
        timeout=BUSY_MS / 1000,
        isolation_level=None,
        check_same_thread=False,
    )


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
def writing(engine: Engine) -> Iterator[Work]:
    """Open work that writes; the block commits it, an exception rolls all of it back, NotCommitted if a move was left open."""
    with engine.connect().execution_options(zhenggai_writes=True) as connection:
        work = Work(connection, writes=True)
        try:
            yield work
        finally:
            work.close()
        work.must_be_ended()


@contextmanager
def reading(engine: Engine) -> Iterator[Work]:
    """Open work that only reads; closing it ends the transaction, and what was loaded stays readable."""
    with engine.connect() as connection:
        work = Work(connection, writes=False)
        try:
            yield work
        finally:
            work.close()
