"""People at the command line: accounts with their posts, and units."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from sqlmodel import Session

import clock
from cli.opening import House, open_house, os_user
from cli.talk import Code, Refused, say
from states import ROLES, UNIT_ROLES
from storage.accounts import BadAccount, add_account, give_password, open_account
from storage.engine import writing
from storage.jurisdictions import find_jurisdiction
from storage.people import BadUnit, place_unit, unit_made
from storage.tables import SecurityEvent


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
    """Make an account, or give one a further post."""
    house = open_house(context, jurisdiction)
    if role not in ROLES:
        raise Refused(f"没有角色“{role}”，可用：{'、'.join(ROLES)}", 2)
    if role in UNIT_ROLES and not unit:
        raise Refused(f"{ROLES[role]}须用 --unit 指明党组织", 2)
    password_hash = _password(house, login) if password_stdin else None
    with writing(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code).id
        try:
            add_account(
                work.session, place, login, name, role, unit=unit, email=email, on=clock.local_date(clock.now())
            )
            if password_hash:
                _give_password(work.session, place, login, password_hash)
        except (BadAccount, BadUnit) as error:
            raise Refused(str(error)) from error
        work.commit()
    must_change = "；首次登录须更换密码" if password_hash else ""
    say(f"已新增 {login}（{name}，{unit or ''}{ROLES[role]}）{must_change}")


def _password(house: House, login: str) -> str:
    """Return the hash of the password on standard input, judged as the pages judge one."""
    # The module hashes a password as it is loaded, which is slow: only commands that give one load it.
    from web.people.passwords import WeakPassword, first_password

    try:
        return first_password(house.engine, login, sys.stdin.readline().rstrip("\r\n"), house.settings.config.web)
    except WeakPassword as error:
        raise Refused(str(error)) from error


def _give_password(session: Session, place: int, login: str, password_hash: str) -> None:
    """Give an account its password; one that had another is noted in the security log."""
    now, account = clock.micros(clock.now()), open_account(session, login)
    if account and account.password_hash:
        words = f"命令行重置账号 {login} 的密码，操作系统用户 {os_user()}"
        session.add(SecurityEvent(jurisdiction=place, at=now, what="password_reset", login="operator", words=words))
    give_password(session, login, password_hash, now)


def add_unit(
    context: typer.Context,
    name: str,
    parent: Annotated[str | None, typer.Option(help="上级党组织")] = None,
    answerable: Annotated[str | None, typer.Option(help="责任党组织（报方案、签字、报告）")] = None,
    jurisdiction: Code = None,
) -> None:
    """Make a unit, or change what stands above it and who answers for it."""
    house = open_house(context, jurisdiction)
    with writing(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code).id
        try:
            made = unit_made(work.session, place, name)
            above = unit_made(work.session, place, parent) if parent is not None else None
            answers = unit_made(work.session, place, answerable) if answerable is not None else None
            place_unit(work, made, parent=above, answerable=answers)
        except BadUnit as error:
            raise Refused(str(error)) from error
        work.commit()
    say(f"已记录党组织 {made.name}")
