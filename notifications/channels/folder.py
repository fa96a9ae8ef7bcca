"""The folder 文件夹: each message is a file, there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from hashlib import sha256
from pathlib import Path

from notifications.channels import Lost
from storage.private import private_folder


class Folder:
    """Writes `sha256(Message-ID).eml`; the same message again is the same file."""

    stays = "写入数据目录的 mail/，没有寄出"

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, message: bytes, message_id: str, sender: str, recipient: str) -> None:
        """Write the message; when this returns the file stays, even through a power cut."""
        del sender, recipient
        try:
            private_folder(self._path)
            self._write(message, self._path / file_name(message_id))
        except OSError as error:
            raise Lost(f"写不进邮件文件夹 {self._path}：{error.strerror or error}") from error

    def close(self) -> None:
        """Nothing is kept open."""

    def _write(self, message: bytes, target: Path) -> None:
        # A name of its own for each writer: two processes on the same message must not share a half-written file.
        handle, aside = tempfile.mkstemp(dir=self._path, prefix=target.stem, suffix=".part")
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 a descriptor, not a path
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            Path(aside).replace(target)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        self._keep_name()

    def _keep_name(self) -> None:
        # Not every file system can fsync a folder; the file itself is safe by then.
        with contextlib.suppress(OSError):
            descriptor = os.open(self._path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def file_name(message_id: str) -> str:
    """The name of a message's file."""
    return sha256(message_id.encode()).hexdigest() + ".eml"
