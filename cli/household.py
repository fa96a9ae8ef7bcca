"""Making the house: init, check, upgrade."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Annotated, Final

import typer
from sqlalchemy import Engine

import clock
from cli.opening import UNMADE, configured, instant, open_house, opened, os_user
from cli.talk import Refused, say
from register.groundwork import (
    calendar_warnings,
    fallbacks,
    lay_groundwork,
    not_adopted,
    passed_over,
    profiles_in,
    wanting,
)
from settings import Settings
from storage import steps
from storage.engine import file_of, reading, writing
from storage.jurisdictions import find_jurisdiction, jurisdiction_codes, refuse_other
from storage.private import private_folder, tighten, wide_open
from storage.sql import Driver

EXAMPLE: Final = ("city", "示范市")
"""Code and name of a jurisdiction that nobody has named."""


def init(
    context: typer.Context,
    rehearsal: Annotated[bool, typer.Option(help="演练库：允许 --at，每页都有提示")] = False,
    jurisdiction: Annotated[str | None, typer.Option(help="在已有机构的库里另设一个：配置中的代码，再写一遍")] = None,
    at: Annotated[str | None, typer.Option(help="演练库：从哪一天开始演练，须早于以后各命令的 --at")] = None,
) -> None:
    """Make the house: tables, jurisdiction, profiles, calendar; harmless when repeated."""
    if at is not None and not rehearsal:
        raise Refused("只有演练库可以用 --at：zhenggai init --rehearsal --at 日期", 2)
    now = clock.now() if at is None else instant(at)
    make_house(context, now, rehearsal=rehearsal, jurisdiction=jurisdiction)


def make_house(context: typer.Context, now: datetime, *, rehearsal: bool, jurisdiction: str | None = None) -> None:
    """Make the house as of an instant, and say so."""
    settings = configured(context)
    if jurisdiction not in (None, settings.code):
        code = settings.code or ""
        raise Refused(f"--jurisdiction 写的是“{jurisdiction}”，配置里的巡察机构代码是“{code}”：两处须相同", 2)
    private_folder(settings.home)
    name = _bring_up(
        opened(context, settings, made=True), settings, now, another=jurisdiction is not None, rehearsal=rehearsal
    )
    say(f"已建库：{name}，数据目录 {settings.home}{'（演练库）' if rehearsal else ''}")


def _bring_up(
    engine: Engine, settings: Settings, now: datetime, *, another: bool = False, rehearsal: bool | None = None
) -> str:
    """Upgrade the database, then make or complete the house in it; return its name.

    A jurisdiction that the database does not know stops this at the start.
    """
    from storage.migrate import upgrade as take_steps

    if not another and steps.current(engine) is not None:
        with reading(engine) as work:
            refuse_other(work.driver, settings.code)
    take_steps(engine)
    with writing(engine) as work:
        code, name = _meant(work.driver, settings)
        profiles = profiles_in(settings.config.profiles)
        lay_groundwork(work, code, name, profiles, now, rehearsal=rehearsal, os_user=os_user())
        work.commit()
    tighten(settings.home, file_of(settings.database_url))
    return name


def _meant(driver: Driver, settings: Settings) -> tuple[str, str]:
    """Return code and name of the jurisdiction: as configured, else the only one there is, else those of the shipped example."""
    place = settings.config.jurisdiction
    if settings.code is None and jurisdiction_codes(driver):
        there = find_jurisdiction(driver, None)
        return there.code, there.name
    return place.code or EXAMPLE[0], place.name or EXAMPLE[1]


def check(context: typer.Context) -> None:
    """Examine configuration, database, profiles, calendar, checkpoints and permissions; nothing is changed."""
    from storage.setup import taken_away
    from trail.checkpoint import guard_start

    house = open_house(context, examined=True)
    if gone := taken_away(house.engine):
        raise Refused(f"数据库缺少 {'、'.join(gone)}：不是本程序去掉的，请查明是谁改了数据库，并从备份恢复")
    guard_start(house.engine, house.settings.home)
    with reading(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code).id
        profiles = profiles_in(house.settings.config.profiles)
        faults = wanting(work, place, profiles)
        for warning in calendar_warnings(work.driver, place, clock.local_date(clock.now())):
            say(warning)
        driver = work.driver
        for sentence in (
            *not_adopted(driver, place, profiles),
            *passed_over(driver, profiles),
            *fallbacks(driver, place),
        ):
            say(sentence)
    faults += [
        f"{path} 的权限太宽，别的用户也能读：请执行 chmod go-rwx {shlex.quote(str(path))}"
        for path in wide_open(house.settings.home, file_of(house.settings.database_url))
    ]
    if faults:
        raise Refused("\n".join(faults))
    say(f"正常：{house.settings.file}，{house.settings.shown_database()}")


def upgrade(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看：哪些办理中的问题的下一步、日期或告知对象会变；不改任何东西")
    ] = False,
) -> None:
    """Bring the database to the tables and rules of this release."""
    settings = configured(context)
    if dry_run:
        _look_ahead(opened(context, settings, examined=True), settings)
        return
    engine = opened(context, settings, made=True)
    _bring_up(engine, settings, clock.now())
    with reading(engine) as work:
        for sentence in passed_over(work.driver, profiles_in(settings.config.profiles)):
            say(sentence)
    say("数据库已是当前版本")


def _look_ahead(engine: Engine, settings: Settings) -> None:
    """Say what the upgrade would change for open cases; nothing is written."""
    from workflow.outlook import outlook

    if steps.current(engine) is None:
        raise Refused(UNMADE)
    current = steps.is_current(engine)
    with reading(engine) as work:
        refuse_other(work.driver, settings.code)
        place = find_jurisdiction(work.driver, settings.code).id or 0
        ahead = list(map(str, outlook(work.driver, place)))
        profiles = profiles_in(settings.config.profiles)
        silent = [*passed_over(work.driver, profiles), *fallbacks(work.driver, place)]
        current = current and not (wanting(work, place, profiles) or not_adopted(work.driver, place, profiles))
    say("\n".join(ahead) if ahead else "办理中的问题的下一步、日期和告知对象都不变")
    for sentence in silent:
        say(sentence)
    if current:
        say(f"数据库已是当前版本，不用升级{'；以上从下一次办理起生效' if ahead else ''}")
    else:
        say("以上只是预告，数据库没有改动；升级请执行 zhenggai db upgrade")
