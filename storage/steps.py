"""How far a database has come: the steps of this release by their files, the step a database is at by its own row.

Every command asks this first. The steps themselves are taken by `storage.migrate`, which loads Alembic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect

STEPS: Final = Path(__file__).parent / "migrations"


def newest() -> str:
    """Return the newest step of this release: the files are numbered in their order."""
    return max(step.name for step in (STEPS / "versions").glob("[0-9]*.py")).partition("_")[0]


def current(engine: Engine) -> str | None:
    """Return the step the database is at; None where no step was taken."""
    with engine.connect() as connection:
        return current_on(connection)


def is_current(engine: Engine) -> bool:
    """Whether the database is at the newest step of this release."""
    return current(engine) == newest()


def current_on(connection: Connection) -> str | None:
    """Return the step the database is at, asked on a connection that is open."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
