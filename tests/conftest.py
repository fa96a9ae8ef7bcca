"""Fixtures: every test that touches rows runs on both databases, and leaves them sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine

from storage.engine import open_engine
from storage.hashing import HASHER
from storage.setup import create_all
from tests import databases, lending
from tests.soundness import check_sound
from tests.world import World

SLOW = HASHER.current_hasher
"""How the product hashes a password: a fifth of a second of the processor. Here it takes a thousandth; the parameters stand in the hash."""
HASHER.current_hasher = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)

_TEMPLATES: dict[str, tuple[str, World]] = {}


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    """Name the database under test."""
    return str(request.param)


@pytest.fixture
def world(kind: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Yield a fresh house with its cast; afterwards everything is read again and must be sound."""
    template, made = _template(kind, tmp_path_factory)
    url = databases.fresh_sqlite(tmp_path, Path(template)) if kind == "sqlite" else lending.lend(template)
    engine = open_engine(url)
    here = World(engine, tmp_path, made.place, made.now, dict(made.people), dict(made.units), made.round_id, made.begun)
    yield here
    try:
        check_sound(engine, tmp_path, here.spoilt)
    finally:
        engine.dispose()
        if kind == "postgres":
            lending.take_back(url)


def _template(kind: str, factory: pytest.TempPathFactory) -> tuple[str, World]:
    """Found the house once for each process and database; tests clone it."""
    if kind not in _TEMPLATES:
        folder = factory.mktemp("template")
        url = databases.fresh_sqlite(folder) if kind == "sqlite" else databases.fresh_postgres()
        engine: Engine = open_engine(url)
        create_all(engine)
        made = World(engine, folder).found()
        engine.dispose()
        _TEMPLATES[kind] = (url.removeprefix("sqlite:///") if kind == "sqlite" else url, made)
    return _TEMPLATES[kind]
