"""Files by content hash under the home: written aside, synced, renamed; the same content is kept once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from storage.private import private_folder


class TooLarge(ValueError):
    """A file is over the configured limit."""

    def __init__(self, name: str, largest: int) -> None:
        super().__init__(f"文件“{name}”超过 {largest // 1024 // 1024} MB 上限")


def keep_file(home: Path, source: Path, largest: int) -> tuple[str, int]:
    """Keep a copy of the file; return its sha256 (hex) and size in bytes."""
    folder = private_folder(home / "files")
    handle, aside = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            digest, size = _copy(source, out, largest)
        target = place_of(home, digest)
        private_folder(target.parent)
        Path(aside).replace(target)
        _sync(target.parent)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    return digest, size


def keep_content(home: Path, content: bytes) -> str:
    """Keep what the product itself has made; return its sha256 (hex)."""
    folder = private_folder(home / "files")
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part") as aside:
        aside.write(content)
        aside.flush()
        return keep_file(home, Path(aside.name), len(content))[0]


def place_of(home: Path, digest: str) -> Path:
    """Return where the content of that hash lies."""
    return home / "files" / digest[:2] / digest


def _copy(source: Path, out: BinaryIO, largest: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as file:
        while block := file.read(1 << 20):
            size += len(block)
            if size > largest:
                raise TooLarge(source.name, largest)
            digest.update(block)
            out.write(block)
    out.flush()
    os.fsync(out.fileno())
    return digest.hexdigest(), size


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
