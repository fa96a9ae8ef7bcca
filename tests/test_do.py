"""do.py on the machines it meets: finished environments, broken ones, with and without Debian's programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import do
from tests.test_house import ROUND_IT

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own with an environment that runs: what do.py looks at, moved there."""
    places = {"ROOT": ".", "VENV": ".venv", "PYTHON": ".venv/bin/python", "STAMP": ".venv/zhenggai.stamp"}
    for name, place in {**places, "LOCKED": "requirements/dev.txt"}.items():
        monkeypatch.setattr(do, name, tmp_path / place)
    for name in ("pyproject.toml", "requirements/dev.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    do.PYTHON.symlink_to(sys.executable)
    do.STAMP.write_text(do.stamp(), encoding="ascii")
    return tmp_path


def test_the_project_lists_every_part_and_no_other() -> None:
    """What pyproject.toml packs is what stands at the top, but for what is round the product."""
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    parts = {one.parent.name for one in ROOT.glob("*/__init__.py")} - ROUND_IT
    assert set(setup["packages"]["find"]["include"]) == {f"{name}*" for name in parts}
    assert set(setup["py-modules"]) == {one.stem for one in ROOT.glob("*.py")} - ROUND_IT


def test_a_finished_environment_is_ready_at_once(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(do, "build", pytest.fail)
    do.setup()
    assert do.is_ready()


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements/dev.txt"])
def test_changed_requirements_make_the_environment_unready(house: Path, changed: str) -> None:
    with (house / changed).open("a", encoding="utf-8") as file:
        file.write("# more\n")
    assert not do.is_ready()


def test_an_environment_copied_to_another_place_is_not_ready(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = house / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "pyproject.toml").write_bytes((house / "pyproject.toml").read_bytes())
    monkeypatch.setattr(do, "ROOT", elsewhere)
    assert not do.is_ready()


def test_an_environment_whose_interpreter_is_gone_is_not_ready(house: Path) -> None:
    do.PYTHON.unlink()
    do.PYTHON.symlink_to(house / "gone")
    assert not do.is_healthy()
    assert not do.is_ready()


def test_an_interpreter_that_cannot_start_is_not_healthy(house: Path) -> None:
    do.PYTHON.unlink()
    do.PYTHON.write_text("#!/no/such/interpreter\n", encoding="utf-8")
    do.PYTHON.chmod(0o755)
    assert not do.is_healthy()


def test_an_interrupted_setup_leaves_no_finished_look(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(do, "installer", lambda _uv: ["/bin/false"])
    with pytest.raises(subprocess.CalledProcessError):
        do.build()
    assert not do.STAMP.exists()


@pytest.fixture
def quiet_pip(house: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installer that chatters on both streams, and fails where a file says so."""
    pip = house / "pip"
    pip.write_text(
        f"#!/bin/sh\necho Looking in links\necho WARNING: ignored >&2\n[ ! -e {house}/broken ]\n", encoding="ascii"
    )
    pip.chmod(0o755)
    monkeypatch.setattr(do, "installer", lambda _uv: [pip])
    monkeypatch.setattr(do, "create", lambda _uv: do.PYTHON.symlink_to(sys.executable))
    return house


def test_setup_says_one_line_a_step_and_nothing_of_pip(quiet_pip: Path, capfd: pytest.CaptureFixture[str]) -> None:
    do.STAMP.unlink()
    assert do.main(["setup"]) == 0
    out, err = capfd.readouterr()
    assert out == ""
    assert [line.partition("（")[0] for line in err.splitlines()] == [
        "正在安装锁定的依赖",
        f"环境已就绪：{do.BIN / 'zhenggai'}",
    ]


def test_where_pip_fails_all_it_said_is_shown_before_the_command(
    quiet_pip: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    do.STAMP.unlink()
    (quiet_pip / "broken").touch()
    assert do.main(["setup"]) == 2
    _, *said = capfd.readouterr().err.splitlines()
    assert said[:2] == ["Looking in links", "WARNING: ignored"]
    assert said[2].startswith(f"命令失败（退出码 1）：{quiet_pip / 'pip'} --require-hashes")


def test_debians_packages_are_a_line_too(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """What apt-get says is hidden; what is typed never waits for an answer."""
    ran: list[list[str]] = []

    def noisy(command: list[str], environment: dict[str, str]) -> None:
        assert environment["DEBIAN_FRONTEND"] == "noninteractive"
        ran.append(command)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(do, "run", noisy)
    do.apt_install("浏览器 Chromium", ["chromium"])
    assert [command[1] for command in ran] == ["update", "install"]
    assert capfd.readouterr().err.splitlines() == ["正在安装浏览器 Chromium：chromium …"]


def test_what_follows_test_is_handed_on_in_order() -> None:
    command, rest = do.chosen(["test", "--long", "-k", "a or b", "tests/x.py", "-h"])
    assert command is do.COMMANDS["test"]
    assert rest == ["--long", "-k", "a or b", "tests/x.py", "-h"]


def test_what_is_compiled_in_a_run_is_kept_for_its_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(os, "chdir", lambda _: None)
    handed: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, words: handed.append(words))
    hand_over: Callable[[list[str | Path]], object] = do.hand_over
    hand_over(["/bin/python", "-m", "pytest"])
    assert handed == [["/bin/python", "-m", "pytest"]]
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ


@pytest.mark.parametrize("arguments", [["lint", "tests"], ["setup", "--fast"], ["tset"]])
def test_a_misunderstood_command_is_refused_in_words(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert do.main(arguments) == 2
    assert arguments[-1] in capsys.readouterr().err


def test_without_a_command_all_are_listed_on_a_bare_interpreter() -> None:
    bare = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    command = [sys.executable, "-I", "-S", str(ROOT / "do.py")]
    listed = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", env=bare).stdout
    assert all(f"\n  {name} " in listed for name in ("demo", "test", "setup", "serve", "lint", "bench", "lock"))


def programs(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in do.SERVER_PROGRAMS:
        (folder / name).touch(mode=0o755)
    return folder


def test_the_newest_postgres_of_debian_is_taken_by_number(tmp_path: Path) -> None:
    programs(tmp_path / "9.6" / "bin")
    newest = programs(tmp_path / "15" / "bin")
    assert do.postgres_programs(tmp_path) == newest


def test_a_client_without_a_server_is_no_postgres(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    client = tmp_path / "17" / "bin"
    client.mkdir(parents=True)
    (client / "psql").touch()
    assert do.postgres_programs(tmp_path) is None
    older = programs(tmp_path / "15" / "bin")
    assert do.postgres_programs(tmp_path) == older


def test_postgres_on_the_path_is_found_where_debian_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = programs(tmp_path / "opt")
    monkeypatch.setenv("PATH", str(folder))
    assert do.postgres_programs(tmp_path / "nothing") == folder


def test_who_may_not_install_is_told_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(do.Stop) as told:
        do.apt_install("浏览器 Chromium", ["chromium"])
    assert str(told.value) == "缺少浏览器 Chromium。请先键入：sudo apt-get install chromium"


def test_a_database_given_by_its_address_needs_no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(do, "postgres_programs", lambda: None)
    monkeypatch.setattr(do, "apt_install", pytest.fail)
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://127.0.0.1/x")
    do.ensure_postgres()
    monkeypatch.delenv("TEST_DATABASE_URL")
    with pytest.raises(pytest.fail.Exception):
        do.ensure_postgres()


def test_the_list_of_licences_names_exactly_what_is_locked() -> None:
    locked = {pin[:2] for pin in do.pinned((ROOT / "requirements" / "main.txt").read_text(encoding="utf-8"))}
    table = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").split("|---|---|---|\n")[1]
    rows = [tuple(cell.strip() for cell in line.split("|")[1:4]) for line in table.splitlines()]
    assert {row[:2] for row in rows} == locked
    assert all(licence for _, _, licence in rows)
