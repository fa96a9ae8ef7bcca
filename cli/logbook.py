"""The log of a process: one line an event on standard error; a short traceback in a file of the operator's alone.

Neither ever holds the value of a variable, a password, or the password inside an address.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import structlog

from storage.private import FILE, private_folder

FRAMES: Final = 12
LARGEST: Final = 256 * 1024  # bytes; one file before it is kept, so at most twice this lies there
SHORTEST_SECRET: Final = 4  # a shorter one would blacken half of every line
_LONGEST: Final = 300
# Up to the last sign: a password may hold one, and a stroke, that should have been written %40 and %2F.
_IN_ADDRESS: Final = re.compile(r"(://[^\s:/@]*):\S*@")
_SAID: Final = re.compile(r"(?i)\b(password|passwd|pwd)(\s*=\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;)]+)")


@dataclass(frozen=True)
class Logbook:
    """Where tracebacks go, and what must not be read in any line."""

    home: Path
    secrets: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        """The file that holds the last tracebacks."""
        return self.home / "log" / "faults.log"

    def masked(self, text: str) -> str:
        """Return the text without the secrets, and without passwords in addresses."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return _SAID.sub(r"\1\2***", _IN_ADDRESS.sub(r"\1:***@", text))

    def keep(self, name: str, error: BaseException) -> Path | None:
        """Keep the short traceback of an error; None where the home does not stand or cannot be written to."""
        if not self.home.is_dir():
            return None
        text = f"{structlog.processors.TimeStamper(fmt='iso')(None, '', {})['timestamp']} {name}\n{_short(error)}\n"
        try:
            self._append(self.masked(text).encode(errors="replace"))
        except OSError:
            return None
        return self.file

    def _append(self, content: bytes) -> None:
        private_folder(self.file.parent)
        handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE)
        with os.fdopen(handle, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # What two processes write at once lands in the file before or after: a line is not lost, only older.
            if file.tell() > LARGEST:
                self.file.replace(self.file.with_suffix(".log.1"))
            file.write(content)


def secrets_of(*words: str | None) -> tuple[str, ...]:
    """Return the secrets that lines are searched for, also as they stand in an address; the longest first."""
    known = {form for word in words if word for form in (word, quote(word, safe=""), quote(word))}
    return tuple(sorted((word for word in known if len(word) >= SHORTEST_SECRET), key=len, reverse=True))


def open_logbook(home: Path, secrets: Iterable[str] = ()) -> Logbook:
    """Let every log of this process, structlog's and the standard library's, go through one road."""
    book = Logbook(home, tuple(secrets))
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _Fault(book),
            _one_line(book),
            structlog.processors.LogfmtRenderer(key_order=("timestamp", "level", "event"), bool_as_flag=False),
        ],
        # Standard output is for JSON alone.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, _Bridge)]
    root.addHandler(_Bridge(logging.WARNING))
    return book


def masked(text: str) -> str:
    """Return the text without the secrets of the logbook in use."""
    books = (one.book for one in structlog.get_config()["processors"] if isinstance(one, _Fault))
    return next(books, Logbook(Path())).masked(text)


class _Fault:
    """Puts what an error says in place of the error, and its traceback into the file."""

    def __init__(self, book: Logbook) -> None:
        self.book = book

    def __call__(self, logger: object, name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        del logger, name
        given = event.pop("exc_info", None)
        error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
        if error is not None:
            event["why"] = said(error)
            if kept := self.book.keep(str(event.get("event")), error):
                event["trace"] = kept
        return event


def said(error: BaseException) -> str:
    """Return what an error is and the first line of what it says."""
    return f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"


def _one_line(book: Logbook) -> structlog.types.Processor:
    def folded(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        return {re.sub(r"\W", "_", key): _plain(book, value) for key, value in event.items()}

    return folded


def _plain(book: Logbook, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = " ".join(book.masked(str(value)).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _short(error: BaseException) -> str:
    return "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-FRAMES))


class _Bridge(logging.Handler):
    """Hands what libraries log to the one road."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the first line of the message, and the error it came with."""
        words = record.getMessage().strip().splitlines() or [""]
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(record.levelno, words[0], of=record.name, exc_info=error)
