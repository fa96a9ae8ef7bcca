"""A tour through every page of every role in a county full of problems: readable by machine, on a phone, enlarged, on paper."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from storage.engine import reading
from tests.browser.county import County
from tests.browser.door import PHONE, ZOOMED, Door
from tests.browser.papers import ROWS, ledger, scan
from tests.browser.places import places_of
from tests.browser.steps import attach, check, confirm, fill_case, fits, sign_in
from tests.world import TOWN, World

ROLES = (
    "stranger", "office", "secretary", "handler", "team", "discipline", "organisation", "leader", "leading_group", "head", "auditor",
    "sysadmin", "secadmin", "secauditor",
)  # fmt: skip
AXE = Axe()
LIKE_THE_FIRST = {"exclude": [["tbody tr:nth-child(n+9)"]]}
"""Rows of a long table are of one make: the first eight are read."""
MOST_ALIKE = 4
"""So many pages of one make are looked at for a role; all of them in the long form."""
Look = Callable[[Page, str], None]
REFUSALS = ("没有这个页面", "不能办理", "没有办成")


@pytest.mark.parametrize("role", ROLES)
def test_every_page_can_be_read_by_everybody_and_fits_a_phone_and_enlarged_letters(
    county: County, county_door: Door, role: str
) -> None:
    """Every page is there; axe finds nothing; at a phone's width and at 125 % nothing is wider than the screen."""
    _tour(county, county_door, role, fresh_places(county, role))


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_every_role(county: County, county_door: Door, role: str) -> None:
    _tour(county, county_door, role, places_of(county.engine, role))


def _tour(county: County, county_door: Door, role: str, places: Iterable[str]) -> None:
    page = county_door.stranger() if role == "stranger" else county_door.person(role)
    complaints = [f"{path}: {words}" for path in places for words in _complaints(page, path)]
    assert not complaints, "\n".join(complaints)


def fresh_places(county: County, role: str) -> list[str]:
    """Return the home of a role, one case, and what no role before it has looked at: of each kind of page as many as are more, and not too many."""
    seen: Counter[str] = Counter()
    for one in ROLES[: ROLES.index(role)]:
        seen |= Counter(_kind_of(path) for path in places_of(county.engine, one))
    del seen["/"], seen["/cases/0"]
    fresh: Counter[str] = Counter()
    found = []
    for path in places_of(county.engine, role):
        kind = _kind_of(path)
        if seen[kind] <= 0 and fresh[kind] < MOST_ALIKE:
            found.append(path)
            fresh[kind] += 1
        seen[kind] -= 1
    return found


def _kind_of(path: str) -> str:
    """Return what a page is like: forms of acts are of one make, and so are the pages of cases."""
    return re.sub(r"[0-9a-f]{32,}|\d+", "0", re.sub(r"/acts/\w+", "/acts/0", path))


def test_the_pages_behind_a_button_can_be_read_too(world: World, door: Door) -> None:
    """What is answered to a form: faults at their fields, the check, the done page, a draft, what was overtaken, a file
    refused, a ledger with a fault in its cell, a sign-in that failed.
    """
    first, second, third = world.feed_back(3)
    world.do("secretary", "claim", third)
    found: list[str] = []

    def look(page: Page, words: str) -> None:
        expect(page.locator("main")).to_contain_text(words)
        found.extend(f"{words}: {one}" for one in _seen(page))

    page = door.person("secretary")
    _claim(page, look, first, second)
    _draft(page, door, world, look, first, second, third)
    _import(door, look)
    _refusals(page, door, look)
    assert not found, "\n".join(found)


def _claim(page: Page, look: Look, first: int, second: int) -> None:
    page.goto(f"/acts/claim?case={first}&case={second}")
    page.get_by_role("button", name="下一步：核对").click()
    look(page, "还不能办理")
    for case in (first, second):
        fill_case(page, case, responsible="林建国", department="村建中心", person="李敏")
    check(page)
    look(page, "将记录以下内容")
    page.locator("button[name=step][value=do]").click()
    look(page, "密码不对")
    confirm(page)
    look(page, "已办：认领 2 件")


def _draft(page: Page, door: Door, world: World, look: Look, first: int, second: int, third: int) -> None:
    handler = door.person("handler")
    handler.goto(f"/acts/submit_plan?case={third}")
    handler.get_by_role("button", name="送书记确认").click()
    look(handler, "还不能办理")
    measure = {"text": "修路灯", "person": "李敏", "department": "村建中心", "on": "2026-04-10", "check": "现场看"}
    for case in (first, second, third):
        for name, value in measure.items():
            handler.locator(f"[name='c{case}.measures.1.{name}']").fill(value)
    attach(handler, "m.plan", scan("整改方案.pdf"))
    attach(handler, "m.plan_commitment", scan("承诺书.pdf"))
    handler.get_by_role("button", name="送书记确认").click()
    look(handler, "等待党组织书记确认")
    page.goto("/")
    page.get_by_role("link", name="确认报送方案").click()
    look(page, "确认后将记录以下内容")
    world.do("secretary", "submit_plan", first, second, third)
    page.reload()
    look(page, "起草以后问题有变动")


def _import(door: Door, look: Look) -> None:
    office = door.person("office")
    office.goto("/import")
    office.get_by_role("button", name="下一步：预览").click()
    look(office, "还不能预览")
    office.get_by_label("台账文件").set_input_files(ledger([(*ROWS[0][:7], "五月底前后"), ROWS[1]]))
    office.get_by_label("轮次").fill("二轮")
    office.get_by_label("被巡察党组织").fill(TOWN)
    office.get_by_role("button", name="下一步：预览").click()
    look(office, "1 处错误")
    office.get_by_label("改好后重新上传").set_input_files(ledger(ROWS))
    office.get_by_role("button", name="重新预览").click()
    look(office, "没有错误")
    office.get_by_role("button", name="现在反馈").click()
    look(office, "已反馈")


def _refusals(page: Page, door: Door, look: Look) -> None:
    stranger = door.stranger()
    sign_in(stranger, "secretary", "不是这个密码")
    look(stranger, "账号或密码不对")
    stranger.goto("/cases/1")
    look(stranger, "登录")
    page.goto("/cases/999")
    look(page, "没有这个页面")


def test_a_case_prints_as_a_paper(county: County, county_door: Door) -> None:
    """On paper there is no bar, no button and nothing to fold; the reasons of the dates stand open, the number below."""
    page = county_door.person("office")
    with reading(county.engine) as work:
        row = work.driver.one("SELECT MAX(id) FROM cases WHERE state = 'rectifying'")
    assert row
    page.goto(f"/cases/{row[0]}")
    page.emulate_media(media="print")
    for hidden in (".bar", ".case-side", "input[type=file]", ".skip"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in ("h1", ".timeline", "details ol", ".paper-foot"):
        expect(page.locator(shown).first).to_be_visible()
    assert b"%PDF" in page.pdf(prefer_css_page_size=True)[:8]


def test_on_a_phone_the_next_act_stands_before_the_long_story(county: County, county_door: Door) -> None:
    """The secretary opens a problem between two meetings: the act is on the first screens, not below the timeline."""
    page = county_door.person("secretary", PHONE)
    page.goto("/")
    page.locator(".task a[href^='/cases/']").first.click()
    expect(page.locator(".timeline")).to_be_hidden()
    tops = page.evaluate(
        "[...document.querySelectorAll('.case-side, .tabs')].map((one) => one.getBoundingClientRect().top)"
    )
    assert len(tops) == 2
    page.locator(".tabs a[href='#story']").click()
    expect(page.locator(".timeline")).to_be_visible()
    assert tops[0] < tops[1]
    assert tops[0] < 2 * PHONE[1]


def _complaints(page: Page, path: str) -> list[str]:
    answer = page.goto(path)
    if answer is None or answer.status != 200:
        return [f"answered {answer and answer.status}"]
    if any(words in page.title() for words in REFUSALS):
        return ["is not there"]
    return _seen(page)


def _seen(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands, and where it is wider than the screen."""
    found = [
        f"{one['id']} at {one['nodes'][0]['target']}: {one['help']}"
        for one in AXE.run(page, context=LIKE_THE_FIRST).response["violations"]
    ]
    if not page.title().endswith(" · 整改"):
        found.append(f"is called “{page.title()}”")
    desktop = page.viewport_size
    for width, height in (PHONE, ZOOMED):
        page.set_viewport_size({"width": width, "height": height})
        if not fits(page):
            found.append(f"does not fit {width} pixels: {page.evaluate(WIDEST)}")
    assert desktop
    page.set_viewport_size(desktop)
    return found


# Names the elements that stick out, so that the complaint says where to look.
WIDEST = """() => [...document.querySelectorAll("main *, header *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .filter((one) => !one.closest(".scroll-x")).slice(0, 3).map((one) => one.tagName + "." + one.className).join(", ")"""
