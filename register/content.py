"""What comes whole, in the words that people read: the years of a calendar, the numbers of a profile, which table is in force since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import clock
from register.definition import definition
from register.kinds import Kind
from register.showing import Shown
from states import CLOCKS, CRITERIA, ROLES, RUNGS
from storage.calendars import read_calendar
from storage.household import CALENDAR, Key, comes_whole
from storage.reads.register import entered_first
from storage.reads.rules import profile_body
from storage.sql import Driver
from workflow.days.profiles import Profile, When, limits_known, parsed
from workflow.rules import DEFINITION_HASH

SHORT = ("rectify_short",)
"""Clocks that stand for others where the time is short: in the words of those."""
_COUNTED = {"days": "{} 天", "times": "{} 次", "reminders": "提醒 {} 次", "workdays": "再过 {} 个工作日"}


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
    more = _numbers(parsed(profile_body(driver, str(one.key)) or "{}")) if kind.name == "profile" else ()
    return replace(one, facts=(*one.facts, *_brief(driver, jurisdiction, kind, one.key, since), *more))


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


def _numbers(profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield the numbers of a profile as its configuration explains them: who accepts, limits, rungs, criteria."""
    yield "方案名称", profile.title
    yield "谁可以验收销号", "、".join(ROLES[role] for role in profile.verifiers)
    for name, shown in limits_known().items():
        yield f"时限：{shown}", str(profile.limits[name])
    for name, rungs in profile.rungs.items():
        shown = CLOCKS[name].shown + ("（短期限）" if name in SHORT else "")
        yield f"提醒：{shown}", "；".join(_rung(rung, when) for rung, when in rungs.items())
    for name, criterion in CRITERIA.items():
        said = profile.criterion(name)
        numbers = "，".join(_COUNTED[number].format(said[number]) for number, _ in criterion.numbers)
        yield f"整改不力：{criterion.shown}", numbers + ("，同时升级督办" if said["escalate"] else "")


def _rung(rung: str, when: When) -> str:
    shown = RUNGS[rung]
    return shown if _when(when) == shown else f"{shown}，{_when(when)}"


def _when(when: When) -> str:
    of = "个工作日" if when.workdays else "天"
    return {
        "half": "时限过半", "due": "到期当日", "overdue": "逾期次日起", "before": f"到期前 {when.number} {of}",
        "after": f"到期后 {when.number} {of}", "in": f"开始后第 {when.number} {of}",
    }[when.how]  # fmt: skip
