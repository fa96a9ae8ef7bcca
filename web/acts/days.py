"""A day of a plan as people write it: read as the ledger reads a 整改时限, but a year left out is this year's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

import clock
from clock import chinese_date
from ledger.dates import HOW, LimitSaid, NotALimit, parse_limit
from ledger.words import squeezed
from states import STANDING
from web.doorway import AtDesk, Signed
from workflow.planned import KEPT_UP

router = APIRouter()
MOST, LONGEST = 100, 200
_PLEASE = "请写明年月日（如 2026年6月30日）"
# 12月底前, 至12月, 12/31, 12.31: a month with what follows it, but no year before it.
_NO_YEAR = re.compile(r"^(\D{0,3}?)(\d{1,2})(月|[./-](?=\d{1,2}(?:\D|$)))(?!.*\d{4})")
_THIS_YEAR = {"今年": 0, "本年度": 0, "本年": 0, "年底": 0, "年末": 0, "明年": 1, "次年": 1}


@dataclass(frozen=True, slots=True)
class Read:
    """The day that words name, and a remark: how they were read, or why they name none."""

    day: date | None
    words: str = ""
    kept_up: str = ""
    """Of what is kept up 长期坚持, what stands in the cell."""


@router.get("/days")
def days(
    desk: AtDesk,
    viewer: Signed,
    said: Annotated[list[str], Query(max_length=MOST)] = [],  # noqa: B006 FastAPI copies it
) -> Response:
    """Say which days are meant by words that were pasted into a plan."""
    del viewer
    today = clock.local_date(desk.now())
    read = [read_day(one[:LONGEST], today) for one in said]
    return JSONResponse(
        [{"day": one.day.isoformat() if one.day else "", "words": one.words, "kept": one.kept_up} for one in read]
    )


def read_day(said: str, today: date) -> Read:
    """Return the day that words name; where they leave something open, the remark says how they were read."""
    full, assumed = _with_year(squeezed(said), today)
    try:
        limit = parse_limit(full or said)
    except NotALimit as fault:
        return Read(None, _sentence(fault, said, full))
    short = f"“{' '.join(said.split())[:30]}”"
    if limit.kind == STANDING:
        return Read(limit.due, f"{KEPT_UP}：请在“每年做什么”里写明", _kept_up(limit))
    if limit.due is None:
        return Read(None, f"{short}不是日期，{_PLEASE}。")
    if assumed and limit.due < today:
        return Read(None, f"{short}没有写年份，今年的这一天已经过去，{_PLEASE}。")
    open_to_doubt = full or _leaves_open(limit) or said.strip().isdecimal()
    return Read(limit.due, f"{short}按 {chinese_date(limit.due)}记" if open_to_doubt else "")


def stated(said: str) -> str:
    """Return the day that words name for certain, as a form gives it; any other words as they are."""
    try:
        limit = parse_limit(said)
    except NotALimit:
        return said
    if limit.kind == STANDING and not limit.read_as:
        return _kept_up(limit)
    return said if limit.due is None or _leaves_open(limit) else limit.due.isoformat()


def _kept_up(limit: LimitSaid) -> str:
    """Return what a plan's cell says of what is kept up: the day of the stage result where it has one, and 长期坚持."""
    return " ".join(filter(None, (limit.due.isoformat() if limit.due else "", KEPT_UP)))


def _leaves_open(limit: LimitSaid) -> bool:
    return bool(limit.read_as or limit.kind)


def _with_year(words: str, today: date) -> tuple[str, bool]:
    """Return the words with the year that they leave out or only name as this one, and whether it is assumed."""
    for name, later in _THIS_YEAR.items():
        if words.startswith(name):
            rest = words if name in ("年底", "年末") else words.removeprefix(name).removeprefix("年")
            return f"{today.year + later}年{rest.removeprefix('年')}", False
    if found := _NO_YEAR.match(words):
        sign = "年" if found[3] == "月" else found[3]
        return f"{found[1]}{today.year}{sign}{words[len(found[1]) :]}", True
    return "", False


def _sentence(fault: NotALimit, said: str, full: str) -> str:
    """Return the ledger's sentence about the words that were said, without what only a ledger may say."""
    sentence = str(fault).replace(HOW, _PLEASE)
    return sentence.replace(f"“{full[:30]}”", f"“{' '.join(said.split())[:30]}”") if full else sentence
