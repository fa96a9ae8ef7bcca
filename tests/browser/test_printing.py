"""The ledger on paper: landscape, with what people read it for."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.door import Door
from tests.world import World

A4 = (595, 842)
LANDSCAPE_PX = 1047
"""The width between the margins of an A4 page on its side."""


def columns(page: Page) -> dict[str, float]:
    """Return the columns that are to be seen, with their widths in pixels."""
    heads = [one for one in page.locator("table.ledger-table th").all() if one.is_visible()]
    return {one.inner_text().strip(" ↑"): (one.bounding_box() or {"width": 0})["width"] for one in heads}


def test_the_ledger_prints_on_its_side_with_problems_measures_and_progress(world: World, door: Door) -> None:
    case = world.at_work(world.today.replace(month=5, day=6))
    world.do("handler", "progress", case, answers={"text": "已修好9盏，其余待备件"})
    world.feed_back(30, start=9)
    page = door.person("office")
    page.goto("/cases")
    assert not {"整改措施", "进展"} & columns(page).keys(), "on the screen there is no room"
    page.set_viewport_size({"width": LANDSCAPE_PX, "height": 700})
    page.emulate_media(media="print")
    seen = columns(page)
    assert {"编号", "问题", "整改措施", "单位", "责任领导", "进展", "状态", "时限", "预警"} <= seen.keys()
    assert min(seen[name] for name in ("问题", "整改措施", "进展")) > 100, seen
    assert sum(seen.values()) <= LANDSCAPE_PX
    row = page.locator("table.ledger-table tbody tr", has_text="逐盏维修路灯")
    expect(row.get_by_text("路灯不亮1", exact=False)).to_be_visible()
    expect(row.get_by_text("已修好9盏，其余待备件")).to_be_visible()
    printed = page.pdf(prefer_css_page_size=True)
    sheets = [
        tuple(round(float(side)) for side in box.split())
        for box in re.findall(rb"/MediaBox \[0 0 ([\d. ]+)\]", printed)
    ]
    assert len(sheets) > 1
    assert set(sheets) == {A4[::-1]}


def test_a_case_still_prints_upright(world: World, door: Door) -> None:
    (case,) = world.feed_back()
    page = door.person("office")
    page.goto(f"/cases/{case}")
    printed = page.pdf(prefer_css_page_size=True)
    boxes = {
        tuple(round(float(side)) for side in box.split())
        for box in re.findall(rb"/MediaBox \[0 0 ([\d. ]+)\]", printed)
    }
    assert boxes == {A4}
