"""代录 in the browser: a village hands in a signed paper; 陈静 enters it, the secretary confirms it from the list of what waits."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.door import Door
from tests.browser.papers import scan
from tests.browser.steps import attach, check, confirm, done, fill, fill_case
from tests.world import World, day


def test_a_signed_claim_is_entered_and_confirmed(world: World, door: Door) -> None:
    """Signed on 6 March, in time; entered on the 12th. 王建国 looks at the scan and signs; the timeline says all of it."""
    (case,) = world.feed_back()
    world.go(day(3, 12))
    page = door.person("office")
    page.goto(f"/cases/{case}")
    page.get_by_text("代录单位的签字件").click()
    page.get_by_role("link", name="认领", exact=True).click()
    fill(page, occurred_on="2026-03-06")
    attach(page, "m.signed_paper", scan("认领表（书记签字）.pdf"))
    fill_case(page, case, responsible="林建国", department="村建中心", person="李敏")
    check(page)
    expect(page.get_by_role("note")).to_contain_text("是否按期看签字日期")
    confirm(page)
    done(page, "已代录：认领 1 件")

    secretary = door.person("secretary")
    secretary.goto("/")
    secretary.get_by_role("link", name="确认代录", exact=True).click()
    expect(secretary.locator("[data-case]")).to_contain_text("认领，签字日期 2026年3月6日（周五），陈静代录")
    _the_viewer_waits(secretary)
    check(secretary)
    confirm(secretary)
    done(secretary, "已办：确认代录 1 件")
    secretary.get_by_role("link", name="看这个问题").click()
    expect(secretary.locator(".timeline")).to_contain_text("照书记签字的纸件代录")
    expect(secretary.locator(".timeline")).to_contain_text("✓ 王建国已确认代录")


def _the_viewer_waits(page: Page) -> None:
    """The viewer of PDF in the page takes neither keys nor presses before it is pressed, or Tab comes to its fold; a hand that lies there is nothing."""
    still = page.locator(".in-place iframe").first
    page.locator("details.in-place").first.hover()
    expect(still).to_have_js_property("inert", True)
    page.locator("details.in-place summary").first.focus()
    expect(still).to_have_js_property("inert", False)
    page.reload()
    expect(still).to_have_js_property("inert", True)
