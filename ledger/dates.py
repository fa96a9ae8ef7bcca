"""整改时限 as units write it: an agreed date, a kind of rectification, or both; anything vague is refused."""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clock import chinese_date
from ledger.cells import Cell
from ledger.words import FULLWIDTH
from states import AT_ONCE, CONTINUING, FOCUSED, STANDING

KIND_WORDS = {
    **dict.fromkeys(("立行立改", "立即整改", "立整立改", "立知立改", "即知即改", "即行即改", "马上整改"), AT_ONCE),
    **dict.fromkeys(("集中整改", "限期整改"), FOCUSED),
    **dict.fromkeys(("持续整改", "持续推进", "持续", "持续改进", "持续推动", "持续深化"), CONTINUING),
    **dict.fromkeys(("长期坚持", "长期", "长期整改", "长期推进", "长期持续", "常态化", "常态长效"), STANDING),
}
VAGUE = re.compile(r"尽快|及时|近期|马上|待定|适时|视情|随时|年内|上半年|下半年|季度|[上中下]旬")
YEARS = range(1990, 2100)
EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's 1900 calendar, for serials after February 1900."""
SERIALS = range(20_000, 80_001)


@dataclass(frozen=True, slots=True)
class LimitSaid:
    """The agreed date and the kind of rectification, where each is said; `read_as` when the words left the day open."""

    due: date | None = None
    kind: str | None = None
    read_as: str = ""


class NotALimit(ValueError):
    """A 整改时限 that names no certain day; `str()` is the sentence a person reads."""


HOW = "请写明年月日（如 2021年6月30日），或写“立行立改”“长期坚持”"


def parse_limit(cell: Cell) -> LimitSaid:
    """The limit a cell of 整改时限 names, an empty one naming none; NotALimit says what is wrong with it."""
    if isinstance(cell, datetime):
        return LimitSaid(_within_years(cell.date()))
    if isinstance(cell, date):
        return LimitSaid(_within_years(cell))
    if isinstance(cell, str):
        return _from_words(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        return _from_number(cell)
    raise NotALimit(f"这一格不是日期，{HOW}。")


def parse_kind(text: str) -> str | None:
    """The kind of rectification a word names, None for an empty one; NotALimit for an unknown one."""
    word = _plain(text)
    if not word:
        return None
    if word in KIND_WORDS:
        return KIND_WORDS[word]
    raise NotALimit(f"“{text.strip()[:30]}”不是整改类型，请写“立行立改”“集中整改”“持续整改”或“长期坚持”。")


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


TIME = re.compile(r"[T\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?\s*$")
WEEKDAY = re.compile(r"(?:星期|礼拜|周)[一二三四五六日天]")
PARTS = re.compile(r"[,，;；、。()（）]+|并(?!且)|并且|同时")


def _from_words(text: str) -> LimitSaid:
    """Read the lines as one, since most line breaks are Excel's wrapping; only if that makes no sense read line by line."""
    try:
        return _one_line(text)
    except NotALimit:
        try:
            return _one_line(text.strip().replace("\n", "，"))
        except NotALimit:
            pass
        raise


def _one_line(text: str) -> LimitSaid:
    words = [word for part in PARTS.split(TIME.sub("", text)) if (word := WEEKDAY.sub("", _plain(part)))]
    kinds = {KIND_WORDS[word] for word in words if word in KIND_WORDS}
    days = [word for word in words if word not in KIND_WORDS]
    if len(kinds) > 1 or len(days) > 1:
        raise NotALimit(f"“{_short(text)}”里有两个时限，请只留一个。")
    kind = kinds.pop() if kinds else None
    if not days:
        return LimitSaid(None, kind)
    due, vague = _range_end(days[0], text)
    return LimitSaid(due, kind, f"“{_short(text)}”按 {chinese_date(due)}记" if vague else "")


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text.translate(FULLWIDTH))


def _short(text: str) -> str:
    return " ".join(text.split())[:30]


RANGE = re.compile(r"[至到](?=\d)|[~—–]+|-+(?=\d{4}|\d{1,2}月)")
LEAD_IN = re.compile(r"^(?:截至|截止到|截止|在|于|至|到|计划|拟|预计|确保)+")
YEAR_AHEAD = re.compile(r"^\d{4}(?=年)|^\d{4}(?=[./-])")


def _range_end(words: str, text: str) -> tuple[date, bool]:
    ends = [end for end in RANGE.split(LEAD_IN.sub("", words)) if end]
    if len(ends) != 2:
        return _day(ends[0] if len(ends) == 1 else words, text)
    first, last = ends
    year = YEAR_AHEAD.match(first)
    if year and re.match(r"\d{1,2}[月.]", last):
        last = f"{year[0]}{'年' if '月' in last else '.'}{last}"
    (start, _), (end, vague) = _day(first, text, opening=True), _day(last, text)
    if end < start:
        raise NotALimit(f"“{_short(text)}”的截止日早于起始日，请核对。")
    return end, vague


DONE = r"(?:以前|之前|前|止)?(?:全部|基本)?(?:完成整改|整改完成|整改到位|完成|办结|到位)?(?:以前|之前|前)?"
FULL = re.compile(
    rf"(\d{{4}})(?:年(\d{{1,2}})月(\d{{1,2}})[日号]?|([./-])(\d{{1,2}})\4(\d{{1,2}})日?|(\d{{2}})(\d{{2}})){DONE}"
)
MONTH_END = re.compile(rf"(\d{{4}})[年./-](\d{{1,2}})月?[底末]{DONE}")
MONTH = re.compile(r"(\d{4})(年|[./-])(\d{1,2})月?(份|内|份内)?(?:完成)?")
YEAR_END = re.compile(rf"(\d{{4}})年?年?[底末]{DONE}")


def _day(word: str, text: str, *, opening: bool = False) -> tuple[date, bool]:
    """The day that a word names, and whether the word left it open: a month alone means its last day, or its first where it opens a span."""
    if found := FULL.fullmatch(word):
        year, month, day = (int(part) for part in found.groups() if part and part not in "./-")
        return _date(year, month, day, text), False
    if found := MONTH_END.fullmatch(word):
        return _month_end(int(found[1]), int(found[2]), text), False
    if found := YEAR_END.fullmatch(word):
        return _date(int(found[1]), 12, 31, text), False
    if found := MONTH.fullmatch(word):
        if found[2] == "." and found[3] == "1":
            raise NotALimit(f"“{_short(text)}”分不清是 1 月还是 10 月，{HOW}。")
        last = _month_end(int(found[1]), int(found[3]), text)
        return (last.replace(day=1) if opening else last), True
    if re.fullmatch(r"\d{5}", word) and int(word) in SERIALS:
        return EPOCH + timedelta(days=int(word)), False
    raise NotALimit(_why(word, text))


def _why(word: str, text: str) -> str:
    if VAGUE.search(word):
        return f"“{_short(text)}”不是确定的日期，{HOW}。"
    if re.match(r"\d{1,2}(?:月|[./-]\d{1,2}(?:日|$|前))", word) or re.match(r"(?:本|今|明)?年?[底末]", word):
        return f"“{_short(text)}”没有年份，{HOW}。"
    if re.match(r"\d{2}[年./-]\d{1,2}[月./-]", word):
        return f"“{_short(text)}”的年份要写四位，{HOW}。"
    if re.match(r"\d{4}[年./-]\d{1,2}月?前", word):
        return f"“{_short(text)}”说不清含不含当月，请写“{word[:-1]}底前”或具体日期。"
    if re.match(r"(?:已|基本|未)?(?:完成|整改)|整改中", word):
        return f"“{_short(text)}”是完成情况，不是时限，{HOW}。"
    return f"“{_short(text)}”看不出是哪一天，{HOW}。"


def _month_end(year: int, month: int, text: str) -> date:
    _check_month(year, month, text)
    return month_end(year, month)


def _date(year: int, month: int, day: int, text: str) -> date:
    _check_month(year, month, text)
    if not 1 <= day <= month_end(year, month).day:
        raise NotALimit(f"“{_short(text)}”没有这一天：{year}年{month}月只有 {month_end(year, month).day} 天。")
    return date(year, month, day)


def _check_month(year: int, month: int, text: str) -> None:
    if year not in YEARS:
        raise NotALimit(f"“{_short(text)}”的年份 {year} 不对，请核对。")
    if not 1 <= month <= 12:
        raise NotALimit(f"“{_short(text)}”没有这一天：一年没有 {month} 月。")


def _within_years(day: date) -> date:
    if day.year not in YEARS:
        raise NotALimit(f"日期 {chinese_date(day)}的年份不对，请核对。")
    return day


def _from_number(number: float) -> LimitSaid:
    if int(number) in SERIALS:
        return LimitSaid(EPOCH + timedelta(days=int(number)))
    if number == int(number) and len(str(int(number))) in (4, 8):
        return _from_words(str(int(number)))
    return _from_words(f"{number:.6g}")
