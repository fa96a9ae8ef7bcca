"""Making the house: init, check, accounts and units."""

from __future__ import annotations

import shlex
import sys
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlmodel import Session

import clock
from cli.talk import AsJson, Code, House, Refused, configured, jurisdiction_id, open_house, opened, os_user, say, show
from settings import Settings
from states import ROLES, UNIT_ROLES
from storage import migrate
from storage.accounts import BadAccount, add_account, give_password
from storage.engine import file_of, reading, writing
from storage.people import BadUnit, find_account, place_unit, unit_made
from storage.private import private_folder, tighten, wide_open
from storage.tables import SecurityEvent
from workflow.house import calendar_warnings, keep_house, profiles_in, refuse_other, wanting
from workflow.rules import life as life_table

database = typer.Typer(no_args_is_help=True)
user = typer.Typer(no_args_is_help=True)
unit = typer.Typer(no_args_is_help=True)


def init(
    context: typer.Context,
    rehearsal: Annotated[bool, typer.Option(help="演练库：允许 --at，每页都有提示")] = False,
    jurisdiction: Annotated[str | None, typer.Option(help="在已有机构的库里另设一个：配置中的代码，再写一遍")] = None,
) -> None:
    """建库：数据表、巡察机构、时限方案、工作日历；重复执行无害。"""
    settings = configured(context)
    place = settings.config.jurisdiction
    if jurisdiction not in (None, place.code):
        raise Refused(f"--jurisdiction 写的是“{jurisdiction}”，配置里的巡察机构代码是“{place.code}”：两处须相同", 2)
    private_folder(settings.home)
    _bring_up(opened(context, settings, made=True), settings, another=jurisdiction is not None, rehearsal=rehearsal)
    say(f"已就绪：{place.name}，数据目录 {settings.home}{'（演练库）' if rehearsal else ''}")


def _bring_up(engine: Engine, settings: Settings, *, another: bool = False, rehearsal: bool | None = None) -> None:
    """Bring the database up to date and make or complete the house in it; a code it does not know stops all of it."""
    place = settings.config.jurisdiction
    if not another and migrate.current(engine) is not None:
        with reading(engine) as session:
            refuse_other(session, place.code)
    migrate.upgrade(engine)
    with writing(engine) as session:
        keep_house(session, place.code, place.name, profiles_in(settings.config.profiles), rehearsal=rehearsal)
        session.commit()
    tighten(settings.home, file_of(settings.database_url))


def check(context: typer.Context) -> None:
    """自检：配置、数据库版本、时限方案、工作日历、检查点、权限；只看，不改任何东西。"""
    from trail.checkpoint import guard_start

    house = open_house(context, examined=True)
    guard_start(house.engine, house.settings.home)
    with reading(house.engine) as session:
        _, place = jurisdiction_id(session, house.code)
        faults = wanting(session, place, profiles_in(house.settings.config.profiles))
        for warning in calendar_warnings(session, place, clock.local_date(clock.now())):
            say(warning)
    faults += [
        f"{path} 的权限太宽，别的用户也能读：请执行 chmod go-rwx {shlex.quote(str(path))}"
        for path in wide_open(house.settings.home, file_of(house.settings.database_url))
    ]
    if faults:
        raise Refused("\n".join(faults))
    say(f"正常：{house.settings.file}，{house.settings.shown_database()}")


def life(
    write: Annotated[bool, typer.Option("--write", help="重写 docs/life.md 中的图和表")] = False,
    as_json: AsJson = False,
) -> None:
    """问题的一生：操作表。"""
    from workflow.drawing import table_text, write_docs

    if write:
        say(f"已写入 {write_docs()}")
    else:
        show(life_table(), as_json=as_json, words=table_text())


@database.command("upgrade")
def upgrade(context: typer.Context) -> None:
    """把数据库升级到当前版本。"""
    settings = configured(context)
    _bring_up(opened(context, settings, made=True), settings)
    say("数据库已是当前版本")


@user.command("add")
def add_user(
    context: typer.Context,
    login: str,
    name: Annotated[str, typer.Option()],
    role: Annotated[str, typer.Option(help="、".join(ROLES))],
    unit: Annotated[str | None, typer.Option(help="党组织；没有的会新建")] = None,
    email: Annotated[str | None, typer.Option()] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读初始密码：须合密码规则，首次登录须更换")
    ] = False,
    jurisdiction: Code = None,
) -> None:
    """新增账号；已有的账号加一个职务。"""
    house = open_house(context, jurisdiction)
    if role not in ROLES:
        raise Refused(f"没有角色“{role}”，可用：{'、'.join(ROLES)}", 2)
    if role in UNIT_ROLES and not unit:
        raise Refused(f"{ROLES[role]}须用 --unit 指明党组织", 2)
    password_hash = _password(house, login) if password_stdin else None
    with writing(house.engine) as session:
        _, place = jurisdiction_id(session, house.code)
        try:
            today = clock.local_date(clock.now())
            add_account(session, place, login, name, role, unit=unit, email=email, on=today)
            if password_hash:
                _give_password(session, place, login, password_hash)
        except (BadAccount, BadUnit) as error:
            raise Refused(str(error)) from error
        session.commit()
    must_change = "；首次登录须更换密码" if password_hash else ""
    say(f"已新增 {login}（{name}，{unit or ''}{ROLES[role]}）{must_change}")


def _password(house: House, login: str) -> str:
    """Return the hash of the password on standard input, judged as the pages judge one."""
    # Hashes when it is loaded: only for who gives a password.
    from web.people.passwords import WeakPassword, first_password

    try:
        return first_password(house.engine, login, sys.stdin.readline().rstrip("\r\n"), house.settings.config.web)
    except WeakPassword as error:
        raise Refused(str(error)) from error


def _give_password(session: Session, place: int, login: str, password_hash: str) -> None:
    """Give an account its password; one that had another is noted in the security log."""
    now, account = clock.micros(clock.now()), find_account(session, login)
    if account and account[0].password_hash:
        words = f"命令行重置账号 {login} 的密码，操作系统用户 {os_user()}"
        session.add(SecurityEvent(jurisdiction=place, at=now, what="password_reset", login="operator", words=words))
    give_password(session, login, password_hash, now)


@unit.command("add")
def add_unit(
    context: typer.Context,
    name: str,
    parent: Annotated[str | None, typer.Option(help="上级党组织")] = None,
    answerable: Annotated[str | None, typer.Option(help="责任党组织（报方案、签字、报告）")] = None,
    jurisdiction: Code = None,
) -> None:
    """新增党组织，或改其上级与责任党组织。"""
    house = open_house(context, jurisdiction)
    with writing(house.engine) as session:
        _, place = jurisdiction_id(session, house.code)
        try:
            made = unit_made(session, place, name)
            above = unit_made(session, place, parent) if parent is not None else None
            answers = unit_made(session, place, answerable) if answerable is not None else None
            place_unit(session, made, parent=above, answerable=answers)
        except BadUnit as error:
            raise Refused(str(error)) from error
        session.commit()
    say(f"已记录党组织 {made.name}")


COMMANDS = (init, check, life)
