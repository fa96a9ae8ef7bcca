"""A store to attack: made once for each database, as it was for each test, never checked for soundness afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage.engine import open_engine
from storage.setup import create_all
from tests import databases
from tests.trail.store import Attacker, Store, copy_home, live
from tests.world import World


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Yield the store of one database as it was made, with a copy of all its tables inside."""
    folder = tmp_path_factory.mktemp("trail")
    url = databases.fresh_sqlite(folder) if request.param == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    create_all(engine)
    world = World(engine, folder / "home").found()
    live(world)
    store = Store(request.param, url, engine, folder / "home", world)
    with store.attacker() as attacker:
        attacker.save()
    store.mend()
    yield store
    engine.dispose()
    if request.param == "postgres":
        databases.drop(url)


@pytest.fixture
def store(made: Store, tmp_path: Path) -> Iterator[Store]:
    """Yield a database with some forty entries and two checkpoints, the last of them not at the end."""
    home = copy_home(made.home, tmp_path / "home")
    yield replace(made, home=home, world=replace(made.world, home=home))
    made.mend()


@pytest.fixture
def attacker(store: Store) -> Iterator[Attacker]:
    """Yield somebody who writes to the store's tables at will."""
    with store.attacker() as attacker:
        yield attacker
