"""Serving the pages, with or without the recurring duties beside them."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.talk import House, Refused, open_house, say
from trail.checkpoint import ForkDetected, guard_start


def serve(context: typer.Context, port: Annotated[int | None, typer.Option(help="端口")] = None) -> None:
    """提供网页，直到被停止。"""
    house = open_house(context)
    guard(house)
    run_pages(house, port)


def guard(house: House) -> None:
    """Refuse to start on a log that does not fit its last checkpoint."""
    try:
        guard_start(house.engine, house.settings.home)
    except ForkDetected as error:
        raise Refused(str(error), 5) from error


def run_pages(house: House, port: int | None) -> None:
    """Serve the pages until told to stop."""
    import uvicorn

    from web.app import create_app

    numbers = house.settings.config.web
    say(f"网页：http://{numbers.host}:{port or numbers.port}")
    uvicorn.run(
        create_app(house.settings, house.engine), host=numbers.host, port=port or numbers.port, log_level="warning",
        server_header=False, timeout_keep_alive=20,
    )  # fmt: skip


COMMANDS = (serve,)
