"""The doorway: who is asking, and whether an unsafe request is really theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import Field
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

import clock
from storage.reads.materials import tells_of
from storage.security import LONGEST_WORDS, Event, Who
from storage.security import note as note_events
from storage.sql import Driver
from web.desk import Desk, desk_of
from web.people.sessions import COOKIE, find_viewer
from web.security import SAFE, is_ours, same_token
from web.viewer import Viewer
from workflow.security import who_of

MOST_FIELDS, MOST_FILES, LARGEST_FIELD = 20_000, 40, 1024 * 1024
BEFORE_ALL_ELSE = ("/me", "/me/password", "/signout")
Number = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""A number in an address: no larger than a database can be asked for."""


class SignInFirst(Exception):
    """Nobody is signed in; the page leads to the sign-in and back."""


class NotYours(Exception):
    """A page that is not there for the viewer; the sentence says who to ask. `cases` are those that a form or an address named."""

    def __init__(self, cases: Sequence[int] = ()) -> None:
        super().__init__()
        self.cases = cases


async def form_of(request: Request) -> AsyncIterator[FormData]:
    """Hand out the form of an unsafe request, bounded in fields and files, and close its files; an empty one for a read."""
    if request.method in SAFE:
        yield FormData()
        return
    form = await _read(request)
    try:
        # No field of ours holds this character, and PostgreSQL refuses it in any text.
        if any("\0" in name or (isinstance(value, str) and "\0" in value) for name, value in form.multi_items()):
            raise HTTPException(400, "内容含有不可见的控制字符，未接收。请返回上一页删去后重试。")
        yield form
    finally:
        await form.close()


async def _read(request: Request) -> FormData:
    try:
        return await request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES, max_part_size=LARGEST_FIELD)
    except HTTPException as fault:
        raise HTTPException(400, "表单读不出来，或者项目太多、太长，未接收。请返回上一页分次提交。") from fault


def known_viewer(request: Request, desk: Annotated[Desk, Depends(desk_of)]) -> Viewer:
    """Return who is signed in and asks from one of our pages: decided before anything of a body is read."""
    now = desk.now()
    viewer = find_viewer(
        desk.engine, request.cookies.get(COOKIE), desk.settings.config.web, clock.micros(now), clock.local_date(now)
    )
    if viewer is None:
        raise SignInFirst
    if request.method not in SAFE and not is_ours(request):
        raise _forged(desk, viewer, request)
    return replace(viewer, address=request.client.host if request.client else "")


def viewer_of(
    request: Request,
    desk: Annotated[Desk, Depends(desk_of)],
    viewer: Annotated[Viewer, Depends(known_viewer)],
    form: Annotated[FormData, Depends(form_of)],
) -> Viewer:
    """Return who is signed in; unsafe requests must come from our page and carry its token."""
    if request.method not in SAFE and not same_token(form.get("csrf") or request.headers.get("x-csrf"), viewer.csrf):
        raise _forged(desk, viewer, request)
    if (first := _first_to_do(desk, viewer)) and request.scope["path"] not in (
        *BEFORE_ALL_ELSE,
        first.partition("?")[0],
    ):
        raise HTTPException(303, headers={"location": first})
    return viewer


def _first_to_do(desk: Desk, viewer: Viewer) -> str:
    """Return where a viewer is led before anything else: to a new password, then to the second factor that a role must have."""
    if viewer.must_change:
        return "/me?change=1"
    return "/me/second" if not viewer.has_second and viewer.holds(*desk.second_factor_roles) else ""


def _forged(desk: Desk, viewer: Viewer, request: Request) -> HTTPException:
    note(desk, viewer, "forged_request", request, words=request.scope["path"][:500])
    return HTTPException(403, "请求不是从本系统的页面发出的，未办理。请返回页面重试。")


def who_asks(desk: Desk, viewer: Viewer | None, request: Request) -> Who:
    """Return who asks as the security log names them; a stranger is at the door of this house."""
    address = request.client.host if request.client else ""
    return who_of(viewer.actor, address) if viewer else Who(desk.place, address=address)


def note(desk: Desk, viewer: Viewer | None, what: str, request: Request, **more: Any) -> None:
    """Write one line of the security log in a transaction of its own."""
    note_events(desk.engine, clock.micros(desk.now()), Event(what, who_asks(desk, viewer, request), **more))


def note_reading(desk: Desk, viewer: Viewer, cases: Iterable[int], words: str) -> None:
    """Note that the viewer reads these cases, as far as they are for some alone 限定知悉."""
    for case in sorted(viewer.confided.intersection(cases)):
        event = Event("read_confided", who_of(viewer.actor, viewer.address), case, words=words[:LONGEST_WORDS])
        note_events(desk.engine, clock.micros(desk.now()), event)


def withhold(driver: Driver, viewer: Viewer, sha256: str) -> None:
    """Raise NotYours where a file tells as well of a case that is for others alone 限定知悉: a ledger, a plan, minutes of several."""
    hidden = viewer.scope.hidden
    if hidden and tells_of(driver, viewer.actor.jurisdiction, sha256, hidden):
        raise NotYours


def must_hold(viewer: Viewer, *roles: str) -> None:
    """Raise NotYours unless one of the roles is held."""
    if not viewer.holds(*roles):
        raise NotYours


def must_hold_at_large(viewer: Viewer, *roles: str) -> None:
    """Raise NotYours unless one of the roles is held at large.

    What is not a case is the whole jurisdiction's: a post of some units or of a round has no part in it.
    """
    if not viewer.holds_at_large(*roles):
        raise NotYours


AtDesk = Annotated[Desk, Depends(desk_of)]
Signed = Annotated[Viewer, Depends(viewer_of)]
Form = Annotated[FormData, Depends(form_of)]
