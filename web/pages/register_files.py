"""Files of the register: handed out to who reads the row that holds them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from register.asking import there
from register.fields import in_parts
from register.grammar import Kind
from register.showing import cases_of
from register.theirs import reads_all
from storage.digits import LARGEST
from storage.engine import reading
from storage.requests import read
from storage.sql import Driver
from web.doorway import AtDesk, NotYours, Signed, note_reading, withhold
from web.downloads import download
from web.pages.register import is_there, key_of_row, kind_for, words_for
from web.viewer import Viewer

router = APIRouter()


@router.get("/register/{kind_name}/{row}/files/{field}")
def file_of_row(
    kind_name: str, row: str, field: str, desk: AtDesk, viewer: Signed, request: int | None = None
) -> Response:
    """Hand out the file that a field of a row holds, or would by a request that waits, under the name it came with; never to run in the page."""
    kind = kind_for(viewer, kind_name)
    key = key_of_row(kind, row)
    with reading(desk.engine) as work:
        words = words_for(desk, viewer, work.driver)
        kept = words.kept(kind, key)
        if kept is None or not is_there(work, viewer, words, kind, key):
            raise NotYours
        held = next((one for one in kind.fields if one.name == field and one.type == "file"), None)
        file = words.held(held, kept) if held and request is None else ""
        if held and request is not None and reads_all(kind, viewer.actor):
            file = _asked(work.driver, viewer, kind, row, held.name, request)
        if not file:
            raise NotYours
        withhold(work.driver, viewer, in_parts(file)[0])
    note_reading(desk, viewer, cases_of(kind, kept), f"{kind.shown}的文件")
    return download(desk, *in_parts(file))


def _asked(driver: Driver, viewer: Viewer, kind: Kind, row: str, field: str, number: int) -> str:
    """Return the file that a request about a row wants there; nothing once it is decided, and of no other row."""
    one = read(driver, viewer.actor.jurisdiction, number) if 0 < number <= LARGEST else None
    about = one is not None and (one.state, one.kind, one.row) == ("asked", kind.name, row)
    return str(one.said.get(field) or "") if one and about and there(driver, viewer.actor, [one]) else ""
