"""The files under `keys/` of the home, outside the database: the signing key, its public half, and the last note."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.private import FILE, private_file, private_folder
from trail.note import Checkpoint, MalformedCheckpoint, NoSignature, NoteError, new_key, open_note, origin_of

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", re.ASCII)


class BadCode(NoteError):
    """A jurisdiction's code that cannot name a file."""

    def __init__(self, code: str) -> None:
        super().__init__(f"机构代码“{code}”不能用作密钥文件名：只能含英文字母、数字、点、横线和下划线")


@dataclass(frozen=True, slots=True)
class Keys:
    """The key, verifier keys and last note of one jurisdiction."""

    home: Path
    code: str

    def verifiers(self) -> list[str]:
        """Return the public keys whose checkpoints are believed, one a line of `<code>.pub`; none without that file."""
        path = self._path("pub")
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    def private(self) -> str:
        """Return the signing key, made on first use: readable for the owner alone."""
        path = self._path("key")
        if not path.exists():
            secret, verifier = new_key(origin_of(self.code))
            # The public half first: a crash here leaves a public key that signs nothing, the other way round would
            # leave checkpoints that nobody can check.
            _write(self._path("pub"), "".join(f"{line}\n" for line in (*self.verifiers(), verifier)).encode())
            _write(path, f"{secret}\n".encode())
        return path.read_text(encoding="utf-8").strip()

    def note(self) -> bytes | None:
        """Return the last note that was signed, None before the first."""
        path = self._path("note")
        return path.read_bytes() if path.exists() else None

    def last(self) -> Checkpoint | None:
        """Return the checkpoint of the last note; NoteError where it must not be relied upon."""
        note = self.note()
        return None if note is None else self.opened(note)

    def opened(self, note: bytes) -> Checkpoint:
        """Return the checkpoint of a note of this tree; NoteError where it must not be relied upon."""
        return opened(note, self.code, self.verifiers())

    def keep(self, note: bytes) -> None:
        """Replace the last note: whole and on the disk when this returns, or as it was."""
        _write(self._path("note"), note)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time make a key or sign."""
        path = self._path("lock")
        private_folder(path.parent)
        private_file(path)
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _path(self, kind: str) -> Path:
        if not is_code(self.code):
            raise BadCode(self.code)
        return self.home / "keys" / f"{self.code}.{kind}"


def is_code(code: str) -> bool:
    """Say whether a jurisdiction's code can name its files."""
    return _CODE.fullmatch(code) is not None


def notes(home: Path) -> dict[str, bytes]:
    """Return the last note of every jurisdiction that has one here, by code.

    Read them before the database: a checkpoint signed meanwhile would be ahead of what was read.
    """
    folder = home / "keys"
    # A folder that may not be listed is an error: a glob would find no note there, and an old copy would pass.
    names = sorted(os.listdir(folder)) if folder.is_dir() else []  # noqa: PTH208 iterdir gives paths, and we want names
    found = [folder / name for name in names if name.endswith(".note") and not name.startswith(".")]
    return {path.name.removesuffix(".note"): path.read_bytes() for path in found}


def opened(note: bytes, code: str, verifiers: Sequence[str]) -> Checkpoint:
    """Return the checkpoint of a note of this tree signed by one of the keys; NoteError otherwise.

    Without any key (a copy of the database away from its home) the signature is not looked at.
    """
    text = _text(note, verifiers)
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin != origin_of(code):
        raise MalformedCheckpoint(f"来源是“{checkpoint.origin}”，不是“{origin_of(code)}”")
    return checkpoint


def _text(note: bytes, verifiers: Sequence[str]) -> str:
    if not verifiers:
        return note.decode(errors="replace").rpartition("\n\n")[0] + "\n"
    for verifier in verifiers[:-1]:
        try:
            return open_note(note, verifier)
        except NoSignature:
            continue
    return open_note(note, verifiers[-1])


def _write(path: Path, content: bytes) -> None:
    private_folder(path.parent)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    # A rename is on the disk only when its folder is.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
