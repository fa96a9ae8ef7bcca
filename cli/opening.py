"""Opening the house that a command is about: its configuration and its database."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import typer
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

import clock
from cli.logbook import open_logbook
from cli.talk import Refused, say
from cli.traces import secrets_of
from settings import HOME_NAMED, SettingFault, Settings, load
from storage.engine import file_of, open_engine, reading
from storage.jurisdictions import find_jurisdiction, jurisdiction_codes, last_instant, refuse_other
from storage.private import private_folder
from storage.security import Event, Who, note
from storage.steps import current, is_current
from workflow.days.profiles import faults_in
from workflow.people import UnknownLogin, actor_of
from workflow.subject import Actor

UNMADE = "数据库尚未建立或不是当前版本：新装请执行 zhenggai init，升级请执行 zhenggai db upgrade"


def nothing_in(settings: Settings) -> str:
    """Return what is said where there is no database: which folder was looked into, and how another is named."""
    return (
        f"数据目录 {settings.home} 里没有数据库：已有数据的，数据在别处，请先写明 export {HOME_NAMED}=原来的目录；"
        "新装请执行 zhenggai serve 或 zhenggai init"
    )


@dataclass(frozen=True)
class House:
    """The configuration and the open database of one command."""

    settings: Settings
    engine: Engine
    code: str | None
    """The jurisdiction that a command is about: the one named, else the configured one, else the only one there is."""

    def moment(self, at: str | None) -> datetime:
        """Return now, or the instant given, which only a rehearsal database takes."""
        if at is None:
            return clock.now()
        moment = instant(at)
        with reading(self.engine) as work:
            place = find_jurisdiction(work.driver, self.code)
            if not place.rehearsal:
                raise Refused("这是正式库，不能用 --at；演练库用 zhenggai init --rehearsal 建立", 2)
            last = last_instant(work.driver, place.id)
        if clock.micros(moment) < last:
            day = clock.chinese_date(clock.local_date(clock.from_micros(last)))
            raise Refused(
                f"演练库的记录已到 {day}，时间不能倒退：要从更早的一天演练，请另建一个，zhenggai init --rehearsal --at 写明那一天",
                2,
            )
        return moment


def instant(at: str) -> datetime:
    """Return the instant that is written after --at."""
    try:
        return clock.parse_iso(at)
    except ValueError as error:
        raise Refused(str(error), 2) from error


def configured(context: typer.Context) -> Settings:
    """Read the configuration, profiles included, and keep its secrets out of every line that is said from now on."""
    settings = load(context.obj, _judge_profile)
    open_logbook(settings.home, secrets_of(make_url(settings.database_url).password, settings.smtp_password()))
    return settings


def _judge_profile(name: str, table: Mapping[str, Any]) -> Iterator[SettingFault]:
    return (SettingFault(("profiles", *fault.place), str(fault)) for fault in faults_in(name, table))


def open_house(context: typer.Context, code: str | None = None, *, examined: bool = False) -> House:
    """Open the configured database; refuses one that was not made or not upgraded, or that has no such jurisdiction."""
    settings = configured(context)
    engine = opened(context, settings, examined=examined)
    if not is_current(engine):
        raise Refused(UNMADE)
    refuse_other_codes(engine, code or settings.code, named=code is not None)
    return House(settings, engine, code or settings.code)


def open_or_make(context: typer.Context) -> House:
    """Open the configured database; an empty place gets its tables, so that the first run can begin in the browser."""
    settings = configured(context)
    private_folder(settings.home)
    engine = opened(context, settings, made=True)
    if current(engine) is None:
        from storage.migrate import upgrade

        upgrade(engine)
        say(
            f"数据目录 {settings.home} 里原来没有数据，已新建。以前设过的，请按 Ctrl-C 停下，写明 export {HOME_NAMED}=原来的目录，再执行一次"
        )
    if not is_current(engine):
        raise Refused(UNMADE)
    with reading(engine) as work:
        refuse_other(work.driver, settings.code)
    return House(settings, engine, settings.code)


def examine_house(context: typer.Context) -> House:
    """Open the database to be examined only, whatever state it is in; nothing is written into it."""
    settings = configured(context)
    return House(settings, opened(context, settings, examined=True), settings.code)


def refuse_other_codes(engine: Engine, code: str | None, *, named: bool) -> None:
    """Refuse a jurisdiction that the database does not have, whether it was named or stands in the configuration."""
    with reading(engine) as work:
        if named or not jurisdiction_codes(work.driver):
            find_jurisdiction(work.driver, code)
        else:
            refuse_other(work.driver, code)


def opened(context: typer.Context, settings: Settings, *, examined: bool = False, made: bool = False) -> Engine:
    """Open the configured database until the command ends; only `made` may lay a file where there is none."""
    path = file_of(settings.database_url)
    if path is not None and not made and not path.exists():
        raise Refused(nothing_in(settings))
    engine = open_engine(settings.database_url, examined=examined)
    context.call_on_close(engine.dispose)
    return engine


def acting(house: House, login: str, now: datetime) -> Actor:
    """Return who acts by a login today; a login that is not there or is closed is noted in the security log."""
    with reading(house.engine) as work:
        try:
            return actor_of(work.driver, login, clock.local_date(now), "cli", os_user())
        except UnknownLogin:
            place = find_jurisdiction(work.driver, house.code).id
    who = Who(place, login, via="cli", os_user=os_user())
    note(house.engine, clock.micros(now), Event("unknown_login", who))
    raise UnknownLogin(login)


def os_user() -> str:
    """Return the operating-system user for the trail."""
    return getpass.getuser()
