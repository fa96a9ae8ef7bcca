"""The application: routers, errors as pages, security round all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

import clock
from settings import Settings
from states import OFFICE
from storage.engine import reading
from storage.jurisdictions import JurisdictionRow, find_jurisdiction, jurisdiction_codes
from storage.setting import UNSET
from web.asked import asked_for
from web.desk import Desk, desk_of, secret_of
from web.doorway import NotYours, SignInFirst, note
from web.downloads import altered
from web.filters import environment
from web.making import stop, sweep
from web.people.sessions import COOKIE, find_viewer
from web.routers import ROUTERS
from web.security import HEADERS, Guarded, TooLargeBody, asked_by_script, page_before
from web.viewer import Viewer

STATIC = Path(__file__).parent / "static"
NOWHERE = JurisdictionRow(0, "", "", rehearsal=False)
UNLAID = "本系统还没有设立巡察机构。请在运行本系统的电脑上，打开启动时印出的“首次设置”地址。"


def create_app(settings: Settings, engine: Engine) -> FastAPI:
    """Return the door to one house."""
    with reading(engine) as work:
        place = find_jurisdiction(work.driver, settings.code) if jurisdiction_codes(work.driver) else NOWHERE
    # As they were read when their files were loaded: including the routers has FastAPI take every page apart once more,
    # at the first visit, and for each door anew.
    pages = [page for router in ROUTERS for page in router.routes]
    app = FastAPI(
        title="zhenggai",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        routes=pages,
    )
    app.state.desk = Desk(
        settings, engine, environment(), secret_of(settings.home), place.id, place.name, place.rehearsal
    )
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(SignInFirst, _sign_in_first)
    app.add_exception_handler(NotYours, _not_yours)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _not_there)
    app.add_exception_handler(TooLargeBody, _too_large)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(_Laid, house=app)
    app.add_middleware(Guarded, largest=settings.config.uploads.largest * 2)
    return app


class _Laid:
    """ASGI: before a jurisdiction is set up there is nothing but the first run."""

    def __init__(self, app: ASGIApp, house: FastAPI) -> None:
        self.app = app
        self.house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say where the first run is."""
        desk: Desk = self.house.state.desk
        if scope["type"] != "http" or desk.place or scope["path"].startswith(("/first/", "/static/")):
            await self.app(scope, receive, send)
            return
        said = {"ok": False, "why": UNLAID}
        unlaid = desk.page("error.html", None, status=503, title="还没有设立", sentence=UNLAID, unset=True)
        answer = JSONResponse(said, 503) if scope["path"] == "/healthz" else unlaid
        await answer(scope, receive, send)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # Jinja2 holds the interpreter: more threads than this only take turns.
    desk: Desk = app.state.desk
    anyio.to_thread.current_default_thread_limiter().total_tokens = desk.settings.config.web.threads
    sweep(desk.settings.home)
    yield
    stop(desk.settings.home)


def _sign_in_first(request: Request, error: Exception) -> Response:
    del error
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"hx-redirect": "/signin"})
    if asked_by_script(request):
        return PlainTextResponse("登录已过期，请重新登录后继续。", 401)
    to = _way_back(request)
    back = f"?next={quote(to, safe='/')}" if to not in ("", "/") else ""
    return RedirectResponse(f"/signin{back}", 303)


def _way_back(request: Request) -> str:
    """Return the address to come back to: the page asked for, or the page of ours from which a form was sent."""
    if request.method == "GET":
        path, query = request.scope["path"], request.scope["query_string"].decode("ascii")
    else:
        path, query = page_before(request)
    return f"{path}?{query}" if query else path


def _asking(request: Request) -> Viewer | None:
    """Return who is signed in, so that the page that refuses leads back to where they begin."""
    desk = desk_of(request)
    now, rules = desk.now(), desk.settings.config.web
    return find_viewer(desk.engine, request.cookies.get(COOKIE), rules, clock.micros(now), clock.local_date(now))


def _page(request: Request, status: int, title: str, sentence: str, viewer: Viewer | None = None) -> Response:
    return desk_of(request).page("error.html", viewer, status=status, title=title, sentence=sentence, unset=False)


def _office(viewer: Viewer | None) -> str:
    """Return what the office is called where the viewer is: whom to turn to is said by its name."""
    return (viewer.setting if viewer else UNSET).called(OFFICE)


def _not_yours(request: Request, error: Exception) -> Response:
    """Answer as if it were not there, and note who asked for it."""
    assert isinstance(error, NotYours)
    viewer = _asking(request)
    note(desk_of(request), viewer, "foreign", request, **asked_for(request, error))
    return _nothing(request, viewer)


def _not_there(request: Request, error: Exception) -> Response:
    del error
    return _nothing(request, _asking(request))


def _nothing(request: Request, viewer: Viewer | None) -> Response:
    sentence = f"它不存在，或不在您的职责范围内。如果您需要它，请联系{_office(viewer)}或系统管理员。"
    return _page(request, 404, "没有这个页面", sentence, viewer)


def _too_large(request: Request, error: Exception) -> Response:
    del error
    return _page(request, 413, "内容过大", "上传的内容超过上限，未接收。请分次上传。")


def _broken(request: Request, error: Exception) -> Response:
    del error
    page = _page(request, 500, "没有办成", "系统出了差错，刚才的操作没有保存。请稍后再试；再次出现请联系系统管理员。")
    # Sent from outside all middleware, where nothing else would set them.
    page.headers.update({**HEADERS, "cache-control": "no-store"})
    return page


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.headers and "location" in error.headers:
        return RedirectResponse(error.headers["location"], error.status_code)
    if error.status_code == 404:
        return _not_there(request, error)
    known = {403: "不能办理", 405: "没有这个页面", 400: "看不懂的请求", 410: "文件已被改动", 413: "内容过大"}
    viewer = _asking(request)
    said = altered(_office(viewer)) if error.status_code == 410 else error.detail
    sentence = said if error.status_code in (400, 403, 410) and said else "请返回上一页重试。"
    return _page(request, error.status_code, known.get(error.status_code, "没有办成"), sentence, viewer)
