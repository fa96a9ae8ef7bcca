"""A report in the browser: drafted as of a day, issued, its figures opened and counted again; a correction drafted from it."""

from __future__ import annotations

import html
import re

from tests.papers.house import issued_report
from tests.test_on_paper import entered, late
from tests.web.conftest import Door
from tests.web.test_figures_page import behind, numbers
from tests.web.test_papers import words
from tests.world import day


def test_a_report_is_drafted_for_the_whole_as_of_a_day(door: Door) -> None:
    world = door.world
    late(world)
    office = door.as_("office")
    page = words(office.get("/papers/new?whole=1"))
    for said in ("整改情况月报", "整改情况季报", "届综述", "截至哪一天"):
        assert said in page
    assert "更正说明" not in page
    assert "轮次综合报告" in words(office.get(f"/papers/new?round={world.round_id}"))
    assert "whole=1" not in door.as_("secretary").get("/papers/new").text
    made = office.submit("/papers/new", {"whole": "1", "paper": "monthly_report", "on": "2026-04-25"})
    assert made.status_code == 303
    draft = words(office.get(made.headers["location"]))
    assert "2026年4月巡察整改情况月报" in draft
    assert "截至 2026年4月25日" in draft
    assert "2026年4月巡察整改情况月报" in words(office.get("/papers"))
    assert door.as_("secretary").get(made.headers["location"]).status_code == 404
    today = office.submit("/papers/new", {"whole": "1", "paper": "term_review", "on": "x"})
    assert "截至 2026年4月26日" in words(office.get(today.headers["location"]))


def test_the_figures_of_an_issued_report_open_their_cases_and_are_counted_again(door: Door) -> None:
    """25 April: the report says one late. Its paper is entered the next day: counted again none is; the office drafts the correction."""
    world = door.world
    case = late(world)
    at = f"/papers/{issued_report(world, day(4, 25))}"
    office = door.as_("office")
    page = office.get(at)
    to = re.search(r'<th scope="row">超期未完</th>\s*<td><a href="([^"]+)">1 个</a>', page.text)
    assert to
    assert behind(office, html.unescape(to[1])) == 1
    assert office.get(f"{at}/figures").content.startswith(b'{"count_in"')
    assert "没有变化" in words(office.get(f"{at}?again=1"))
    assert "没有变化，不用更正" in words(
        office.submit("/papers/new", {"paper": "correction_note", "corrects": at.rpartition("/")[2]})
    )
    assert entered(world, "submit", case, day(4, 15)).outcome == "done"
    said = words(office.get(f"{at}?again=1"))
    assert "3 项有变化，其中补录 1 件（代录 1 件）" in said
    assert "超期未完 1 个 0 个" in said
    for login, entries in (("office", True), ("secretary", True), ("secretary_bureau", False)):
        figures = words(door.as_(login).get("/figures?on=2026-04-25"))
        assert ("另有补录 1 件（代录 1 件），未计入这些数" in figures) is entries, login
    assert "补录" not in words(office.get("/figures"))
    assert "项有变化" not in words(door.as_("discipline").get(f"{at}?again=1"))
    made = office.submit("/papers/new", {"paper": "correction_note", "corrects": at.rpartition("/")[2]})
    assert made.status_code == 303
    assert "更正说明" in words(office.get(made.headers["location"]))
    assert office.submit("/papers/new", {"paper": "correction_note", "corrects": "99"}).status_code == 404
    assert numbers(office, "table=letters&on=2026-04-26") is not None
    assert "整改情况月报" in words(office.get("/figures?table=letters"))
