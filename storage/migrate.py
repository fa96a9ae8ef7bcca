"""Bringing a database to the tables of this release, and saying what differs from them.

After a change of storage/tables the next step is drafted, read and tidied by hand:

    python -c "from storage.migrate import draft; print(draft('0009', 'what now stands there'))"

It compares the models with an empty database brought to the newest step. It does not see changed words inside a CHECK
or the predicate of an index, nor triggers: `check` does, and tests/storage/test_migrations.py. A step that rebuilds
trail or checkpoints, or fills their new columns, does so inside `storage.migrations.triggers.kept`.
Until the first release nobody holds a database to be kept: what it finds may be folded into the steps that are there.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import OperationalError

from storage.differences import differences
from storage.engine import open_engine
from storage.steps import STEPS, current_on, newest
from storage.tables import metadata

# Any number will do, as long as every process locks the same one.
LOCK = int.from_bytes(b"zhenggai")
TRIES = 1200
PAUSE = 0.05


class NewerDatabase(RuntimeError):
    """The database was brought to a step that this release does not know."""

    def __init__(self, found: str, newest: str) -> None:
        super().__init__(
            f"数据库的版本是 {found}，本程序只认得到 {newest} 为止：数据库已由更新的程序升级。"
            "请改用更新的程序，或恢复升级前的备份"
        )


class OlderDatabase(RuntimeError):
    """The database is of a time when the register was not on record: nothing can be said of who made what in it."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"数据库的版本是 {found}，那时党组织、人员和职务还没有登记记录，不能升级到本程序："
            "请用原来的程序导出台账，再用 zhenggai init 新建，把台账导入"
        )


class ForeignTables(RuntimeError):
    """The database has tables of our names, but no record of steps."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"数据库里已有 {'、'.join(names)} 等 {len(names)} 张表，却没有版本记录，无法升级。"
            "请核对数据库地址，或改用空的数据库"
        )


class BrokenReferences(RuntimeError):
    """A migration left rows that point to nothing; it has been rolled back."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(
            f"升级后 {'、'.join(tables)} 中有记录指向不存在的记录，升级已撤回，数据库未变。请保留备份并报告"
        )


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to a step, all or nothing; of several processes one works and the others find it done."""
    with migrating(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to an earlier step (`base`: no tables), all or nothing; what later steps held is lost."""
    with migrating(engine) as connection:
        command.downgrade(_config(connection), revision)


def check(engine: Engine) -> list[str]:
    """Return what differs between database and models, one sentence each; nothing where all is well."""
    with engine.connect() as connection:
        found = current_on(connection)
        late = [] if found == newest() else [f"数据库的版本是 {found or '空'}，本程序的是 {newest()}"]
        return [*late, *differences(connection)]


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Open the connection migrations run on: one process at a time, one transaction, references checked at its end."""
    with (
        _connect(engine).execution_options(zhenggai_writes=True) as connection,
        _without_foreign_keys(connection),
        connection.begin(),
    ):
        _wait_for_others(connection)
        _refuse_strange(connection)
        yield connection
        _refuse_broken_references(connection)


def draft(revision: str, message: str, steps: Path = STEPS) -> Path:
    """Write the step from the newest one to the models, for a person to tidy; return its file."""
    engine = open_engine("sqlite://")
    with migrating(engine) as connection:
        config = _config(connection, steps)
        command.upgrade(config, "head")
        script = command.revision(config, message, autogenerate=True, rev_id=revision)
    engine.dispose()
    assert isinstance(script, Script)
    return Path(script.path)


def _config(connection: Connection | None = None, steps: Path = STEPS) -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(steps).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _connect(engine: Engine) -> Connection:
    """Connect, trying again: when two processes create one SQLite file, the second is refused the switch to WAL at once."""
    for _ in range(TRIES):
        try:
            return engine.connect()
        except OperationalError as error:
            if "database is locked" not in str(error):
                raise
            time.sleep(PAUSE)
    return engine.connect()


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Turn foreign keys off on SQLite: rebuilding a table drops the old one, which would count as deleting its rows."""
    if connection.dialect.name != "sqlite":
        yield
        return
    _pragma(connection, "foreign_keys = OFF")
    try:
        yield
    finally:
        _pragma(connection, "foreign_keys = ON")


def _pragma(connection: Connection, setting: str) -> None:
    # Inside a transaction this pragma does nothing, and SQLAlchemy would begin one.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _wait_for_others(connection: Connection) -> None:
    # SQLite has waited already, at BEGIN IMMEDIATE.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))


def _refuse_strange(connection: Connection) -> None:
    found = current_on(connection)
    if found is None:
        taken = sorted(set(inspect(connection).get_table_names()) & set(metadata.tables))
        if taken:
            raise ForeignTables(taken)
    elif found not in {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}:
        raise OlderDatabase(found) if found < newest() else NewerDatabase(found, newest())


def _refuse_broken_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise BrokenReferences(sorted({row[0] for row in broken}))
