"""A small county in the middle of its term, with problems in every state: what the tour and the pictures look at."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from register.groundwork import lay_groundwork, profiles_in
from seeding.seed import begins, seed
from seeding.sizes import Sizes
from settings import SHIPPED, load
from storage.engine import open_engine, writing
from storage.setup import create_all
from tests.browser.door import PASSWORD
from trail.checkpoint import sign_checkpoint

SMALL = Sizes(
    days=300, rounds=4, towns=2, streets=1, bureaus=2, companies=1, schools=1, villages=8,
    problems=120, clues=9, rules=31, recovered=1_234_567, voids=2, before=24,
)  # fmt: skip
MORNING = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


@dataclass(frozen=True)
class County:
    """A seeded house."""

    engine: Engine
    home: Path

    def now(self) -> datetime:
        """Return the morning at which the seeding ended."""
        return MORNING


@contextlib.contextmanager
def seeded(home: Path, sizes: Sizes = SMALL) -> Iterator[County]:
    """Seed a county, a small one where nothing else is said, into an empty folder; yield it."""
    engine = open_engine(f"sqlite:///{home / 'zhenggai.db'}")
    create_all(engine)
    with writing(engine) as work:
        lay_groundwork(
            work, "city", "示范市", profiles_in(load(SHIPPED).config.profiles), begins(MORNING, sizes), rehearsal=True
        )
        work.commit()
    seed(engine, home, MORNING, PASSWORD, lambda *_: None, sizes)
    sign_checkpoint(engine, home, None, MORNING)
    yield County(engine, home)
    engine.dispose()
