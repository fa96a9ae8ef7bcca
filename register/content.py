"""What comes whole, in the words that people read: the years of a calendar, which table is in force since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import clock
from register.definition import definition
from register.grammar import Kind
from register.showing import Shown
from storage.calendars import read_calendar
from storage.household import CALENDAR, Key, comes_whole
from storage.reads.register import entered_first
from storage.sql import Driver
from workflow.rules import DEFINITION_HASH


def listed(driver: Driver, jurisdiction: int, kind: Kind, rows: list[Shown]) -> list[Shown]:
    """Return the rows of a kind with what is in them, and since when each is followed."""
    if not comes_whole(kind.name):
        return rows
    since = entered_first(driver, jurisdiction, kind.name)
    return [replace(one, beside=(*one.beside, *_brief(driver, jurisdiction, kind, one.key, since))) for one in rows]


def whole(driver: Driver, jurisdiction: int, kind: Kind, one: Shown) -> Shown:
    """Return a row with all that is in it."""
    if not comes_whole(kind.name):
        return one
    since = entered_first(driver, jurisdiction, kind.name)
    return replace(one, facts=(*one.facts, *_brief(driver, jurisdiction, kind, one.key, since)))


def _brief(driver: Driver, jurisdiction: int, kind: Kind, key: Key, since: dict[str, int]) -> Iterator[tuple[str, str]]:
    if kind.name == CALENDAR:
        yield "年份", _years(driver, jurisdiction)
    if kind.name == "definition":
        which = {definition()[0]: "登记表，现行", DEFINITION_HASH: "问题的操作表，现行"}
        yield "内容", which.get(str(key), "以前的版本，以前的记录按它核对")
    if at := since.get(f"{kind.name}:{key}"):
        yield "启用", clock.chinese_date(clock.local_date(clock.from_micros(at)))


def _years(driver: Driver, jurisdiction: int) -> str:
    days = Counter((day.year, working) for day, working, _ in read_calendar(driver, jurisdiction))
    years = sorted({year for year, _ in days})
    return "；".join(
        f"{year} 年：放假调成休息的工作日 {days[year, False]} 天，调成上班的周末 {days[year, True]} 天"
        for year in years
    )
