"""Recurrence 重复发生 in the browser: proposed on the case page and the list of a round, judged by the office alone, ticked together, shown to who may see both."""

from __future__ import annotations

import html
import re

from tests.test_recurrences import fed_back
from tests.web.conftest import Answer, Door
from tests.web.test_ledger import seen
from tests.world import TOWN

HOSTILE = "路灯<script>alert(1)</script>不亮，“{{7*7}}”无人维修"
PAGE = "/recurrences"


def words(page: Answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_the_office_judges_on_the_case_page_and_takes_it_back(door: Door) -> None:
    """Two buttons beside the earlier problem; the unit is shown nothing of it; hostile words are only words."""
    world = door.world
    first = fed_back(world, HOSTILE)
    world.later(20)
    world.open_round("二轮")
    again = fed_back(world, HOSTILE)
    office = door.as_("office")
    page = office.get(f"/cases/{again}")
    assert "相似度 100% 一轮 第 1 号" in words(page)
    assert "<script>alert(1)" not in page.text
    assert "以前反馈过 相近的 1 个，待认定" in words(page)
    assert "以前反馈过的相近问题" not in door.as_("secretary").get(f"/cases/{again}").text
    for login in ("head", "discipline", "team"):
        shown = door.as_(login).get(f"/cases/{again}")
        assert ("相似度 100%" in words(shown), PAGE in shown.text) == (True, False), login
    sent = {"case": str(again), "pair": f"{again}-{first}", "step": "again"}
    assert door.as_("head").submit(PAGE, sent).status_code == 404
    done = office.submit(PAGE, sent)
    assert (done.status_code, done.headers["location"]) == (303, f"/cases/{again}#recurrences")
    assert "重复发生 相似度 100%" in words(office.get(f"/cases/{again}"))
    assert "以前反馈过 一轮 第 1 号 （重复发生）" in words(office.get(f"/cases/{again}"))
    assert "以后又反馈过" in words(office.get(f"/cases/{first}"))
    assert (
        seen(door, "office", "/cases?recurred=1").cases
        == seen(door, "office", "/cases?figure=recurred").cases
        == [again]
    )
    assert f"{PAGE}?round={world.round_id}" in office.get(f"/register/round/{world.round_id}").text
    ((row,),) = world.rows("SELECT id FROM recurrences")
    assert f"{TOWN} 第 1 号" in words(office.get("/register/recurrence"))
    back = {"case": str(again), "row": str(row), "step": "drop"}
    assert office.submit(PAGE, back).status_code == 422
    assert office.submit(PAGE, {**back, "row": "999", "reason": "无"}).status_code == 404
    assert office.submit(PAGE, {**back, "reason": HOSTILE}).status_code == 303
    assert "相似度 100% 一轮 第 1 号" in words(office.get(f"/cases/{again}"))
    assert office.submit(PAGE, {**sent, "pair": f"{again}-999"}).status_code == 404
    assert office.submit(PAGE, {**sent, "step": "drop"}).status_code == 422


def test_several_of_a_round_are_ticked_and_judged_together(door: Door) -> None:
    """The most alike first; what one of them cannot be, none is; another verdict is another button; who may not know reads nothing."""
    world = door.world
    old = [
        fed_back(world, text, number=str(n))
        for n, text in enumerate(("路灯不亮，无人维修", "食堂账目混乱不清", "公车私用长期存在"), 1)
    ]
    world.later(20)
    world.open_round("二轮")
    new = [
        fed_back(world, text, number=str(n))
        for n, text in enumerate(("路灯不亮，没人维修", "食堂账目混乱不清", "公车私用长期存在"), 1)
    ]
    office = door.as_("office")
    page = office.get(PAGE)
    assert "待认定 3 组" in words(page)
    assert re.findall(r'value="(\d+-\d+)"', page.text) == [
        f"{a}-{b}" for a, b in ((new[1], old[1]), (new[2], old[2]), (new[0], old[0]))
    ]
    assert "请勾选" in words(office.submit(PAGE, {"step": "again", "round": str(world.round_id)}))
    both = [f"{new[1]}-{old[1]}", f"{old[2]}-{new[2]}"]
    refused = office.submit(PAGE, {"step": "again", "round": str(world.round_id), "pair": both})
    assert (refused.status_code, "反馈在前" in refused.text) == (422, True)
    assert world.rows("SELECT COUNT(*) FROM recurrences") == [(0,)]
    two = [f"{a}-{b}" for a, b in zip(new[1:], old[1:], strict=True)]
    assert (
        office.submit(PAGE, {"step": "again", "round": str(world.round_id), "page": "1", "pair": two}).status_code
        == 303
    )
    assert "待认定 1 组" in words(office.get(f"{PAGE}?round={world.round_id}"))
    assert (
        office.submit(PAGE, {"step": "another", "round": str(world.round_id), "pair": f"{new[0]}-{old[0]}"}).status_code
        == 303
    )
    assert "没有待认定" in words(office.get(PAGE))
    assert seen(door, "office", "/cases?recurred=1").cases == sorted(new[1:])
    assert [door.as_(login).get(PAGE).status_code for login in ("head", "team", "secretary", "sysadmin")] == [404] * 4
