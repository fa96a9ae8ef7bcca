"""Steps that everybody takes: signing in, answering a form, signing with the password."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from playwright.sync_api import Error, FilePayload, Locator, Page, expect

from tests.browser.door import PASSWORD

LOST_MS = 3000
"""So long a press may need to the page; one that has not come by then does not come."""


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Come to the door without a session and sign in through the form."""
    page.goto("/")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def fill(page: Page, **answers: str) -> None:
    """Fill fields said once for all cases."""
    for name, value in answers.items():
        page.locator(f"[name='s.{name}']").fill(value)


def judge(page: Page) -> None:
    """Judge every measure of an acceptance as the unit says it."""
    for one in page.locator("input[type=radio][name$='.verdict'][value=true]").all():
        one.check()


def fill_case(page: Page, case: int, **answers: str) -> None:
    """Fill fields of one case."""
    for name, value in answers.items():
        page.locator(f"[name='c{case}.{name}']").fill(value)


def paste(page: Page, field: str, text: str) -> None:
    """Paste into a cell what was copied elsewhere."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator(f"[name='{field}']").focus()
    page.keyboard.press("Control+V")


def attach(page: Page, field: str, *files: FilePayload) -> None:
    """Choose files in a field of the form."""
    page.locator(f"[name='{field}']").set_input_files(list(files))


def press(button: Locator) -> None:
    """Press a button; a press that never reached the page is made once more, as anybody would: Chromium gives it to a viewer of PDF that is just loading."""
    page = button.page
    page.evaluate(
        "window.reachedPage = false; addEventListener('click', () => { window.reachedPage = true; }, { capture: true, once: true })"
    )
    button.click()
    with contextlib.suppress(Error):  # the page has gone on
        for _ in range(LOST_MS // 100):
            if page.evaluate("window.reachedPage") is not False:
                return
            page.wait_for_timeout(100)
        button.click()


def check(page: Page) -> None:
    """Go on to the page that shows what will be recorded."""
    press(page.get_by_role("button", name="下一步：核对"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("核对")


def confirm(page: Page) -> None:
    """Confirm what the page shows, with the password where it asks for it as a signature."""
    button = page.locator("button[name=step][value=do]")
    button.wait_for()  # it stands behind the field: a heading is there before either
    if page.get_by_label("输入登录密码").count():
        page.get_by_label("输入登录密码").fill(PASSWORD)
    press(button)


def done(page: Page, words: str) -> None:
    """See that it was done."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def heading(page: Page, words: str | re.Pattern[str]) -> None:
    """See that the page is the one that is meant."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def fits(page: Page) -> bool:
    """Say whether the page itself needs no scrolling sideways."""
    wide: Any = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return bool(wide)


def send_to_secretary(page: Page) -> None:
    """Send what was prepared to the secretary; its page says that it waits."""
    page.get_by_role("button", name="送书记确认").click()
    expect(page.get_by_text("等待党组织书记确认")).to_be_visible()
