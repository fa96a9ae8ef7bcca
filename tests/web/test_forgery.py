"""Requests that others forge: nothing unsafe is done that does not come from our own pages with the session's token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.conftest import OURS, Door
from tests.web.signed import FORGED, events, sent
from tests.web.stage import Stage, routes_of
from tests.web.visiting import awaited
from web.people.sessions import COOKIE


@pytest.fixture(scope="module")
def stage(town_door: Door) -> Stage:
    return Stage(town_door)


def unsafe_routes(door: Door) -> Iterator[str]:
    """Yield the address of every unsafe route but the sign-in and the first run, which have tests of their own."""
    for method, route in routes_of(door.app.routes):
        if method != "GET" and not route.startswith(("/signin", "/first/")):
            named = {"kind_name": "unit", "row": 1, "act_name": "change", "action": "claim", "digest": "0" * 64}
            yield route.format(case_id=1, number=1, index=0, place=0, **named)


def rows_but_the_log(stage: Stage) -> dict[str, list[str]]:
    return {name: rows for name, rows in stage.world.dump().items() if name != "security_log"}


@pytest.mark.long("postgres")
def test_no_unsafe_route_does_anything_for_a_request_that_is_not_from_our_pages(stage: Stage) -> None:
    visitor = stage.door.as_("office")
    before, paths = rows_but_the_log(stage), list(unsafe_routes(stage.door))
    assert len(paths) > 10
    for path in paths:
        for what, headers in FORGED.items():
            answer = sent(visitor, path, {"csrf": visitor.csrf}, headers)
            assert (answer.status_code, "不是从本系统的页面发出的" in answer.text) == (403, True), (path, what)
    assert rows_but_the_log(stage) == before
    assert events(stage.door).count("forged_request") == len(paths) * len(FORGED)


@pytest.mark.long("postgres")
def test_no_unsafe_route_does_anything_without_the_sessions_own_token(stage: Stage) -> None:
    visitor, before = stage.door.as_("office"), rows_but_the_log(stage)
    tokens: tuple[dict[str, str], ...] = (
        {}, {"csrf": ""}, {"csrf": "x"}, {"csrf": visitor.csrf[:-1]}, {"csrf": visitor.csrf + " "}, {"csrf": "令牌"},
        {"csrf": stage.door.as_("secretary").csrf}, {"token": visitor.csrf},
    )  # fmt: skip
    before = rows_but_the_log(stage)
    for path in unsafe_routes(stage.door):
        for token in tokens:
            assert visitor.post(path, data=token).status_code == 403, (path, token)
        file = visitor.post(path, data={}, files={"csrf": ("a.txt", visitor.csrf.encode())})
        assert file.status_code == 403
    assert rows_but_the_log(stage) == before


def test_the_token_in_an_address_counts_for_nothing(stage: Stage) -> None:
    visitor = stage.door.as_("office")
    assert visitor.post(f"/log/verify?csrf={visitor.csrf}").status_code == 403


def test_a_request_of_our_own_page_passes_either_by_what_the_browser_says_or_by_its_origin(stage: Stage) -> None:
    visitor = stage.door.as_("office")
    said: tuple[dict[str, str | None], ...] = (
        {}, {"sec-fetch-site": "same-origin", "origin": None}, {"sec-fetch-site": "same-origin"},
    )  # fmt: skip
    for headers in said:
        answer = sent(visitor, "/me/password", {"csrf": visitor.csrf, "new": "a", "again": "b"}, headers)
        assert (answer.status_code, "两次输入的新密码不一致" in answer.text) == (422, True)
    answer = visitor.post("/me/password", data={"new": "a", "again": "b"}, headers={"x-csrf": visitor.csrf})
    assert answer.status_code == 422


def test_nothing_of_a_strangers_body_is_read(town_door: Door) -> None:
    """Who is not signed in, or comes from elsewhere, is turned away before the form is looked at."""
    read: list[bytes] = []

    def body() -> Iterator[bytes]:
        for block in (b"csrf=x&", b"a=" + b"x" * 1000, b"&b=c"):
            read.append(block)
            yield block

    headers = {"content-type": "application/x-www-form-urlencoded"}
    for path in ("/accounts", "/acts/claim", "/cases/1/materials", "/import", "/log/export"):
        answer = town_door.visitor().post(path, content=body(), headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    # The test client takes the body from us at once; whether the application asked for it is seen below it.
    taken = asked_for(town_door, "/accounts", cookie="")
    assert taken == 0
    cookie = f"{COOKIE}={town_door.as_('sysadmin').cookies[COOKIE]}"
    assert asked_for(town_door, "/accounts", cookie=cookie, origin="https://evil.test") == 0
    assert asked_for(town_door, "/accounts", cookie=cookie, origin=OURS) > 0


def asked_for(door: Door, path: str, *, cookie: str, origin: str = OURS) -> int:
    """Return how many blocks of a body the application asked for."""
    count = 0

    async def receive() -> dict[str, Any]:
        nonlocal count
        count += 1
        return {"type": "http.request", "body": b"a=1&", "more_body": count < 5}

    async def send(message: Any) -> None:
        del message

    headers = {
        "host": "testserver",
        "origin": origin,
        "cookie": cookie,
        "content-type": "application/x-www-form-urlencoded",
    }
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": b"", "headers": [(name.encode(), value.encode()) for name, value in headers.items()], "client": ("127.0.0.1", 1), "server": ("testserver", 80),
    }  # fmt: skip
    awaited(lambda: door.app(scope, receive, send))
    return count
