"""The desk: what every page needs, handed down from the edge."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment
from sqlalchemy import Engine
from starlette.responses import HTMLResponse

import clock
from settings import Settings
from storage.private import private_file, private_folder
from web.viewer import Viewer


@dataclass(frozen=True)
class Desk:
    """Settings, database and templates of the running door."""

    settings: Settings
    engine: Engine
    templates: Environment
    secret: bytes
    place_name: str
    rehearsal: bool

    def now(self) -> datetime:
        """Return the present instant: the edge where the door reads the clock."""
        return clock.now()

    def page(
        self, name: str, viewer: Viewer | None, *, status: int = 200, here: str = "", **context: Any
    ) -> HTMLResponse:
        """Render a page; `here` is the address of the place in the main navigation."""
        html = self.templates.get_template(f"pages/{name}").render(
            viewer=viewer,
            here=here,
            place_name=self.place_name,
            rehearsal=self.rehearsal,
            largest_file=self.settings.config.uploads.largest,
            **context,
        )
        return HTMLResponse(html, status_code=status)


def desk_of(request: Request) -> Desk:
    """Return the desk of the running application."""
    desk: Desk = request.app.state.desk
    return desk


def secret_of(home: Path) -> bytes:
    """Return the secret that signs device cookies, made on first use, outside the database."""
    path = home / "keys" / "web.key"
    if not path.exists():
        private_folder(path.parent)
        aside = path.with_suffix(f".{secrets.token_hex(4)}")
        private_file(aside)
        aside.write_bytes(secrets.token_bytes(32))
        aside.replace(path)
    return path.read_bytes()
