"""`python -m benchmarks.clicks`: the work of a day in a real browser, counted from the sign-in to done: clicks, fields, pages, seconds.

Each task has a house of its own, served as it is in use; what may be needed at most is written beside it, and one that
needs more ends the command with 1.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from storage.engine import open_engine
from storage.files import keep_content
from storage.setup import create_all
from tests import databases
from tests.browser.door import DESKTOP, PASSWORD, PHONE, Door, give_passwords, launch, served
from tests.browser.papers import scan
from tests.world import BUREAU, TOWN, VILLAGE, World
from workflow.subject import Material

RECEIPTS, CLAIMS, ACCEPTED, FILES = 40, 5, 10, 6


@dataclass
class Hand:
    """Somebody at a browser: what they press, fill in and see is counted."""

    page: Page
    clicks: int = 0
    fields: int = 0
    pages: int = 0
    begun: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.page.on("framenavigated", self._seen)

    def _seen(self, frame: object) -> None:
        self.pages += frame == self.page.main_frame

    def sign_in(self, login: str) -> None:
        """Come in by the door."""
        self.page.goto("/")
        self.fill(self.page.get_by_label("账号"), login)
        self.fill(self.page.get_by_label("密码"), PASSWORD)
        self.press(self.page.get_by_role("button", name="登录"))

    def press(self, what: Locator) -> None:
        """Press something, and wait for what it leads to."""
        self.clicks += 1
        what.first.click()
        self.page.wait_for_load_state()

    def choose(self, field: str, name: str) -> None:
        """Choose a file."""
        self.clicks += 1
        self.page.locator(f"[name='{field}']").set_input_files([scan(name)])

    def fill(self, what: Locator, text: str) -> None:
        """Fill in a field."""
        self.fields += 1
        what.first.fill(text)

    def button(self, words: str) -> Locator:
        """Return a button or a link by what it says."""
        return self.page.get_by_role("button", name=words).or_(self.page.get_by_role("link", name=words))

    def confirm(self, words: str = "") -> None:
        """Sign what the page shows, with the password where it is asked for."""
        self.page.locator("button[name=step][value=do]").wait_for()
        if self.page.get_by_label("输入登录密码").count():
            self.fill(self.page.get_by_label("输入登录密码"), PASSWORD)
        self.press(self.button(words) if words else self.page.locator("button[name=step][value=do]"))

    def sees(self, words: str) -> None:
        """Stop where the page does not say it."""
        self.page.get_by_text(words).first.wait_for()


def _receipts(world: World) -> None:
    world.feed_back(RECEIPTS // 2)
    world.feed_back(RECEIPTS // 2, unit=VILLAGE)


def _sign_for_all(hand: Hand) -> None:
    hand.press(hand.button("全部签收"))
    hand.sees(f"已办：签收 {RECEIPTS} 件")


def _to_claim(world: World) -> None:
    world.do("secretary", "acknowledge", *world.feed_back(CLAIMS))


def _claim(hand: Hand) -> None:
    hand.press(hand.button(f"认领问题 {CLAIMS} 件"))
    for name in ("responsible", "department", "person"):
        for one in hand.page.locator(f"input[name$='.{name}']").all():
            if not one.input_value():
                hand.fill(one, "林建国")
    hand.press(hand.button("下一步：核对"))
    hand.confirm()
    hand.sees(f"已办：认领 {CLAIMS} 件")


def _handed_in(world: World) -> None:
    cases = world.all_at_work(ACCEPTED, world.today + timedelta(days=60))
    for case in cases:
        for at in range(FILES):
            content = scan(f"{case}-{at}.pdf")["buffer"]
            file = Material("evidence", keep_content(world.home, content), f"现场照片{at + 1}.pdf", len(content), 1)
            world.do("handler", "progress", case, materials=(file,))
    world.do("secretary", "acknowledge", *cases)
    world.do("secretary", "submit", *cases)
    world.agree(*cases)


def _accept(hand: Hand) -> None:
    hand.press(hand.button("逐件验收"))
    for left in range(ACCEPTED, 0, -1):
        hand.page.locator("textarea[name='s.conclusion'], input:visible[name='s.conclusion']").wait_for()
        shown = hand.page.locator(".in-place[open] > :not(summary)")
        assert shown.count() >= FILES, f"{shown.count()} files stand open beside the form"
        for at in range(shown.count()):
            shown.nth(at).scroll_into_view_if_needed()
        if not hand.page.get_by_text("已收到“").count():
            hand.choose("m.acceptance_record", "验收记录.pdf")
        hand.fill(hand.page.locator("[name='s.conclusion']"), "验收通过")
        # Of several measures one press says it of all; a single one is judged by itself.
        for one in (hand.page.get_by_label("其余各项均属实"), hand.page.get_by_label("属实", exact=True)):
            if one.count():
                hand.press(one)
                break
        hand.press(hand.button("下一步：核对"))
        hand.confirm("确认，接着办下一件" if left > 1 else "")
    hand.sees("已办：验收销号")


def _late(world: World) -> None:
    world.feed_back(2)
    world.feed_back(unit=BUREAU)
    world.go(world.today + timedelta(days=20))


def _who_is_late(hand: Hand) -> None:
    hand.sees(TOWN)
    assert hand.page.locator("table.late-units").bounding_box()["y"] < DESKTOP[1], "below the first screen"  # type: ignore[index]


def _worst_case(hand: Hand) -> None:
    hand.press(hand.page.locator(".red-cases a"))
    hand.sees("路灯不亮")


@dataclass(frozen=True, slots=True)
class Task:
    """A task: who does it on what screen, what must have happened before, what they do, and with how many clicks at most behind the sign-in."""

    shown: str
    login: str
    most: int
    before: Callable[[World], None]
    walk: Callable[[Hand], None]
    size: tuple[int, int] = DESKTOP


TASKS: Final = (
    Task(f"签收全部 {RECEIPTS} 件", "secretary", 6, _receipts, _sign_for_all),
    Task(f"认领 {CLAIMS} 件", "secretary", 6, _to_claim, _claim),
    Task(f"逐件验收 {ACCEPTED} 件，看过佐证", "office", 35, _handed_in, _accept),
    Task("谁逾期", "office", 1, _late, _who_is_late),
    Task("领导手机上看到最重的问题", "leader", 2, _late, _worst_case, PHONE),
)


def counted(task: Task, browser: Browser) -> tuple[Hand, float]:
    """Do a task in a house of its own; return the hand and how long it took in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        engine = open_engine(databases.fresh_sqlite(home))
        create_all(engine)
        world = World(engine, home).found()
        task.before(world)
        give_passwords(engine)
        with served(engine, home, lambda: world.now) as url:
            door = Door(url, engine, lambda: world.now, browser)
            hand = Hand(door.stranger(task.size))
            hand.sign_in(task.login)
            task.walk(hand)
            took = time.monotonic() - hand.begun
            wrong = door.close()
        engine.dispose()
    assert wrong == [], wrong
    return hand, took


def main() -> int:
    """Do all tasks; say what each needed."""
    beyond = 0
    print("任务　点击（登录以外，至多）　填写　页　秒")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for task in TASKS:
            hand, took = counted(task, browser)
            clicks = hand.clicks - 1
            beyond += clicks > task.most
            print(f"{task.shown}　{clicks}（{task.most}）　{hand.fields}　{hand.pages}　{took:.1f}", flush=True)
        browser.close()
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
