"""The year's notice comes out: a clerk pastes its days, sees what moves, and a colleague approves; every page is judged by axe."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

import clock
from storage.engine import writing
from tests.browser.door import Door
from tests.browser.test_tour import _seen
from tests.world import World, day

PASTED = "2027-01-01\t放假\t元旦\n2027-01-02\t放假\t元旦\n2027-01-03\t放假\t元旦\n2027-01-31\t上班\t春节\n"


def test_a_clerk_pastes_the_year_and_a_colleague_approves(world: World, door: Door) -> None:
    """29 December, with six problems whose claim runs over New Year: 登记, 工作日历, 录入一年, a fault, the preview, the request, the approval."""
    world.go(day(12, 29))
    with writing(world.engine) as work:
        work.driver.run("UPDATE accounts SET password_at = ?", (clock.micros(world.now),))
        work.commit()
    case, *_ = world.feed_back(6)
    found: list[str] = []
    page = door.person("office")
    page.goto("/register")
    page.get_by_role("link", name="工作日历").first.click()
    look(page, found, "calendar")
    page.get_by_role("link", name="录入一年").click()
    expect(page.get_by_label("年份")).to_have_value("2027")
    page.get_by_label("各日", exact=True).fill(f"{PASTED}2027-02-30\t放假\t春节")
    page.get_by_role("button", name="下一步：预览").click()
    look(page, found, "faults")
    expect(page.get_by_role("link", name="请填写放假通知的文号")).to_be_visible()
    page.get_by_label("放假通知的文号").fill("国办发明电〔2026〕9号")
    page.get_by_role("button", name="下一步：预览").click()
    expect(page.get_by_role("link", name="第 5 行：“2027-02-30”看不出是哪一天")).to_be_visible()
    page.get_by_label("各日", exact=True).fill(PASTED)
    page.get_by_role("button", name="下一步：预览").click()
    expect(page.locator("main")).to_contain_text("6 个问题的 6 个期限会变")
    look(page, found, "preview")
    page.get_by_role("button", name="送巡察办另一人审批").click()
    expect(page.get_by_role("status")).to_contain_text("已送巡察办审批")

    colleague = door.person("office2")
    colleague.goto("/register/calendar")
    look(colleague, found, "waiting")
    colleague.get_by_role("link", name="查看并办理").click()
    look(colleague, found, "request")
    colleague.get_by_role("button", name="同意", exact=True).click()
    expect(colleague.get_by_role("status")).to_contain_text("6 个问题的期限随之变动")
    look(colleague, found, "done")

    secretary = door.person("secretary")
    secretary.goto(f"/cases/{case}")
    expect(secretary.locator("main")).to_contain_text("认领：2027年1月5日（周二） → 2027年1月6日（周三）")
    look(secretary, found, "case")
    assert not found, "\n".join(found)


def look(page: Page, found: list[str], name: str) -> None:
    """Let the page be judged; where somebody looks on, it is drawn as well."""
    found += [f"{name}: {one}" for one in _seen(page)]
    if album := os.environ.get("PICTURES_OF_THE_CALENDAR"):
        page.screenshot(path=Path(album) / f"{name}.png", full_page=True)
