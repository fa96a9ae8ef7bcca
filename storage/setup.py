"""Making a database, its tables and triggers; and saying which of them somebody has taken away."""

from __future__ import annotations

import re

from sqlalchemy import Connection, Engine, inspect

from storage import append_only, search
from storage.tables import metadata


def create_all(engine: Engine) -> None:
    """Create every table and trigger in an empty database (tests; products migrate)."""
    with engine.connect().execution_options(zhenggai_writes=True) as connection, connection.begin():
        metadata.create_all(connection)
        for statements in (append_only.everything, search.statements):
            for statement in statements(connection.dialect.name):
                connection.exec_driver_sql(statement)


def taken_away(engine: Engine) -> list[str]:
    """Return the tables, columns and triggers of this release that a database at its newest step lacks, the tables first."""
    with engine.connect() as connection:
        looked = inspect(connection)
        there = set(looked.get_table_names())
        tables = sorted({*metadata.tables, search.TABLE} - there)
        columns: list[str] = []
        for name in sorted(there & set(metadata.tables)):
            found = {column["name"] for column in looked.get_columns(name)}
            columns += [f"{name}.{one.name}" for one in metadata.tables[name].columns if one.name not in found]
        wanted = re.findall(r"CREATE TRIGGER (\w+)", "\n".join(append_only.everything(connection.dialect.name)))
        return [*tables, *columns, *sorted(set(wanted) - _triggers(connection))]


def _triggers(connection: Connection) -> set[str]:
    kept = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger",
    }
    return set(connection.exec_driver_sql(kept[connection.dialect.name]).scalars())
