"""Files of the register: handed out to who reads the row that holds them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from register.kinds import in_parts
from register.showing import cases_of
from storage.engine import reading
from web.doorway import AtDesk, NotYours, Signed, note_reading, withhold
from web.downloads import download
from web.pages.register import is_there, key_of_row, kind_for, words_for

router = APIRouter()


@router.get("/register/{kind_name}/{row}/files/{field}")
def file_of_row(kind_name: str, row: str, field: str, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out the file that a field of a row holds, under the name it came with; never to run in the page."""
    kind = kind_for(viewer, kind_name)
    key = key_of_row(kind, row)
    with reading(desk.engine) as work:
        words = words_for(desk, viewer, work.driver)
        kept = words.kept(kind, key)
        if kept is None or not is_there(work, viewer, words, kind, key):
            raise NotYours
        held = next((one for one in kind.fields if one.name == field and one.type == "file"), None)
        file = words.held(held, kept) if held else ""
        if not file:
            raise NotYours
        withhold(work.driver, viewer, in_parts(file)[0])
    note_reading(desk, viewer, cases_of(kind, kept), f"{kind.shown}的文件")
    return download(desk, *in_parts(file))
