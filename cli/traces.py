"""The tracebacks of a process: in a file of the operator's alone, short, and without what must not be read.

It never holds the value of a variable, a password, or the password inside an address.
"""

from __future__ import annotations

import fcntl
import os
import re
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import clock
from storage.private import FILE, private_folder

FRAMES: Final = 12
LARGEST: Final = 256 * 1024  # bytes; when the file is full it is moved aside, so at most twice this is kept
SHORTEST_SECRET: Final = 4  # a shorter one would blacken half of every line
# Up to the last sign: a password may hold one, and a stroke, that should have been written %40 and %2F.
_IN_ADDRESS: Final = re.compile(r"(://[^\s:/@]*):\S*@")
_SAID: Final = re.compile(r"(?i)\b(password|passwd|pwd)(\s*=\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;)]+)")


@dataclass(frozen=True)
class Logbook:
    """Where tracebacks go, and what must not be read in any line."""

    home: Path | None = None
    """None: as the environment names it, which is read when a traceback is to be kept."""
    secrets: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        """The file that holds the last tracebacks."""
        from settings import home_of_environment

        return (self.home or home_of_environment()) / "log" / "faults.log"

    def masked(self, text: str) -> str:
        """Return the text without the secrets, and without passwords in addresses."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return _SAID.sub(r"\1\2***", _IN_ADDRESS.sub(r"\1:***@", text))

    def keep(self, name: str, error: BaseException) -> Path | None:
        """Keep the short traceback of an error; None where the home does not stand or cannot be written to."""
        kept = self.file
        if not kept.parent.parent.is_dir():
            return None
        text = f"{clock.iso(clock.now())} {name}\n{_short(error)}\n"
        try:
            _append(kept, self.masked(text).encode(errors="replace"))
        except OSError:
            return None
        return kept


def secrets_of(*words: str | None) -> tuple[str, ...]:
    """Return the secrets that lines are searched for, also as they stand in an address; the longest first."""
    known = {form for word in words if word for form in (word, quote(word, safe=""), quote(word))}
    return tuple(sorted((word for word in known if len(word) >= SHORTEST_SECRET), key=len, reverse=True))


def said(error: BaseException) -> str:
    """Return what an error is and the first line of what it says."""
    return f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"


def _append(path: Path, content: bytes) -> None:
    private_folder(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE)
    with os.fdopen(handle, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        # While one process moves a full file aside, what another writes may still land in the old one: it is kept there.
        if file.tell() > LARGEST:
            path.replace(path.with_suffix(".log.1"))
        file.write(content)


def _short(error: BaseException) -> str:
    return "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-FRAMES))
