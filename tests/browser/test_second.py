"""The second factor 双因素 in a browser: a phone scans the picture, and from then on every sign-in asks for its code."""

from __future__ import annotations

from datetime import timedelta

import pyotp
from playwright.sync_api import Page, expect

from tests.browser.door import PASSWORD, PHONE, Door
from tests.browser.steps import heading, sign_in
from tests.browser.test_tour import _seen
from tests.world import World


def code_of(world: World, phone: pyotp.TOTP) -> str:
    return phone.at(world.now)


def loaded(page: Page) -> bool:
    """Say whether the picture is shown: the page's own policy lets it."""
    return bool(page.locator("img.qr").evaluate("picture => picture.complete && picture.naturalWidth > 100"))


def test_a_secretary_sets_up_a_phone_and_signs_in_with_its_code(world: World, door: Door) -> None:
    """林建国 sets up his phone, mistypes once, signs out, and comes in again with password and code, by the keyboard alone."""
    page = door.person("secretary", PHONE)
    page.goto("/me")
    page.get_by_role("link", name="设置").click()
    heading(page, "设置双因素")
    assert loaded(page)
    found = _seen(page)
    key = page.locator(".key").inner_text()
    phone = pyotp.TOTP(key.replace(" ", ""))
    page.get_by_label("6 位数字").fill("000000")
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_role("button", name="设置双因素").click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不对")
    assert page.locator(".key").inner_text() == key, "the phone has it already"
    found += _seen(page)
    page.get_by_label("6 位数字").fill(code_of(world, phone))
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_role("button", name="设置双因素").click()
    expect(page.get_by_role("status")).to_contain_text("双因素已设置")
    found += _seen(page)
    page.get_by_role("button", name="退出").click()

    world.now += timedelta(seconds=60)
    sign_in(page, "secretary")
    heading(page, "验证码")
    expect(page.get_by_label("6 位验证码")).to_be_focused()
    found += _seen(page)
    page.keyboard.type("123456")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("验证码不对，或者已经用过")
    found += _seen(page)
    page.get_by_label("6 位验证码").fill(code_of(world, phone))
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation")).to_contain_text("待办")
    assert not found, "\n".join(found)
