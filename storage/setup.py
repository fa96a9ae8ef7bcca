"""Making a database: its tables and triggers."""

from __future__ import annotations

from sqlalchemy import Engine

from storage import append_only, search
from storage.tables import metadata


def create_all(engine: Engine) -> None:
    """Create every table and trigger in an empty database (tests; products migrate)."""
    with engine.connect().execution_options(zhenggai_writes=True) as connection, connection.begin():
        metadata.create_all(connection)
        for statements in (append_only.statements, search.statements):
            for statement in statements(connection.dialect.name):
                connection.exec_driver_sql(statement)
