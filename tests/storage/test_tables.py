"""What the tables promise by themselves: what they refuse, how they are found again, and who waits for whom."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import Session, SQLModel, col, select

import clock
from states import SETTLED, STATES
from storage import migrate
from storage.engine import BUSY_MS, open_engine, reading, writing
from storage.tables import (
    Alert,
    Case,
    CheckpointRow,
    Inspection,
    Jurisdiction,
    PostRow,
    ProfileRow,
    Round,
    TrailRow,
    Unit,
)
from tests import databases, lending
from workflow import scan

NOW = datetime(2026, 3, 5, 8, 0, 0, 123456, tzinfo=UTC)
WRITERS, MOVES = 8, 25
CASES = 6_000
DUE_AS_DESIGNED = "SELECT id FROM cases WHERE wake_at <= ? ORDER BY wake_at, id LIMIT 500"
INSERT_OR_REPLACE = "INSERT OR REPLACE INTO trail SELECT * FROM trail"


_FURNISHED: dict[str, str] = {}


@pytest.fixture
def engine(kind: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Yield a migrated database with one unit inspected in one round."""
    template = furnished(kind, tmp_path_factory)
    url = copied(template, tmp_path) if kind == "sqlite" else lending.lend(template)
    made = open_engine(url)
    try:
        yield made
    finally:
        made.dispose()
        if kind == "postgres":
            lending.take_back(url)


@pytest.fixture
def sqlite_file(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Yield the same on SQLite, for what only SQLite has to be watched for."""
    made = open_engine(copied(furnished("sqlite", tmp_path_factory), tmp_path))
    yield made
    made.dispose()


def furnished(kind: str, factory: pytest.TempPathFactory) -> str:
    """Return the URL of the database that all of that kind are copies of: the steps are walked once."""
    if kind not in _FURNISHED:
        url = databases.fresh_sqlite(factory.mktemp("furnished")) if kind == "sqlite" else databases.fresh_postgres()
        made = open_engine(url)
        migrate.upgrade(made)
        furnish(made)
        made.dispose()
        _FURNISHED[kind] = url
    return _FURNISHED[kind]


def copied(template: str, folder: Path) -> str:
    """Return the URL of a copy of a SQLite database."""
    return databases.fresh_sqlite(folder, Path(template.removeprefix("sqlite:///")))


def furnish(engine: Engine) -> None:
    rows = (
        Jurisdiction(id=1, code="city", name="示范市"),
        ProfileRow(hash="p", name="county", version=1, body="{}"),
        Unit(id=1, jurisdiction=1, name="市水利局党组"),
        Round(id=1, jurisdiction=1, name="第一轮", profile="p"),
        Inspection(id=1, jurisdiction=1, round_id=1, unit_id=1),
    )
    with writing(engine) as work:
        for row in rows:
            put(work.session, row)
        work.session.execute(
            text("INSERT INTO heads (jurisdiction, size, frontier, last_at, calendar) VALUES (1, 0, '', 0, '')")
        )
        work.commit()


def put(session: Session, row: SQLModel) -> None:
    session.add(row)
    session.flush()


def case(number: str = "1", **changes: Any) -> SQLModel:
    """Make a sound row of a problem just fed back, but for the changes."""
    sound = {
        "jurisdiction": 1, "round_id": 1, "inspection_id": 1, "unit_id": 1, "answerable_id": 1, "number": number,
        "problem": "路灯不亮", "words": "w", "fed_back_on": date(2026, 3, 2), "kind": "focused", "state": "feedback",
        "version": 1, "shown_version": 1, "entered": 1,
    }  # fmt: skip
    made: SQLModel = Case(**{**sound, **changes})
    return made


# What the database refuses


def test_every_state_of_the_life_can_be_stored(engine: Engine) -> None:
    with writing(engine) as work:
        for state in STATES:
            put(work.session, case(number=state, state=state, settled_at=NOW if state in SETTLED else None))
        kept = {row[0] for row in work.connection.exec_driver_sql("SELECT state FROM cases WHERE number = state")}
    assert kept == set(STATES)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "finished"}, "ck_cases_state_known"),
        ({"state": ""}, "ck_cases_state_known"),
        ({"kind": "urgent"}, "ck_cases_kind_known"),
        ({"state": "publicized"}, "ck_cases_settled_has_instant"),
        ({"state": "rectifying", "settled_at": NOW}, "ck_cases_settled_has_instant"),
        ({"version": 0, "shown_version": 0}, "ck_cases_version_counts"),
        ({"version": 1, "shown_version": 2}, "ck_cases_version_counts"),
    ],
)
def test_an_unsound_case_is_refused(engine: Engine, changes: dict[str, Any], constraint: str) -> None:
    with writing(engine) as work, pytest.raises(IntegrityError, match=constraint):
        put(work.session, case(**changes))


def test_an_unknown_role_is_refused(engine: Engine) -> None:
    with writing(engine) as work, pytest.raises(IntegrityError, match="ck_posts_role_known"):
        put(work.session, PostRow(jurisdiction=1, person_id=1, role="emperor"))


def test_a_number_is_taken_once_in_an_inspection_but_for_what_is_void(engine: Engine) -> None:
    with writing(engine) as work:
        put(work.session, case("1", state="withdrawn", settled_at=NOW, void=True))
        put(work.session, case("1"))
        put(work.session, case("2"))
        with pytest.raises(IntegrityError, match=r"ix_cases_number|cases\.inspection_id, cases\.number"):
            put(work.session, case("1"))


def test_a_rung_is_told_once_in_a_period(engine: Engine) -> None:
    with writing(engine) as work:
        put(work.session, case())
        for rung, period in (("half", 1), ("half", 3), ("day", 1)):
            put(work.session, Alert(case_id=1, rule="claim", rung=rung, period=period, version=2))
        work.session.expunge_all()
        with pytest.raises(
            IntegrityError, match=r"pk_alerts|alerts\.case_id, alerts\.rule, alerts\.rung, alerts\.period"
        ):
            put(work.session, Alert(case_id=1, rule="claim", rung="half", period=1, version=9))


POINTERS = ["jurisdiction", "round_id", "inspection_id", "unit_id", "answerable_id", "written_by"]


@pytest.mark.parametrize("column", POINTERS)
def test_a_case_points_only_to_what_is_there(engine: Engine, column: str) -> None:
    astray = case()
    setattr(astray, column, 99)
    with writing(engine) as work, pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        put(work.session, astray)


ATTACKS = {
    "sqlite": ["UPDATE trail SET at = 2", "DELETE FROM trail", INSERT_OR_REPLACE, "UPDATE checkpoints SET note = ''"],
    "postgres": ["UPDATE trail SET at = 2", "DELETE FROM trail", "TRUNCATE trail", "TRUNCATE checkpoints"],
}


@pytest.mark.parametrize("attack", range(4))
def test_what_is_on_record_stays(engine: Engine, kind: str, attack: int) -> None:
    with writing(engine) as work:
        put(work.session, TrailRow(jurisdiction=1, idx=0, body=b"entry", leaf=b"leaf", key="K", at=1))
        put(work.session, CheckpointRow(jurisdiction=1, size=1, root=b"root", note="note", at=1))
        work.commit()
    with writing(engine) as work, pytest.raises(DBAPIError, match="append-only"):
        work.session.execute(text(ATTACKS[kind][attack]))


# Instants


def test_an_instant_comes_back_as_it_went_in(engine: Engine) -> None:
    shanghai = NOW.astimezone(ZoneInfo("Asia/Shanghai"))
    with writing(engine) as work:
        put(work.session, case("1", state="withdrawn", settled_at=NOW))
        put(work.session, case("2", state="withdrawn", settled_at=shanghai))
        put(work.session, case("3"))
        work.commit()
    with reading(engine) as work:
        back = [row.settled_at for row in work.session.exec(select(Case).order_by(col(Case.number)))]
        stored = work.session.execute(text("SELECT settled_at FROM cases ORDER BY number")).scalars().all()
    assert back == [NOW, NOW, None]
    assert [one.tzinfo for one in back if one] == [UTC, UTC]
    assert stored == [clock.micros(NOW), clock.micros(NOW), None]


def test_a_time_without_its_offset_is_no_instant(engine: Engine) -> None:
    with writing(engine) as work, pytest.raises(StatementError, match="没有时区"):
        put(work.session, case(state="withdrawn", settled_at=datetime(2026, 3, 5)))  # noqa: DTZ001 the point


# How what is due is found


@pytest.mark.parametrize("query", [DUE_AS_DESIGNED, scan._DUE.format("")], ids=["designed", "scanned"])
def test_what_is_due_is_found_by_the_index_alone(engine: Engine, query: str) -> None:
    due = clock.micros(NOW)
    with writing(engine) as work:
        work.session.execute(insert(Case), [sleeping(number, due) for number in range(CASES)])
        work.session.execute(text("ANALYZE"))
        work.commit()
    with reading(engine) as work:
        params = [due] * (query.count("?") - query.count("LIMIT ?")) + [500] * query.count("LIMIT ?")
        explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
        plan = "\n".join(str(row[-1]) for row in work.driver.all(explain + query, params))
        found = work.driver.all(query, params)
    assert "ix_cases_wake_at" in plan
    assert "SCAN cases" not in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
    assert [row[0] for row in found] == list(range(1, 101))


def sleeping(number: int, due: int) -> dict[str, Any]:
    """Give one case in three no clock, and let a hundred be due by now."""
    wake = None if number % 3 == 0 and number >= 100 else due + (number - 99) * 1_000_000
    return {**case(str(number)).model_dump(exclude={"id", "wake_at"}), "wake_at": wake}


# Who waits for whom


def test_a_sqlite_connection_has_its_pragmas(sqlite_file: Engine) -> None:
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": BUSY_MS}
    with sqlite_file.connect() as first, sqlite_file.connect() as second:
        for connection in (first, second):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            assert found == wanted


def test_reading_leaves_sqlite_s_write_lock_to_others(sqlite_file: Engine) -> None:
    with reading(sqlite_file) as work:
        assert work.session.get(Jurisdiction, 1) is not None
        assert can_write(sqlite_file)


def test_writing_holds_sqlite_s_write_lock_from_its_first_statement(sqlite_file: Engine) -> None:
    with writing(sqlite_file) as work:
        assert work.session.get(Jurisdiction, 1) is not None
        assert not can_write(sqlite_file)
        work.rollback()
        assert can_write(sqlite_file)


def can_write(engine: Engine) -> bool:
    """Whether the write lock is free at this moment."""
    with contextlib.closing(sqlite3.connect(engine.url.database or "", timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True


def test_an_exception_in_a_writing_session_leaves_nothing(engine: Engine) -> None:
    def stumble() -> None:
        with writing(engine) as work:
            put(work.session, case())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    with reading(engine) as work:
        assert work.session.execute(text("SELECT count(*) FROM cases")).scalar() == 0


def test_eight_writers_on_sqlite_wait_for_each_other_and_lose_nothing(sqlite_file: Engine) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        done = [pool.submit(count_up, sqlite_file) for _ in range(WRITERS)]
    assert [one.exception() for one in done] == [None] * WRITERS
    with reading(sqlite_file) as work:
        assert work.session.execute(text("SELECT size FROM heads")).scalar() == WRITERS * MOVES


def count_up(engine: Engine) -> None:
    """Read, then write what was read plus one: what a deferred BEGIN fails at."""
    for _ in range(MOVES):
        with writing(engine) as work:
            size = work.session.execute(text("SELECT size FROM heads WHERE jurisdiction = 1")).scalar_one()
            work.session.execute(text("UPDATE heads SET size = :size WHERE jurisdiction = 1"), {"size": size + 1})
            work.commit()
