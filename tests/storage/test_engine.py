"""Opening a database: connections that the server has dropped are not handed out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import sql
from sqlalchemy import Engine

from storage.engine import open_engine, reading
from tests import databases


@pytest.fixture
def engine() -> Iterator[Engine]:
    url = databases.fresh_postgres()
    engine = open_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


def backend(engine: Engine) -> int:
    with reading(engine) as work:
        row = work.driver.one("SELECT pg_backend_pid()")
    assert row
    return int(row[0])


def test_a_connection_the_server_dropped_is_replaced_unseen(engine: Engine) -> None:
    first = backend(engine)
    assert backend(engine) == first  # it waited in the pool, and was taken again
    databases.command(sql.SQL("SELECT pg_terminate_backend({}), pg_sleep(0.2)").format(first))
    assert backend(engine) != first
