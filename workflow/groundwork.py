"""What must be in place before the first move: jurisdiction, profiles, calendar, the table of moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from storage.calendars import read_calendar
from storage.reads.clocks import latest_due
from storage.reads.rules import round_profiles
from storage.setup import add_jurisdiction, is_defined, keep_definition, keep_profile, kept_profile, set_calendar
from storage.sql import Driver
from storage.work import Work
from workflow.days.calendar import NATIONAL_YEARS, Calendar, national_days
from workflow.days.profiles import Profile, parsed
from workflow.rules import DEFINITION, DEFINITION_HASH


class ProfileChanged(ValueError):
    """A profile was changed under the same name and version: running cases keep theirs, so the start stops."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(
            f"时限方案 {profile.name} 第 {profile.version} 版的内容与库中不同：请改回，或把 version 加一后另立新版"
        )


def profiles_in(tables: Mapping[str, Mapping[str, Any]]) -> list[Profile]:
    """Return the configured profiles, checked."""
    return [Profile.of(name, table) for name, table in tables.items()]


def lay_groundwork(work: Work, code: str, name: str, profiles: list[Profile], *, rehearsal: bool | None = None) -> int:
    """Lay or complete what must be in place; never commits. Harmless when repeated."""
    place = add_jurisdiction(work.session, code, name)
    assert place.id is not None
    if rehearsal:
        place.rehearsal = True
        work.session.add(place)
        work.session.flush()
    keep_definition(work.session, DEFINITION_HASH, DEFINITION)
    for profile in profiles:
        keep_the_profile(work.session, profile)
    there = read_calendar(work.driver, place.id)
    if missing := NATIONAL_YEARS - {day.year for day, _, _ in there}:
        keep_calendar(work, place.id, _completed(there, missing))
    return place.id


def keep_the_profile(session: Session, profile: Profile) -> None:
    """Keep a profile, so that rounds can name it; ProfileChanged where its version says something else already."""
    if keep_profile(session, profile.digest, profile.name, profile.version, profile.body) is not None:
        raise ProfileChanged(profile)


def changed(session: Session, profiles: Iterable[Profile]) -> list[Profile]:
    """Return the profiles that say something else than what is kept under their name and version."""
    return [one for one in profiles if kept_profile(session, one.name, one.version) not in (None, one.digest)]


def wanting(work: Work, jurisdiction: int, profiles: Iterable[Profile]) -> list[str]:
    """Return what is not in place before the first move, one sentence each with what to do; nothing is made."""
    found = [str(ProfileChanged(profile)) for profile in changed(work.session, profiles)]
    if not is_defined(work.session, DEFINITION_HASH):
        found.append("本程序的操作表尚未入库：请执行 zhenggai db upgrade")
    years = NATIONAL_YEARS - {day.year for day, _, _ in read_calendar(work.driver, jurisdiction)}
    return found + [f"{year} 年的放假安排已公布而尚未入库：请执行 zhenggai db upgrade" for year in sorted(years)]


MOST_ROUNDS = 5
"""So many rounds of a profile are named; the rest are counted."""


def fallbacks(driver: Driver, jurisdiction: int) -> list[str]:
    """Return a sentence for each profile that says nothing of some numbers, so that the life's own hold: with the rounds that follow it."""
    rounds: dict[str, list[str]] = {}
    for name, body in round_profiles(driver, jurisdiction):
        rounds.setdefault(body, []).append(name)
    profiles = [(parsed(body), names) for body, names in rounds.items()]
    return [
        f"轮次{_named(names)}的时限方案 {profile.name} 第 {profile.version} 版没有写 {'、'.join(profile.silent_on())}，按本程序的默认办理"
        for profile, names in profiles
        if profile.unwritten
    ]


def _named(rounds: list[str]) -> str:
    more = f"等 {len(rounds)} 轮" if len(rounds) > MOST_ROUNDS else ""
    return "".join(f"“{name}”" for name in rounds[:MOST_ROUNDS]) + more


LAST_DAYS = 25  # of December: the notice of a year may still move the last working days of the year before


def _completed(there: list[tuple[date, bool, str]], missing: frozenset[int]) -> list[tuple[date, bool, str]]:
    """Return a calendar with the national days of years that it lacks; what was entered by hand stays as it is."""
    before = {year - 1 for year in missing} & NATIONAL_YEARS - missing
    fresh = national_days(missing | before)
    known = {day for day, _, _ in there}
    return sorted(
        there
        + [
            one
            for one in fresh
            if one[0] not in known and (one[0].year in missing or (one[0].month == 12 and one[0].day >= LAST_DAYS))
        ]
    )


def keep_calendar(work: Work, jurisdiction: int, days: list[tuple[date, bool, str]]) -> None:
    """Replace a jurisdiction's calendar; what runs keeps its date until the next move reckons with the new one."""
    digest = Calendar.of(days, {day.year for day, _, _ in days}).digest
    set_calendar(work, jurisdiction, days, digest)


def calendar_warnings(driver: Driver, jurisdiction: int, today: date) -> list[str]:
    """Return a sentence for every year that open clocks run into and whose calendar is not announced."""
    known = {day.year for day, _, _ in read_calendar(driver, jurisdiction)}
    latest = latest_due(driver, jurisdiction) or today
    years = [year for year in range(today.year, max(latest, today).year + 1) if year not in known]
    return [f"{year} 年放假安排本产品尚未收录，该年工作日暂按周一至周五计算" for year in years]
