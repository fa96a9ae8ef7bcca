"""Security of the door: headers on every answer, bodies bounded, unsafe requests only from our own pages."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
SAFE = ("GET", "HEAD", "OPTIONS")
_BY_SCRIPT = ("cors", "same-origin")
# What strangers may send, and what a form without files may weigh; more is for files alone.
SIGN_IN_LARGEST, TEXT_LARGEST = 64 * 1024, 16 * 1024 * 1024


class TooLargeBody(Exception):
    """A body grew over the limit while it was read."""


class Guarded:
    """ASGI: sets the headers, and cuts off bodies over the limit before anything reads them whole."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self.app = app
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = _with_headers(send, private=not scope["path"].startswith("/static/"))
        headers = dict(scope["headers"])
        largest = _largest(scope["path"], headers.get(b"content-type", b""), self.largest)
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or len(declared) > 15 or int(declared) > largest:
            await _refuse(send, 413, "内容过大，未接收。请分次上传。")
        elif not _readable(scope):
            await _refuse(send, 400, "看不懂的地址。请返回上一页重试。")
        else:
            await self.app(scope, _counted(receive, largest), send)


def _largest(path: str, content_type: bytes, files: int) -> int:
    if path in ("/signin", "/signin/code"):
        return SIGN_IN_LARGEST
    return files if content_type.lower().startswith(b"multipart/") else min(files, TEXT_LARGEST)


def _readable(scope: Scope) -> bool:
    """Say whether an address is text that a database and a folder can be asked for."""
    query: bytes = scope.get("query_string", b"")
    return "\0" not in scope["path"] and b"%00" not in query and query.isascii()


def _counted(receive: Receive, largest: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > largest:
            raise TooLargeBody
        return message

    return counted


def _with_headers(send: Send, *, private: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store" if private else "public, max-age=604800")
        await send(message)

    return sending


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})


def is_ours(request: Request) -> bool:
    """Say whether an unsafe request comes from one of our own pages: Sec-Fetch-Site, else Origin, must say so."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    host = request.headers.get("host")
    return bool(host) and _place_of(request.headers.get("origin", "")) == host


def asked_by_script(request: Request) -> bool:
    """Say whether a script of a page asks, which would follow a redirect without anybody seeing where it leads."""
    return request.headers.get("x-asked-by") == "script" or request.headers.get("sec-fetch-mode") in _BY_SCRIPT


def page_before(request: Request) -> tuple[str, str]:
    """Return path and query of the page of ours that a request says it comes from; nothing of anybody else's."""
    said = request.headers.get("referer", "")
    host = request.headers.get("host")
    if not host or _place_of(said) != host:
        return "", ""
    parts = urlsplit(said)
    return parts.path, parts.query


def _place_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def same_token(given: object, wanted: str) -> bool:
    """Compare form tokens in constant time."""
    return isinstance(given, str) and hmac.compare_digest(given.encode(), wanted.encode())
