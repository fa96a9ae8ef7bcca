"""The dossier 案卷 from the command line: of a case, of a unit in a round, or of what the ledger's filters find."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

import typer

import clock
from cli.opening import House, acting, open_house, os_user
from cli.talk import AsJson, Code, Refused, say, show


def dossier(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="写到哪个文件，如 案卷.zip")],
    case: Annotated[int | None, typer.Option(help="问题（内部号，见 zhenggai cases）")] = None,
    unit: Annotated[str, typer.Option(help="党组织（含其负责的村）")] = "",
    round_name: Annotated[str, typer.Option("--round", help="轮次")] = "",
    filters: Annotated[
        str, typer.Option("--filter", help="台账页面筛选后地址里问号以后的一段，如 state=open&q=路灯")
    ] = "",
    login: Annotated[str | None, typer.Option("--as", help="以谁的职责范围取出；不填为系统操作员")] = None,
    jurisdiction: Code = None,
    as_json: AsJson = False,
) -> None:
    """Write the package of a case, of a unit in a round, of a round, or of what filters find, as far as it is there for who asks."""
    if (case is not None) + bool(unit or round_name) + bool(filters) != 1 or (unit and not round_name):
        raise Refused(
            "请写明要取出什么：--case 编号，或 --unit 党组织 --round 轮次，或 --round 轮次，或 --filter 条件", 2
        )
    house = open_house(context, jurisdiction)
    from archive.asking import TooMany
    from archive.bundle import House as Packed
    from archive.bundle import write_bundle
    from cli.papers import press
    from storage.security import Event, note
    from workflow.security import who_of

    now = clock.now()
    try:
        wanted = _wanted(house, login, case, _filters(house, unit, round_name, filters))
    except TooMany as fault:
        raise Refused(str(fault)) from None
    if not wanted.cases:
        raise Refused("没有符合条件的问题，或不在职责范围内")
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with aside.open("wb") as out:
            made = write_bundle(
                Packed(house.engine, house.settings.home, now, press(house.settings).fonts), wanted, out
            )
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    words = f"{made.cases} 个问题 {made.files} 份文件 {made.called}"[:500]
    note(house.engine, clock.micros(now), Event("exported_dossier", who_of(wanted.actor), words=words))
    for one in made.faults:
        say(f"提示：{one}")
    said = f"已写出 {made.volumes} 卷、{made.cases} 个问题、{made.files} 份文件、{made.entries} 条记录到 {file}"
    show(_reported(file, made), as_json=as_json, words=f"{said}；解压后核验：python3 verify.py")


def _reported(file: Path, made: Any) -> dict[str, Any]:
    counts = {name: getattr(made, name) for name in ("volumes", "cases", "files", "entries", "faults")}
    return {"file": str(file), **counts}


def _filters(house: House, unit: str, round_name: str, filters: str) -> Any:
    from storage.engine import reading
    from storage.household import find_keys
    from storage.jurisdictions import find_jurisdiction
    from storage.reads.ledger.questions import Filters
    from web.ledger_address import filters_of

    if filters:
        return filters_of(dict(parse_qsl(filters.removeprefix("?"))))
    with reading(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code).id
        named: dict[str, int] = {}
        for kind, name, words in (("round", round_name, "轮次"), ("unit", unit, "党组织")):
            keys = find_keys(work.driver, kind, place, name=name) if name else []
            if name and not keys:
                raise Refused(f"没有{words}“{name}”")
            named |= {kind: keys[-1]} if keys else {}
    return Filters(round=named.get("round"), unit=named.get("unit"))


def _wanted(house: House, login: str | None, case: int | None, filters: Any) -> Any:
    from archive.asking import found_by
    from archive.pieces import Wanted
    from storage.engine import reading
    from storage.jurisdictions import find_jurisdiction
    from storage.reads.cases import shown_cases
    from storage.reads.dictionaries import dictionaries_of
    from storage.reads.ledger.questions import Ask
    from workflow.days.lamp import NEAR_DAYS
    from workflow.may import scope_of
    from workflow.people import operator

    now = clock.now()
    today = clock.local_date(now)
    actor = acting(house, login, now) if login else None
    with reading(house.engine) as work:
        actor = actor or operator(find_jurisdiction(work.driver, house.code).id, os_user())
        scope = scope_of(actor.posts)
        if case is not None:
            there = [one for one in shown_cases(work.driver, actor.jurisdiction, [case]) if scope.covers(one.as_row())]
            return Wanted(actor, [one.id for one in there])
        there_words = (
            dictionaries_of(work.driver, actor.jurisdiction).words_of(filters.aspect) if filters.aspect else None
        )
        words = None if there_words is None else tuple(there_words)
        ask = Ask(actor.jurisdiction, scope, filters, today, today + timedelta(days=NEAR_DAYS), words)
        return found_by(work.driver, actor, ask)
