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
from register.wanted import Limits
from settings import Settings
from storage.private import lasting
from storage.setting import UNSET
from web.helping import about_pages
from web.viewer import Viewer, saying


@dataclass(frozen=True)
class Desk:
    """Settings, database and templates of the running door."""

    settings: Settings
    engine: Engine
    templates: Environment
    secret: bytes
    place: int
    place_name: str
    rehearsal: bool

    def now(self) -> datetime:
        """Return the present instant: the edge where the door reads the clock."""
        return clock.now()

    @property
    def second_factor_roles(self) -> tuple[str, ...]:
        """Return the roles that must have a second factor; in a rehearsal, where many share one login, none must."""
        return () if self.rehearsal else tuple(self.settings.config.web.second_factor)

    @property
    def mail_stays(self) -> bool:
        """Say whether letters are written into a folder alone and reach nobody."""
        return self.settings.config.mail.transport == "folder"

    @property
    def limits(self) -> Limits:
        """Return what the register keeps to by the configuration."""
        return Limits(self.settings.config.posts.stand_in_days)

    def page(
        self, name: str, viewer: Viewer | None, *, status: int = 200, here: str = "", **context: Any
    ) -> HTMLResponse:
        """Render a page; `here` is the address of the place in the main navigation."""
        with saying(viewer.setting if viewer else UNSET):
            html = self.templates.get_template(f"pages/{name}").render(
                viewer=viewer,
                here=here,
                place_name=self.place_name,
                rehearsal=self.rehearsal,
                largest_file=self.settings.config.uploads.largest,
                this_page=about_pages().get(name),
                **context,
            )
        return HTMLResponse(html, status_code=status)


def desk_of(request: Request) -> Desk:
    """Return the desk of the running application."""
    desk: Desk = request.app.state.desk
    return desk


def secret_of(home: Path) -> bytes:
    """Return the secret that signs device cookies, made on first use, outside the database."""
    return lasting(home / "keys" / "web.key", lambda: secrets.token_bytes(32))
