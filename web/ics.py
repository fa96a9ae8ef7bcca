"""A calendar 日历 as RFC 5545 has it: days with a summary, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256

_OCTETS = 75


def calendar_of(name: str, days: Iterable[tuple[date, str]], whose: str, at: datetime) -> bytes:
    """Return the calendar of that name; `whose` makes the identity of a day's entry its own, so that a client replaces it."""
    stamp = f"{at:%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//zhenggai//dates//ZH",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for day, summary in days:
        named = sha256(f"{whose}/{day.isoformat()}".encode()).hexdigest()[:32]
        lines += [
            "BEGIN:VEVENT", f"UID:{named}@zhenggai", f"DTSTAMP:{stamp}", f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}", f"SUMMARY:{_text(summary)}", "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _text(words: str) -> str:
    """The words as a value: what would end it or part it is escaped, what breaks a line is a space."""
    plain = "".join(sign if sign.isprintable() else " " for sign in words)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no character cut in two; each piece after the first begins with a space."""
    pieces, size = [""], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > _OCTETS - (len(pieces) > 1):
            pieces.append("")
            size = 0
        pieces[-1] += sign
        size += width
    return "\r\n ".join(pieces)
