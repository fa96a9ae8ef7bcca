"""The figures of what was achieved: as people write them, and the same amount each time they are seen again."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.door import Door
from tests.browser.papers import scan
from tests.browser.steps import attach, check, confirm, done, fill_case
from tests.world import World


def test_money_comes_back_as_it_was_said(world: World, door: Door) -> None:
    """The closing said 120.50 yuan recovered. The office reads so, and after its return the form begins with it."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit")
    office = door.person("office")
    office.goto(f"/acts/verify?case={case}")
    expect(office.locator(".judged")).to_contain_text("挽回资金 120.50 元")
    world.do("office", "return_work", case)
    page = door.person("secretary")
    page.goto(f"/acts/submit?case={case}")
    expect(page.get_by_label("挽回资金（元）")).to_have_value("120.50")
    expect(page.get_by_label("新建制度（项）")).to_have_value("1")


def test_figures_are_taken_as_people_write_them_and_shown_as_they_will_be_recorded(world: World, door: Door) -> None:
    """王建国 copies from three reports: separators, full-width digits, 万元. The check shows plain amounts before he signs."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    page = door.person("secretary")
    page.goto(f"/acts/submit?case={case}")
    fill_case(page, case, root_cause="管护责任没有落到人", elsewhere="排查全镇 12 个村")
    figures = {
        "money_cleared": "1,234.56",
        "money_repaid": "１２３．５",
        "money_recovered": "3.5万元",
        "people_educated": "１２人",
    }
    for name, said in figures.items():
        page.locator(f"[name='c{case}.results.{name}']").fill(said)
    attach(page, f"e{case}.evidence@1", scan("照片.pdf"))
    attach(page, "m.report", scan("整改报告.pdf"))
    attach(page, "m.commitment", scan("真实性承诺.pdf"))
    check(page)
    expect(page.locator("dl.facts")).to_contain_text(
        "清理资金 1,234.56 元，清退资金 123.50 元，挽回资金 35,000.00 元，批评教育 12 人"
    )
    confirm(page)
    done(page, "已办：申请销号 1 件")
    rows = world.rows("SELECT kind, amount FROM results WHERE case_id = :case ORDER BY kind", case=case)
    assert {row[0]: row[1] for row in rows} == {
        "money_cleared": 123_456,
        "money_repaid": 12_350,
        "money_recovered": 3_500_000,
        "people_educated": 12,
    }


def test_a_figure_that_is_none_is_said_and_leads_to_its_field(world: World, door: Door) -> None:
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    page = door.person("secretary")
    page.goto(f"/acts/submit?case={case}")
    page.locator(f"[name='c{case}.results.money_repaid']").fill("约3万")
    page.get_by_role("button", name="下一步：核对").click()
    sentence = "“清退资金（元）”应为金额，精确到分，如 1234.56 或 3万元：“约3万”"
    page.get_by_role("alert").get_by_role("link", name=sentence).click()
    expect(page.locator(f"[name='c{case}.results.money_repaid']")).to_be_in_viewport()
    expect(page.locator(f"[name='c{case}.results.money_repaid']")).to_have_value("约3万")
