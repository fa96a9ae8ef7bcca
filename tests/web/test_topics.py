"""Topics 专题 of many problems in one act: ticked or found in the ledger, looked at with their counts, marked or taken off; each with its entry."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.conftest import Answer, Door, field_in
from tests.web.posted import hire
from tests.web.test_ledger import seen
from tests.world import BUREAU, TOWN
from web.pages import topics

PAGE = "/cases/topics"


def words(page: Answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def send(door: Door, page: Answer, step: str, topic: str = "", **more: str) -> Answer:
    """Press a button of the page that was shown: what it carries goes with it."""
    carried = {name: field_in(page.text, name) for name in ("cases", "back")}
    return door.as_("office").submit(PAGE, {**carried, "step": step, "topic": topic, **more})


def test_what_was_ticked_is_marked_at_once_and_each_mark_has_its_entry(door: Door) -> None:
    """Ten problems: all of the page are ticked, the button, the topic, the button; those marked before are told and not marked twice."""
    world, office = door.world, door.as_("office")
    cases = world.feed_back(10)
    assert office.submit(f"/cases/{cases[3]}/topics", {"topic": "扫黑除恶"}).status_code == 303
    ledger = office.get("/cases?pick=all").text
    assert ledger.count(" checked") == 10
    back = html.unescape(re.search(r'name="back" value="([^"]*)" formaction="/cases/topics"', ledger)[1])  # type: ignore[index]
    page = office.get(PAGE, params={"case": [str(one) for one in cases], "back": back})
    assert "给 10 个问题标注专题" in page.text
    assert "扫黑除恶 已标注 1 个，还有 9 个没有" in words(page)
    assert "脱贫攻坚 10 个都没有标注" in words(page)
    before = len(world.rows("SELECT idx FROM trail"))
    done = send(door, page, "mark", "扫黑除恶")
    assert (done.status_code, "已标注“扫黑除恶”：9 个问题" in done.text) == (200, True)
    assert "扫黑除恶 10 个都已标注" in words(done)
    entries = world.rows("SELECT action, actor_id FROM trail WHERE idx >= :from", **{"from": before})
    assert entries == [("topic.make", world.people["office"])] * 9
    assert sorted(seen(door, "office", "/cases?topic=扫黑除恶").cases) == cases
    again = send(door, page, "mark", "扫黑除恶")
    assert (again.status_code, "选的问题都已标注“扫黑除恶”" in again.text) == (422, True)
    assert "请选择专题" in send(door, page, "mark").text
    off = send(door, page, "drop", "扫黑除恶")
    assert "已撤销“扫黑除恶”：10 个问题" in off.text
    assert seen(door, "office", "/cases?topic=扫黑除恶").cases == []
    assert "都没有标注“扫黑除恶”" in send(door, page, "drop", "扫黑除恶").text
    new = send(door, page, "mark", "", other="乱占耕地")
    assert "已标注“乱占耕地”：10 个问题" in new.text
    assert "不超过 60 个字" in send(door, page, "mark", "", other="长" * 61).text


def test_all_that_the_ledger_finds_is_marked_and_what_is_shown_is_what_is_done(door: Door) -> None:
    """A problem that is found only afterwards is not marked; the way back leads to the same filter."""
    world, office = door.world, door.as_("office")
    town, bureau = world.feed_back(3), world.feed_back(2, unit=BUREAU)
    query = f"unit={world.units[TOWN]}&sort=number"
    assert html.escape(f"/cases/topics?{query}&pick=found") in office.get(f"/cases?{query}").text
    page = office.get(f"{PAGE}?{query}&pick=found")
    assert "给 3 个问题标注专题" in page.text
    later = world.feed_back(start=11)
    done = send(door, page, "mark", "意识形态")
    assert f'href="/cases?{html.escape(query)}"' in done.text
    assert sorted(seen(door, "office", "/cases?topic=意识形态").cases) == town
    assert not set(later + bureau) & set(town)


def test_one_that_is_not_there_keeps_all_of_it_out(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """No number, a foreign one or a restricted one: nothing is marked; too many are told before anything is chosen."""
    world, office = door.world, door.as_("office")
    cases = world.feed_back(3)
    assert office.get(PAGE).status_code == 422
    assert office.get(f"{PAGE}?case=999&case={cases[0]}").status_code == 404
    asked = {"cases": f"{cases[0]},999", "step": "mark", "topic": "意识形态"}
    assert office.submit(PAGE, asked).status_code == 404
    hire(world, "office_bureau", "office", BUREAU)
    for login in ("secretary", "team", "auditor", "head", "office_bureau"):
        visitor = door.as_(login)
        assert visitor.get(f"{PAGE}?case={cases[0]}").status_code == 404
        assert visitor.submit(PAGE, {**asked, "cases": str(cases[0])}).status_code == 404
        assert PAGE not in visitor.get("/cases").text
    assert world.rows("SELECT id FROM case_topics") == []
    monkeypatch.setattr(topics, "MOST_AT_ONCE", 2)
    page = office.get(f"{PAGE}?pick=found")
    assert (page.status_code, "一次最多给 2 个问题标注专题" in page.text) == (422, True)
