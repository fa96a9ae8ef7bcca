"""The door of a world: the running application, and visitors who sign in through its form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from jinja2 import Environment
from sqlalchemy import text

import clock
from settings import SHIPPED, Settings, _read
from storage.engine import open_engine, writing
from storage.hashing import hashed
from tests import databases, lending
from tests.conftest import _template
from tests.soundness import check_sound
from tests.web.visiting import Browser
from tests.world import World
from web.app import create_app
from web.desk import Desk
from web.filters import environment

PASSWORD = "Zhenggai2026!"
OURS = "http://testserver"
Answer = Any
"""What a visitor's request gives: httpx2's Response."""


@lru_cache(maxsize=64)
def password_hash(password: str = PASSWORD) -> str:
    """Return the one hash of a password, made once."""
    return hashed(password)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return the one environment of all doors: compiling a page takes longer than most tests."""
    return environment()


@dataclass(frozen=True)
class WorldDesk(Desk):
    """A desk that reads the clock of a world."""

    world: World | None = None

    def now(self) -> datetime:
        """Return the instant it is in the world."""
        assert self.world
        return self.world.now


class Field(HTMLParser):
    """Finds the value of one hidden field."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.value = name, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "input" and said.get("name") == self.name and not self.value:
            self.value = said.get("value") or ""


def field_in(page: str, name: str) -> str:
    """Return the value of a form's field in a page."""
    reader = Field(name)
    reader.feed(page)
    return reader.value


class Visitor(Browser):
    """Somebody's browser: cookies of its own, unsafe requests as our own pages send them."""

    csrf: str = ""

    def submit(self, path: str, data: Any = None, **more: Any) -> Answer:
        """Post a form as our own page would: with the token of the session."""
        return self.post(path, data={"csrf": self.csrf, **(data or {})}, **more)

    def looked_over(self, path: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Return what is sent to do what the check page has shown."""
        page = self.submit(path, {**data, "step": "check"}, **more)
        return {**data, "shown": field_in(page.text, "shown"), "step": "do"}

    def sign(self, path: str, data: dict[str, Any], **more: Any) -> Answer:
        """Look over what will be recorded, and sign for it."""
        return self.submit(path, {**self.looked_over(path, data, **more), "password": PASSWORD}, **more)

    def approve(self, number: int) -> Answer:
        """Approve a request about an account as its page shows it."""
        page = self.get(f"/accounts?sent={number}").text
        form = page.partition(f'action="/accounts/{number}"')[2].partition("</form>")[0]
        return self.submit(f"/accounts/{number}", {"step": "approve", "seen": field_in(form, "seen")})

    def confirm(self, number: int, password: str = PASSWORD) -> Answer:
        """Look at what was prepared, and sign for it."""
        shown = field_in(self.get(f"/drafts/{number}").text, "shown")
        return self.submit(f"/drafts/{number}", {"step": "do", "password": password, "shown": shown})


@dataclass
class Door:
    """The application over one world; time is the world's."""

    world: World
    app: FastAPI
    settings: Settings
    stack: ExitStack = field(default_factory=ExitStack)
    known: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, **headers: str) -> Visitor:
        """Return a browser that nobody has signed in with; redirects are not followed, a crash is a 500."""
        said = {"origin": OURS, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return Visitor(self.app, base_url=OURS, headers=said, follow_redirects=False, raise_server_exceptions=False)

    def sign_in(self, login: str, password: str = PASSWORD) -> Visitor:
        """Return a browser in which that person has just signed in."""
        visitor = self.visitor()
        answer = self.try_sign_in(visitor, login, password)
        assert answer.status_code == 303, answer.text
        visitor.csrf = field_in(visitor.get("/me").text, "csrf")
        return visitor

    def try_sign_in(self, visitor: Visitor, login: str, password: str = PASSWORD, **fields: str) -> Answer:
        """Fill in the sign-in form and send it."""
        token = field_in(visitor.get("/signin").text, "token")
        return visitor.post("/signin", data={"login": login, "password": password, "token": token, **fields})

    def as_(self, login: str) -> Visitor:
        """Return the browser of one of the cast, signed in once and kept; empty for a stranger."""
        if login not in self.known:
            self.known[login] = self.sign_in(login)
        return self.known[login]

    def file(self, content: bytes) -> Path:
        """Return a new file under the home with that content."""
        path = self.world.home / f"upload-{len(list(self.world.home.iterdir()))}"
        path.write_bytes(content)
        return path


@contextmanager
def opened(world: World, **uploads: int) -> Iterator[Door]:
    """Open the door of a world whose cast all have the one password."""
    config = _read(SHIPPED)
    if uploads:
        config = config.model_copy(update={"uploads": config.uploads.model_copy(update=uploads)})
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings(file=SHIPPED, home=world.home, database_url=url, config=config)
    with writing(world.engine) as work:
        work.session.execute(
            text("UPDATE accounts SET password_hash = :hash, password_at = :at"),
            {"hash": password_hash(), "at": clock.micros(world.now)},
        )
        work.commit()
    app = create_app(settings, world.engine)
    desk = app.state.desk
    app.state.desk = WorldDesk(
        settings, world.engine, templates(), desk.secret, desk.place, desk.place_name, desk.rehearsal, world
    )
    door = Door(world, app, settings)
    with door.stack:
        door.known[""] = door.stack.enter_context(door.visitor())
        yield door


@pytest.fixture
def door(world: World) -> Iterator[Door]:
    """Yield the door of a fresh world."""
    with opened(world) as found:
        yield found


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Yield one world for a whole module; afterwards everything is read again and must be sound."""
    kind, home = str(request.param), tmp_path_factory.mktemp("town")
    template, made = _template(kind, tmp_path_factory)
    url = databases.fresh_sqlite(home, Path(template)) if kind == "sqlite" else lending.lend(template)
    engine = open_engine(url)
    here = World(engine, home, made.place, made.now, dict(made.people), dict(made.units), made.round_id, made.begun)
    yield here
    try:
        check_sound(engine, home, here.spoilt)
    finally:
        engine.dispose()
        if kind == "postgres":
            lending.take_back(url)


@pytest.fixture(scope="module")
def town_door(town: World) -> Iterator[Door]:
    """Yield the door of the module's world."""
    with opened(town) as found:
        yield found


def as_the_unit_says(*cases: int, measures: int = 1) -> dict[str, str]:
    """Return the fields by which every measure of cases is judged 属实 with one press each."""
    numbers = {f"c{case}.judged.{no}.no": str(no) for case in cases for no in range(1, measures + 1)}
    return {**numbers, **{f"c{case}.judged.rest": "true" for case in cases}}
