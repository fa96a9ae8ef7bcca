"""Steps between releases: up, down, up again, by one process or several, and what `check` finds."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from pathlib import Path

import pytest
from alembic import command, op
from sqlalchemy import BigInteger, Boolean, Column, Date, Engine, Integer, LargeBinary, inspect, text
from sqlalchemy.exc import DBAPIError

from storage import migrate, steps
from storage.engine import reading, writing
from storage.migrations.triggers import kept
from storage.setup import create_all
from storage.tables import Jurisdiction, Person, metadata
from tests.storage.schema import schema
from tests.storage.steps import STEPS, fresh, step

ROOT = Path(__file__).resolve().parent.parent.parent
UPGRADE_AT_THE_SIGNAL = """
import sys
from storage import migrate, steps
from storage.engine import open_engine
engine = open_engine(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
migrate.upgrade(engine)
print(steps.current(engine), flush=True)
"""
ENTRY = """
INSERT INTO trail (jurisdiction, idx, body, leaf, key, action, at) VALUES (1, 0, :body, :body, 'K', 'feed_back', 1)
"""


# The steps and the models


def test_a_migrated_database_is_the_one_the_models_make(make: Callable[[], Engine]) -> None:
    by_steps, by_models = make(), make()
    migrate.upgrade(by_steps)
    create_all(by_models)
    assert schema(by_steps) == schema(by_models)


def test_the_comparison_sees_predicates_checks_collations_and_triggers(migrated: Engine, kind: str) -> None:
    lines = "\n".join(schema(migrated))
    common = ["ix_cases_wake_at", "ck_cases_settled_has_instant", "fk_cases_unit_id_units", "pk_alerts", "trail_no_"]
    apart = {
        "sqlite": ["WHERE wake_at IS NOT NULL", "trigger trail_no_insert", "trigger checkpoints_no_delete"],
        "postgres": [
            "WHERE (wake_at IS NOT NULL)",
            'text not null false collate "C"',
            "BEFORE TRUNCATE ON",
            "sequence cases_id_seq: bigint",
        ],
    }
    assert [wanted for wanted in [*common, *apart[kind]] if wanted not in lines] == []
    assert [name for name in metadata.tables if name not in lines] == []


def test_down_to_base_leaves_nothing_and_up_again_brings_all_back(empty: Engine) -> None:
    migrate.upgrade(empty)
    whole = schema(empty)
    migrate.downgrade(empty, "base")
    assert schema(empty) == []
    assert steps.current(empty) is None
    migrate.upgrade(empty)
    assert schema(empty) == whole


# Steps that write rows in another way and leave the schema as it was; each has a test of its own.
OF_ROWS_ALONE: set[str] = set()


def test_every_step_down_undoes_its_step_up(empty: Engine) -> None:
    for before, after in zip(["base", *STEPS], STEPS, strict=False):
        stood = schema(empty)
        migrate.upgrade(empty, after)
        assert steps.current(empty) == after
        assert schema(empty) != stood or after in OF_ROWS_ALONE
        migrate.downgrade(empty, before)
        assert schema(empty) == stood
        migrate.upgrade(empty, after)
    assert steps.is_current(empty)


def test_an_upgraded_database_is_current_and_nothing_differs(empty: Engine) -> None:
    assert not steps.is_current(empty)
    migrate.upgrade(empty)
    assert steps.is_current(empty)
    assert migrate.check(empty) == []
    migrate.upgrade(empty)
    assert steps.current(empty) == STEPS[-1] == steps.newest()


def test_a_failed_step_leaves_the_database_as_it_was(migrated: Engine) -> None:
    stood = schema(migrated)

    def half() -> None:
        op.create_table("half", Column("id", BigInteger()))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        step(migrated, half)
    assert schema(migrated) == stood


# Steps that rebuild a table


def test_a_rebuilt_table_keeps_its_rows_rules_and_triggers(migrated: Engine) -> None:
    with writing(migrated) as work:
        work.session.add(Jurisdiction(code="city", name="示范市"))
        work.session.flush()
        work.session.execute(text(ENTRY), {"body": b"entry"})
        work.commit()
    stood = schema(migrated)

    def rebuild() -> None:
        with kept("trail", "checkpoints"):
            # trail has triggers and a partial index, cases has CHECKs, and others refer to jurisdictions.
            for table, column in (("trail", "action"), ("cases", "number"), ("jurisdictions", "name")):
                for nullable in (True, False):
                    with op.batch_alter_table(table) as batch:
                        batch.alter_column(column, nullable=nullable)
            op.execute("UPDATE trail SET actor_id = 7")

    step(migrated, rebuild)
    assert schema(migrated) == stood
    assert migrate.check(migrated) == []
    with reading(migrated) as work:
        assert work.session.execute(text("SELECT jurisdiction, actor_id FROM trail")).all() == [(1, 7)]
    with writing(migrated) as work, pytest.raises(DBAPIError, match="append-only"):
        work.session.execute(text("DELETE FROM trail"))


def test_references_are_watched_again_after_a_migration(migrated: Engine) -> None:
    with writing(migrated) as work:
        work.session.add(Person(jurisdiction=99, name="王建国"))
        with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
            work.session.flush()


def test_a_step_that_leaves_rows_pointing_to_nothing_is_taken_back(tmp_path: Path) -> None:
    """SQLite alone: PostgreSQL watches its references all the time."""
    with fresh("sqlite", tmp_path) as engine:
        migrate.upgrade(engine)
        with pytest.raises(migrate.BrokenReferences, match="people 中有记录指向不存在的记录，升级已撤回"):
            step(engine, lambda: op.execute("INSERT INTO people (jurisdiction, name) VALUES (99, '王建国')"))
        with reading(engine) as work:
            assert work.session.execute(text("SELECT count(*) FROM people")).scalar() == 0


NEEDED = ("jurisdictions", "profiles", "units", "rounds", "inspections", "cases", "measures")


def a_row_of(engine: Engine, table: str) -> dict[str, object]:
    """Return a row for a table as it stands: every column that must hold something holds one."""
    apart = {"state": "feedback", "kind": "focused"} if table == "cases" else {}
    columns = [one for one in inspect(engine).get_columns(table) if not one["nullable"]]
    return {one["name"]: apart.get(one["name"], worth(one["type"])) for one in columns}


def worth(kind: object) -> object:
    """Return one in a column's type."""
    if isinstance(kind, Date):
        return date(2026, 3, 2)
    if isinstance(kind, Boolean):
        return False
    return 1 if isinstance(kind, Integer) else b"1" if isinstance(kind, LargeBinary) else "1"


# Whose database it is


def test_a_database_of_a_newer_release_is_refused_in_words(migrated: Engine) -> None:
    with writing(migrated) as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        work.commit()
    sentence = f"^数据库的版本是 9999，本程序只认得到 {STEPS[-1]} 为止：.+请改用更新的程序，或恢复升级前的备份$"
    with pytest.raises(migrate.NewerDatabase, match=sentence):
        migrate.upgrade(migrated)
    with pytest.raises(migrate.NewerDatabase, match=sentence):
        migrate.downgrade(migrated, "base")
    assert steps.current(migrated) == "9999"
    assert not steps.is_current(migrated)
    assert migrate.check(migrated) == [f"数据库的版本是 9999，本程序的是 {STEPS[-1]}"]


def test_a_database_from_before_the_register_is_refused_in_words(migrated: Engine) -> None:
    with writing(migrated) as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '0013'"))
        work.commit()
    with pytest.raises(
        migrate.OlderDatabase, match=r"^数据库的版本是 0013，那时党组织、人员和职务还没有登记记录，不能升级"
    ):
        migrate.upgrade(migrated)
    assert steps.current(migrated) == "0013"


def test_tables_that_no_step_made_are_refused_in_words(empty: Engine) -> None:
    create_all(empty)
    stood = schema(empty)
    with pytest.raises(migrate.ForeignTables, match="却没有版本记录，无法升级。请核对数据库地址"):
        migrate.upgrade(empty)
    assert schema(empty) == stood


# Several at once


def test_two_processes_that_upgrade_at_once_both_succeed(empty: Engine) -> None:
    empty.dispose()
    with contextlib.ExitStack() as stack:
        both = [stack.enter_context(ready_to_upgrade(empty)) for _ in range(2)]
        for process in both:
            print(file=process.stdin, flush=True)
        told = [process.communicate() for process in both]
    assert told == [(f"{STEPS[-1]}\n", "")] * 2
    assert migrate.check(empty) == []


@contextlib.contextmanager
def ready_to_upgrade(engine: Engine) -> Iterator[subprocess.Popen[str]]:
    """Start a process that upgrades when it is sent a line."""
    pipe = subprocess.PIPE
    program = [sys.executable, "-c", UPGRADE_AT_THE_SIGNAL, engine.url.render_as_string(hide_password=False)]
    with subprocess.Popen(program, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def test_an_upgrade_waits_for_the_one_that_works(empty: Engine) -> None:
    with ThreadPoolExecutor(1) as pool:
        with migrate.migrating(empty) as connection:
            command.upgrade(migrate._config(connection), "head")
            second = pool.submit(migrate.upgrade, empty)
            assert not wait([second], timeout=1).done
        second.result(timeout=30)
    assert steps.is_current(empty)


def test_an_upgrade_waits_while_another_makes_the_file(tmp_path: Path) -> None:
    """SQLite refuses the switch to WAL at once, without waiting, while somebody holds the write lock of a new file."""
    with fresh("sqlite", tmp_path) as engine, ThreadPoolExecutor(1) as pool:
        with contextlib.closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as maker:
            maker.execute("BEGIN IMMEDIATE")
            second = pool.submit(migrate.upgrade, engine)
            assert not wait([second], timeout=1).done
            maker.execute("ROLLBACK")
        second.result(timeout=30)
        assert steps.is_current(engine)


# The next step


def test_a_drafted_step_makes_the_models_tables_and_names_plain_types(tmp_path: Path) -> None:
    folder = tmp_path / "100% new"
    shutil.copytree(steps.STEPS, folder, ignore=shutil.ignore_patterns("0*.py", "__pycache__"))
    written = migrate.draft("0001", "all tables", folder)
    assert written == folder / "versions" / "0001_all_tables.py"
    code = written.read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:import|from) (\S+)", code, re.MULTILINE)) == {"__future__", "sqlalchemy", "alembic"}
    assert "sa.BigInteger().with_variant(sa.Integer(), 'sqlite')" in code
    assert "sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')" in code
    assert {name for name in metadata.tables if f"op.create_table('{name}'" in code} == set(metadata.tables)


def test_nothing_is_left_to_draft(tmp_path: Path) -> None:
    folder = tmp_path / "steps"
    shutil.copytree(steps.STEPS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    code = migrate.draft("9999", "nothing", folder).read_text(encoding="utf-8")
    assert f"down_revision = '{STEPS[-1]}'" in code
    assert "op." not in code
