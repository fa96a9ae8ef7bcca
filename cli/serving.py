"""Serving the pages."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from cli.talk import Refused, open_house, say
from trail.checkpoint import ForkDetected, guard_start
from web.app import create_app


def serve(context: typer.Context, port: Annotated[int | None, typer.Option(help="端口")] = None) -> None:
    """提供网页，直到被停止。"""
    house = open_house(context)
    try:
        guard_start(house.engine, house.settings.home)
    except ForkDetected as error:
        raise Refused(str(error), 5) from error
    numbers = house.settings.config.web
    say(f"网页：http://{numbers.host}:{port or numbers.port}")
    uvicorn.run(create_app(house.settings, house.engine), host=numbers.host, port=port or numbers.port, log_level="warning", server_header=False, h11_max_incomplete_event_size=65536, timeout_keep_alive=20)


COMMANDS = (serve,)
