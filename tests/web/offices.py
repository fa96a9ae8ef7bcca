"""Two offices 往来 that share no network, each with its door: the upper one sends problems down, the lower one reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from storage.engine import open_engine
from tests import databases, lending
from tests.conftest import _template
from tests.exchanging import verifier_of
from tests.soundness import check_sound
from tests.web.conftest import Answer, Door, opened
from tests.web.test_importing import go_on
from tests.world import BUREAU, TOWN, VILLAGE, World

CITY, COUNTY = "市委巡察办", "武桥县委巡察办"


@dataclass
class Pair:
    """The upper office and the lower one, each with its door, and how each is entered with the other."""

    upper: Door
    lower: Door
    county: int
    city: int

    def down(self, **said: Any) -> Answer:
        """Ask the upper office for the file of problems."""
        fields = {"to": str(self.county), "round": str(self.upper.world.round_id), **said}
        return self.upper.as_("office").submit("/exchange/problems", fields)

    def up(self) -> Answer:
        """Ask the lower office for the file of its report."""
        ((around,),) = self.lower.world.rows("SELECT id FROM rounds WHERE source_id IS NOT NULL")
        return self.lower.as_("office").submit("/exchange/reports", {"round": str(around)})


def taken(door: Door, content: bytes) -> Answer:
    """Hand a file in on the page of the exchange."""
    return door.as_("office").submit(
        "/exchange/take", {}, files={"m.problem_list": ("文件.zgx", content, "text/plain")}
    )


def carried(door: Door, content: bytes) -> Answer:
    """Hand a file of problems in, and look it through."""
    answer = taken(door, content)
    assert answer.status_code == 303, answer.text
    first = door.as_("office").get(answer.headers["location"])
    return go_on(door, first, "look", feedback=door.world.today.isoformat())


def world_of(kind: str, home: Path, factory: pytest.TempPathFactory, stack: ExitStack) -> World:
    """Found one installation on a database of its own; afterwards it must be sound."""
    template, made = _template(kind, factory)
    url = databases.fresh_sqlite(home, Path(template)) if kind == "sqlite" else lending.lend(template)
    engine = open_engine(url)
    if kind == "postgres":
        stack.callback(lending.take_back, url)
    stack.callback(engine.dispose)
    stack.callback(check_sound, engine, home)
    return World(engine, home, made.place, made.now, dict(made.people), dict(made.units), made.round_id, made.begun)


@contextmanager
def two_offices(kind: str, factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Yield two offices, each entered with the other by two people; the upper has fed three problems back, one to others."""
    with ExitStack() as stack:
        upper, lower = (world_of(kind, factory.mktemp(name), factory, stack) for name in ("upper", "lower"))
        upper.feed_back(2)
        upper.feed_back(1, VILLAGE)
        upper.feed_back(1, BUREAU)
        said = {"name": COUNTY, "standing": "lower", "verifier": verifier_of(lower), "unit": TOWN, "every": 30}
        county = upper.enter("office2", "correspondent", "make", asked_by="office", **said)
        said = {"name": CITY, "standing": "upper", "verifier": verifier_of(upper)}
        city = lower.enter("office2", "correspondent", "make", asked_by="office", **said)
        yield Pair(stack.enter_context(opened(upper)), stack.enter_context(opened(lower)), county, city)
