"""A file sent by itself while its form is still open: kept, and named by a token that the form then carries."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, Response

from web.acts.kept import keep_uploads, seal
from web.acts.uploads import BadUpload
from web.desk import Desk
from web.viewer import Viewer


def taken(desk: Desk, viewer: Viewer, form: FormData) -> Response:
    """Keep the file of a form and answer with its token, or say why it is not taken."""
    try:
        files = keep_uploads(form, desk.settings)
    except BadUpload as fault:
        return PlainTextResponse(str(fault), 422)
    return PlainTextResponse(seal(files, desk.secret, viewer.account_id))
