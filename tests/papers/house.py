"""One house in which every paper has something to say: a visit, an order, eight problems on their several ways, clues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from papers.content import Content
from papers.dossier import About
from papers.drafting import Subject, draft
from papers.filling import fill
from papers.frozen import thawed
from papers.issuing import Order, Printed, Printer, issue
from papers.kinds import CASE, KINDS, PLACE, ROUND, Kind
from register.household import must_enter
from register.wanted import Wanted
from storage.engine import open_engine, reading, writing
from storage.paper_drafts import digest_of, written
from storage.setup import create_all
from tests import databases
from tests.world import TOWN, World, day
from workflow.people import actor_of


@dataclass
class House:
    """The world of the papers, and its cases by what became of them."""

    world: World
    cases: dict[str, int]

    def paper(self, name: str, login: str = "head", **asked: Any) -> Content:
        """Return a paper as somebody of the cast fills it."""
        kind, world = KINDS[name], self.world
        wanted = About(**asked) if asked else about(kind, self.cases)
        with reading(world.engine) as work:
            actor = actor_of(work.driver, login, world.today, "web")
            return fill(work.driver, kind, wanted, actor, world.today)


@lru_cache(maxsize=2)
def house(database: str, folder: Path) -> House:
    """Return the house on a database."""
    url = databases.fresh_sqlite(folder) if database == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    create_all(engine)
    world = World(engine, folder).found()
    return House(world, _live(world))


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
    found["report"] = issued_report(world, day(5, 24))
    world.enter("office", "clue", "make", number="XS-001", round="一轮", receiver="市纪委监委", handed_on=day(4, 1))
    # 限定知悉: for its unit and one of the office; the head and the discipline inspection belong to every circle.
    circle = {"case": found["verified"], "roles": "secretary handler", "people": str(world.people["office"])}
    with writing(world.engine) as work:
        wanted = Wanted("restriction", "make", None, circle, "涉及个人隐私")
        must_enter(work, [wanted], world.actor("office"), world.now)
        work.commit()
    return found


def issued_report(world: World, on: date, printer: Printer | None = None) -> int:
    """Let the office draft the month's report as of a day, and the head issue it; return the paper."""
    printer = printer or (
        lambda driver, row, *_: Printed(b"%PDF-1.7", figures=thawed(written(driver, row.id).content).figures.encode())
    )
    series = world.enter("office", "series", "make", organ="中共示范市委巡察办", mark=f"示巡办{world.size}")
    with writing(world.engine) as work:
        number = draft(
            work, KINDS["monthly_report"], Subject(on=on, since=on.replace(day=1)), world.actor("office"), world.now
        )
        assert isinstance(number, int), number
        seen = digest_of(work.driver, number)
        work.commit()
    made = issue(
        world.engine, Path(world.home), Order(number, series, seen=seen), world.actor("head"), world.now, printer
    )
    assert made.row, made.refused
    return int(made.row)


def _rectify(world: World, found: dict[str, int]) -> None:
    world.go(day(4, 7))
    world.do("handler", "progress", found["late"], answers={"text": "路灯已修复五盏"})
    world.do(
        "office",
        "check",
        found["late"],
        answers={"checked_on": day(4, 7).isoformat(), "method": "on_site", "found": "进度偏慢"},
    )
    world.do("secretary", "request_extension", found["extended"], answers={"until": day(6, 20).isoformat()})
    world.do("office", "grant_extension", found["extended"], answers={"until": day(6, 20).isoformat()})
    rule = {"kind": "新建", "name": "路灯管护办法", "number": "城伯发〔2026〕3号"}
    listed = {
        "rules": [rule],
        "people": [{"kind": "党纪处分", "name": "欧阳某某"}],
        "results": {"money_recovered": "120.50"},
    }
    for name in ("published", "withheld", "verified"):
        world.do("secretary", "submit", found[name], answers=listed)
        world.walk(found[name], "verify")
    world.do("office", "approve_text", found["published"])
    world.do("secretary", "publicize", found["published"])
    world.do(
        "office",
        "looked_back",
        found["published"],
        answers={"checked_on": world.today.isoformat(), "found": "没有反弹"},
    )
    world.do("office", "withhold", found["withheld"])
    world.walk(found["returned"], "submit", "agree", "return_work")
    world.walk(found["submitted"], "submit", "agree")
    world.do("office", "escalate_by_hand", found["escalated"])
    world.scan(day(5, 15))
    world.scan(day(5, 22))
    world.go(day(5, 25))


# Of which case a paper about one is; where none of them has anything to say in it, _live lets one come so far.
WHICH: Final = {
    "extension_request": "extended",
    "extension_answer": "extended",
    "closing_request": "verified",
    "withholding_approval": "withheld",
    "look_back": "published",
}


def about(kind: Kind, cases: dict[str, int]) -> About:
    """Return what a paper of the house is asked for."""
    if kind.covers == CASE and kind.name not in WHICH:
        raise LookupError(
            f"{kind.name}: say in WHICH of tests/papers/house.py of which case it is, one of {', '.join(cases)}"
        )
    if kind.covers == CASE:
        return About(case=cases[WHICH[kind.name]])
    if not kind.tables and kind.covers == PLACE:
        return About(corrects=cases["report"])
    if kind.covers == PLACE:
        return About(on=day(5, 25), since=day(4, 26))
    return (
        About(round="一轮", on=day(5, 25) if kind.counts else None)
        if kind.covers == ROUND
        else About(unit=TOWN, round="一轮")
    )
