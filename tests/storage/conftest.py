"""Databases for the steps between releases; they are gone afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage import migrate
from storage.engine import open_engine
from tests import databases
from tests.storage.steps import fresh

_MIGRATED: dict[str, str] = {}


@pytest.fixture
def make(kind: str, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Hand out empty databases."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(fresh(kind, tmp_path))


@pytest.fixture
def empty(make: Callable[[], Engine]) -> Engine:
    return make()


@pytest.fixture
def migrated(kind: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Yield a copy of the database that all the steps made; they are walked once."""
    if kind not in _MIGRATED:
        folder = tmp_path_factory.mktemp("migrated")
        url = databases.fresh_sqlite(folder) if kind == "sqlite" else databases.fresh_postgres()
        engine = open_engine(url)
        migrate.upgrade(engine)
        engine.dispose()
        _MIGRATED[kind] = url.removeprefix("sqlite:///")
    with fresh(kind, tmp_path, _MIGRATED[kind]) as engine:
        yield engine
