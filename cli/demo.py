"""The demo city: from nothing to a term of inspections and the story of one morning."""

from __future__ import annotations

import os
import secrets
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

import clock
from cli.house import init
from cli.talk import House, Refused, open_house
from seeding.play import NotPlayed
from seeding.scenes import WIDTH
from seeding.seed import NotEmpty, NotRehearsal, Seeded, is_whole, seed
from seeding.story import tell
from settings import load
from storage import migrate
from storage.engine import open_engine, reading
from storage.sql import Driver

HOME = "var/demo"


def demo(
    context: typer.Context,
    seed_only: Annotated[bool, typer.Option("--seed-only", help="只播种，不演示")] = False,
    port: Annotated[int | None, typer.Option(help="网页的端口")] = None,
) -> None:
    """演示：建演练库，播种一届任期的巡察整改，再讲一个早晨的故事；已播种的数据目录接着用。"""
    del port
    os.environ.setdefault("ZHENGGAI_HOME", HOME)
    house = _rehearsal_house(context)
    console = Console(width=WIDTH)
    password = _password()
    seeded = None if _is_seeded(house) and not seed_only else _seed(house, password)
    if not seed_only:
        tell(house.engine, house.settings.home, house.settings, clock.now(), console.print)
    console.print(_how_to_look(house, seeded, password), soft_wrap=True, highlight=False)


def _rehearsal_house(context: typer.Context) -> House:
    engine = open_engine(load(context.obj).database_url)
    if migrate.current(engine) is not None:
        with reading(engine) as session:
            if Driver(session).all("SELECT 1 FROM jurisdictions WHERE NOT rehearsal"):
                raise Refused(str(NotRehearsal()))
    engine.dispose()
    init(context, rehearsal=True)
    return open_house(context)


def _is_seeded(house: House) -> bool:
    with reading(house.engine) as session:
        used = bool(Driver(session).all("SELECT 1 FROM cases LIMIT 1"))
    if used and not is_whole(house.settings.home):
        home = house.settings.home
        raise Refused(f"{home} 的数据不是演示数据，或上次播种没有完成：请删去该目录后重来，或用 ZHENGGAI_HOME 换一个")
    return used


def _seed(house: House, password: str) -> Seeded:
    columns = TextColumn("播种 {task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=False) as progress:
        task = progress.add_task("", total=None)
        try:
            return seed(
                house.engine,
                house.settings.home,
                clock.now(),
                password,
                lambda done, of, month: progress.update(task, completed=done, total=of, description=month),
            )
        except (NotEmpty, NotPlayed) as error:
            raise Refused(str(error)) from error


def _password() -> str:
    # Three kinds of characters, as the norm asks of every password.
    return f"Zg-{secrets.randbelow(10_000):04d}-{secrets.token_hex(4)}"


def _how_to_look(house: House, seeded: Seeded | None, password: str) -> str:
    if seeded:
        logins = f"账号：{'、'.join(seeded.logins)}\n口令：{password}（各账号相同，只显示这一次）"
    else:
        logins = "接着用已播种的数据，口令同播种时所示；要重新播种，请删去数据目录"
    here = f"ZHENGGAI_HOME={house.settings.home} zhenggai"
    commands = "\n".join(
        f"  {here} {command}" for command in ("stats", "cases --state escalated", "scan", "trail verify")
    )
    return f"\n{logins}\n数据目录：{house.settings.home}（演练库）\n接着看：\n{commands}"


COMMANDS = (demo,)
