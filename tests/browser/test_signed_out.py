"""The session ends while somebody writes: nothing typed is lost, and nobody else at the same computer sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.door import PASSWORD, Door
from tests.browser.steps import fill, fill_case
from tests.world import World

OVER = "登录已过期，内容留在本机，请重新登录后继续"


@pytest.fixture(autouse=True)
def told(door: Door) -> None:
    """Chromium notes on its console that nobody is signed in."""
    door.watch.expected.append("status of 401")


def sign_in_again(page: Page, login: str) -> None:
    """Sign in through the form to which the page has led."""
    expect(page).to_have_title("登录 · 整改")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_what_is_typed_after_the_session_ended_stays_here_and_is_there_after_signing_in(
    world: World, door: Door
) -> None:
    """王建国 is called to a meeting with the form open. He writes on; the page does not say 已保存 but that he is signed
    out, wherever he has scrolled to. The link leads to the sign-in and back to the very form of both problems.
    """
    first, second = world.feed_back(2)
    page = door.person("secretary")
    page.goto(f"/acts/claim?case={first}&case={second}")
    world.later(1)
    fill_case(page, second, responsible="林建国")
    words = page.locator("#kept-words")
    expect(words).to_have_text(OVER)
    expect(words).to_be_in_viewport()
    fill_case(page, first, department="村建中心")
    page.wait_for_timeout(1700)
    expect(words).to_have_text(OVER)
    words.get_by_role("link", name="重新登录后继续").click()
    sign_in_again(page, "secretary")
    expect(page).to_have_url(f"{door.url}/acts/claim?case={first}&case={second}")
    expect(page.locator(f"[name='c{second}.responsible']")).to_have_value("林建国")
    expect(page.locator(f"[name='c{first}.department']")).to_have_value("村建中心")


def test_another_account_at_the_same_computer_does_not_see_what_was_typed(world: World, door: Door) -> None:
    """陈静 and 孙立 share a computer. What 陈静 could not save is not in 孙立's form of the same act, and still hers."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    page = door.person("office")
    page.goto(f"/acts/return_plan?case={case}")
    page.context.clear_cookies()
    fill(page, reason="措施没有写明检验方式")
    for login, reason in (("office2", ""), ("office", "措施没有写明检验方式")):
        if login == "office2":
            page.get_by_role("link", name="重新登录后继续").click()
        else:
            page.goto(f"/signin?next=/acts/return_plan?case={case}")
        sign_in_again(page, login)
        expect(page.get_by_role("heading", level=1)).to_have_text("退回方案")
        expect(page.locator("[name='s.reason']")).to_have_value(reason)


def test_a_page_left_open_over_another_sign_in_says_so(world: World, door: Door) -> None:
    """王建国 signed in again in a second tab: the first is told to be opened again, and has his words then."""
    (case,) = world.feed_back()
    door.watch.expected.append("status of 403")
    page = door.person("secretary")
    page.goto(f"/acts/claim?case={case}")
    other = page.context.new_page()
    other.goto("/signin")
    sign_in_again(other, "secretary")
    expect(other).to_have_title("待办 2 件 · 整改")
    fill_case(page, case, responsible="林建国")
    page.get_by_role("link", name="重新打开这一页后继续").click()
    expect(page.locator(f"[name='c{case}.responsible']")).to_have_value("林建国")
