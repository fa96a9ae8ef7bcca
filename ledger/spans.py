"""Days and spans of days 起止 as a notice or a sheet writes them: 2月5日至11日, 2027.2.5-2027.2.11."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from ledger.dates import RANGE, NotALimit, parse_limit
from ledger.words import FULLWIDTH

LONGEST_SPAN: Final = timedelta(days=31)
SHOWN: Final = 30
_DAY_ALONE: Final = re.compile(r"\d{1,2}月\d{1,2}[日号]?")
_SPAN: Final = re.compile(r"[至到~～—–]+")
_DAY: Final = r"(?:(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]?|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{8})"
_HYPHENED: Final = re.compile(rf"({_DAY})\s*-+\s*({_DAY}|\d{{1,2}}[日号]?)")
_OF_THE_MONTH: Final = re.compile(r"(3[01]|[12]\d|0?[1-9])[日号]?")
_WEEKDAY: Final = re.compile(r"（[^）]*）|\([^)]*\)")
"""What a notice sets behind a day: （周六）, （农历除夕、周日）."""


def without_weekdays(text: str) -> str:
    """Return words without what stands in brackets behind their days."""
    return _WEEKDAY.sub("", text)


def days_from(cell: Any, year: int | None) -> list[date]:
    """Return the days that a cell names: one, or a span with both its ends; ValueError says what is wrong with it."""
    if not isinstance(cell, str):
        return [_date(cell, year)]
    text = without_weekdays(cell).translate(FULLWIDTH).strip()
    if found := _HYPHENED.fullmatch(text):
        return _span(cell, found[1], found[2], year)
    if _SPAN.search(text):
        first, last = _SPAN.split(text, maxsplit=1)
        return _span(cell, first.strip(), last.strip(), year)
    return [_date(text, year)]


def days_among(text: str, year: int | None) -> list[date]:
    """Return the days that are told one after the other: 1月30日、2月14日; a later one may be no more than a day of the month."""
    found: list[date] = []
    for part in text.split("、"):
        alone = _OF_THE_MONTH.fullmatch(part.strip())
        found += [_in_month(found[-1], alone[1], text)] if alone and found else days_from(part, year)
    return found


def _span(said: str, first: str, last: str, year: int | None) -> list[date]:
    """Return the days from one to another; the last may be no more than a day of the month."""
    begins = _date(first, year)
    alone = _OF_THE_MONTH.fullmatch(last)
    ends = _in_month(begins, alone[1], said) if alone else _date(last, begins.year)
    if not begins <= ends <= begins + LONGEST_SPAN:
        raise ValueError(f"“{said.strip()[:SHOWN]}”看不出从哪天到哪天，请写作 2月5日至11日")
    return [begins + timedelta(days=number) for number in range((ends - begins).days + 1)]


def _in_month(of: date, day: str, said: str) -> date:
    try:
        return of.replace(day=int(day))
    except ValueError:
        raise ValueError(f"“{said.strip()[:SHOWN]}”：{of.month} 月没有 {int(day)} 日") from None


def _date(cell: Any, year: int | None) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell).strip()
    if not text:
        raise ValueError("没有写日期")
    if _DAY_ALONE.fullmatch(text) and year:
        text = f"{year}年{text}"
    try:
        said = parse_limit(cell if isinstance(cell, int | float) else text)
    except NotALimit:
        said = None
    # A limit that is told as a span is its end: of a calendar that would be one day for many.
    if said is None or said.due is None or said.kind or said.read_as or RANGE.search(text):
        raise ValueError(f"“{text[:SHOWN]}”看不出是哪一天，请写作 {year or 2027}-01-01")
    return said.due
