"""A browser of the tests: it asks the application in its own thread, without a second one between each question and its answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import anyio.to_thread
import httpx2
from starlette.types import ASGIApp

_HERE: ContextVar[bool] = ContextVar("here", default=False)
_BESIDE = anyio.to_thread.run_sync


async def _here_or_beside(work: Callable[..., Any], *handed: Any, **how: Any) -> Any:
    return work(*handed) if _HERE.get() else await _BESIDE(work, *handed, **how)


# A page's work is done by whoever asked for it; a server that listens keeps its threads.
anyio.to_thread.run_sync = _here_or_beside  # type: ignore[assignment]


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def awaited(work: Callable[[], Any]) -> Any:
    """Return what an asynchronous function gives, run to its end in this thread."""
    if asyncio._get_running_loop():  # one that asks while it is being answered
        with ThreadPoolExecutor(1) as other:
            return other.submit(awaited, work).result()
    held = _HERE.set(True)
    try:
        if threading.current_thread() is threading.main_thread():
            return _loop().run_until_complete(work())
        with asyncio.Runner() as runner:
            return runner.run(work())
    finally:
        _HERE.reset(held)


class _Inside(httpx2.BaseTransport):
    """What a visitor sends reaches the application without a network."""

    def __init__(self, app: ASGIApp, *, raises: bool) -> None:
        self.app = httpx2.ASGITransport(app=app, raise_app_exceptions=raises, client=("testclient", 50000))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the whole answer to the whole request."""
        sent = httpx2.Request(
            request.method, request.url, headers=request.headers, stream=httpx2.ByteStream(request.read())
        )

        async def answer() -> tuple[httpx2.Response, bytes]:
            given = await self.app.handle_async_request(sent)
            return given, await given.aread()

        given, body = awaited(answer)
        return httpx2.Response(given.status_code, headers=given.headers.raw, stream=httpx2.ByteStream(body))


class Browser(httpx2.Client):
    """An HTTP client before the application itself; a crash is raised, or is the 500 that people get."""

    def __init__(self, app: ASGIApp, *, raise_server_exceptions: bool = True, **more: Any) -> None:
        super().__init__(
            transport=_Inside(app, raises=raise_server_exceptions), **{"base_url": "http://testserver"} | more
        )
        self.headers.setdefault("user-agent", "testclient")
        self.app = app
