"""Pictures of every page from the demo's data, one command: `python -m tests.browser.pictures [FOLDER]`.

It seeds a demo of its own, serves it, comes in as each role, and takes every page at desktop and phone size, some also
at 125 %. Without a folder they go into docs/pictures; `--whole` takes pages in their full length.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright
from sqlalchemy import Engine

import clock
from cli.main import app
from seeding.story import tell
from settings import load
from storage.duties import note_run
from storage.engine import open_engine, reading
from tests.browser.door import DESKTOP, PHONE, ZOOMED, launch, served
from tests.browser.papers import ROWS, ledger, scan
from tests.browser.steps import judge, sign_in
from tests.browser.test_first_road import empty_city, walk
from trail.verify import verify

FOLDER = Path(__file__).parent.parent.parent / "docs" / "pictures"
SIZES = {"": DESKTOP, "-phone": PHONE}
TRIES = 3
ENLARGED = ("secretary-home", "secretary-case", "secretary-claim", "office-ledger")


@dataclass
class Album:
    """Where pictures go, and how they are taken."""

    folder: Path
    whole: bool
    taken: int = 0

    def take(self, page: Page, name: str) -> None:
        """Take the page as it stands at both sizes, and enlarged where it is named so."""
        sizes = {**SIZES, **({"-125": ZOOMED} if name in ENLARGED else {})}
        for suffix, (width, height) in sizes.items():
            page.set_viewport_size({"width": width, "height": height})
            self._shoot(page, self.folder / f"{name}{suffix}.png")
            self.taken += 1
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})

    def _shoot(self, page: Page, path: Path) -> None:
        for left in reversed(range(TRIES)):
            try:
                page.screenshot(path=path, full_page=self.whole, animations="disabled")
            except Error:  # now and then Chromium has no frame to give right after a change of size
                if not left:
                    raise
                page.wait_for_timeout(500)
            else:
                return


@dataclass(frozen=True)
class Studio:
    """The served demo: who may come in, and what is found in its rows."""

    engine: Engine
    address: str
    password: str
    browser: Browser
    album: Album

    def come(self, login: str) -> Page:
        """Return a page in which somebody has signed in through the form."""
        page = self.stranger()
        sign_in(page, login, self.password)
        return page

    def stranger(self) -> Page:
        """Return a page with nobody signed in."""
        return self.browser.new_context(
            base_url=self.address, locale="zh-CN", timezone_id="Asia/Shanghai",
            viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
        ).new_page()  # fmt: skip

    def one(self, sql: str) -> int:
        """Return the number that the query finds."""
        with reading(self.engine) as work:
            row = work.driver.one(sql)
        assert row, sql
        return int(row[0])

    def case(self, state: str, more: str = "1 = 1", *, own: bool = False) -> int:
        """Return a case in the state; one of the first unit's own where it is to be so."""
        mine = (
            "answerable_id = (SELECT p.unit_id FROM posts p JOIN accounts a ON a.person_id = p.person_id "
            "WHERE a.login = 'secretary' LIMIT 1)"
        )
        return self.one(
            f"SELECT id FROM cases WHERE state = '{state}' AND {mine if own else '1 = 1'} AND {more} ORDER BY id DESC LIMIT 1"
        )


def main(folder: Path, *, whole: bool) -> None:
    """Make the demo, take all pictures, say how many."""
    with (
        tempfile.TemporaryDirectory() as fresh,
        _demo() as (engine, home, password),
        sync_playwright() as tool,
        served(engine, home, clock.now) as address,
    ):
        browser = launch(tool)
        studio = Studio(engine, address, password, browser, Album(Path(fresh), whole))
        for role in (at_the_door, looking, secretary, handler, office, auditor, administrators):
            role(studio)
        with tempfile.TemporaryDirectory() as empty, empty_city(Path(empty), browser, Path(fresh)) as city:
            walk(city)
        browser.close()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(fresh, folder)
        print(f"{studio.album.taken} pictures in {folder}")


@contextmanager
def _demo() -> Iterator[tuple[Engine, Path, str]]:
    """Yield a seeded demo after its morning: the engine, the home, the password of all logins."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["ZHENGGAI_HOME"] = place
        app(["demo", "--seed-only"], standalone_mode=False)
        settings = load()
        engine = open_engine(settings.database_url)
        tell(engine, settings.home, settings, clock.now(), lambda *_: None)
        note_run(engine, "verify", clock.now(), verify(engine, settings.home).report(), ok=True)
        yield engine, settings.home, (settings.home / "keys" / "demo-password").read_text(encoding="utf-8")
        engine.dispose()


def at_the_door(studio: Studio) -> None:
    """Sign-in, and what it says when it fails."""
    page = studio.stranger()
    page.goto("/signin")
    studio.album.take(page, "signin")
    sign_in(page, "secretary", "不是这个密码")
    studio.album.take(page, "signin-failed")


def looking(studio: Studio) -> None:
    """The homes of those who mostly look, a case as they see it, and the pages for what is not there."""
    for login in ("team", "discipline", "organisation", "leader", "leading_group", "head"):
        page = studio.come(login)
        studio.album.take(page, f"{login}-home")
        if login == "leader":
            page.get_by_role("main").locator("a[href^='/cases']").first.click()
            studio.album.take(page, "leader-unit")
    page = studio.come("discipline")
    _open(studio, page, f"/acts/opine?case={studio.case('submitted')}", "discipline-opinion")
    _open(studio, page, "/cases/99999999", "not-there")
    _open(studio, page, "/import", "not-allowed")


def secretary(studio: Studio) -> None:
    """What waits, one problem, a claim from the form to the done page, a closing, a filed plan, his own page."""
    page = studio.come("secretary")
    studio.album.take(page, "secretary-home")
    _open(studio, page, f"/cases/{studio.case('rectifying', own=True)}", "secretary-case")
    _open(studio, page, f"/acts/submit?case={studio.case('rectifying', own=True)}", "secretary-closing")
    first = studio.case("feedback", own=True)
    _open(studio, page, f"/acts/claim?case={first}", "secretary-claim")
    _press(page, "下一步：核对")
    studio.album.take(page, "secretary-claim-faults")
    for name, value in {"responsible": "林建国", "department": "村建中心", "person": "李敏"}.items():
        page.locator(f"[name='c{first}.{name}']").fill(value)
    _press(page, "下一步：核对")
    studio.album.take(page, "secretary-claim-check")
    page.get_by_label("输入登录密码").fill(studio.password)
    page.locator("button[name=step][value=do]").click()
    studio.album.take(page, "secretary-claim-done")
    _open(studio, page, f"/acts/object?case={studio.case('feedback', own=True)}", "secretary-objection")
    _open(studio, page, f"/cases/{studio.case('escalated')}", "secretary-foreign")
    _open(studio, page, "/me", "secretary-me")


def handler(studio: Studio) -> None:
    """What comes back, progress, the plan as a grid, and what waits for the secretary."""
    page = studio.come("handler")
    studio.album.take(page, "handler-home")
    case = studio.case("rectifying", own=True)
    _open(studio, page, f"/cases/{case}", "handler-case")
    _open(studio, page, f"/acts/progress?case={case}", "handler-progress")
    claimed = studio.case("claimed", own=True)
    _open(studio, page, f"/acts/submit_plan?case={claimed}", "handler-plan")
    draft = studio.one("SELECT MAX(id) FROM drafts WHERE state = 'open' AND action = 'submit'")
    _open(studio, page, f"/drafts/{draft}", "handler-draft")


def office(studio: Studio) -> None:
    """The ledger and its filters, judging, a decision, a ledger brought in, the mails."""
    page = studio.come("office")
    studio.album.take(page, "office-home")
    for path, name in {
        "/cases": "ledger", "/cases?state=open&lamp=late": "ledger-late", "/cases?q=%E8%B7%AF%E7%81%AF": "ledger-search",
        "/cases?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E6%A0%B7%E7%9A%84%E8%AF%8D": "ledger-empty",
        f"/cases/{studio.case('escalated')}": "case", f"/cases/{studio.case('publicized')}": "case-publicized",
        f"/acts/approve_plan?case={studio.case('plan_review')}": "plan",
        f"/acts/verify?case={studio.case('submitted')}": "verify",
        f"/acts/order_rework?case={studio.case('escalated', 'plan_approved')}": "decision",
        f"/acts/withhold?case={studio.case('verified')}": "withhold",
        f"/acts/void?case={studio.case('rectifying')}": "void", "/mails": "mails",
        f"/mails/{studio.one('SELECT MAX(id) FROM deliveries')}": "mail", "/import": "import", "/recurrences": "recurrences", "/papers": "papers",
    }.items():  # fmt: skip
        _open(studio, page, path, f"office-{name}")
    bad = [ROWS[0], (*ROWS[1][:7], "尽快"), ROWS[2]]
    page.get_by_label("台账文件").set_input_files(ledger(bad))
    page.get_by_label("轮次").fill("第十六轮巡察")
    page.get_by_label("被巡察党组织").fill("城伯镇党委")
    _press(page, "下一步：预览")
    studio.album.take(page, "office-import-faults")
    page.get_by_label("改好后重新上传").set_input_files(ledger(ROWS))
    _press(page, "重新预览")
    studio.album.take(page, "office-import-check")
    _press(page, "现在反馈")
    studio.album.take(page, "office-import-done")
    page.goto(f"/acts/verify?case={studio.case('submitted')}")
    page.locator("[name='s.conclusion']").fill("现场查看，整改到位，通过")
    judge(page)
    page.locator("[name='m.acceptance_record']").set_input_files(scan("验收记录.pdf"))
    _press(page, "下一步：核对")
    studio.album.take(page, "office-verify-check")


def auditor(studio: Studio) -> None:
    """The log, what it finds, one proof, the checkpoints."""
    page = studio.come("auditor")
    for path, name in {
        "/": "home", "/log": "log", "/log?action=claim&via=web": "log-found", "/log/100": "proof",
        "/log/checkpoints": "checkpoints",
    }.items():  # fmt: skip
        _open(studio, page, path, f"auditor-{name}")


def administrators(studio: Studio) -> None:
    """The three administrators: accounts asked for, approved, watched."""
    for login, path, name in (
        ("sysadmin", "/accounts", "accounts"), ("secadmin", "/accounts", "accounts"),
        ("secauditor", "/accounts", "accounts"), ("secauditor", "/security", "security"),
    ):  # fmt: skip
        _open(studio, studio.come(login), path, f"{login}-{name}")


def _open(studio: Studio, page: Page, path: str, name: str) -> None:
    page.goto(path)
    studio.album.take(page, name)


def _press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).first.click()
    page.wait_for_load_state()


if __name__ == "__main__":
    named = [word for word in sys.argv[1:] if word != "--whole"]
    main(Path(named[0]) if named else FOLDER, whole="--whole" in sys.argv)
