"""The pages with a hundred thousand cases: the whole request against Jinja2 alone rendering the same page.

Ours is the application called as a server calls it (session, rules of the door, SQL, page); the floor is the page's own
template rendered from what the page was given. `looks_*` measure the same request against itself with every look made
alone, one statement behind the other.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI
from jinja2 import Environment, Template
from sqlalchemy import Engine
from starlette.types import Message

import clock
from benchmarks.ground import Fed, Ground, ground, make
from benchmarks.measure import Figure, Size, compare
from settings import load
from states import ROLES, SECRETARY
from storage.engine import writing
from storage.looks import Looks
from storage.work import Work
from web.app import create_app
from web.people.sessions import COOKIE, open_session

RENDERS = 10
PAGES = {"home": "/", "ledger": "/cases", "case": "/cases/1", "log": "/log", "figures": "/figures?table=unit"}
TOGETHER = ("home", "case")
VIEWER = {"home": SECRETARY, "ledger": "office", "case": "office", "log": "auditor", "figures": "office"}


@dataclass
class Heard:
    """Templates that remember what they were last given."""

    environment: Environment
    template: Template | None = None
    given: dict[str, Any] | None = None

    def get_template(self, name: str) -> Heard:
        """Return the template, listening."""
        self.template = self.environment.get_template(name)
        return self

    def list_templates(self) -> list[str]:
        """Return the names of all templates."""
        return self.environment.list_templates()

    def render(self, **given: Any) -> str:
        """Render, and remember what was given."""
        self.given = given
        assert self.template
        return self.template.render(**given)

    def told(self) -> str:
        """Return what the page says of what it was last given, without what is another at every request."""
        assert self.template
        assert self.given
        return re.sub(r'nonce="[^"]*"|value="[0-9a-f-]{20,}"', "", self.template.render(**self.given))


def page(name: str, size: Size) -> Figure:
    """Compare one page with its bare template, on SQLite."""
    which = name.removeprefix("page_")
    with ground("sqlite", Fed(max(size.many // 500, 1), min(size.many, 500))) as made, asyncio.Runner() as runner:
        app, heard, cookie = _door(made, VIEWER[which])

        def we(_: int) -> None:
            for _number in range(RENDERS):
                status, length = runner.run(_get(app, PAGES[which], cookie))
                assert status == 200
                assert length > 1000

        we(0)
        template, given = heard.template, heard.given
        assert template
        assert given

        def they(_: int) -> None:
            for _number in range(RENDERS):
                assert template.render(**given)

        return compare(name, "pages/s", RENDERS, size.pairs, we, they)


def together(kind: str, name: str, size: Size) -> Figure:
    """Compare one page whose looks are made together with the same page asking one thing after the other."""
    which = name.removeprefix("looks_").removesuffix(f"_{kind}")
    with ground(kind, Fed(max(size.many // 500, 1), min(size.many, 500))) as made, asyncio.Runner() as runner:
        app, heard, cookie = _door(made, VIEWER[which])

        def we(_: int) -> None:
            for _number in range(RENDERS):
                status, _length = runner.run(_get(app, PAGES[which], cookie))
                assert status == 200

        def they(turn: int) -> None:
            with patch.object(Looks, "also", _alone):
                we(turn)

        we(0)
        given = heard.told()
        they(0)
        assert heard.told() == given
        return compare(name, "pages/s", RENDERS, size.pairs, we, they)


def _alone(_: Looks, look: Callable[[], Any], /, *args: Any, **more: Any) -> Callable[[], Any]:
    """Make the look at once, its questions one behind the other."""
    found = look(*args, **more)
    return lambda: found


def _door(made: Ground, role: str) -> tuple[FastAPI, Heard, str]:
    engine = made.copy()
    settings = load().model_copy(update={"home": made.folder})
    app = create_app(settings, engine)
    heard = Heard(app.state.desk.templates)
    app.state.desk = replace(app.state.desk, templates=heard)
    return app, heard, _signed_in(engine, made, role)


def _signed_in(engine: Engine, made: Ground, role: str) -> str:
    assert role in ROLES
    place = made.places[0]
    with writing(engine) as work:
        person = place.secretaries[0] if role == SECRETARY else _hired(work, place.id, role)
        (number,) = make(work, place.id, clock.now(), "account", [{"person": person, "login": role}])
        token = open_session(work.session, number, clock.micros(clock.now()))
        work.driver.run("ANALYZE")
        work.commit()
    return f"{COOKIE}={token}"


def _hired(work: Work, place: int, role: str) -> int:
    (person,) = make(work, place, clock.now(), "person", [{"name": "何人"}])
    make(work, place, clock.now(), "post", [{"person": person, "role": role}])
    return person


async def _get(app: FastAPI, path: str, cookie: str) -> tuple[int, int]:
    sent: list[Message] = []
    path, _, query = path.partition("?")

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "headers": [(b"host", b"127.0.0.1"), (b"cookie", cookie.encode())],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "app": app,
    }  # fmt: skip
    await app(scope, receive, send)
    return sent[0]["status"], sum(len(message.get("body", b"")) for message in sent)
