"""What takes long to make 生成: how far it is, and the file to who asked for it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.asked import asked_for
from web.desk import Desk
from web.doorway import AtDesk, NotYours, Signed, note
from web.downloads import made_large
from web.making import KEPT_MINUTES, PAGE, Making, found
from web.viewer import Viewer

router = APIRouter()


@router.get(f"{PAGE}/{{token}}")
def show(token: str, request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Say how far it is; the page asks again by itself until it is made."""
    making = _found(request, token, desk, viewer)
    if making is None:
        return _gone(desk, viewer)
    return desk.page(
        "making.html",
        viewer,
        here="/log" if making.thing.back == "/log" else "/cases",
        making=making,
        page=PAGE,
        minutes=KEPT_MINUTES,
    )


@router.get(f"{PAGE}/{{token}}/file")
def take(token: str, request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out what was made, as often as it is fetched while it is there."""
    making = _found(request, token, desk, viewer)
    if making is None or making.size is None:
        return _gone(desk, viewer)
    return made_large(making.file(), making.name, making.thing.media)


def _found(request: Request, token: str, desk: Desk, viewer: Viewer) -> Making | None:
    """Return it where it is the viewer's; another's is as if it were not there, and who asked for it is noted."""
    making = found(desk.settings.home, token)
    if making is None or making.account == viewer.account_id:
        return making
    note(desk, viewer, "foreign", request, **asked_for(request, NotYours()))
    return None


def _gone(desk: Desk, viewer: Viewer) -> Response:
    sentence = f"生成的文件留 {KEPT_MINUTES} 分钟；又要了别的，前一份就不留了。请再来一次。"
    return desk.page("error.html", viewer, status=404, title="文件已经不在了", sentence=sentence, unset=False)
