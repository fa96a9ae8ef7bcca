"""Clues 问题线索 and accountability 问责: numbers and dates alone, counted as of a day, late replies first; what stood without an entry gets one."""

from __future__ import annotations

from datetime import date
from typing import Any

from figures.printed import printed
from register.groundwork import lay_groundwork
from register.household import must_enter
from register.wanted import Wanted
from storage.engine import reading, writing
from storage.reads.founded import founded
from storage.reads.standings import AsOf
from tests.register.test_road import refused
from tests.web.conftest import Door
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN, World, day
from trail.verify import verify

SAID = {"round": "一轮", "receiver": "市纪委监委"}


def clue(world: World, number: str, handed: date, **more: Any) -> int:
    return int(world.enter("office", "clue", "make", number=number, handed_on=handed, **SAID, **more))


def table(world: World, name: str, on: date | None = None, **more: Any) -> list[list[str]]:
    """The rows of a table of figures with its sum, as they are printed."""
    with reading(world.engine) as work:
        found = printed(work.driver, AsOf(world.place, on or world.today, world.today, **more), name)
    return [[cell.said for cell in row] for row in (*found.rows, found.total) if row]


def test_a_clue_is_handed_over_answered_and_concluded_and_counts_as_of_each_day(world: World) -> None:
    """Three pieces in two clues: one is late when three months are over, the other was answered, later concluded."""
    one, two = clue(world, "X1", day(3, 2), pieces="2"), clue(world, "X2", day(3, 2), unit=TOWN, due_on="2026-04-01")
    assert world.rows("SELECT due_on FROM clues WHERE id = :one", one=one) in ([("2026-06-02",)], [(date(2026, 6, 2),)])
    world.go(day(4, 3))
    world.enter("office", "clue", "answer", two, replied_on=day(4, 3), outcome="going")
    assert table(world, "clues", day(4, 2)) == [
        ["市纪委监委", "3", "0", "0", "0.00 %", "1"],
        ["合计", "3", "0", "0", "0.00 %", "1"],
    ]
    assert table(world, "clues")[0] == ["市纪委监委", "3", "1", "0", "0.00 %", "0"]
    world.go(day(6, 10))
    world.enter("office", "clue", "answer", two, replied_on=day(6, 10), outcome="closed")
    assert table(world, "clues")[0] == ["市纪委监委", "3", "1", "1", "33.33 %", "2"]
    assert table(world, "clues", day(4, 3))[0] == ["市纪委监委", "3", "1", "0", "0.00 %", "0"]
    with reading(world.engine) as work:
        assert founded(work.driver, AsOf(world.place, world.today, world.today), [])["clues"] == 3
    assert verify(world.engine, world.home).ok


def test_what_cannot_be_entered_of_a_clue_is_said(world: World) -> None:
    one = clue(world, "X1", day(3, 2))
    again = {"number": "X1", "handed_on": day(3, 2), "pieces": 0, "due_on": day(3, 1), **SAID}
    said = refused(world, "office", Wanted("clue", "make", None, again))
    assert all(
        words in said for words in ("已登记有这个编号的问题线索", "件数至少是 1", "回复期限早于移交日期 2026年3月2日")
    )
    early = {"replied_on": day(3, 1), "outcome": "closed"}
    assert "回复日期早于移交的日期" in refused(world, "office", Wanted("clue", "answer", one, early))
    assert "回复日期不能晚于今天" in refused(
        world, "office", Wanted("clue", "answer", one, {**early, "replied_on": day(3, 9)})
    )
    world.enter("office", "clue", "answer", one, replied_on=day(3, 2), outcome="closed")
    assert "这件线索已于 2026年3月2日" in refused(
        world, "office", Wanted("clue", "answer", one, {**early, "replied_on": day(3, 2)})
    )
    assert "应由巡察办、本程序办理" in refused(world, "discipline", Wanted("clue", "make", None, again))


def test_clues_of_an_earlier_release_are_entered_once_by_the_product(world: World) -> None:
    """They stood in their table and on no entry: an upgrade enters them, with what they said, and a second one finds nothing."""
    with writing(world.engine) as work:
        work.driver.put(
            "INSERT INTO clues (jurisdiction, round_id, number, receiver, handed_on, due_on, replied_on) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (world.place, world.round_id, f"旧{at}", "县纪委监委", day(1, 5), day(4, 5), day(2, 1) if at else None)
                for at in range(2)
            ],
        )
        work.commit()
    assert not verify(world.engine, world.home).ok
    sizes = []
    for _ in range(2):
        with writing(world.engine) as work:
            lay_groundwork(work, "city", "", [], world.now)
            work.commit()
        sizes.append(world.rows("SELECT size FROM heads"))
    assert sizes[0] == sizes[1]
    assert verify(world.engine, world.home).ok
    assert table(world, "clues")[0] == ["县纪委监委", "2", "1", "1", "50.00 %", "0"]


def test_who_was_held_to_account_is_counted_by_unit_and_by_the_day_of_the_decision(world: World) -> None:
    said: dict[str, Any] = {"decided_by": "市纪委监委", "ways": "named、admonished"}
    first = {
        **said,
        "unit": TOWN,
        "number": "某纪发〔2026〕3号",
        "decided_on": day(2, 20),
        "organisations": 1,
        "persons": 2,
    }
    one = int(world.enter("discipline", "accountability", "make", **first))
    other = {
        **said,
        "unit": BUREAU,
        "number": "某纪发〔2026〕4号",
        "decided_on": day(3, 1),
        "persons": 1,
        "names": "欧阳某",
    }
    world.enter("office", "accountability", "make", **other)
    assert table(world, "accountability", since=day(2, 26)) == [
        [TOWN, "1", "1", "2", "0", "0"], [BUREAU, "1", "0", "1", "0", "1"], ["合计", "2", "1", "3", "0", "1"],
    ]  # fmt: skip
    assert table(world, "accountability", day(2, 28))[-1] == ["合计", "1", "1", "2", "0", "0"]
    again = Wanted("accountability", "make", None, {**first, "number": "某纪发(2026) 3号"})
    assert "已登记有这个文号、这个党组织的问责决定" in refused(world, "office", again)
    nobody = {**first, "number": "9", "organisations": 0, "persons": None, "decided_on": day(3, 9)}
    said_of = refused(world, "office", Wanted("accountability", "make", None, nobody))
    assert "决定日期不能晚于今天" in said_of
    assert "请填写问责了几个党组织或几个人" in said_of
    with writing(world.engine) as work:
        dropped = Wanted("accountability", "drop", one, reason="重复登记")
        must_enter(work, [dropped], world.actor("office2"), world.now, asked_by=world.people["discipline"])
        work.commit()
    assert table(world, "accountability")[-1] == ["合计", "1", "0", "1", "0", "0"]
    assert "已撤回" in refused(world, "office2", Wanted("accountability", "drop", one), asked_by="discipline")
    assert (
        not world.rows("SELECT 1 FROM trail WHERE CAST(body AS TEXT) LIKE '%欧阳%'")
        or world.engine.dialect.name != "sqlite"
    )


def test_the_list_of_clues_begins_with_what_is_late(door: Door) -> None:
    world = door.world
    clue(world, "早", day(3, 2), due_on="2026-03-10")
    clue(world, "晚", day(3, 2))
    world.go(day(3, 20))
    door.sign_in("office")
    page = words(door.as_("office").get("/register/clue").text)
    assert "2026 年 移交 2 件 办结 0 件 待回复 2 件， ■ 逾期 1 件" in page
    assert page.index("早 ") < page.index("■ 逾期 10 天 ，应于 2026年3月10日") < page.index("晚 ")
    assert door.as_("discipline").get("/register/clue").status_code == 200
    assert door.as_("secretary").get("/register/clue").status_code == 404
    for login, told in (("office", True), ("discipline", True), ("organisation", False)):
        assert ("问题线索待回复" in words(door.as_(login).get("/").text)) is told, login
    assert "问责" in words(door.as_("discipline").get("/register/accountability").text)
