"""serve on an empty home: it makes the tables, and says where the first run is, as long as an administrator is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from settings import home_of_environment
from tests.cli.conftest import Shell
from tests.databases import free_port
from web.pages.first import open_first_run


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let the server end at once."""
    runs: list[Any] = []
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: runs.append(self))
    return runs


def test_serve_on_an_empty_home_says_where_the_first_run_is(bare: Shell, served: list[Any]) -> None:
    """Nothing was made before: tables are, a jurisdiction is not; the same address again, until the three are there."""
    code, _, err = bare.run("serve", "--port", str(free_port()))
    assert (code, len(served)) == (0, 1)
    [told] = [line for line in err.splitlines() if line.startswith("首次设置：")]
    assert told.split("/first/")[1] == open_first_run(_home())
    code, _, again = bare.run("serve", "--port", str(free_port()))
    assert told.split("/first/")[1] in again
    code, _, err = bare.run("cases")
    assert (code, "还没有设立巡察机构" in err) == (1, True)
    log = "".join(path.read_text(encoding="utf-8") for path in (_home() / "log").glob("*"))
    assert told.split("/first/")[1] not in log, "what opens the house stands in no log"


def test_once_the_three_are_there_nothing_is_said_of_it(bare: Shell, served: list[Any]) -> None:
    bare.ok("init")
    for number, role in enumerate(("sysadmin", "secadmin", "secauditor")):
        code, _, err = bare.run("serve", "--port", str(free_port()))
        assert "首次设置：" in err, role
        said = ("--name", "甲乙丙"[number], "--role", role, "--password-stdin")
        bare.ok("user", "add", f"login{number}", *said, said="Zhenggai2026!x")
    code, _, err = bare.run("serve", "--port", str(free_port()))
    assert (code, "首次设置" in err, len(served)) == (0, False, 4)
    assert not (_home() / "keys" / "first.key").exists()


def test_a_rehearsal_asks_for_no_administrators(bare: Shell, served: list[Any]) -> None:
    bare.ok("init", "--rehearsal")
    _, _, err = bare.run("serve", "--port", str(free_port()))
    assert ("首次设置" in err, len(served)) == (False, 1)


def _home() -> Path:
    return home_of_environment()
