"""Forms under bad luck: clicked twice, overtaken by others, left half-way, cut off from the server."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.door import PASSWORD, Door
from tests.browser.papers import scan
from tests.browser.steps import attach, check, done, fill, fill_case
from tests.world import World


def test_a_double_click_on_confirm_makes_one_entry(world: World, door: Door) -> None:
    """王建国 clicks twice, as he does with everything. There is one entry, and the page says it was done."""
    (case,) = world.feed_back()
    page = door.person("secretary")
    page.goto(f"/acts/claim?case={case}")
    fill_case(page, case, responsible="林建国", department="村建中心", person="李敏")
    check(page)
    page.get_by_label("输入登录密码").fill(PASSWORD)
    page.get_by_role("button", name="确认认领").dblclick()
    done(page, "已办：认领 1 件")
    assert world.actions(case) == ["feed_back", "claim"]


def test_a_double_click_without_javascript_makes_one_entry_too(world: World, door: Door) -> None:
    """The same where no script holds the second click back: the form's key makes the repeat the same act."""
    (case,) = world.feed_back()
    page = door.person("secretary", java_script_enabled=False)
    page.goto(f"/acts/claim?case={case}")
    fill_case(page, case, responsible="林建国", department="村建中心", person="李敏")
    check(page)
    page.get_by_label("输入登录密码").fill(PASSWORD)
    page.get_by_role("button", name="确认认领").dblclick()
    done(page, "已办：认领 1 件")
    page.reload()
    done(page, "已办：认领 1 件")
    expect(page.locator(".good")).to_contain_text("此前已办，未重复记录")
    assert world.actions(case) == ["feed_back", "claim"]


def test_a_page_overtaken_by_another_says_what_changed_and_keeps_what_was_typed(world: World, door: Door) -> None:
    """While 陈静 writes why she returns the plan, the team gives its opinion. Her page says who did what and when; her words
    stand, and nothing is recorded.
    """
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    page = door.person("office")
    page.goto(f"/acts/return_plan?case={case}")
    fill(page, reason="措施没有写明检验方式", new_on="2026-03-20")
    attach(page, "m.opinions", scan("联审意见汇总.pdf"))
    world.do("team", "opine", case)
    page.get_by_role("button", name="下一步：核对").click()
    errors = page.get_by_role("alert")
    expect(errors).to_contain_text("在您填写期间有变动")
    expect(errors).to_contain_text("周强 联审（验收）意见")
    expect(page.locator("[name='s.reason']")).to_have_value("措施没有写明检验方式")
    expect(page.get_by_text("✓ 联审意见汇总：联审意见汇总.pdf")).to_be_visible()
    assert world.actions(case)[-2:] == ["submit_plan", "opine"]


def test_a_page_overtaken_between_check_and_confirm_is_not_recorded(world: World, door: Door) -> None:
    """Her colleague returns it before her last click: it is over, her page says by whom and where it stands, and leads on."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    page = door.person("office")
    page.goto(f"/acts/return_plan?case={case}")
    fill(page, reason="措施没有写明检验方式", new_on="2026-03-20")
    attach(page, "m.opinions", scan("联审意见汇总.pdf"))
    check(page)
    world.do("office2", "return_plan", case, answers={"reason": "重报", "new_on": "2026-03-25"})
    page.locator("button[value=do]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("不能再办：退回方案")
    expect(page.locator("main")).to_contain_text("孙立已办理“退回方案”。现为“待报方案”")
    expect(page.get_by_role("link", name="看这个问题")).to_be_visible()
    assert world.actions(case).count("return_plan") == 1


def test_what_is_half_written_is_kept_and_there_again_tomorrow(world: World, door: Door) -> None:
    """王建国 is called away in the middle of a claim. The page says 已保存; he opens it again on another computer, the
    words are there, and after he has sent them the form is empty for the next case.
    """
    first, second = world.feed_back(2)
    page = door.person("secretary")
    page.goto(f"/acts/claim?case={first}")
    fill_case(page, first, responsible="林建国", department="村建中心")
    expect(page.locator("#kept-words")).to_contain_text("已保存 10:0")

    world.later(1)
    elsewhere = door.person("secretary")
    elsewhere.goto(f"/acts/claim?case={first}")
    expect(elsewhere.get_by_text("已恢复您 2026年3月2日 10:00 填写而未提交的内容")).to_be_visible()
    expect(elsewhere.locator(f"[name='c{first}.responsible']")).to_have_value("林建国")
    fill_case(elsewhere, first, person="李敏")
    check(elsewhere)
    elsewhere.get_by_label("输入登录密码").fill(PASSWORD)
    elsewhere.get_by_role("button", name="确认认领").click()
    done(elsewhere, "已办：认领 1 件")
    elsewhere.goto(f"/acts/claim?case={second}")
    expect(elsewhere.locator(f"[name='c{second}.responsible']")).to_have_value("")


def test_a_session_that_ended_leads_to_the_sign_in_and_back_to_the_form(world: World, door: Door) -> None:
    """王建国 was at lunch. What he typed was kept; after signing in he is back at the form with his words in it."""
    (case,) = world.feed_back()
    page = door.person("secretary")
    page.goto(f"/acts/claim?case={case}")
    fill_case(page, case, responsible="林建国")
    expect(page.locator("#kept-words")).to_contain_text("已保存")
    world.later(1)
    page.reload()
    expect(page).to_have_title("登录 · 整改")
    page.get_by_label("账号").fill("secretary")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(f"[name='c{case}.responsible']")).to_have_value("林建国")
