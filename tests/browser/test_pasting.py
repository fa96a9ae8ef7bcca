"""A plan pasted out of Excel as people keep it there: breaks within cells, days in words, more than there is room for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.door import Door
from tests.browser.papers import scan
from tests.browser.steps import attach, paste, send_to_secretary
from tests.world import World

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def plan(world: World, door: Door) -> tuple[Page, Callable[[int, str], Locator], int]:
    """Return the form of a plan as 李敏 opens it, a way to its cells, and its case."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    page = door.person("handler", permissions=CLIPBOARD)
    page.goto(f"/acts/submit_plan?case={case}")
    return page, lambda row, name: page.locator(f"[name='c{case}.measures.{row}.{name}']"), case


def test_a_line_break_within_a_cell_stays_within_its_measure(
    plan: tuple[Page, Callable[[int, str], Locator], int],
) -> None:
    """Excel puts such a cell in quotes and doubles its own; quotes that somebody wrote stay as they are."""
    page, cell, case = plan
    copied = (
        '"1.逐盏维修17盏路灯\n2.拍照""存档""\t留底"\t"李敏\n张丽娟"\t村建中心\t2026年5月1日\t查看\r\n'
        '“四风”问题整治\t李敏\t"党政办"\t2026.5.10\t抽查\r\n'
    )
    paste(page, f"c{case}.measures.1.text", copied)
    expect(cell(1, "text")).to_have_value('1.逐盏维修17盏路灯\n2.拍照"存档"\t留底')
    expect(cell(1, "person")).to_have_value("李敏 张丽娟")
    expect(cell(1, "on")).to_have_value("2026-05-01")
    expect(cell(2, "text")).to_have_value("“四风”问题整治")
    expect(cell(2, "department")).to_have_value('"党政办"')
    expect(cell(3, "text")).to_have_value("")


def test_days_are_read_as_in_the_ledger_and_what_is_no_day_is_said_beside_its_cell(
    plan: tuple[Page, Callable[[int, str], Locator], int],
) -> None:
    """李敏's Excel says 12月底前, 2026.3.5, 五月底前后. The first two become days, and how the first was read is said; the
    third stands there in her words with the reason, also tomorrow, until she writes a day; sent as it is, it is refused.
    The year's end is beyond the three months that there are: that wants its reason.
    """
    page, cell, case = plan
    days = ("2026年12月底", "12月底前", "2026.3.5", "2026/3/5", "五月底前后")
    paste(
        page,
        f"c{case}.measures.1.text",
        "".join(f"第{n}件\t李敏\t党政办\t{day}\t现场看\r\n" for n, day in enumerate(days)),
    )
    for row, day in enumerate(("2026-12-31", "2026-12-31", "2026-03-05", "2026-03-05", "五月底前后"), 1):
        expect(cell(row, "on")).to_have_value(day)
    expect(page.get_by_text("“12月底前”按 2026年12月31日（周四）记")).to_be_visible()
    fault = page.get_by_text("“五月底前后”看不出是哪一天，请写明年月日")
    expect(fault).to_be_visible()
    expect(cell(5, "on")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#kept-words")).to_contain_text("已保存")

    page.reload()
    expect(cell(5, "on")).to_have_value("五月底前后")
    expect(fault).to_be_visible()
    attach(page, "m.plan", scan("整改方案.pdf"))
    attach(page, "m.plan_commitment", scan("承诺书.pdf"))
    page.get_by_role("button", name="送书记确认").click()
    expect(page.get_by_role("alert")).to_contain_text("第 5 项措施的完成日期不是日期：“五月底前后”")
    expect(cell(5, "on")).to_have_value("五月底前后")
    cell(5, "on").fill("5月底前")
    cell(5, "on").blur()
    expect(cell(5, "on")).to_have_value("2026-05-31")
    expect(fault).to_have_count(0)
    page.get_by_role("button", name="送书记确认").click()
    expect(page.get_by_role("alert")).to_contain_text("第 1、2 项措施的完成日期应在反馈之日")
    for row in (1, 2):
        cell(row, "why").fill("工程到年底完工")
    send_to_secretary(page)


def test_what_finds_no_room_in_the_grid_is_said(plan: tuple[Page, Callable[[int, str], Locator], int]) -> None:
    """A hundred measures are the most; columns too many are a sign that the columns are shifted."""
    page, cell, case = plan
    paste(
        page,
        f"c{case}.measures.1.text",
        "".join(f"{n}\t第{n}件\t李敏\t党政办\t\t现场看\t\t\t无\r\n" for n in range(1, 104)),
    )
    expect(cell(100, "text")).to_have_value("100")
    expect(
        page.get_by_text("表里最多 100 项，最后 3 行没有贴进来。多出的栏没有贴进来，请核对各栏是否对齐。")
    ).to_be_visible()


def test_without_a_line_the_words_of_a_day_stay(
    door: Door, plan: tuple[Page, Callable[[int, str], Locator], int]
) -> None:
    """What this browser cannot read itself is not emptied while nobody can be asked."""
    door.watch.expected.append("net::ERR_INTERNET_DISCONNECTED")
    page, cell, case = plan
    page.context.set_offline(offline=True)
    paste(
        page,
        f"c{case}.measures.1.text",
        "修路灯\t李敏\t党政办\t12月底前\t现场看\r\n建台账\t李敏\t党政办\t2026.3.5\t现场看\r\n",
    )
    expect(page.get_by_text("现在连不上服务器，没有认出这个日期")).to_be_visible()
    expect(cell(1, "on")).to_have_value("12月底前")
    expect(cell(2, "on")).to_have_value("2026-03-05")
    expect(page.locator("#kept-words")).to_contain_text("内容已存在本机")
    page.context.set_offline(offline=False)
    page.reload()
    expect(cell(1, "on")).to_have_value("2026-12-31")
