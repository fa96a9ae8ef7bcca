"""serve on an empty home: it makes the tables, and says where the first run is, as long as an administrator is missing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from settings import home_of_environment
from storage.duties import last_runs
from storage.engine import open_engine, reading
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


def runs() -> set[str]:
    """Return the duties that ran."""
    engine = open_engine(os.environ["ZHENGGAI_DATABASE_URL"])
    with reading(engine) as work:
        found = set(last_runs(work.driver))
    engine.dispose()
    return found


def until(true: Callable[[], bool]) -> None:
    """Wait for it, not for ever."""
    for _ in range(200):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError


def test_the_duties_run_beside_the_pages(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters waited for ever, and nobody said that a second command was to be given."""
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: until(lambda: runs() >= {"scan", "deliver"}))
    code, _, err = bare.run("serve", "--port", str(free_port()))
    assert (code, "定时任务：随网页一起运行" in err) == (0, True)
    assert runs() >= {"scan", "deliver"}


def test_pages_alone_leave_the_duties_to_another(bare: Shell, served: list[Any]) -> None:
    code, _, err = bare.run("serve", "--port", str(free_port()), "--pages-only")
    assert (code, len(served), "另开 zhenggai scheduler" in err) == (0, 1, True)
    assert runs() == set()


def test_the_links_lead_to_the_port_that_is_listened_at(bare: Shell, served: list[Any]) -> None:
    """Slips and letters led to 8000, wherever it listened."""
    port = free_port()
    bare.run("serve", "--port", str(port))
    assert served[0].config.app.state.desk.settings.link == f"http://127.0.0.1:{port}"


def test_it_is_said_which_home_is_served_and_whether_it_is_a_new_one(bare: Shell, served: list[Any]) -> None:
    """On the next day, in a terminal that names no home, all seemed lost."""
    _, _, err = bare.run("serve", "--port", str(free_port()))
    assert f"数据目录 {_home()} 里原来没有数据，已新建" in err
    _, _, again = bare.run("serve", "--port", str(free_port()))
    assert f"数据目录：{_home()}" in again
    assert "已新建" not in again


def test_a_home_without_a_database_is_named(bare: Shell, kind: str) -> None:
    if kind != "sqlite":
        return
    code, _, err = bare.run("check")
    assert code == 1
    assert f"数据目录 {_home()} 里没有数据库" in err
    assert "export ZHENGGAI_HOME=" in err


def test_a_rehearsal_asks_for_no_administrators(bare: Shell, served: list[Any]) -> None:
    bare.ok("init", "--rehearsal")
    _, _, err = bare.run("serve", "--port", str(free_port()))
    assert ("首次设置" in err, len(served)) == (False, 1)


def _home() -> Path:
    return home_of_environment()
