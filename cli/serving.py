"""Serving the pages, with or without the recurring duties beside them."""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer

import clock
from cli.duties import duties_of
from cli.guarding import guard
from cli.opening import House, open_or_make
from cli.talk import Refused, say
from register.first_run import missing_administrators
from scheduler import build
from storage.engine import reading
from storage.jurisdictions import find_jurisdiction, jurisdiction_codes


def serve(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="端口；不写的按配置")] = None,
    pages_only: Annotated[bool, typer.Option("--pages-only", help="只提供网页，不带定时任务")] = False,
) -> None:
    """Serve the pages, the recurring duties beside them, until told to stop."""
    refuse_port(port)
    house = listening_at(open_or_make(context), port)
    guard(house)
    run_pages(house, with_duties=not pages_only)


def listening_at(house: House, port: int | None) -> House:
    """Let a house listen at a port that is named: the links in its letters and on its slips lead there."""
    if port is None:
        return house
    config = house.settings.config
    web = config.web.model_copy(update={"port": port})
    settings = house.settings.model_copy(update={"config": config.model_copy(update={"web": web})})
    return replace(house, settings=settings)


def refuse_port(port: int | None) -> None:
    """Refuse a port that is given and is none: before anything is made, and before the resolver takes the rest of a division for it."""
    if port is not None and not 0 < port < 65536:
        raise Refused(f"没有端口 {port}：应为 1 到 65535 的整数", 2)


def run_pages(house: House, *, with_duties: bool = True) -> None:
    """Serve the pages of an open house until told to stop."""
    import uvicorn

    from web.app import create_app

    numbers = house.settings.config.web
    app = create_app(house.settings, house.engine)
    with _listening(numbers.host, numbers.port) as door, _duties(house) if with_duties else contextlib.nullcontext():
        address = f"http://{numbers.host}:{numbers.port}"
        say(f"数据目录：{house.settings.home}\n网页：{address}")
        say("定时任务：随网页一起运行" if with_duties else "定时任务：不在这里运行，另开 zhenggai scheduler")
        _first_run(house, address)
        # What the server has to say goes into the one log of the house.
        config = uvicorn.Config(app, log_config=None, log_level="warning", server_header=False, timeout_keep_alive=20)
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[door])


@contextlib.contextmanager
def _duties(house: House) -> Iterator[None]:
    """Run the recurring duties beside the pages; another process that runs them too does no harm."""
    waker = build(duties_of(house))
    # The server lets itself be stopped and then hands the signal on: a run under way is finished first.
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    waker.start()
    try:
        yield
    finally:
        waker.shutdown(wait=True)
        signal.signal(signal.SIGTERM, before)


def _first_run(house: House, address: str) -> None:
    """Say where the first run is, as long as an administrator is missing; else close it."""
    from web.pages.first import close_first_run, open_first_run

    with reading(house.engine) as work:
        there = jurisdiction_codes(work.driver)
        place = find_jurisdiction(work.driver, house.code) if there else None
        today = clock.local_date(clock.now())
        done = place and (place.rehearsal or not missing_administrators(work.driver, place.id, today))
    if done:
        close_first_run(house.settings.home)
    else:
        say(
            f"首次设置：{address}/first/{open_first_run(house.settings.home)}\n设好三员以前有效，打开它的人就是管理员，请勿外传"
        )


def _listening(host: str, port: int) -> socket.socket:
    """Take the port before telling anybody the address: when it is taken, that is refused in a sentence."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except socket.gaierror:
        raise Refused(f"监听地址“{host}”不是本机的地址：请改正配置的 web.host") from None
    except OSError as error:
        raise Refused(f"不能在 {host}:{port} 监听：{_why(error)}") from error


def _why(error: OSError) -> str:
    reason = error.errno
    if reason == errno.EADDRINUSE:
        return "端口已被占用，请停下占用它的程序，或用 --port 换一个"
    if reason == errno.EACCES:
        return "没有权限（1024 以下的端口须有特权），请用 --port 换一个"
    if reason == errno.EADDRNOTAVAIL:
        return "不是本机的地址，请改正配置的 web.host"
    return error.strerror or str(error)
