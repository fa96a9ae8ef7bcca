"""The security log from the command line: taken away as it is filtered, and the taking noted in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import clock
from cli.opening import open_house, os_user
from cli.talk import Code, Refused, say
from storage.engine import reading
from storage.jurisdictions import find_jurisdiction
from storage.private import private_file
from storage.reads.security import all_security_lines
from storage.security import EVENTS, VIAS, Event, Who, note
from web.security_sheet import BadFilter, asked_of, in_words, write_csv


def export(  # noqa: PLR0913, PLR0917 each is a filter of the page
    context: typer.Context,
    file: Path,
    what: Annotated[
        str, typer.Option(help="事项：" + "、".join(f"{name}（{words}）" for name, words in EVENTS.items()))
    ] = "",
    login: Annotated[str, typer.Option(help="账号")] = "",
    case: Annotated[str, typer.Option(help="问题编号")] = "",
    address: Annotated[str, typer.Option(help="来自哪个地址")] = "",
    via: Annotated[
        str, typer.Option(help="途径：" + "、".join(f"{name}（{words}）" for name, words in VIAS.items()))
    ] = "",
    since: Annotated[str, typer.Option("--from", help="自哪一天，如 2026-03-05")] = "",
    until: Annotated[str, typer.Option("--to", help="至哪一天，含当天")] = "",
    jurisdiction: Code = None,
) -> None:
    """Write the security log, as filtered, into a file that a spreadsheet opens."""
    house = open_house(context, jurisdiction)
    said = {"what": what, "login": login, "case": case, "address": address, "via": via, "from": since, "to": until}
    try:
        asked = asked_of(said)
    except BadFilter as error:
        raise Refused(str(error), 2) from error
    private_file(file)
    with reading(house.engine) as work, file.open("wb") as written:
        place = find_jurisdiction(work.driver, house.code).id
        count = write_csv(written, all_security_lines(work.driver, place, asked))
    who = Who(place, "operator", via="cli", os_user=os_user())
    note(
        house.engine, clock.micros(clock.now()), Event("exported_security", who, words=f"{count} 条：{in_words(said)}")
    )
    say(f"已写出 {count} 条到 {file}")
