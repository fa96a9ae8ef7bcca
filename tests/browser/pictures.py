"""Pictures of the pages from the demo's data: `python -m tests.browser.pictures`, beside a running `do.py demo`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parent.parent.parent / "docs" / "pictures"
PAGES = {
    "secretary": {"home": "/", "me": "/me"},
    "handler": {"home": "/"},
    "office": {"home": "/", "ledger": "/cases?state=rectifying", "import": "/import", "mails": "/mails"},
    "discipline": {"home": "/"},
    "leader": {"home": "/"},
    "auditor": {"log": "/log", "proof": "/log/100", "checkpoints": "/log/checkpoints"},
    "sysadmin": {"accounts": "/accounts"},
    "secauditor": {"security": "/security"},
}
SIZES = {"": (1366, 768), "-phone": (390, 844)}


def main(address: str, password: str) -> None:
    """Take every page at both sizes, and one open case."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-CN"])
        for login, pages in PAGES.items():
            for size, (width, height) in SIZES.items():
                _take(browser, address, password, login, pages, size, width, height)
        browser.close()


def _take(
    browser: Browser, address: str, password: str, login: str, pages: dict[str, str], size: str, width: int, height: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/signin")
    page.screenshot(path=FOLDER / f"signin{size}.png")
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("main button[type=submit]")
    for name, path in pages.items():
        page.goto(address + path)
        page.screenshot(path=FOLDER / f"{login}-{name}{size}.png")
        if name == "ledger":
            page.click("table a[href^='/cases/'] >> nth=0")
            page.screenshot(path=FOLDER / f"{login}-case{size}.png")
    context.close()


if __name__ == "__main__":
    home = Path(os.environ.get("ZHENGGAI_HOME", "var/demo"))
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000", (home / "keys" / "demo-password").read_text())
