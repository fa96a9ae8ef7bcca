"""The demo city: from nothing to a term of inspections and the story of one morning."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

import clock
from cli.guarding import guard
from cli.household import make_house
from cli.opening import House, configured, open_house
from cli.serving import listening_at, refuse_port, run_pages
from cli.talk import Refused
from seeding.play import NotPlayed
from seeding.scenes import WIDTH
from seeding.seed import BegunTooLate, NotEmpty, NotRehearsal, Seeded, begins, is_whole, seed
from seeding.story import tell
from states import ROLES
from storage import steps
from storage.engine import open_engine, reading
from storage.private import private_file, private_folder

HOME = "var/demo"
PASSWORD = "demo-password"  # noqa: S105 the name of a file
LOGINS = (*ROLES, "office2")


def demo(
    context: typer.Context,
    seed_only: Annotated[bool, typer.Option("--seed-only", help="只播种，不演示")] = False,
    port: Annotated[int | None, typer.Option(help="网页的端口")] = None,
) -> None:
    """Show the product: a rehearsal database with a term of inspections, the story of one morning, the pages."""
    refuse_port(port)
    os.environ.setdefault("ZHENGGAI_HOME", HOME)
    house = listening_at(_rehearsal_house(context), port)
    console = Console(width=WIDTH)
    if not _is_seeded(house) or seed_only:
        _keep_password(house, _password())
        _seed(house, _kept_password(house))
    if not seed_only:
        tell(house.engine, house.settings.home, house.settings, clock.now(), console.print)
    console.print(_how_to_look(house, serving=not seed_only), soft_wrap=True, highlight=False)
    if not seed_only:
        guard(house)
        run_pages(house)


def _rehearsal_house(context: typer.Context) -> House:
    settings = configured(context)
    private_folder(settings.home)
    engine = open_engine(settings.database_url)
    if steps.current(engine) is not None:
        with reading(engine) as work:
            if work.driver.all("SELECT 1 FROM jurisdictions WHERE NOT rehearsal"):
                raise Refused(str(NotRehearsal()))
    made = steps.current(engine) is not None
    engine.dispose()
    make_house(context, clock.now() if made else begins(clock.now()), rehearsal=True)
    return open_house(context)


def _is_seeded(house: House) -> bool:
    with reading(house.engine) as work:
        used = bool(work.driver.all("SELECT 1 FROM cases LIMIT 1"))
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
        except (BegunTooLate, NotEmpty, NotPlayed) as error:
            raise Refused(str(error)) from error


def _password() -> str:
    # Three kinds of characters, as the norm asks of every password.
    return f"Zg-{secrets.randbelow(10_000):04d}-{secrets.token_hex(4)}"


def _keep_password(house: House, password: str) -> None:
    """Keep the demo's password beside its keys, so that the next demo can show it again; the data are a rehearsal's only."""
    path = house.settings.home / "keys" / PASSWORD
    private_folder(path.parent)
    private_file(path)
    path.write_text(password, encoding="utf-8")


def _kept_password(house: House) -> str:
    path = house.settings.home / "keys" / PASSWORD
    return path.read_text(encoding="utf-8") if path.exists() else "同播种时所示"


def _how_to_look(house: House, *, serving: bool) -> str:
    address = f"http://{house.settings.config.web.host}:{house.settings.config.web.port}"
    here = f"ZHENGGAI_HOME={house.settings.home} {Path(sys.executable).with_name('zhenggai')}"
    tries = (
        ("secretary", "认领刚反馈的问题，签收退回的通知：核对页写明将记录什么、通知谁"),
        ("office", "看谁逾期，验收一个，把督办的提请领导小组；或导入一份台账，看它逐格指出错误"),
        ("auditor", "在流转日志里现在核验，打开任意一条的存证"),
    )
    open_it = f"\n打开 {address}（按 Ctrl-C 停止）\n三件值得一试的事：\n" + "\n".join(
        f"  {login}：{what}" for login, what in tries
    )
    commands = "\n".join(f"  {here} {command}" for command in ("stats", "cases --state escalated", "trail verify"))
    logins = f"账号：{'、'.join(LOGINS)}\n口令：{_kept_password(house)}（演练用：各账号相同，不须更换）"
    return f"\n{logins}\n数据目录：{house.settings.home}（演练库）\n命令行也可以看：\n{commands}{open_it if serving else ''}"
