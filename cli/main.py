"""All commands on one screen; a refusal is a sentence on standard error and a number."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer
from sqlalchemy.exc import DatabaseError

from cli import demo, duties, house, ledgers, moves, reading, serving, trailing
from cli.talk import Refused, say
from ledger.refusals import LedgerRefused
from settings import SettingsError
from storage.files import TooLarge

app = typer.Typer(
    name="zhenggai",
    help="整改：巡察整改流程引擎",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
KNOWN = (Refused, SettingsError, LedgerRefused, TooLarge, LookupError, FileNotFoundError, PermissionError)


@app.callback()
def _options(context: typer.Context, config: Annotated[Path | None, typer.Option(help="配置文件")] = None) -> None:
    context.obj = config


for group in (house, ledgers, moves, duties, serving, demo, reading):
    for command in group.COMMANDS:
        app.command(command.__name__.rstrip("_").replace("_", "-"))(command)
app.add_typer(house.database, name="db", help="数据库")
app.add_typer(house.user, name="user", help="账号")
app.add_typer(house.unit, name="unit", help="党组织")
app.add_typer(trailing.trail, name="trail", help="流转日志")


def main() -> None:
    """Run one command; known refusals end with a sentence and exit 1, never a trace."""
    structlog.configure(
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr)
    )  # standard output is for JSON alone
    try:
        app()
    except KNOWN as refusal:
        say(str(refusal).strip("'\""))
        sys.exit(getattr(refusal, "code", 1))
    except DatabaseError as error:
        say(f"数据库拒绝了操作：{str(error.orig).splitlines()[0]}")
        sys.exit(1)
