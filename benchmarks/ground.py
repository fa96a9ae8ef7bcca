"""The ground that both sides stand on: a house with problems fed back by real moves, copied for each side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from storage.engine import open_engine, writing
from storage.people import unit_made
from storage.setup import create_all
from storage.sql import Driver
from tests import databases
from tests.world import World
from workflow.subject import Actor, Post


@dataclass
class Ground:
    """A template database, the problems in it by inspection, and copies for whoever measures."""

    kind: str
    folder: Path
    world: World
    template: str
    inspections: list[list[int]]
    opened: list[tuple[Engine, str]] = field(default_factory=list)

    def copy(self) -> Engine:
        """Return an engine on a fresh copy of the template."""
        url = _copy_of(self.kind, self.folder, self.template)
        engine = open_engine(url)
        self.opened.append((engine, url))
        return engine

    def secretary(self, inspection: int) -> Actor:
        """Return the secretary of the unit that was inspected, the n-th of this ground."""
        unit = self.world.units[_unit(inspection)]
        return Actor(self.world.place, "secretary", "王建国", (Post("secretary", unit),), "web", self.world.people["secretary"])

    def close(self) -> None:
        """Let go of every copy."""
        for engine, url in self.opened:
            engine.dispose()
            if self.kind == "postgres":
                databases.drop(url)


@contextmanager
def ground(kind: str, inspections: int, each: int) -> Iterator[Ground]:
    """Build a house with so many inspections and so many problems fed back in each; all is gone afterwards."""
    with TemporaryDirectory(prefix="zhenggai-bench-") as name:
        made = _build(kind, Path(name), inspections, each)
        try:
            yield made
        finally:
            made.close()
            if kind == "postgres":
                databases.drop(made.template)


def _build(kind: str, folder: Path, inspections: int, each: int) -> Ground:
    url = databases.fresh_sqlite(folder) if kind == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    create_all(engine)
    world = World(engine, folder).found()
    with writing(engine) as session:
        for number in range(inspections):
            world.units[_unit(number)] = unit_made(session, world.place, _unit(number)).id or 0
        session.commit()
    cases = [world.feed_back(each, unit=_unit(number)) for number in range(inspections)]
    world.later(1)
    if kind == "postgres":
        _look_over(engine)
    engine.dispose()
    return Ground(kind, folder, world, url, cases)


def _look_over(engine: Engine) -> None:
    # A server in use has statistics; a database some seconds old has none, and both sides would read tables end to end.
    with writing(engine) as session:
        Driver(session).run("ANALYZE")
        session.commit()


def _unit(number: int) -> str:
    return f"第{number + 1}镇党委"


def _copy_of(kind: str, folder: Path, template: str) -> str:
    if kind == "postgres":
        return databases.fresh_postgres(template)
    return databases.fresh_sqlite(folder, Path(template.removeprefix("sqlite:///")))
