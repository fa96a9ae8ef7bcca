"""The security log as it is looked for and taken away: filters from words, and lines of CSV that no spreadsheet computes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import IO, Final

import clock
from ledger.words import as_text
from states import ACTIONS
from storage.digits import number_in
from storage.reads.security import Asked, SecurityLine
from storage.security import EVENTS, LONGEST_LOGIN, LONGEST_WORDS, VIAS

HEADER: Final = ("时间", "事项", "账号", "姓名", "途径", "来自", "问题", "操作", "说明")
FILTERS: Final = ("what", "login", "words", "case", "address", "via", "from", "to")
_DAY: Final = 86_400_000_000


class BadFilter(ValueError):
    """What was asked for cannot be read; says what, how it is written, and in which field it stands."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def asked_of(said: Mapping[str, str]) -> Asked:
    """Read the filters from words, empty ones left out; BadFilter names the first that cannot be read."""
    given = {name: said[name].strip() for name in (*FILTERS, "before") if said.get(name, "").strip()}
    for name, known in (("what", EVENTS), ("via", VIAS)):
        if given.get(name, next(iter(known))) not in known:
            raise BadFilter(name, f"没有“{given[name]}”这一种：应为 {'、'.join(known)}")
    login, address = (given.get(name, "")[:LONGEST_LOGIN] or None for name in ("login", "address"))
    since, until = (_start_of(name, given.get(name)) for name in ("from", "to"))
    if since is not None and until is not None and since > until:
        raise BadFilter("from", "“从”晚于“到”：请核对日期")
    return Asked(
        given.get("what"), login, _case(given.get("case")), address, given.get("via"),
        since, None if until is None else until + _DAY, _place(given.get("before")), given.get("words", "")[:LONGEST_WORDS] or None,
    )  # fmt: skip


def _start_of(field: str, day: str | None) -> int | None:
    try:
        return None if day is None else clock.micros(clock.start_of(date.fromisoformat(day)))
    except (ValueError, OverflowError):
        raise BadFilter(field, f"“{day}”不是日期，请写作 2026-03-05") from None


def _case(number: str | None) -> int | None:
    if number is None:
        return None
    found = number_in(number)
    if found is None:
        raise BadFilter("case", f"问题编号应为数字：“{number}”")
    return found


def _place(said: str | None) -> tuple[int, int] | None:
    """Read the last line of the page before; what cannot be read begins anew."""
    at, dash, number = (said or "").partition("-")
    if not dash or not (at + number).isdigit() or not (at + number).isascii() or max(len(at), len(number)) > 18:
        return None
    return int(at or 0), int(number or 0)


def place_of(line: SecurityLine) -> str:
    """Return a line as the page after it names it."""
    return f"{line.at}-{line.id}"


def in_words(said: Mapping[str, str]) -> str:
    """Return the filters as the log notes what was taken away."""
    names = dict(zip(FILTERS, ("事项", "账号", "对象或内容", "问题", "来自", "途径", "自", "至"), strict=True))
    shown = {"what": EVENTS, "via": VIAS}
    given = {name: said[name].strip() for name in FILTERS if said.get(name, "").strip()}
    return (
        "，".join(f"{names[name]} {shown.get(name, {}).get(value, value)}" for name, value in given.items()) or "全部"
    )


def write_csv(file: IO[bytes], lines: Iterable[SecurityLine]) -> int:
    """Write events, UTF-8 with its mark, every cell quoted, nothing that a spreadsheet computes; return how many."""
    text = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="")
    sheet, count = csv.writer(text, quoting=csv.QUOTE_ALL), 0
    sheet.writerow(HEADER)
    for count, one in enumerate(lines, start=1):  # noqa: B007 the last one is told
        sheet.writerow(map(as_text, _cells(one)))
    # The file stays open: it is the caller's.
    text.detach()
    return count


def _cells(line: SecurityLine) -> tuple[str, ...]:
    at = clock.from_micros(line.at).astimezone(clock.SHANGHAI)
    return (
        f"{at:%Y-%m-%d %H:%M:%S}", EVENTS.get(line.what, line.what), line.login, line.name, VIAS[line.via], source_of(line),
        str(line.case or ""), ACTIONS[line.action].shown if line.action in ACTIONS else "", line.words,
    )  # fmt: skip


def source_of(line: SecurityLine) -> str:
    """Return where somebody was: the address of the browser, or the user of the server."""
    return line.os_user if line.via == "cli" else line.address
