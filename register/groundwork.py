"""What must be in place before the first move: jurisdiction, profiles, calendar, the table of moves."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from register.definition import definition
from register.household import must_enter
from register.road import release
from register.settling import settle
from register.unit_kinds import wanted_kinds
from register.wanted import Wanted
from register.wording import wanted_shipped
from storage.calendars import read_calendar
from storage.household import make_head, new_keys, put_new, read_row
from storage.reads.clocks import latest_due
from storage.reads.rules import (
    is_adopted,
    is_kept,
    jurisdiction_number,
    kept_profile,
    made_by_people,
    newest_version,
    round_profiles,
)
from storage.sql import Driver
from storage.work import Work
from trail.entry import Dice
from workflow.days.arrangement import LAST_DAYS, calendar
from workflow.days.calendar import NATIONAL_YEARS, national_days
from workflow.days.profiles import Profile, parsed
from workflow.people import operator
from workflow.rules import DEFINITION, DEFINITION_HASH, calendar_now
from workflow.subject import Actor

SHIPPED_PROFILES: Final = frozenset({"72a82cd417ca52a60ae7e5043ba064549a67bff8602b9334a3393509d56ff789"})
"""The profiles of this release by their hashes: they enter with it; what the configuration says otherwise is its writer's."""


class ProfileChanged(ValueError):
    """A profile was changed under the same name and version: running cases keep theirs, so the start stops."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(
            f"时限方案 {profile.name} 第 {profile.version} 版的内容与库中不同：请改回，或把 version 加一后另立新版"
        )


class ProfileNotAdopted(ValueError):
    """A profile that is not the product's own was written into the configuration, and nobody has entered it."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(
            f"时限方案 {profile.name} 第 {profile.version} 版是在配置文件里写的，还没有启用：请操作员执行 zhenggai db upgrade"
        )


def profiles_in(tables: Mapping[str, Mapping[str, Any]]) -> list[Profile]:
    """Return the configured profiles, checked."""
    return [Profile.of(name, table) for name, table in tables.items()]


def lay_groundwork(
    work: Work,
    code: str,
    name: str,
    profiles: list[Profile],
    now: datetime,
    *,
    rehearsal: bool | None = None,
    os_user: str | None = None,
    dice: Dice = os.urandom,
) -> int:
    """Lay or complete what must be in place, each with its entry; never commits. Harmless when repeated."""
    driver = work.driver
    place = jurisdiction_number(driver, code)
    if place is None:
        (place,) = new_keys(driver, "jurisdiction", 1)
        put_new(
            driver,
            "jurisdiction",
            place,
            place,
            {"code": code, "name": name, "parent_id": None, "rehearsal": bool(rehearsal)},
        )
        make_head(driver, place)
        fields = {"code": code, "name": name, "rehearsal": bool(rehearsal)}
        must_enter(work, [Wanted("jurisdiction", "make", place, fields)], release(place, os_user), now, dice=dice)
    elif rehearsal and not (read_row(driver, "jurisdiction", place, place) or {})["rehearsal"]:
        must_enter(work, [Wanted("jurisdiction", "change", place, {"rehearsal": True})], operator(place, os_user), now)
    is_new = not is_adopted(driver, place, "definition", DEFINITION_HASH)
    for digest, body in (definition(), (DEFINITION_HASH, DEFINITION)):
        adopt(work, release(place, os_user), "definition", digest, {"hash": digest, "body": body}, now)
    for profile in profiles:
        keep_the_profile(work, operator(place, os_user), profile, now)
    if lacking := [*wanted_kinds(driver, place), *wanted_shipped(driver, place)]:
        must_enter(work, lacking, release(place, os_user), now, dice=dice)
    there = read_calendar(driver, place)
    if missing := NATIONAL_YEARS - {day.year for day, _, _ in there}:
        keep_calendar(work, release(place, os_user), _completed(there, missing), now)
    settle(work, place, now, os_user, dice)
    if is_new:
        from workflow.recompute import look_again  # noqa: PLC0415 the engine, which most of what enters nothing does not load

        look_again(driver, place, calendar_now(driver, place))
    return place


def adopt(work: Work, actor: Actor, kind: str, digest: str, row: Mapping[str, Any], now: datetime) -> None:
    """Let a jurisdiction follow a profile or a table of moves from now on, unless it does already; a text that was lost is kept again."""
    if is_adopted(work.driver, actor.jurisdiction, kind, digest):
        if not is_kept(work.driver, kind, digest):
            put_new(work.driver, kind, actor.jurisdiction, digest, row)
            work.note_done()
    else:
        must_enter(work, [Wanted(kind, "adopt", digest, beside=row)], actor, now)


def keep_the_profile(work: Work, actor: Actor, profile: Profile, now: datetime) -> None:
    """Keep a profile, so that rounds can name it: the product's own with the release, any other as the operator's at the command line.

    One whose number a version made in the browser has is passed over (`passed_over` says so). ProfileChanged where its version says
    something else already, ProfileNotAdopted where it is for the operator to enter it first.
    """
    if kept_profile(work.driver, profile.name, profile.version) not in (None, profile.digest):
        if _is_the_offices(work.driver, profile):
            return
        raise ProfileChanged(profile)
    place, is_ours = actor.jurisdiction, profile.digest in SHIPPED_PROFILES
    if not is_ours and actor.via != "cli" and not is_adopted(work.driver, place, "profile", profile.digest):
        raise ProfileNotAdopted(profile)
    who = release(place, actor.os_user) if is_ours else operator(place, actor.os_user)
    row = {"hash": profile.digest, "name": profile.name, "version": profile.version, "body": profile.body}
    adopt(work, who, "profile", profile.digest, row, now)


def _is_the_offices(driver: Driver, profile: Profile) -> bool:
    """Say whether people of the office made what is kept under the name and version of a profile."""
    kept = kept_profile(driver, profile.name, profile.version)
    return kept is not None and made_by_people(driver, "profile", kept)


def changed(driver: Driver, profiles: Iterable[Profile]) -> list[Profile]:
    """Return the profiles that say something else than what is kept under their name and version, and was not made in the browser."""
    other = [one for one in profiles if kept_profile(driver, one.name, one.version) not in (None, one.digest)]
    return [one for one in other if not _is_the_offices(driver, one)]


def passed_over(driver: Driver, profiles: Iterable[Profile]) -> list[str]:
    """Return a sentence for each profile whose number a version made in the browser has: that one holds, and how to have this one as well."""
    other = [one for one in profiles if kept_profile(driver, one.name, one.version) not in (None, one.digest)]
    return [
        f"配置文件里的时限方案 {one.name} 第 {one.version} 版没有启用：第 {one.version} 版是巡察办在网页上立的，以它为准；"
        f"要用配置文件里的，把 version 改为 {newest_version(driver, one.name) + 1} 后执行 zhenggai db upgrade"
        for one in other
        if _is_the_offices(driver, one)
    ]


def not_adopted(driver: Driver, jurisdiction: int, profiles: Iterable[Profile]) -> list[str]:
    """Return a sentence for each profile that the jurisdiction does not follow yet, though it may."""
    missing = [one for one in profiles if not is_adopted(driver, jurisdiction, "profile", one.digest)]
    return [str(ProfileNotAdopted(one)) for one in missing if kept_profile(driver, one.name, one.version) is None]


def wanting(work: Work, jurisdiction: int, profiles: Iterable[Profile]) -> list[str]:
    """Return what is not in place before the first move, one sentence each with what to do; nothing is made."""
    driver = work.driver
    found = [str(ProfileChanged(profile)) for profile in changed(driver, profiles)]
    tables = (definition()[0], DEFINITION_HASH)
    if not all(
        is_adopted(driver, jurisdiction, "definition", one) and is_kept(driver, "definition", one) for one in tables
    ):
        found.append("本程序的操作表尚未入库：请执行 zhenggai db upgrade")
    years = NATIONAL_YEARS - {day.year for day, _, _ in read_calendar(driver, jurisdiction)}
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


def keep_calendar(
    work: Work, actor: Actor, days: list[tuple[date, bool, str]], now: datetime, asked_by: int | None = None
) -> None:
    """Replace a jurisdiction's calendar; the dates that it gave follow."""
    named = calendar(days).digest
    must_enter(
        work,
        [Wanted("calendar", "set", actor.jurisdiction, beside={"days": days, "named": named})],
        actor,
        now,
        asked_by=asked_by,
    )


def calendar_warnings(driver: Driver, jurisdiction: int, today: date) -> list[str]:
    """Return a sentence for every year that open clocks run into and whose calendar is not announced."""
    known = {day.year for day, _, _ in read_calendar(driver, jurisdiction)}
    latest = latest_due(driver, jurisdiction) or today
    years = [year for year in range(today.year, max(latest, today).year + 1) if year not in known]
    return [
        f"{year} 年放假安排尚未录入，该年工作日暂按周一至周五计算：公布后请在“登记”的“工作日历”录入" for year in years
    ]
