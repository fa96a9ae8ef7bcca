"""The log of a process: a short traceback in a file (`cli.traces`), a line on standard error (`cli.lines`).

Neither ever holds the value of a variable, a password, or the password inside an address.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from pathlib import Path

from cli.traces import Logbook


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
