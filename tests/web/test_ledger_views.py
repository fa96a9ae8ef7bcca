"""The ledger of one's own: its columns, its views, its groups; acts on all that is found; what it is searched by."""

from __future__ import annotations

import re
from html import unescape

import pytest

from ledger.out_columns import COLUMNS
from storage.engine import reading, writing
from storage.ledger_views import MOST_VIEWS
from storage.reads.ledger.orders import SORTS
from storage.search import found_by, index_all
from tests.storage.test_search import found
from tests.web.conftest import Door
from tests.web.test_homes import words
from tests.web.test_ledger import Seen, seen
from tests.world import BUREAU, TOWN, VILLAGE
from web.ledger_groups import GROUPED
from web.pages.ledger_views import NAME_ASKED, TOO_LONG, TOO_MANY

HEAD = re.compile(r'<th class="col-([a-z_]+) w\d+"')
GROUP = re.compile(r'<tr><th scope="row">　?<a href="(/cases\?[^"]*)">(?:(?!</tr>).)*?<td>(\d+)</td>', re.DOTALL)
FOUND = re.compile(r"共 <strong>(\d+)</strong> 条")


def heads(door: Door, login: str) -> list[str]:
    """Return the columns of somebody's ledger on the screen."""
    return HEAD.findall(door.as_(login).get("/cases").text)


def test_columns_are_one_s_own_and_in_their_order(door: Door) -> None:
    world = door.world
    [case] = world.feed_back()
    world.walk(case, "claim")
    usual = heads(door, "office")
    assert usual == ["number", "category", "problem", "unit", "responsible", "state", "state_due", "warning"]
    office = door.as_("office")
    for step in (
        "on.person",
        "on.fed_back",
        "up.fed_back",
        "off.category",
        "up.number",
        "down.warning",
        "off.problem",
        "on.nothing",
        "x.y",
        "",
    ):
        assert (
            office.submit("/cases/columns", {"step": step, "back": "state=open&nothing=1"}).headers["location"]
            == "/cases/columns?state=open"
        )
    assert heads(door, "office") == [
        "number",
        "unit",
        "responsible",
        "state",
        "state_due",
        "fed_back",
        "warning",
        "person",
        "problem",
    ]
    assert heads(door, "office2") == usual, "another's stay"
    page = office.get("/cases").text
    row = world.row(case)
    assert f'<span class="two-lines">{world.rows("SELECT person FROM cases")[0][0]}</span>' in page
    assert f"{row.fed_back_on.month}月{row.fed_back_on.day}日" in page
    for column in COLUMNS:
        office.submit("/cases/columns", {"step": f"on.{column.key}"})
    assert set(heads(door, "office")) == {column.key for column in COLUMNS}
    assert Seen(office.get("/cases").text).cases == [case]
    office.submit("/cases/columns", {"step": "usual"})
    assert heads(door, "office") == usual


def test_every_column_that_sorts_lists_the_same_problems_up_and_down(door: Door) -> None:
    world = door.world
    cases = {*world.feed_back(3), *world.feed_back(2, VILLAGE)}
    world.walk(min(cases), "claim")
    unknown = set(SORTS) - {column.key for column in COLUMNS}
    assert unknown == set()
    for sort in SORTS:
        for way in (sort, f"-{sort}"):
            page = door.as_("office").get(f"/cases?sort={way}").text
            assert set(Seen(page).cases) == cases, way
            assert page.count("aria-sort=") == bool(re.search(f'class="col-{sort} w\\d+', page)), way


def test_views_are_addresses_kept_by_name_and_asked_anew_by_who_opens_them(door: Door) -> None:
    world = door.world
    world.feed_back(2)
    world.feed_back(1, BUREAU)
    office, other, secretary = door.as_("office"), door.as_("office2"), door.as_("secretary")
    said = "state=open&sort=-unit&group=unit"
    assert (
        office.submit(
            "/cases/views", {"said": f"{said}&x=1", "name": " 各单位  ", "step": "keep", "shared": "1"}
        ).headers["location"]
        == f"/cases?{said}"
    )
    office.submit("/cases/views", {"said": "lamp=late", "name": "我的", "step": "keep"})
    assert (
        secretary.submit(
            "/cases/views", {"said": "state=open", "name": "开着的", "step": "keep", "shared": "1"}
        ).status_code
        == 303
    )
    listed = {login: dict(re.findall(r'<a href="/cases\?([^"]*)"[^>]*>(各单位|我的|开着的)', door.as_(login).get("/cases").text.partition('class="views')[2].partition("</p>")[0]))
              for login in ("office", "office2", "secretary", "handler", "auditor")}  # fmt: skip
    assert {login: set(found.values()) for login, found in listed.items()} == {
        "office": {"各单位", "我的"}, "office2": {"各单位"}, "secretary": {"开着的"}, "handler": set(), "auditor": set(),
    }  # fmt: skip
    address = next(iter(listed["office2"]))
    assert FOUND.findall(other.get(f"/cases?{unescape(address)}").text) == ["3"]
    assert FOUND.findall(secretary.get(f"/cases?{unescape(address)}").text) == ["2"], "it opens no other unit"
    page = words(office.get("/cases/views?lamp=late").text)
    assert "按单位排列（倒序）；按单位分组" in page
    numbers = dict(world.rows("SELECT name, id FROM ledger_views"))
    assert secretary.submit("/cases/views", {"step": f"drop.{numbers['各单位']}"}).status_code == 404
    assert other.submit("/cases/views", {"step": f"drop.{numbers['我的']}"}).status_code == 404
    assert other.submit("/cases/views", {"step": f"drop.{numbers['各单位']}"}).status_code == 303
    for name, why in (("", NAME_ASKED), ("\u200b", NAME_ASKED), ("长" * 21, TOO_LONG)):
        answer = office.submit("/cases/views", {"name": name, "said": "lamp=late"})
        assert (answer.status_code, why in answer.text) == (422, True), name
    for number in range(MOST_VIEWS):
        answer = office.submit("/cases/views", {"name": f"第{number}个", "said": f"round={number}"})
    assert (answer.status_code, TOO_MANY in answer.text) == (422, True)
    assert office.submit("/cases/views", {"name": "我的", "said": "lamp=ok"}).status_code == 303, (
        "of a name that is there"
    )
    assert world.rows("SELECT said FROM ledger_views WHERE name = '我的'") == [("lamp=ok",)]


def test_each_group_opens_as_many_rows_as_it_counts(door: Door) -> None:
    world = door.world
    world.feed_back(3)
    world.feed_back(1, BUREAU)
    [moved] = world.feed_back(1, VILLAGE)
    [village] = world.feed_back(1, VILLAGE, start=2)
    world.walk(village, "claim")
    world.open_round("二轮")
    world.feed_back()
    for login, every in (("office", 7), ("secretary", 6)):
        for by in GROUPED:
            page = door.as_(login).get(f"/cases?group={by}").text
            groups = GROUP.findall(page)
            assert groups, by
            assert by == "unit" or sum(int(count) for _, count in groups) == every, by
            for address, count in groups:
                assert FOUND.findall(door.as_(login).get(unescape(address)).text)[0] == count, (login, by, address)
    page = door.as_("office").get("/cases?group=unit").text
    assert (TOWN in page, VILLAGE in page, moved > 0) == (True, True, True)


def test_an_act_on_all_that_is_found_takes_what_fits_and_says_once_what_does_not(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = door.world
    cases = world.feed_back(60)
    world.walk(cases[0], "claim")
    world.do("secretary", "object", cases[1])
    theirs = world.feed_back(1, BUREAU)
    secretary = door.as_("secretary")
    links = seen(door, "secretary").links
    page = secretary.get(links["选择全部符合条件的 60 件"]).text
    assert "认领（58 件）" in words(page)
    assert '<input type="hidden" name="pick" value="found">' in page
    form = words(secretary.get("/acts/claim?pick=found").text)
    assert "这次列入 58 件；不能认领的没有列入：状态是待报方案 1 件、状态是复核中 1 件。" in form
    assert "没有列入：城伯镇党委 第" not in form
    monkeypatch.setattr("web.acts.found.MOST_CASES", 10)
    form = secretary.get("/acts/claim?pick=found&state=feedback").text
    assert "还有 48 件，一次列不下" in words(form)
    assert form.count('name="case" value=') == 10
    none = secretary.get("/acts/claim?pick=found&state=disputed")
    assert (none.status_code, "没有能认领的：状态是复核中 1 件" in words(none.text)) == (422, True)
    assert "不由您办理" in words(door.as_("office").get("/acts/claim?pick=found").text)
    assert f'value="{theirs[0]}"' not in secretary.get("/acts/claim?pick=found").text
    assert door.as_("sysadmin").get("/acts/claim?pick=found").status_code == 404
    assert secretary.get("/acts/nothing?pick=found").status_code == 404


def test_people_measures_evidence_and_initials_are_searched(door: Door) -> None:
    world = door.world
    first, second = world.feed_back(2)
    [other] = world.feed_back(1, BUREAU)
    world.do("secretary", "claim", first, answers={"responsible": "欧阳静", "department": "城建办", "person": "南宫月"})
    world.do("secretary", "claim", second)
    world.do("secretary", "submit_plan", first, second)
    with reading(world.engine) as work:
        measure = work.driver.all("SELECT text FROM measures")[0][0]
    asked = {
        "欧阳静": {first},
        "oyj": {first},
        "城建办": {first},
        "南宫月 路灯": {first},
        "ngy": {first},
        "cbz": {first, second},
        "cbzdw 路灯": {first, second},
    }
    for said, cases in {**asked, measure: {first, second}}.items():
        assert set(seen(door, "office", f"/cases?q={said}").cases) == cases, said
    name = world.rows(
        "SELECT p.name FROM posts h JOIN people p ON p.id = h.person_id WHERE h.role = 'handler' AND h.unit_id = ?".replace(
            "?", str(world.units[BUREAU])
        )
    )
    assert set(seen(door, "office", f"/cases?q={name[0][0]}").cases) >= {other}
    assert seen(door, "secretary_bureau", "/cases?q=欧阳静").cases == []
    before = {said: found(world.engine, said) for said in asked}
    with writing(world.engine) as work:
        index_all(work.driver)
        work.commit()
    assert {said: found(world.engine, said) for said in asked} == before
    with reading(world.engine) as work:
        assert work.driver.all(*found_by(work.driver, "佐证")) == []
