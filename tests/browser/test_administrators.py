"""The three administrators 三员: one asks, another approves, the third sees both; the new person's first sign-in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.door import Door
from tests.browser.steps import heading, sign_in
from tests.world import TOWN, World


def test_an_account_is_asked_for_approved_and_used_only_after_its_password_was_changed(
    world: World, door: Door
) -> None:
    """系统 asks for an account for the town's second handler, and cannot approve it. 安全 approves and reads the first
    password once. 周小红 signs in with it, has to change it before anything else, and then finds her work. 安审 sees
    who asked and who approved.
    """
    world.feed_back()
    asking = door.person("sysadmin")
    asking.goto("/accounts")
    asking.get_by_text("开通账号或增加职务", exact=True).click()
    form = asking.locator("details[open]")
    form.get_by_label("账号").fill("zhouxh")
    form.get_by_label("姓名").fill("周小红")
    form.get_by_label("角色").select_option(label="整改联络员")
    form.get_by_label("党组织").fill(TOWN)
    form.get_by_label("理由").fill("李敏休产假")
    form.get_by_role("button", name="送安全管理员审批").click()
    expect(asking.get_by_role("status")).to_have_text("已送安全管理员审批：开通账号 zhouxh（周小红）")
    expect(asking.get_by_role("button", name="同意")).to_have_count(0)

    approving = door.person("secadmin")
    approving.goto("/accounts")
    approving.get_by_role("button", name="同意", exact=True).click()
    said = approving.get_by_role("status").inner_text()
    first_password = re.search(r"：(\S+)$", said)
    assert first_password, said

    page = door.stranger()
    sign_in(page, "zhouxh", first_password[1])
    expect(page.get_by_role("status")).to_have_text("请先更换密码")
    page.goto("/cases")
    heading(page, "周小红")
    page.get_by_label("原密码").fill(first_password[1])
    page.get_by_label("新密码", exact=True).fill("Lu-deng-17-zhan")
    page.get_by_label("再输一次新密码").fill("Lu-deng-17-zhan")
    page.get_by_role("button", name="更换密码").click()
    expect(page.get_by_role("status")).to_contain_text("密码已更换")
    page.get_by_role("link", name="待办", exact=True).click()
    expect(page.get_by_role("link", name="准备认领")).to_be_visible()

    watching = door.person("secauditor")
    watching.goto("/security")
    for words in ("申请账号", "同意账号", "更换密码"):
        expect(watching.get_by_role("cell", name=words, exact=True)).to_be_visible()


def test_who_watches_the_accounts_sees_no_case(world: World, door: Door) -> None:
    """The administrators hold the keys and read no problem: its page is not there for them, with the way home."""
    (case,) = world.feed_back()
    page = door.person("sysadmin")
    page.goto(f"/cases/{case}")
    heading(page, "没有这个页面")
    assert "路灯" not in page.content()
    page.get_by_role("link", name="回到账号").click()
    heading(page, "账号")


@pytest.mark.parametrize(
    ("login", "start", "words"),
    [
        ("office", "待办", "待办"),
        ("leader", "待办", ""),
        ("auditor", "流转日志", "流转日志"),
        ("secadmin", "账号", "账号"),
    ],
)
def test_a_page_that_is_not_there_leads_to_where_one_begins(door: Door, login: str, start: str, words: str) -> None:
    """Also the address of a form without its problems, as it stands in the bar after a form was sent."""
    page = door.person(login)
    page.goto("/acts/claim")
    heading(page, words)
    began = page.url
    page.goto("/no/such/page")
    heading(page, "没有这个页面")
    page.get_by_role("link", name=f"回到{start}").click()
    heading(page, words)
    assert page.url == began


def test_an_account_is_found_by_login_name_or_organisation(world: World, door: Door) -> None:
    """李敏 looks for one account among all by a piece of the login, of the name, of the organisation's name."""
    page = door.person("sysadmin")
    for words, login in (("OFFICE2", "office2"), ("王建国", "secretary"), ("水利", "secretary_bureau")):
        page.goto("/accounts")
        page.get_by_label("查找").fill(words)
        page.get_by_role("button", name="查找").click()
        expect(page.get_by_role("cell", name=login, exact=True)).to_be_visible()
        expect(page.get_by_role("cell", name="auditor", exact=True)).to_have_count(0)
    page.get_by_label("查找").fill("100%")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("没有符合的账号")).to_be_visible()
