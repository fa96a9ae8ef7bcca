"""Triggers through a migration: SQLite's batch mode drops them with the table it rebuilds, and says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy import Connection, text

FOUND = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :tables ORDER BY name",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE tgrelid = to_regclass(:tables) AND NOT tgisinternal ORDER BY tgname",
}


@contextmanager
def kept(*tables: str) -> Iterator[None]:
    """Take the tables' triggers away for the block, to rebuild or fill the tables, and put the same ones back."""
    connection = op.get_bind()
    found = [(table, *trigger) for table in tables for trigger in _triggers(connection, table)]
    for table, name, _ in found:
        connection.exec_driver_sql(f"DROP TRIGGER {name}" + (f" ON {table}" if _is_postgres(connection) else ""))
    yield
    for _, _, statement in found:
        connection.exec_driver_sql(statement)


def _triggers(connection: Connection, table: str) -> list[tuple[str, str]]:
    rows = connection.execute(text(FOUND[connection.dialect.name]), {"tables": table})
    return [(name, statement) for name, statement in rows]


def _is_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
