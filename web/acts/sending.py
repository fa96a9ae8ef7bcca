"""A file sent by itself while its form is still open: kept, and named by a token that the form then carries."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, Response

from web.acts.files import keep_uploads, seal, unseal
from web.acts.uploads import BadUpload
from web.desk import Desk
from web.doorway import AtDesk, NotYours, Signed
from web.downloads import download, in_place
from web.viewer import Viewer
from workflow.subject import Material

router = APIRouter()


def sent_address(material: Material, secret: bytes, account: int) -> str:
    """Return the address at which who has sent a file, and nobody else, reads it again before it belongs to a case."""
    return f"/sent/{seal([('', material)], secret, account)}"


@router.get("/sent/{token}")
def sent(token: str, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out a file that the viewer has sent with an act under way."""
    file = _sent(token, desk, viewer)
    return download(desk, file.sha256, file.name)


@router.get("/sent/{token}/view")
def sent_in_place(token: str, desk: AtDesk, viewer: Signed) -> Response:
    """Show such a file in place, above what is signed."""
    file = _sent(token, desk, viewer)
    return in_place(desk, file.sha256, file.name)


def _sent(token: str, desk: Desk, viewer: Viewer) -> Material:
    found = unseal(token, desk.secret, viewer.account_id, desk.settings.home)
    if not found:
        raise NotYours
    return found[0][1]


def taken(desk: Desk, viewer: Viewer, form: FormData) -> Response:
    """Keep the file of a form and answer with its token, or say why it is not taken."""
    try:
        files = keep_uploads(form, desk.settings)
    except BadUpload as fault:
        return PlainTextResponse(str(fault), 422)
    return PlainTextResponse(seal(files, desk.secret, viewer.account_id))
