"""The register at the command line: people, accounts, posts, units, and every other kind; the operator's entries stand at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

import clock
from cli.opening import House, open_house, os_user
from cli.talk import AsJson, At, Code, Refused, say, show
from register.grammar import OPERATOR, RELEASE, WHO, Act, Kind
from register.household import NotEntered, find_unit, must_enter
from register.kinds import KINDS
from register.noting import events_of
from register.reading import find_named, several
from register.wanted import Limits, UnknownAct, Wanted
from states import ROLES, UNIT_ROLES
from storage.accounts import open_account
from storage.engine import reading, writing
from storage.files import keep_file
from storage.household import all_rows, key_of, read_row
from storage.identity import personal_key
from storage.jurisdictions import find_jurisdiction
from storage.reads.accounts import post_in_words
from storage.security import Event, note, record
from storage.work import Work
from workflow.people import operator
from workflow.security import first_words, who_of


def add_user(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    login: str,
    name: Annotated[str, typer.Option()],
    role: Annotated[str, typer.Option(help="、".join(ROLES))],
    unit: Annotated[str | None, typer.Option(help="党组织；没有的会新建")] = None,
    round_name: Annotated[str | None, typer.Option("--round", help="只管这一轮次")] = None,
    email: Annotated[str | None, typer.Option()] = None,
    person_key: Annotated[
        str | None, typer.Option("--key", help="身份标识：工号或身份证号（只存密文）；同一个人的第二个账号凭它认出")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读初始密码：须合密码规则，首次登录须更换")
    ] = False,
    jurisdiction: Code = None,
    at: At = None,
) -> None:
    """Make an account, or give one a further post; with a password also one that had another."""
    house = open_house(context, jurisdiction)
    if role not in ROLES:
        raise Refused(f"没有角色“{role}”，可用：{'、'.join(ROLES)}", 2)
    if role in UNIT_ROLES and not unit:
        raise Refused(f"{ROLES[role]}须用 --unit 指明党组织", 2)
    given = {
        "login": login,
        "name": name,
        "role": role,
        "unit": unit,
        "round": round_name,
        "email": email,
        "personal_key": person_key,
    }
    beside = {"password_hash": _password(house, login)} if password_stdin else {}
    now = house.moment(at)
    with refusals_noted(house), writing(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code).id
        had = open_account(work.session, login)
        if unit is not None and unit.strip():
            _make_unit(work, place, unit, {}, now)
        fields = known_by(house, {field: value for field, value in given.items() if value is not None})
        wanted = [Wanted("account", "open", None, fields, beside={} if had else beside)]
        wanted += [Wanted("account", "reset", had.id, beside=beside)] if beside and had else []
        must_enter(work, wanted, operator(place, os_user()), now, limits=limits_of(house))
        if beside and had and had.password_hash:
            _note(work, KINDS["account"].act("reset"), place, login, now)
        work.commit()
    must_change = "；首次登录须更换密码" if password_stdin else ""
    say(f"已新增 {login}（{name}，{post_in_words(role, '', unit or '')}）{must_change}")


def limits_of(house: House) -> Limits:
    """Return what the register keeps to by the configuration."""
    return Limits(house.settings.config.posts.stand_in_days)


def known_by(house: House, fields: dict[str, str]) -> dict[str, str]:
    """Return the fields with a personal key as it is kept: an ID number is hashed before anything sees it."""
    key = fields.get("personal_key")
    return fields | {"personal_key": personal_key(house.settings.home, key)} if key else fields


def _password(house: House, login: str) -> str:
    """Return the hash of the password on standard input, judged as the pages judge one."""
    # The module hashes a password as it is loaded, which is slow: only commands that give one load it.
    from web.people.passwords import WeakPassword, first_password

    try:
        return first_password(house.engine, login, sys.stdin.readline().rstrip("\r\n"), house.settings.config.web)
    except WeakPassword as error:
        raise Refused(str(error)) from error


def _note(work: Work, act: Act, place: int, login: str, now: datetime) -> None:
    """Note in the security log what an act is by itself, with the user of the operating system."""
    record(work.driver, clock.micros(now), *events_of(act, who_of(operator(place, os_user())), login))


@contextmanager
def refusals_noted(house: House) -> Iterator[None]:
    """Note in the security log what the register refuses of the operator."""
    try:
        yield
    except (NotEntered, Refused) as refusal:
        with reading(house.engine) as work:
            who = who_of(operator(find_jurisdiction(work.driver, house.code).id, os_user()))
        note(house.engine, clock.micros(clock.now()), Event("register_denied", who, words=first_words([str(refusal)])))
        raise


def add_unit(
    context: typer.Context,
    name: str,
    parent: Annotated[str | None, typer.Option(help="上级党组织")] = None,
    answerable: Annotated[str | None, typer.Option(help="责任党组织（报方案、签字、报告）")] = None,
    jurisdiction: Code = None,
    at: At = None,
) -> None:
    """Make a unit, or change what stands above it and who answers for it."""
    house = open_house(context, jurisdiction)
    now, above = house.moment(at), {"parent": parent, "answerable": answerable}
    with refusals_noted(house), writing(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code).id
        fields = {name: _make_unit(work, place, unit, {}, now) for name, unit in above.items() if unit is not None}
        made = _make_unit(work, place, name, fields, now)
        row = read_row(work.driver, "unit", place, made) or {}
        work.commit()
    say(f"已记录党组织 {row['name']}")


def _make_unit(work: Work, place: int, name: str, above: Mapping[str, int], now: datetime) -> int:
    """Return the unit of that name, entered when it is new, changed where something else stands above it."""
    known = find_unit(work.driver, place, name)
    who = operator(place, os_user())
    if known is None:
        (made,) = must_enter(work, [Wanted("unit", "make", None, {"name": name, **above})], who, now)
        return int(made)
    row = read_row(work.driver, "unit", place, known) or {}
    changed = {field: unit for field, unit in above.items() if row[f"{field}_id"] != unit}
    if changed:
        must_enter(work, [Wanted("unit", "change", known, changed)], who, now)
    return known


def register(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    kind: Annotated[str | None, typer.Argument(help="种类，如 unit、post；不写则列出全部种类")] = None,
    act: Annotated[str | None, typer.Argument(help="事项，如 make、change、end；不写则列出这一种类的各行")] = None,
    row: Annotated[str | None, typer.Argument(help="哪一行：编号或名称；新登记的不写")] = None,
    field: Annotated[list[str] | None, typer.Option("--set", help="栏=值，可以写几个")] = None,
    reason: Annotated[str, typer.Option(help="理由")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="从标准输入读初始密码")] = False,
    jurisdiction: Code = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """List the kinds of the register, the rows of one, or enter something; the operator's entries stand at once."""
    house = open_house(context, jurisdiction)
    if kind is None:
        show(_kinds(), as_json=as_json, words=_kinds_in_words())
        return
    if kind not in KINDS:
        raise Refused(f"登记中没有种类“{kind}”，可用：{'、'.join(KINDS)}", 2)
    if act is None:
        with reading(house.engine) as work:
            rows = [
                {"id": key, **one}
                for key, one in all_rows(work.driver, kind, find_jurisdiction(work.driver, house.code).id)
            ]
        show(rows, as_json=True)
        return
    if all(one.name != act for one in KINDS[kind].acts):
        raise Refused(f"{UnknownAct(kind, act)}，可用：{'、'.join(one.name for one in KINDS[kind].acts)}", 2)
    fields = _with_files(house, KINDS[kind], known_by(house, _fields(field)))
    wanted, now = Wanted(kind, act, None, fields, reason), house.moment(at)
    with refusals_noted(house):
        made = _enter(house, wanted, row, now, password_stdin=password_stdin)
    show(
        {"kind": kind, "act": act, "row": made},
        as_json=as_json,
        words=f"已登记：{KINDS[kind].said(KINDS[kind].act(act))}，编号 {made}",
    )


def _enter(house: House, wanted: Wanted, row: str | None, now: datetime, *, password_stdin: bool) -> Any:
    """Enter one thing as the operator, with the password where the act gives one; return the row."""
    kind, act = wanted.rule
    with reading(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code).id
        key = _row(work, place, kind, act, row)
        login = _login(work, place, kind, key, wanted.fields)
    if act.gives_password and not act.begins and key is not None and not password_stdin:
        raise Refused(f"“{act.shown}”须用 --password-stdin 给出初始密码，本人首次登录时更换", 2)
    if password_stdin and not act.gives_password:
        raise Refused(f"“{kind.said(act)}”不给密码，请去掉 --password-stdin", 2)
    beside = {"password_hash": _password(house, login)} if password_stdin else {}
    with writing(house.engine) as work:
        (made,) = must_enter(
            work, [replace(wanted, row=key, beside=beside)], operator(place, os_user()), now, limits=limits_of(house)
        )
        _note(work, act, place, login, now)
        work.commit()
    return made


def _login(work: Work, place: int, kind: Kind, key: int | str | None, fields: Mapping[str, str]) -> str:
    """Return the login that an act is about: the account's own, or that of a new one."""
    row = read_row(work.driver, kind.name, place, key) if kind.name == "account" and key is not None else None
    return str(row["login"]) if row else fields.get("login", "")


def _row(work: Work, place: int, kind: Kind, act: Act, row: str | None) -> int | str | None:
    """Return which row is meant: by what people call it, else by its number; what makes a row is refused one by the road."""
    if row is None or act.begins:
        return row
    found = find_named(work.driver, kind, place, row)
    if len(found) > 1:
        raise Refused(several(kind, row, found), 2)
    if found:
        return found[0]
    if not row.isdecimal() or len(row) > 18:
        raise Refused(f"没有{kind.shown}“{row}”，请核对名称，或写编号", 2)
    return key_of(kind.name, row)


def _with_files(house: House, kind: Kind, fields: dict[str, str]) -> dict[str, str]:
    """Return the fields with each file kept by its content: where a path stood, its hash and name."""
    of_files = {one.name for one in kind.fields if one.type == "file"} & {name for name, path in fields.items() if path}
    kept = {}
    for name in of_files:
        path = Path(fields[name])
        if not path.is_file():
            raise Refused(f"没有文件 {path}", 2)
        digest, _ = keep_file(house.settings.home, path, house.settings.config.uploads.largest)
        kept[name] = f"{digest} {path.name}"
    return fields | kept


def _fields(given: Sequence[str] | None) -> dict[str, str]:
    fields = {}
    for one in given or ():
        name, equals, value = one.partition("=")
        if not equals:
            raise Refused(f"--set 写作 栏=值：“{one}”", 2)
        fields[name.strip()] = value
    return fields


def _kinds() -> list[dict[str, Any]]:
    return [
        {
            "kind": kind.name, "shown": kind.shown, "act": act.name, "shown_act": act.shown, "asks": list(act.asks),
            "enters": list(act.enters), "approves": list(act.approves),
        }
        for kind in KINDS.values()
        for act in kind.acts
    ]  # fmt: skip


def _kinds_in_words() -> str:
    lines = []
    for kind in KINDS.values():
        lines.append(f"{kind.name}  {kind.shown}：{kind.meaning}")
        for act in kind.acts:
            who = "、".join(WHO[role] for role in act.enters) or WHO[OPERATOR]
            second = f"，{'、'.join(WHO[role] for role in act.approves)}审批" if act.approves else ""
            asks = " ".join(act.asks) or "—"
            if act.enters != (RELEASE,):
                lines.append(f"    {act.name:<14}{act.shown}（{who}{second}）  {asks}")
    return "\n".join(lines)
