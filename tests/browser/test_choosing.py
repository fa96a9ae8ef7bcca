"""What is chosen, in a real browser: the queue says what was ticked without being opened, the ledger how many are ticked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.door import DESKTOP, ZOOMED, Door
from tests.test_drafts import prepared
from tests.world import World


def test_what_was_not_opened_is_marked_until_it_is(world: World, door: Door) -> None:
    """李敏 prepared two claims: 王建国 ticks both and opens one; he reads that the other was not looked at."""
    for case in world.feed_back(2):
        prepared(world, "handler", "claim", case)
    page = door.person("secretary")
    page.goto("/queue")
    expect(page.get_by_text("还没有展开看", exact=True)).to_have_count(2)
    expect(page.locator("#unread")).to_be_hidden()
    for tick in page.locator(".to-sign input[type=checkbox]").all():
        tick.check()
    expect(page.locator("#unread")).to_have_text("打勾的 2 件里有 2 件还没有展开看；签字文本写明“本人已看过”。")
    page.get_by_text("将记录的全部内容和文件").first.click()
    expect(page.locator("#unread")).to_have_text("打勾的 2 件里有 1 件还没有展开看；签字文本写明“本人已看过”。")
    page.locator(".to-sign input[type=checkbox]").last.uncheck()
    expect(page.locator("#unread")).to_be_hidden()


def test_the_bar_of_the_ledger_counts_what_is_ticked(world: World, door: Door) -> None:
    """Three problems: two ticked by hand, all of the page by the link, and none."""
    world.feed_back(3)
    page = door.person("secretary")
    page.goto("/cases")
    ticks = page.locator("input[name=case]")
    ticks.nth(0).check()
    ticks.nth(2).check()
    bar = page.get_by_role("group", name="对勾选的问题")
    expect(bar).to_contain_text("对勾选的 2 个问题")
    page.get_by_role("link", name="全选本页").click()
    expect(bar).to_contain_text("对勾选的 3 个问题")
    ticks.nth(1).uncheck()
    expect(bar).to_contain_text("对勾选的 2 个问题")


def test_ten_problems_are_marked_with_a_topic_in_four_clicks(world: World, door: Door) -> None:
    """陈静 counts: all of the page, the button, the topic, the button. From what she filtered it is one click less."""
    cases = world.feed_back(10)
    page = door.person("office")
    page.goto("/cases")
    page.get_by_role("link", name="全选本页").click()
    page.get_by_role("button", name="标注专题").click()
    page.get_by_role("radio", name="扫黑除恶").click()
    page.get_by_role("button", name="标注这 10 个").click()
    expect(page.get_by_role("status")).to_contain_text("已标注“扫黑除恶”：10 个问题")
    page.goto("/cases?topic=扫黑除恶")
    page.get_by_text("更多", exact=True).click()
    page.get_by_role("link", name="给这 10 条标注专题").click()
    page.get_by_role("radio", name="意识形态").click()
    page.get_by_role("button", name="标注这 10 个").click()
    expect(page.get_by_role("status")).to_contain_text("已标注“意识形态”：10 个问题")
    page.get_by_role("link", name="返回台账").click()
    assert world.rows("SELECT COUNT(*) FROM case_topics WHERE NOT gone") == [(2 * len(cases),)]
    assert "topic=" in page.url


def test_the_form_of_a_new_row_unfolds_above_the_list(world: World, door: Door) -> None:
    """陈静 has meetings to enter: she sees the button without scrolling, and the form opens in its place; a link opens it, too."""
    for number in range(12):
        world.enter("office", "meeting", "make", sort="other", held_on="2026-01-05", number=f"专〔2026〕{number}号")
    page = door.person("office")
    page.goto("/register/meeting")
    day = page.get_by_label("会议日期")
    expect(day).to_be_hidden()
    page.get_by_text("登记会议", exact=True).click()
    expect(day).to_be_in_viewport()
    page.goto("/register/meeting?new=1#make")
    expect(day).to_be_visible()


WHOLE_ROWS = """() => [...document.querySelectorAll(".ledger-table tbody tr")]
  .filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"""


@pytest.mark.parametrize(("size", "rows"), [(DESKTOP, 16), (ZOOMED, 11)])
@pytest.mark.usefixtures("county")
def test_the_ledger_is_as_dense_as_the_excel_they_know(county_door: Door, size: tuple[int, int], rows: int) -> None:
    """One problem is one line, and all that narrows them down stands on one line above."""
    page = county_door.person("office", size)
    page.goto("/cases")
    assert page.evaluate(WHOLE_ROWS) >= rows
    tops = page.locator(".ledger-filters .form-select:visible").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().top)"
    )
    assert max(tops) - min(tops) < 5
    expect(page.get_by_label("整改类型")).to_be_hidden()
    page.get_by_text("更多条件", exact=True).click()
    page.get_by_label("整改类型").select_option("立行立改")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_label("整改类型")).to_have_value("at_once")


def test_hands_may_stay_on_the_keyboard(world: World, door: Door) -> None:
    """Found, stepped through, ticked and opened without a mouse; what the keys do is listed, and can be switched off."""
    world.feed_back(3)
    page = door.person("secretary")
    page.goto("/cases")
    page.keyboard.press("/")
    expect(page.get_by_label("查找")).to_be_focused()
    page.keyboard.type("jkx")
    expect(page.get_by_label("查找")).to_have_value("jkx")
    page.goto("/cases")
    links = page.locator("td.col-problem a")
    for _ in range(2):
        page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("input[name=case]").nth(1)).to_be_checked()
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("第 1 号")
    page.keyboard.press("?")
    keys = page.get_by_role("region", name="快捷键")
    expect(keys).to_contain_text("上一行")
    keys.get_by_role("checkbox").check()
    page.goto("/cases")
    page.keyboard.press("j")
    expect(links.first).not_to_be_focused()
    page.keyboard.press("?")
    keys.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("j")
    expect(links.first).to_be_focused()
