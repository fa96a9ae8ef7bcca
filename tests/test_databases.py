"""The ground of all other tests: their databases are real, fresh and gone afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from tests.databases import RUN, drop, fresh_postgres, fresh_sqlite, postgres_url, remove
from tests.lending import close, copy, lend, take_back

ROOT = Path(__file__).resolve().parent.parent
OPEN_AND_TELL = """
import os, sys
from tests import databases
print(databases.postgres_url(), os.environ[databases.RUN], flush=True)
sys.stdin.read()
"""
WORDS = "SELECT ctid, * FROM words"


def run_sql(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run the statements in one transaction, leave no connection, give the last one's rows."""
    engine = create_engine(url)
    with engine.begin() as connection:
        results = [connection.execute(text(statement)) for statement in statements]
        rows = [tuple(row) for row in results[-1]] if results[-1].returns_rows else []
    engine.dispose()
    return rows


def test_fresh_postgres_is_empty_and_a_template_is_copied() -> None:
    template = fresh_postgres()
    run_sql(template, "CREATE TABLE words (word text)", "INSERT INTO words VALUES ('整改')")
    by_url, by_name, empty = fresh_postgres(template), fresh_postgres(make_url(template).database), fresh_postgres()
    assert run_sql(by_url, "SELECT word FROM words") == run_sql(by_name, "SELECT word FROM words") == [("整改",)]
    assert run_sql(empty, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    for url in (by_url, by_name, empty, template):
        drop(url)


def test_a_dropped_postgres_is_gone_even_while_somebody_is_connected() -> None:
    url = fresh_postgres()
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with contextlib.closing(psycopg.connect(address)):
        drop(url)
    name = make_url(url).database
    assert run_sql(postgres_url(), f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == [(0,)]


def test_postgres_keeps_its_promises_of_durability() -> None:
    names = ("fsync", "full_page_writes", "synchronous_commit")
    assert [run_sql(postgres_url(), f"SHOW {name}") for name in names] == [[("on",)]] * len(names)


def test_a_copied_sqlite_has_what_was_committed_and_is_its_own(tmp_path: Path) -> None:
    template = tmp_path / "template.sqlite"
    with contextlib.closing(sqlite3.connect(template)) as still_open:
        still_open.execute("PRAGMA journal_mode = WAL")
        still_open.execute("CREATE TABLE words (word TEXT)")
        still_open.commit()
        first, second = fresh_sqlite(tmp_path, template), fresh_sqlite(tmp_path, template)
    run_sql(first, "INSERT INTO words VALUES ('整改')")
    assert run_sql(first, "SELECT count(*) FROM words") == [(1,)]
    assert run_sql(second, "SELECT count(*) FROM words") == [(0,)]
    assert run_sql(fresh_sqlite(tmp_path), "SELECT count(*) FROM sqlite_master") == [(0,)]


def own_run() -> subprocess.Popen[str]:
    """Start a process that opens a run of its own, as pytest's first process does, and waits."""
    alone = {name: value for name, value in os.environ.items() if name not in {RUN, "TEST_DATABASE_URL"}}
    command = [sys.executable, "-c", OPEN_AND_TELL]
    return subprocess.Popen(command, cwd=ROOT, env=alone, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def told(process: subprocess.Popen[str]) -> tuple[str, Path]:
    assert process.stdout is not None
    url, folder = process.stdout.readline().split()
    return url, Path(folder)


def answers(url: str) -> bool:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def gone(folder: Path) -> bool:
    """Wait until the folder is gone: a neighbour's run may be the one that sweeps it."""
    until = time.monotonic() + 10
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return not folder.exists()


def test_a_run_stops_its_server_and_the_next_run_stops_what_a_killed_one_left() -> None:
    with own_run() as killed:
        left, folder = told(killed)
        killed.kill()
    assert answers(left)
    assert folder.exists()
    with own_run() as orderly:
        url, own_folder = told(orderly)
        assert answers(url)
        assert gone(folder)
        assert not answers(left)
    assert not answers(url)
    assert not own_folder.exists()


def test_the_remains_of_a_run_whose_server_died_with_it_are_swept_away() -> None:
    with own_run() as killed:
        left, folder = told(killed)
        killed.kill()
    postmaster = int((folder / "server/data/postmaster.pid").read_text(encoding="ascii").split()[0])
    os.kill(postmaster, signal.SIGKILL)
    while Path(f"/proc/{postmaster}").exists():
        time.sleep(0.05)
    assert not answers(left)
    with own_run() as orderly:
        told(orderly)
        assert gone(folder)


def test_a_folder_into_which_a_dying_server_still_writes_is_gone_in_the_end(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "server").mkdir(parents=True)
    writing = """
import sys, pathlib, time
folder = pathlib.Path(sys.argv[1]) / "server"
print(flush=True)
until = time.monotonic() + 1
while time.monotonic() < until and folder.exists():
    try:
        for number in range(50):
            (folder / str(time.monotonic_ns())).touch()
    except FileNotFoundError:
        pass
"""
    with subprocess.Popen([sys.executable, "-c", writing, run], stdout=subprocess.PIPE) as dying:
        assert dying.stdout is not None
        dying.stdout.readline()
        time.sleep(0.2)
        remove(run)
        assert not run.exists()


@pytest.fixture
def house() -> Iterator[str]:
    """Give a template with two words, and a log of words that refuses to be changed."""
    template = fresh_postgres()
    run_sql(
        template,
        "CREATE TABLE words (id serial PRIMARY KEY, word text)",
        "INSERT INTO words (word) VALUES ('整改'), ('巡察')",
        "CREATE TABLE log (word int REFERENCES words)",
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'",
        "CREATE TRIGGER log_no_change BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION refuse()",
        "SELECT 1",
    )
    yield template
    close()
    drop(template)


def test_a_lent_database_is_lent_again_as_its_template_is(house: str) -> None:
    """What was written, changed, deleted and numbered by one is unknown to the next, the log that refuses it included."""
    first = lend(house)
    before = run_sql(first, WORDS)
    run_sql(
        first,
        "INSERT INTO words (word) VALUES ('长期'), ('坚持')",
        "UPDATE words SET word = '立行立改' WHERE word = '整改'",
        "DELETE FROM words WHERE word = '巡察'",
        "INSERT INTO log (word) VALUES (1)",
    )
    take_back(first)
    assert lend(house) == first
    assert run_sql(first, WORDS) == before
    assert run_sql(first, "SELECT * FROM log") == []
    assert run_sql(first, "INSERT INTO words (word) VALUES ('下一个') RETURNING id") == [(3,)]
    take_back(first)


def test_a_lent_database_is_copied_as_it_stands_and_lent_again(house: str) -> None:
    first = lend(house)
    run_sql(first, "DELETE FROM words WHERE word = '巡察'")
    second = copy(first)
    assert run_sql(second, WORDS) == run_sql(first, WORDS)
    drop(second)
    take_back(first)
    assert lend(house) == first
    take_back(first)


@pytest.mark.parametrize(
    "touched",
    [
        "ALTER TABLE log DISABLE TRIGGER log_no_change", "DROP TRIGGER log_no_change ON log", "CREATE INDEX more ON words (word)",
        "ALTER TABLE words ADD COLUMN more text", "TRUNCATE words CASCADE", "DROP TABLE log", "CREATE TABLE more (word text)",
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)  # fmt: skip
def test_a_lent_database_whose_schema_was_touched_is_not_lent_again(house: str, touched: str) -> None:
    first = lend(house)
    run_sql(first, touched)
    take_back(first)
    second = lend(house)
    assert second != first
    take_back(second)


def test_a_lent_database_is_not_lent_to_two_nor_while_somebody_is_connected(house: str) -> None:
    first, second = lend(house), lend(house)
    assert first != second
    take_back(second)
    address = make_url(first).set(drivername="postgresql").render_as_string(hide_password=False)
    assert lend(house) == second
    with contextlib.closing(psycopg.connect(address)):
        take_back(first)
    third = lend(house)
    assert third not in (first, second)
    take_back(second)
    take_back(third)
