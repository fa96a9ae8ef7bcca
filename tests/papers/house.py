"""One house in which every paper has something to say: a visit, an order, eight problems on their several ways, clues."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import clock
from papers.content import Content
from papers.dossier import About
from papers.filling import fill
from papers.kinds import CASE, KINDS, ROUND, Kind
from storage.engine import open_engine, reading, writing
from storage.setup import create_all
from tests import databases
from tests.world import TOWN, World, day

LAST_DAY = day(7, 20)


@lru_cache(maxsize=2)
def house(database: str, folder: Path) -> tuple[World, dict[str, int]]:
    """Return the house on a database, and its cases by what became of them."""
    url = databases.fresh_sqlite(folder) if database == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    create_all(engine)
    world = World(engine, folder).found()
    return world, _live(world)


def _live(world: World) -> dict[str, int]:
    """Let the town be visited and fed back to; of its problems each goes another way."""
    found = {"ordered": world.order(world.visit())}
    world.later(5)
    names = ("published", "withheld", "verified", "returned", "extended", "late", "submitted", "escalated")
    cases = world.feed_back(len(names))
    found |= dict(zip(names, cases, strict=True))
    world.later(1)
    world.do("secretary", "claim", *cases)
    world.do("secretary", "submit_plan", *cases)
    world.agree(*cases)
    world.do("office", "approve_plan", *cases, answers={"agreed_on": day(5, 20).isoformat()})
    _rectify(world, found)
    _insert_clue(world)
    return found


def _rectify(world: World, found: dict[str, int]) -> None:
    world.go(day(4, 7))
    world.do("handler", "progress", found["late"], answers={"text": "路灯已修复五盏"})
    world.do("office", "check", found["late"], answers={"checked_on": day(4, 7).isoformat(), "method": "on_site", "found": "进度偏慢"})
    world.do("secretary", "request_extension", found["extended"], answers={"until": day(6, 20).isoformat()})
    world.do("office", "grant_extension", found["extended"], answers={"until": day(6, 20).isoformat()})
    for name in ("published", "withheld", "verified"):
        world.walk(found[name], "submit", "verify")
    world.do("office", "approve_text", found["published"])
    world.do("secretary", "publicize", found["published"])
    world.do("office", "looked_back", found["published"], answers={"checked_on": world.today.isoformat(), "found": "没有反弹"})
    world.do("office", "withhold", found["withheld"])
    world.walk(found["returned"], "submit", "agree", "return_work")
    world.walk(found["submitted"], "submit", "agree")
    world.do("office", "escalate_by_hand", found["escalated"])
    world.scan(day(5, 15))
    world.scan(day(5, 22))
    world.go(day(5, 25))


def _insert_clue(world: World) -> None:
    """The register has no clues yet: one stands in its table."""
    with writing(world.engine) as work:
        work.driver.run(
            "INSERT INTO clues (jurisdiction, round_id, number, receiver, handed_on, due_on) VALUES (?, ?, ?, ?, ?, ?)",
            (world.place, world.round_id, "XS-001", "市纪委监委", date(2026, 4, 1), date(2026, 7, 1)),
        )
        work.commit()


WHICH = {"extension_request": "extended", "extension_answer": "extended", "closing_request": "verified", "withholding_approval": "withheld", "look_back": "published"}


def about(kind: Kind, cases: dict[str, int]) -> About:
    """Return what a paper of the house is asked for."""
    if kind.covers == CASE:
        return About(case=cases[WHICH[kind.name]])
    return About(round="一轮") if kind.covers == ROUND else About(unit=TOWN, round="一轮")


def paper(world: World, cases: dict[str, int], name: str, login: str = "head", asked: About | None = None) -> Content:
    """Return a paper as somebody of the cast fills it."""
    kind = KINDS[name]
    with reading(world.engine) as work:
        return fill(work.driver, kind, asked or about(kind, cases), world.actor(login), clock.local_date(world.now))
