"""The ground that all sides stand on: places with problems fed back by real moves, copied for each side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine

from register.groundwork import lay_groundwork
from register.household import inspections_of, must_enter, round_of, units_of
from register.wanted import Wanted
from states import OFFICE, SECRETARY
from storage.engine import open_engine, writing
from storage.setup import create_all
from storage.work import Work
from tests import databases
from tests.world import county, usual_answers, usual_materials
from workflow.engine import fire
from workflow.people import operator
from workflow.subject import Actor, Birth, Intent, Post

DAY = date(2026, 3, 2)


def morning(day: date) -> datetime:
    """Return ten o'clock in Shanghai."""
    return datetime.combine(day, time(2), UTC)


@dataclass(frozen=True, slots=True)
class Territory:
    """A jurisdiction with its units, and the problems fed back to each of them."""

    id: int
    units: tuple[int, ...]
    secretaries: tuple[int, ...]
    posts: tuple[int, ...]
    """The secretaries and their posts, as the units."""
    inspections: tuple[tuple[int, ...], ...]

    def secretary(self, number: int) -> Actor:
        """Return the secretary of the n-th unit."""
        post = Post(SECRETARY, self.units[number], self.posts[number])
        return Actor(self.id, "secretary", "王建国", (post,), "web", self.secretaries[number])


@dataclass
class Ground:
    """A template database, the places in it, and copies for whoever measures."""

    kind: str
    folder: Path
    template: str
    places: list[Territory] = field(default_factory=list)
    opened: list[tuple[Engine, str]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """Return the morning after the problems were fed back."""
        return morning(DAY + timedelta(days=1))

    def copy(self) -> Engine:
        """Return an engine on a fresh copy of the template."""
        url = self.copied()
        engine = open_engine(url)
        self.opened.append((engine, url))
        return engine

    def copied(self) -> str:
        """Return the URL of a fresh copy of the template."""
        if self.kind == "postgres":
            return databases.fresh_postgres(self.template)
        return databases.fresh_sqlite(self.folder, Path(self.template.removeprefix("sqlite:///")))

    def close(self) -> None:
        """Let go of every copy."""
        for engine, url in self.opened:
            engine.dispose()
            if self.kind == "postgres":
                databases.drop(url)
        self.opened.clear()


@dataclass(frozen=True, slots=True)
class Fed:
    """What a place is to hold: so many inspections, so many problems in each, fed back on a day."""

    inspections: int
    each: int
    day: date = DAY


@contextmanager
def ground(kind: str, *wanted: Fed) -> Iterator[Ground]:
    """Build a database with these places; all is gone afterwards."""
    with TemporaryDirectory(prefix="zhenggai-bench-") as name:
        folder = Path(name)
        url = databases.fresh_sqlite(folder) if kind == "sqlite" else databases.fresh_postgres()
        made = Ground(kind, folder, url)
        try:
            _build(made, wanted)
            yield made
        finally:
            made.close()
            if kind == "postgres":
                databases.drop(url)


def _build(made: Ground, wanted: Sequence[Fed]) -> None:
    engine = open_engine(made.template)
    create_all(engine)
    # The first bears the code of the shipped configuration: the door opens only on that.
    codes = ["city", *(f"place{number}" for number in range(2, len(wanted) + 1))]
    made.places += [_feed(engine, code, fed) for code, fed in zip(codes, wanted, strict=False)]
    if made.kind == "postgres":
        # A server in use has statistics; in one some seconds old both sides would read tables from end to end.
        with writing(engine) as work:
            work.driver.run("ANALYZE")
            work.commit()
    engine.dispose()


def _feed(engine: Engine, code: str, fed: Fed) -> Territory:
    with writing(engine) as work:
        now = morning(fed.day)
        place = lay_groundwork(work, code, code, [county()], now, rehearsal=True)
        (person,) = make(work, place, now, "person", [{"name": "陈静"}])
        (post,) = make(work, place, now, "post", [{"person": person, "role": OFFICE}])
        office = Actor(place, "office", "陈静", (Post(OFFICE, id=post),), "web", person)
        units = [
            *units_of(work, [f"第{number}镇党委" for number in range(1, fed.inspections + 1)], office, now).values()
        ]
        round_id = round_of(work, "一轮", county().digest, office, now)
        inspections = [*inspections_of(work, round_id, dict.fromkeys(units, fed.day), office, now).values()]
        people = make(work, place, now, "person", [{"name": "王建国"}] * len(units))
        held = [{"person": one, "role": SECRETARY, "unit": unit} for one, unit in zip(people, units, strict=True)]
        posts = make(work, place, now, "post", held)
        work.commit()
    cases = []
    for unit, inspection in zip(units, inspections, strict=True):
        with writing(engine) as work:
            cases.append(_births(work, office, Birth(inspection, round_id, unit, unit, "", ""), fed))
            work.commit()
    return Territory(place, tuple(units), tuple(people), tuple(posts), tuple(cases))


def make(work: Work, place: int, now: datetime, kind: str, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Let the operator make rows of a kind; return their numbers."""
    wanted = [Wanted(kind, "make", None, row) for row in rows]
    return must_enter(work, wanted, operator(place, "bench"), now)


def _births(work: Work, office: Actor, like: Birth, fed: Fed) -> tuple[int, ...]:
    answers, materials = usual_answers("feed_back", fed.day), usual_materials("feed_back")
    births = [
        replace(like, number=str(number), problem=f"路灯不亮{number}", category="民生", detail="背街损坏17盏")
        for number in range(1, fed.each + 1)
    ]
    intents = [Intent("feed_back", birth=birth, answers=answers, materials=materials) for birth in births]
    outcomes = fire(work, intents, office, morning(fed.day))
    assert all(one.outcome == "done" for one in outcomes), outcomes
    return tuple(one.case or 0 for one in outcomes)
