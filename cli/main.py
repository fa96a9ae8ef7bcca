"""All commands on one screen; a refusal is a sentence on standard error and a number."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer

from cli import demo, duties, household, ledgers, moves, reading, serving, trailing
from cli.logbook import open_logbook, secrets_of
from cli.refusals import refusal_of
from cli.talk import say
from settings import home_of_environment

app = typer.Typer(
    name="zhenggai",
    help="整改：巡察整改流程引擎",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
)
log = structlog.get_logger()


@app.callback()
def _options(context: typer.Context, config: Annotated[Path | None, typer.Option(help="配置文件")] = None) -> None:
    context.obj = config


for group in (household, ledgers, moves, duties, serving, demo, reading):
    for command in group.COMMANDS:
        app.command(command.__name__.rstrip("_").replace("_", "-"))(command)
app.add_typer(household.database, name="db", help="数据库")
app.add_typer(household.user, name="user", help="账号")
app.add_typer(household.unit, name="unit", help="党组织")
app.add_typer(trailing.trail, name="trail", help="流转日志")


def main() -> None:
    """Run one command; what goes wrong ends with a sentence and a number, never with a trace."""
    book = open_logbook(home_of_environment(), secrets_of(os.environ.get("ZHENGGAI_SMTP_PASSWORD")))
    try:
        app()
    except Exception as error:  # the last place that can say it in a sentence
        told = refusal_of(error)
        if told is None:
            log.exception("command.failed")
            told = (f"没有办成：程序出了没有预料到的差错，经过记在 {book.file}，请交给维护人员", 70)
        say(told[0])
        sys.exit(told[1])
