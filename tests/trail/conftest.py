"""A store to attack: made once for each database, a copy for each test, never checked for soundness afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import open_engine
from storage.setup import create_all
from tests import databases
from tests.trail.store import Attacker, Store, copy_home, live
from tests.world import World

_TEMPLATES: dict[str, tuple[str, World]] = {}


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Yield a database with some forty entries and two checkpoints, the last of them not at the end."""
    kind: str = request.param
    template, made = _template(kind, tmp_path_factory)
    file = Path(template.removeprefix("sqlite:///"))
    url = databases.fresh_sqlite(tmp_path, file) if kind == "sqlite" else databases.fresh_postgres(template)
    engine = open_engine(url)
    home = copy_home(made.home, tmp_path / "home")
    world = World(engine, home, made.place, made.now, dict(made.people), dict(made.units), made.round_id)
    yield Store(kind, url, engine, home, world)
    engine.dispose()
    if kind == "postgres":
        databases.drop(url)


@pytest.fixture
def attacker(store: Store) -> Iterator[Attacker]:
    """Yield somebody who writes to the store's tables at will."""
    with store.attacker() as attacker:
        yield attacker


def _template(kind: str, factory: pytest.TempPathFactory) -> tuple[str, World]:
    if kind not in _TEMPLATES:
        folder = factory.mktemp("trail")
        url = databases.fresh_sqlite(folder) if kind == "sqlite" else databases.fresh_postgres()
        engine = open_engine(url)
        create_all(engine)
        made = World(engine, folder / "home").found()
        live(made)
        engine.dispose()
        _TEMPLATES[kind] = (url, made)
    return _TEMPLATES[kind]
