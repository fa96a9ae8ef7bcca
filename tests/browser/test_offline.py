"""The line to the server fails: what was typed stays in this browser until the server has answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.door import PASSWORD, Door
from tests.browser.steps import check, done, fill_case
from tests.world import World

LOST = "没有连上服务器，内容已存在本机"


@pytest.fixture(autouse=True)
def told(door: Door) -> None:
    """Chromium notes on its console that there is no line."""
    door.watch.expected.append("net::ERR_INTERNET_DISCONNECTED")


def none_left(page: Page) -> bool:
    """Say whether nothing is kept in this browser any more, or not in a moment."""
    for _ in range(50):
        if not copies(page):
            return True
        page.wait_for_timeout(100)
    return False


def copies(page: Page) -> list[str]:
    """Return the names of what is kept in this browser."""
    found: list[str] = page.evaluate("Object.keys(localStorage)")
    return found


def test_a_lost_connection_keeps_what_was_typed_in_this_browser(world: World, door: Door) -> None:
    """The town's line fails while 王建国 writes. The page says so in words; after the line is back and the page is opened
    again his words are there.
    """
    (case,) = world.feed_back()
    page = door.person("secretary")
    page.goto(f"/acts/claim?case={case}")
    page.context.set_offline(offline=True)
    fill_case(page, case, responsible="林建国")
    expect(page.locator("#kept-words")).to_have_text("没有连上服务器，内容已存在本机")
    page.context.set_offline(offline=False)
    page.reload()
    expect(page.get_by_text("已恢复断网时存在本机的内容")).to_be_visible()
    expect(page.locator(f"[name='c{case}.responsible']")).to_have_value("林建国")
    page.locator(f"[name='c{case}.department']").fill("村建中心")
    expect(page.locator("#kept-words")).to_contain_text("已保存")
    assert none_left(page)


def test_measures_beyond_the_rows_of_a_fresh_page_come_back_too(world: World, door: Door) -> None:
    """李敏 adds rows to the grid while the line is down. Opened again, the grid has as many rows, each with its words."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    page = door.person("handler")
    page.goto(f"/acts/submit_plan?case={case}")
    page.context.set_offline(offline=True)
    cells = page.locator(f"tbody[data-grid='c{case}.measures'] tr")
    before = cells.count()
    for _ in range(3):
        page.get_by_role("button", name="增加一行").click()
    for row in range(1, before + 4):
        page.locator(f"[name='c{case}.measures.{row}.text']").fill(f"第 {row} 件事")
    expect(page.locator("#kept-words")).to_have_text(LOST)
    page.context.set_offline(offline=False)
    page.reload()
    expect(cells).to_have_count(before + 3)
    for row in (1, before + 1, before + 3):
        expect(page.locator(f"[name='c{case}.measures.{row}.text']")).to_have_value(f"第 {row} 件事")


def test_what_is_sent_into_a_dead_line_is_there_again_until_it_is_done(world: World, door: Door) -> None:
    """王建国 presses the button the moment the line fails; the browser shows its own page. He opens the form again: his
    words are in it. Only when the claim is done is the copy gone.
    """
    (case,) = world.feed_back()
    page = door.person("secretary")
    page.goto(f"/acts/claim?case={case}")
    page.context.set_offline(offline=True)
    fill_case(page, case, responsible="林建国", department="村建中心", person="李敏")
    page.get_by_role("button", name="下一步：核对").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(offline=False)
    page.goto(f"/acts/claim?case={case}")
    expect(page.get_by_text("已恢复您刚才填写、还没有办成的内容")).to_be_visible()
    expect(page.locator(f"[name='c{case}.person']")).to_have_value("李敏")
    check(page)
    assert len(copies(page)) == 1
    page.get_by_label("输入登录密码").fill(PASSWORD)
    page.get_by_role("button", name="确认认领").click()
    done(page, "已办：认领 1 件")
    assert none_left(page)


def test_what_was_typed_for_one_problem_is_not_shown_at_another(world: World, door: Door) -> None:
    """The pages that list what is missing have one address for all problems; the copies have not."""
    first, second = world.feed_back(2)
    page = door.person("secretary")
    for case, person in ((first, "李敏"), (second, "")):
        page.goto(f"/acts/claim?case={case}")
        page.get_by_role("button", name="下一步：核对").click()
        expect(page.get_by_role("alert")).to_contain_text("还不能办理")
        expect(page.locator(f"[name='c{case}.person']")).to_have_value("")
        page.context.set_offline(offline=True)
        page.locator(f"[name='c{case}.person']").fill(person or "张丽娟")
        expect(page.locator("#kept-words")).to_have_text(LOST)
        page.context.set_offline(offline=False)
    page.goto(f"/acts/claim?case={first}")
    expect(page.locator(f"[name='c{first}.person']")).to_have_value("李敏")


def test_of_two_different_copies_the_writer_chooses(world: World, door: Door) -> None:
    """王建国 wrote at home without a line and later in the office. At home he is asked which he means; nothing is lost
    before he says so.
    """
    (case,) = world.feed_back()
    home, office = door.person("secretary"), door.person("secretary")
    home.goto(f"/acts/claim?case={case}")
    home.context.set_offline(offline=True)
    fill_case(home, case, responsible="林建国")
    expect(home.locator("#kept-words")).to_have_text(LOST)
    office.goto(f"/acts/claim?case={case}")
    fill_case(office, case, responsible="周海燕")
    expect(office.locator("#kept-words")).to_contain_text("已保存")
    home.context.set_offline(offline=False)
    home.reload()
    expect(home.locator(f"[name='c{case}.responsible']")).to_have_value("周海燕")
    expect(home.get_by_text("填写的内容，与这里的不是同一份")).to_be_visible()
    home.get_by_role("button", name="换成本机那一份").click()
    expect(home.locator(f"[name='c{case}.responsible']")).to_have_value("林建国")
    expect(home.locator("#kept-words")).to_contain_text("已保存")
    assert none_left(home)
