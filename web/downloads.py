"""Handing out files: to be kept, or to be looked at in a frame of our own; never to run, and never other bytes than were kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from os import SEEK_END
from pathlib import Path
from typing import IO, Final, Literal
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse

from states import OFFICE, ROLES
from storage.files import place_of
from web.acts.active_pdf import may_act
from web.acts.looks import media_type
from web.desk import Desk
from web.doorway import NotYours

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
ACTIVE: Final = "这份 PDF 含有脚本，或有看不清的部分，不在页面里打开。请下载后用本机的阅读软件核对。"
INERT: Final = "default-src 'none'; sandbox"
# The one answer that pages of our own may frame.
FRAMED: Final = {"content-security-policy": f"{INERT}; frame-ancestors 'self'", "x-frame-options": "SAMEORIGIN"}


def made(content: bytes, name: str, media: str = EXCEL) -> Response:
    """Hand out what was made for the one who asks, under its name."""
    return Response(content, media_type=media, headers=_named(name))


def made_large(file: IO[bytes], name: str, media: str = EXCEL) -> Response:
    """Hand out what was made in a file that has no name any more, from its beginning."""
    size = file.seek(0, SEEK_END)
    file.seek(0)
    return StreamingResponse(_blocks(file), media_type=media, headers={**_named(name), "content-length": str(size)})


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file that has no name any more: nothing is left behind, whoever hangs up."""
    with file:
        while block := file.read(1 << 16):
            yield block


def altered(office: str) -> str:
    """Say that a file is no longer what was taken in, and whom to turn to."""
    return f"这份文件的内容与收下时的摘要不符，已被改动，不能打开。请联系{office}核对，由系统管理员从备份找回。"


def download(desk: Desk, sha256: str, name: str) -> Response:
    """Hand out a kept file under the name it came with; NotYours where it is gone."""
    path = _kept(desk, sha256)
    if not _is_as_kept(path, sha256):
        raise HTTPException(410)
    return _sent(path, name, "attachment", "application/octet-stream", {"content-security-policy": INERT})


def in_place(desk: Desk, sha256: str, name: str) -> Response:
    """Show a kept file in a frame or picture of our own pages: by what its bytes are, without scripts, forms or origin.

    A PDF that could act is not opened here; what no browser shows is not there.
    """
    path = _kept(desk, sha256)
    if not _is_as_kept(path, sha256):
        return PlainTextResponse(altered(ROLES[OFFICE]), 410, FRAMED)
    media = media_type(path)
    if media is None:
        raise NotYours
    if media == "application/pdf" and may_act(path.read_bytes()):
        return PlainTextResponse(ACTIVE, headers=FRAMED)
    return _sent(path, name, "inline", media, FRAMED)


def _kept(desk: Desk, sha256: str) -> Path:
    path = place_of(desk.settings.home, sha256)
    if not path.exists():
        raise NotYours
    return path


def _is_as_kept(path: Path, sha256: str) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _sent(path: Path, name: str, how: Literal["attachment", "inline"], media: str, headers: dict[str, str]) -> Response:
    return FileResponse(path, filename=name, media_type=media, content_disposition_type=how, headers=headers)
