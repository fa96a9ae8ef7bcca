"""What a command loads before it begins: the list of commands nothing but typer, a command what it uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.later import Later
from cli.main import COMMANDS, app
from tests.cli.conftest import Shell

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = """
import json, sys
from cli.main import main
sys.argv = ["zhenggai", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
# What only pages, files, migrations, mail, signatures, tests or traces want: no list, no figure, no move wants it.
SELDOM = {
    "fastapi", "starlette", "uvicorn", "web", "xlsxwriter", "openpyxl", "python_calamine", "alembic", "apscheduler", "scheduler",
    "cryptography", "pwdlib", "jinja2", "babel", "pypinyin", "filetype", "rich", "hypothesis", "pytest", "storage.tables",
    "storage.migrate", "seeding", "notifications.deliver", "ledger", "workflow.drafts",
}  # fmt: skip
LOGGING = {"structlog"}
POSTGRES = {"psycopg", "sqlalchemy.dialects.postgresql"}
MAPPING = {"sqlmodel", "sqlalchemy.orm"}
PRINTING = {"fontTools", "typst", "docxtpl", "docx", "lxml", "pylopdf_fonts_zh_cn"}
MOVING = {"transitions", "workflow.engine"}
# Not pydantic: typer itself loads it to read an option.
OPENING = {"sqlmodel", "sqlalchemy", "pydantic_settings", "psycopg", "settings", "chinese_calendar"}
# The demo shows everything; who makes or brings something in writes into the tables.
LOADED = [
    (("--help",), SELDOM | LOGGING | MOVING | OPENING | {"cli.talk", "cli.logbook", "logging"}),
    (("trail", "--help"), SELDOM | LOGGING | MOVING | OPENING | {"cli.trailing"}),
    (("life", "--json"), SELDOM | LOGGING | MOVING | OPENING | {"workflow.drawing"}),
    (("fire", "--help"), SELDOM | LOGGING),
    (("paper", "--list", "--json"), SELDOM | LOGGING | MAPPING | MOVING | PRINTING),
    (("cases", "--json"), SELDOM | LOGGING | MAPPING | MOVING | POSTGRES),
    (("stats", "--json"), SELDOM | LOGGING | MAPPING | MOVING | POSTGRES),
    (("scan", "--json"), (SELDOM | MAPPING) - {"rich"}),
    (("deliver", "--json"), (SELDOM | MAPPING | MOVING) - {"rich", "jinja2", "notifications.deliver"}),
    (("trail", "verify", "--json"), (SELDOM | LOGGING | MAPPING | MOVING) - {"cryptography"}),
    (("check",), (SELDOM | LOGGING | MOVING) - {"cryptography", "storage.tables"}),
]


def loaded_by(*words: str) -> set[str]:
    """Return the modules that stand loaded at the end of a command."""
    ran = subprocess.run([sys.executable, "-c", ASK, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stderr.splitlines()[-1]))


@pytest.mark.parametrize(("words", "unwanted"), LOADED, ids=lambda one: " ".join(one) if isinstance(one, tuple) else "")
def test_a_command_loads_what_it_uses(shell: Shell, words: tuple[str, ...], unwanted: set[str]) -> None:
    """No time is judged here, that is `do.py bench help` and `command`: what is not loaded costs nothing."""
    assert shell.home.is_dir()
    if "postgres" in os.environ["ZHENGGAI_DATABASE_URL"]:
        # On PostgreSQL the models say which types a statement's values have, once something is written.
        unwanted = unwanted - POSTGRES - ({"storage.tables", *MAPPING} if words[0] == "scan" else set())
    assert sorted(unwanted & loaded_by(*words)) == []


def commands() -> Iterator[tuple[str, Later]]:
    """Yield every command by the words that call it."""
    for one in COMMANDS:
        if isinstance(one, Later):
            yield str(one.name), one
        else:
            yield from (
                (f"{one.name} {name}", inner) for name, inner in one.commands.items() if isinstance(inner, Later)
            )


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_of_the_table_is_there_and_says_its_line(name: str, command: Later) -> None:
    loaded = command.loaded()
    assert (loaded.name, loaded.help) == (name.rsplit(maxsplit=1)[-1], command.help)
    assert command.help
    assert "\n" not in command.help


def test_help_lists_every_command_with_its_line_uncut(shell: Shell) -> None:
    listed = shell.ok("--help").splitlines()
    assert [line.split() for line in listed[-len(COMMANDS) :]] == [
        [one.name, *(one.help or "").split()] for one in COMMANDS
    ]
    assert list(app.commands) == [one.name for one in COMMANDS]


def test_a_command_that_is_misspelt_is_answered_with_the_nearest(shell: Shell) -> None:
    code, out, err = shell.run("fier")
    assert (code, out) == (2, "")
    assert "fire" in err
