"""The doorway: who is asking, and whether an unsafe request is really theirs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

import clock
from storage.engine import writing
from storage.tables.door import SecurityEvent
from web.desk import Desk, desk_of
from web.people.sessions import COOKIE, find_viewer
from web.security import SAFE, is_ours, same_token
from web.viewer import Viewer

MOST_FIELDS, MOST_FILES = 2000, 40


class SignInFirst(Exception):
    """Nobody is signed in; the page leads to the sign-in and back."""


class NotYours(Exception):
    """A page that is not there for the viewer; the sentence says who to ask."""


async def form_of(request: Request) -> FormData:
    """Return the form of an unsafe request, bounded in fields and files; an empty one for a read."""
    if request.method in SAFE:
        return FormData()
    return await request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES, max_part_size=2 * 1024 * 1024)


def viewer_of(request: Request, desk: Annotated[Desk, Depends(desk_of)], form: Annotated[FormData, Depends(form_of)]) -> Viewer:
    """Return who is signed in; unsafe requests must come from our page and carry its token."""
    now = desk.now()
    viewer = find_viewer(desk.engine, request.cookies.get(COOKIE), desk.settings.config.web, clock.micros(now), clock.local_date(now))
    if viewer is None:
        raise SignInFirst
    if request.method not in SAFE and not (is_ours(request) and same_token(form.get("csrf") or request.headers.get("x-csrf"), viewer.csrf)):
        note(desk, viewer, "forged_request", request, words=request.url.path)
        raise HTTPException(403, "请求不是从本系统的页面发出的，未办理。请返回页面重试。")
    if viewer.must_change and request.url.path not in ("/me", "/signout", "/me/password"):
        raise HTTPException(303, headers={"location": "/me?change=1"})
    return viewer


def note(desk: Desk, viewer: Viewer | None, what: str, request: Request, **more: Any) -> None:  # noqa: ANN401 columns of the log
    """Write one line of the security log in a transaction of its own."""
    actor = viewer.actor if viewer else None
    event = SecurityEvent(
        jurisdiction=actor.jurisdiction if actor else None, at=clock.micros(desk.now()), what=what, login=actor.login if actor else "",
        person_id=actor.person_id if actor else None, address=request.client.host if request.client else "", **more,
    )  # fmt: skip
    with writing(desk.engine) as session:
        session.add(event)
        session.commit()


def must_hold(viewer: Viewer, *roles: str) -> None:
    """Raise NotYours unless one of the roles is held."""
    if not viewer.holds(*roles):
        raise NotYours


AtDesk = Annotated[Desk, Depends(desk_of)]
Signed = Annotated[Viewer, Depends(viewer_of)]
Form = Annotated[FormData, Depends(form_of)]
