"""A holiday as the notice of the State Council tells it, such as 春节：2月5日至11日放假调休，共7天。1月30日（周六）、2月14日（周日）上班 of 2027."""

from __future__ import annotations

import re
from typing import Final

from ledger.spans import SHOWN, days_among, without_weekdays
from workflow.days.arrangement import Day

_HOLIDAY: Final = re.compile(r"(?:[一二三四五六七八九十]+\s*[、.．])?\s*([^：:\d]{1,20})[：:]\s*(.*\d.*)", re.DOTALL)
_OFF: Final = re.compile(r"(.+?)放假(?:调休)?(?:[，,]?共?(\d{1,2})天)?(?:[，,]与周末连休)?")
_WORKED: Final = re.compile(r"(.+?)(?:调休)?上班")


def days_told(text: str, year: int | None) -> list[Day] | None:
    """Return the days of a holiday's sentences; None where it is no such text, ValueError where a sentence is not understood."""
    found = _HOLIDAY.fullmatch(text.strip())
    if found is None:
        return None
    name = found[1].strip()
    return [
        day for said in re.split(r"[。；;]", without_weekdays(found[2])) if said.strip() for day in _sentence(said.strip(), name, year)
    ]  # fmt: skip


def _sentence(said: str, name: str, year: int | None) -> list[Day]:
    if worked := _WORKED.fullmatch(said):
        return [(day, True, name) for day in days_among(worked[1], year)]
    off = _OFF.fullmatch(said)
    if off is None:
        raise ValueError(f"“{said[:SHOWN]}”看不懂：请写作“2月5日至11日放假”“1月30日上班”，每句用句号分开")
    days = days_among(off[1], year)
    if off[2] and int(off[2]) != len(days):
        raise ValueError(f"“{said[:SHOWN]}”写的是 {int(off[2])} 天，数出来是 {len(days)} 天，请核对")
    return [(day, False, name) for day in days]
