"""The figures of what was achieved: as people write them, and the same amount each time they are seen again."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.door import Door
from tests.world import World


def test_money_comes_back_as_it_was_said(world: World, door: Door) -> None:
    """The closing said 120.50 yuan recovered. The office reads so, and after its return the form begins with it."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit")
    office = door.person("office")
    office.goto(f"/acts/verify?case={case}")
    expect(office.locator(".judged")).to_contain_text("挽回资金（元） 120.50")
    world.do("office", "return_work", case)
    page = door.person("secretary")
    page.goto(f"/acts/submit?case={case}")
    expect(page.get_by_label("挽回资金（元）")).to_have_value("120.50")
    expect(page.get_by_label("新建制度（项）")).to_have_value("1")
