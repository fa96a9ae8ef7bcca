"""Handing out files: as a download, never to run in the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from starlette.responses import FileResponse, Response

from storage.files import place_of
from web.desk import Desk
from web.doorway import NotYours


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file that has no name any more: nothing is left behind, whoever hangs up."""
    with file:
        while block := file.read(1 << 16):
            yield block


def download(desk: Desk, sha256: str, name: str) -> Response:
    """Hand out a kept file under the name it came with; NotYours where it is gone."""
    path = place_of(desk.settings.home, sha256)
    if not path.exists():
        raise NotYours
    return FileResponse(
        path,
        filename=name,
        media_type="application/octet-stream",
        content_disposition_type="attachment",
        headers={"content-security-policy": "default-src 'none'; sandbox"},
    )
