"""Databases on the way from step to step, and a step made up on the spot."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from storage import migrate, steps
from storage.engine import open_engine
from tests import databases

STEPS = [step.revision for step in ScriptDirectory(str(steps.STEPS)).walk_revisions()][::-1]


@contextlib.contextmanager
def fresh(kind: str, folder: Path, template: str | None = None) -> Iterator[Engine]:
    """Yield a database, empty or a copy of the template; it is gone afterwards."""
    origin = Path(template) if template else None
    url = databases.fresh_sqlite(folder, origin) if kind == "sqlite" else databases.fresh_postgres(template)
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
        if kind == "postgres":
            databases.drop(url)


def step(engine: Engine, work: Callable[[], object]) -> None:
    """Do what a step would do, on the connection it would get."""
    with migrate.migrating(engine) as connection, Operations.context(MigrationContext.configure(connection)):
        work()
