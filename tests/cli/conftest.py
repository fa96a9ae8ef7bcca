"""The command line as its operator uses it: words in, JSON and an exit code out, on either database."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from tests import databases, lending


@dataclass
class Shell:
    """Runs commands in this process, each from the beginning as the program would."""

    home: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def run(self, *words: object, said: str = "") -> tuple[int, str, str]:
        """Run one command; return its exit code, standard output and standard error."""
        self.patch.setattr(sys, "argv", ["zhenggai", *map(str, words)])
        self.patch.setattr(sys, "stdin", _Said(said))
        self.capture.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0) if not isinstance(end.code, str) else 1
        out, err = self.capture.readouterr()
        return code, out, err

    def ok(self, *words: object, said: str = "") -> str:
        """Run a command that must end well; return its standard output."""
        code, out, err = self.run(*words, said=said)
        assert code == 0, (words, code, out, err)
        return out

    def json(self, *words: object, code: int = 0) -> Any:
        """Run a command with --json that must end with that code; standard output is JSON alone."""
        found, out, err = self.run(*words, "--json")
        assert found == code, (words, found, out, err)
        return json.loads(out)

    def size(self) -> int:
        """Return how many entries the log has."""
        return int(self.json("trail", "verify")["size"])

    def material(self, name: str, text: str = "") -> str:
        """Return `name=FILE` for --material, with a file made for it."""
        path = self.home / f"{name.replace('@', '_')}.txt"
        path.write_text(text or name, encoding="utf-8")
        return f"{name}={path}"


class _Said:
    def __init__(self, text: str) -> None:
        self.text = text

    def readline(self) -> str:
        return self.text + "\n"


BEGUN = "2026-03-01"
STAFF = ("office", "office2", "team", "discipline", "organisation", "leader", "leading_group", "head", "auditor")
_FOUNDED: dict[str, tuple[Path, str]] = {}


@pytest.fixture
def bare(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """Give a shell on an empty database."""
    url = databases.fresh_postgres() if kind == "postgres" else _file(tmp_path)
    yield _opened(tmp_path, url, capsys, monkeypatch)
    if kind == "postgres":
        databases.drop(url)


@pytest.fixture
def shell(
    kind: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Shell]:
    """Give a shell on a rehearsal house with the people of one town: a copy of the one that commands made."""
    if kind not in _FOUNDED:
        home = tmp_path_factory.mktemp("founded")
        url = databases.fresh_postgres() if kind == "postgres" else _file(home)
        _found(_opened(home, url, capsys, monkeypatch))
        _FOUNDED[kind] = home, url
    home, template = _FOUNDED[kind]
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    url = lending.lend(template) if kind == "postgres" else _file(tmp_path)
    yield _opened(tmp_path, url, capsys, monkeypatch)
    if kind == "postgres":
        lending.take_back(url)


def _file(home: Path) -> str:
    return f"sqlite:///{home / 'zhenggai.db'}"


def _opened(home: Path, url: str, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> Shell:
    patch.setenv("ZHENGGAI_HOME", str(home))
    patch.delenv("ZHENGGAI_CONFIG", raising=False)
    patch.setenv("ZHENGGAI_DATABASE_URL", url)
    return Shell(home, capture, patch)


def _found(shell: Shell) -> None:
    shell.ok("init", "--rehearsal", "--at", BEGUN)
    for login in ("secretary", "handler"):
        _hire(shell, login, login, "--unit", "城伯镇党委")
    for login in STAFF:
        _hire(shell, login, login.rstrip("2"))


def _hire(shell: Shell, login: str, role: str, *more: str) -> None:
    said = ("--name", login, "--role", role, *more, "--email", f"{login}@example.test")
    shell.ok("user", "add", login, *said, "--at", BEGUN)
