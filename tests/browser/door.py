"""The running door: the real server in a thread, a real Chromium before it, and a watch on all that goes wrong."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response
from sqlalchemy import Engine
from sqlmodel import col, select, update

import clock
from settings import SHIPPED, load
from storage.engine import writing
from storage.hashing import hashed
from storage.tables import Account
from web.app import create_app
from web.desk import Desk
from web.people.sessions import COOKIE, open_session

PASSWORD = "Zhenggai2026!"
PATIENCE = 30_000
DESKTOP, PHONE, ZOOMED = (1366, 768), (390, 844), (1093, 614)
ARGUMENTS = (
    "--lang=zh-CN",
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# A refusal is a page of its own, answered with its status; Chromium notes each on the console.
REFUSALS = (403, 404, 409, 413, 422)


@dataclass(frozen=True)
class SetDesk(Desk):
    """A desk whose clock stands where the test has set it."""

    time: Callable[[], datetime]

    def now(self) -> datetime:
        """Return the instant of the test."""
        return self.time()


@dataclass
class Watch:
    """What went wrong in the browser; `expected` are pieces of complaints that belong to the story."""

    wrong: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of the context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"page error: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrong.append(f"console: {message.text} ({message.location['url']})")

    def _request(self, request: Request) -> None:
        # The browser's own viewer of PDF is no other house.
        asked = urlsplit(request.url)
        if asked.scheme not in ("chrome", "chrome-extension") and asked.hostname not in ("127.0.0.1", None):
            self.wrong.append(f"left the house: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status in REFUSALS and response.request.is_navigation_request():
            self.refused.add(response.url)

    def complaints(self) -> list[str]:
        """Return what nobody expected."""
        return [
            one for one in self.wrong if not self._is_told(one) and not any(piece in one for piece in self.expected)
        ]

    def _is_told(self, complaint: str) -> bool:
        return "the server responded with a status of" in complaint and any(
            f"({url})" in complaint for url in self.refused
        )


@dataclass
class Door:
    """A house that is being served: its address, and how people come to it."""

    url: str
    engine: Engine
    time: Callable[[], datetime]
    browser: Browser
    watch: Watch = field(default_factory=Watch)
    contexts: list[BrowserContext] = field(default_factory=list)

    def stranger(self, size: tuple[int, int] = DESKTOP, **more: Any) -> Page:
        """Return a page in a browser of its own, with nobody signed in."""
        context = self.browser.new_context(
            base_url=self.url, viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai",
            **more,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        self.watch.over(context)
        self.contexts.append(context)
        return context.new_page()

    def person(self, login: str, size: tuple[int, int] = DESKTOP, **more: Any) -> Page:
        """Return a page in a browser of its own in which somebody has signed in already."""
        page = self.stranger(size, **more)
        page.context.add_cookies([{"name": COOKIE, "value": self._opened(login), "url": self.url}])
        return page

    def _opened(self, login: str) -> str:
        with writing(self.engine) as work:
            account = work.session.exec(select(Account).where(Account.login == login)).one()
            token = open_session(work.session, account.id or 0, clock.micros(self.time()))
            work.commit()
        return token

    def close(self) -> list[str]:
        """Close all browsers of the house; return what went wrong in them."""
        for context in self.contexts:
            context.close()
        return self.watch.complaints()


def launch(playwright: Playwright) -> Browser:
    """Start Debian's Chromium."""
    found = shutil.which("chromium") or "/usr/bin/chromium"
    return playwright.chromium.launch(
        executable_path=found, args=list(ARGUMENTS), env={**os.environ, "LANGUAGE": "zh_CN"}
    )


@contextlib.contextmanager
def served(engine: Engine, home: Path, time: Callable[[], datetime]) -> Iterator[str]:
    """Serve a house on a free port of this machine; yield its address."""
    settings = load(SHIPPED).model_copy(update={"home": home, "database_url": str(engine.url)})
    app = create_app(settings, engine)
    desk = app.state.desk
    app.state.desk = SetDesk(**{one.name: getattr(desk, one.name) for one in dataclasses.fields(desk)}, time=time)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_keep_alive=1, lifespan="on"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        _until(lambda: server.started, "the server did not start")
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(PATIENCE / 1000)


def _until(come: Callable[[], bool], otherwise: str) -> None:
    for _ in range(3000):
        if come():
            return
        time.sleep(0.01)
    raise AssertionError(otherwise)


def give_passwords(engine: Engine) -> None:
    """Give everybody the password of the cast."""
    with writing(engine) as work:
        work.session.execute(update(Account).where(col(Account.id).is_not(None)).values(password_hash=_hashed()))
        work.commit()


@cache
def _hashed() -> str:
    return hashed(PASSWORD)
