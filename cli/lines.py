"""The lines of the log: one an event on standard error, through structlog; secrets are masked, tracebacks go to the file."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog

from cli.traces import Logbook, said

log = structlog.get_logger()
_LONGEST: Final = 300


def write_into(book: Logbook) -> None:
    """Let what is logged through structlog become lines that keep the promises of this logbook."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _fault(book),
            _one_line(book),
            structlog.processors.LogfmtRenderer(key_order=("timestamp", "level", "event"), bool_as_flag=False),
        ],
        # Standard output is for JSON alone.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _fault(book: Logbook) -> structlog.types.Processor:
    """Put what an error says in place of the error, and its traceback into the file."""

    def told(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        given = event.pop("exc_info", None)
        error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
        if error is not None:
            event["why"] = said(error)
            if kept := book.keep(str(event.get("event")), error):
                event["trace"] = kept
        return event

    return told


def _one_line(book: Logbook) -> structlog.types.Processor:
    def folded(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        return {re.sub(r"\W", "_", key): _plain(book, value) for key, value in event.items()}

    return folded


def _plain(book: Logbook, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = " ".join(book.masked(str(value)).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
