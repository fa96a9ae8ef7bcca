"""How a file looks in place: what its bytes are decides, never its name."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final, Literal

from web.acts.uploads import content_type

Look = Literal["pdf", "image", "text", ""]
"""How a page shows a file; empty for what is only handed out."""
_LOOKS: Final[dict[str | None, Look]] = {"pdf": "pdf", "png": "image", "jpg": "image", "txt": "text"}
_MEDIA: Final = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


def look_of(path: Path) -> Look:
    """Return how the file of that path is shown in place."""
    if not path.exists() or _is_container(path):
        return ""
    return _LOOKS.get(content_type(path), "")


def _is_container(path: Path) -> bool:
    """Say whether it is one of those that are looked through whole to be known: no browser shows them."""
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def media_type(path: Path) -> str | None:
    """Return the type under which a file is sent to be looked at; None for what is only handed out."""
    found = content_type(path)
    return f"text/plain; charset={_charset(path)}" if found == "txt" else _MEDIA.get(found or "")


def _charset(path: Path) -> str:
    reader = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                reader.decode(block)
            reader.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8"
