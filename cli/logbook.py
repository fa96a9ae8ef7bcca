"""The log of a process: a short traceback in a file of the operator's alone; its lines are `cli.lines`.

Neither ever holds the value of a variable, a password, or the password inside an address.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterable
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


def open_logbook(home: Path | None, secrets: Iterable[str] = ()) -> Logbook:
    """Let all that this process logs, through structlog or the standard library, go into one logbook."""
    book = Logbook(home, tuple(secrets))
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, _Bridge)]
    root.addHandler(_Bridge(book))
    # Loading structlog is an eighth of a start: who logs through it has loaded it by now.
    if "structlog" in sys.modules:
        _lines_of(book)
    return book


def opened() -> Logbook:
    """Return the logbook in use."""
    return next((one.book for one in logging.getLogger().handlers if isinstance(one, _Bridge)), Logbook())


def masked(text: str) -> str:
    """Return the text without the secrets of the logbook in use."""
    return opened().masked(text)


def said(error: BaseException) -> str:
    """Return what an error is and the first line of what it says."""
    return f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"


def log_fault(event: str) -> Logbook:
    """Log the error that is being handled; return the logbook that keeps its traceback."""
    from cli import lines

    book = opened()
    _lines_of(book)
    lines.log.exception(event)
    return book


def _lines_of(book: Logbook) -> None:
    from cli import lines

    lines.write_into(book)


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


class _Bridge(logging.Handler):
    """Hands what libraries log to the lines of the logbook."""

    def __init__(self, book: Logbook) -> None:
        super().__init__(logging.WARNING)
        self.book = book

    def emit(self, record: logging.LogRecord) -> None:
        """Log the first line of the message, and the error it came with."""
        from cli import lines

        _lines_of(self.book)
        words = record.getMessage().strip().splitlines() or [""]
        error = record.exc_info[1] if record.exc_info else None
        lines.log.log(record.levelno, words[0], of=record.name, exc_info=error)
