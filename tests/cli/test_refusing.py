"""What goes wrong is a sentence: no trace, no value of a variable, no password, on any stream or in any file."""

from __future__ import annotations

import contextlib
import errno
import http.client
import json
import os
import re
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.engine import make_url

from cli.logbook import open_logbook
from cli.traces import LARGEST, Logbook, secrets_of
from settings import SHIPPED
from tests import databases
from tests.cli.conftest import Shell
from tests.databases import free_port

SECRET = "Ge/Heim@17"
WRITTEN = "Ge%2FHeim%4017"
PROGRAM = Path(sys.executable).parent / "zhenggai"


def unreachable() -> str:
    """Return the address of a database that nobody serves, with a password in it."""
    return f"postgresql://zhenggai:{WRITTEN}@127.0.0.1:{free_port()}/zhenggai"


def is_said(text: str) -> bool:
    """Whether the text tells the password in any form, or the trace of an error."""
    return any(word in text for word in (SECRET, WRITTEN, "Heim", "Traceback", "locals"))


# What goes on running is tried as the program that it is, all others where we are: to start one costs a second.
LASTING = [("serve",), ("scheduler",)]


@pytest.mark.parametrize("words", [*LASTING, ("scan",), ("check",), ("cases",), ("init",), ("trail", "verify")])
def test_a_database_that_is_down_is_a_sentence_without_its_password(
    tmp_path: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("ZHENGGAI_HOME", str(home))
    shell = Shell(home, capsys, monkeypatch)
    for name, value in (("DATABASE_URL", unreachable()), ("CONFIG", str(tmp_path / "c.toml"))):
        text = SHIPPED.read_text(encoding="utf-8").replace('url = ""', f'url = "{unreachable()}"')
        (tmp_path / "c.toml").write_text(text, encoding="utf-8")
        with monkeypatch.context() as told:
            told.setenv(f"ZHENGGAI_{name}", value)
            code, out, err = started(*words) if words in LASTING else shell.run(*words)
        assert (code, out) == (1, "")
        assert err.startswith("数据库连不上：")
        assert len(err.splitlines()) == 1
        assert not is_said(err)
        assert not [path for path in home.rglob("*") if path.is_file() and is_said(path.read_text(encoding="utf-8"))]


def started(*words: str) -> tuple[int, str, str]:
    """Run a command as a program; return its exit code, standard output and standard error."""
    ran = subprocess.run([PROGRAM, *words], capture_output=True, check=False, text=True)
    return ran.returncode, ran.stdout, ran.stderr


def test_a_database_that_goes_down_under_the_scheduler_is_one_line_an_event(tmp_path: Path) -> None:
    """The relay's and the database's passwords stand in frames and addresses; neither stands in a log or a file."""
    book = open_logbook(tmp_path, secrets_of(SECRET))
    password = SECRET
    try:
        raise ConnectionError(f"no way to postgresql://zhenggai:{WRITTEN}@db/z, password='{password}'\nmore")
    except ConnectionError:
        structlog.get_logger().exception("duty.failed", duty="scan")
    assert stat.S_IMODE(book.file.stat().st_mode) == 0o600
    kept = book.file.read_text(encoding="utf-8")
    assert "test_refusing.py" in kept
    assert not any(word in kept for word in (SECRET, WRITTEN, "Heim"))


@pytest.mark.parametrize("answers", ["1" * 5000, '{"a": ' + "1" * 5000 + "}", "[" * 60_000], ids=len)
@pytest.mark.parametrize("command", ["fire", "draft"])
def test_answers_that_cannot_be_read_are_a_sentence(shell: Shell, command: str, answers: str) -> None:
    ledger = shell.home / "one.csv"
    ledger.write_text("编号,单位,问题,具体表现\n1,城伯镇党委,路灯不亮,三处\n", encoding="utf-8")
    shell.json("import", ledger, "--round", "一轮")
    code, out, err = shell.run(command, "1", "claim", "--as", "secretary", "--answers", answers)
    assert (code, out) == (2, "")
    assert "--answers" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("measure", ["9" * 5000, "²"], ids=len)
def test_a_measure_that_is_no_number_is_a_sentence(shell: Shell, measure: str) -> None:
    code, _, err = shell.run("fire", "1", "claim", "--as", "secretary", "--material", f"report@{measure}=x")
    assert (code, len(err.splitlines())) == (2, 1)


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_refused_before_anything_is_made(bare: Shell, command: str, port: int) -> None:
    """0 was read as if nothing had been said."""
    code, out, err = bare.run(command, "--port", port)
    assert (code, out) == (2, "")
    assert f"没有端口 {port}：应为 1 到 65535 的整数" in err
    assert len(err.splitlines()) == 1
    assert not (bare.home / "keys").exists()


def test_a_jurisdiction_that_is_none_is_said_before_the_log_is_verified(shell: Shell) -> None:
    """In the sentence of every other command, and with nothing verified for it."""

    def verified(*_: Any) -> None:
        raise AssertionError

    sentence = shell.run("cases", "--jurisdiction", "wrong")[2]
    shell.patch.setattr("trail.verify.verify", verified)
    assert shell.run("trail", "verify", "--jurisdiction", "wrong") == (1, "", sentence)


def test_the_log_is_one_line_an_event_and_its_trace_names_no_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_logbook(tmp_path, secrets_of(SECRET))
    values = {"password": SECRET}
    typed = "村民来信"
    try:
        raise RuntimeError(f"first line of {values}\nsecond line")
    except RuntimeError:
        structlog.get_logger().exception("duty.failed", duty="scan", more="a\nb")
    out, err = capsys.readouterr()
    (line,) = err.splitlines()
    assert out == ""
    assert "event=duty.failed" in line
    assert "why=" in line
    assert f"trace={tmp_path / 'log' / 'faults.log'}" in line
    kept = (tmp_path / "log" / "faults.log").read_text(encoding="utf-8")
    assert SECRET not in line + kept
    assert "test_refusing.py" in kept, "where it happened"
    assert typed not in line + kept, "no value of a variable, secret or not"


def test_the_file_of_traces_stays_small(tmp_path: Path) -> None:
    book = Logbook(tmp_path)
    for _ in range(40):
        book.keep("big", RuntimeError("x" * (LARGEST // 10)))
    lying = list((tmp_path / "log").iterdir())
    assert len(lying) == 2
    assert all(path.stat().st_size < LARGEST * 1.2 for path in lying)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in lying)


def test_a_home_that_is_not_there_is_not_made_for_a_trace(tmp_path: Path) -> None:
    assert Logbook(tmp_path / "nowhere").keep("x", RuntimeError("x")) is None
    assert not (tmp_path / "nowhere").exists()


def test_a_fault_that_nobody_foresaw_is_a_sentence_too(shell: Shell) -> None:
    """A mistake of ours: one line of log, one sentence, and the trace in the operator's file."""

    def broken(*_: Any) -> None:
        secret = SECRET
        raise ZeroDivisionError(secret)

    shell.patch.setattr("cli.reading.list_cases", broken)
    shell.patch.setenv("ZHENGGAI_SMTP_PASSWORD", SECRET)
    code, out, err = shell.run("cases")
    assert (code, out) == (70, "")
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("没有办成：")
    kept = (shell.home / "log" / "faults.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in kept
    assert SECRET not in err + kept


@pytest.mark.parametrize("words", [("check",), ("serve",), ("scheduler",)])
def test_an_older_backup_is_a_sentence_in_every_command_that_looks(shell: Shell, words: tuple[str, ...]) -> None:
    """ForkDetected: exit 5 and one sentence; `check` ended in a trace."""
    ledger = shell.home / "one.csv"
    ledger.write_text("编号,单位,问题,具体表现\n1,城伯镇党委,路灯不亮,三处\n", encoding="utf-8")
    shell.json("import", ledger, "--round", "一轮")
    shell.ok("trail", "checkpoint")
    note = shell.home / "keys" / "city.note"
    place, size, rest = note.read_bytes().split(b"\n", 2)
    note.write_bytes(b"\n".join((place, b"%d" % (int(size) + 1), rest)))
    (shell.home / "keys" / "city.pub").unlink()
    code, out, err = shell.run(*words)
    assert (code, out, len(err.splitlines())) == (5, "", 1)
    assert "“city”的流转日志与最后一个检查点不符" in err


def test_what_the_system_refuses_is_said_in_chinese(shell: Shell) -> None:
    """No such file, a folder, a port that is taken, a key that is none, a home that is a file."""
    code, out, err = shell.run("import", shell.home / "nowhere.csv", "--round", "一轮")
    assert (code, "打不开文件“nowhere.csv”" in out, err) == (1, True, "")
    code, _, err = shell.run("trail", "export", shell.home)
    assert (code, err.strip()) == (1, f"{shell.home}：是目录，不是文件")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = shell.run("serve", "--port", taken.getsockname()[1])
    assert (code, "端口已被占用" in err) == (1, True)
    assert shell.run("serve", "--port", 800000)[0] == 2
    shell.ok("trail", "checkpoint")
    ledger = shell.home / "one.csv"
    ledger.write_text("编号,单位,问题,具体表现\n1,城伯镇党委,路灯不亮,三处\n", encoding="utf-8")
    shell.json("import", ledger, "--round", "一轮")
    (shell.home / "keys" / "city.key").write_text("no key", encoding="utf-8")
    code, _, err = shell.run("trail", "checkpoint")
    assert (code, len(err.splitlines())) == (5, 1)
    shell.patch.setenv("ZHENGGAI_HOME", str(ledger))
    code, _, err = shell.run("init")
    assert (code, "Errno" in err, len(err.splitlines())) == (1, False, 1)


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "磁盘已满"), (errno.EROFS, "只能读"), (errno.EACCES, "没有权限")]
)
def test_a_full_disk_is_said_in_chinese(shell: Shell, number: int, words: str) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number), "/srv/zhenggai")

    shell.patch.setattr("cli.ledgers.write_out", full)
    ledger = shell.home / "one.csv"
    ledger.write_text("编号,单位,问题,具体表现\n1,城伯镇党委,路灯不亮,三处\n", encoding="utf-8")
    shell.json("import", ledger, "--round", "一轮")
    code, _, err = shell.run("export", shell.home / "x.xlsx", "--round", "一轮")
    assert (code, err.startswith("/srv/zhenggai：")) == (1, True)
    assert words in err


class Way:
    """The way to a database that can be cut: a socket that hands everything on to the server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open: list[socket.socket] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.door.accept()
                far = socket.create_connection(("127.0.0.1", self.port))
                self.open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._hand_on, args=(one, other), daemon=True).start()

    @staticmethod
    def _hand_on(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := one.recv(65536):
                other.sendall(block)

    def cut(self) -> None:
        """Cut it: nobody comes through any more."""
        for one in (self.door, *self.open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def test_a_database_that_goes_away_under_server_and_scheduler_tells_no_password(tmp_path: Path) -> None:
    """The database password stood in the log 15 times. Health stays JSON; an event is a line; the trace is the operator's."""
    real = make_url(databases.fresh_postgres())
    way = Way(real.port or 5432)
    url = real.set(host="127.0.0.1", port=way.door.getsockname()[1], password=SECRET).render_as_string(
        hide_password=False
    )
    home, port = tmp_path / "home", free_port()
    env = {**os.environ, "ZHENGGAI_HOME": str(home), "ZHENGGAI_DATABASE_URL": url, "ZHENGGAI_SMTP_PASSWORD": SECRET}
    config = tmp_path / "c.toml"
    config.write_text(
        re.sub(
            r"^(scan|deliver|checkpoint|verify) = .*$",
            r"\1 = 1",
            SHIPPED.read_text(encoding="utf-8"),
            flags=re.MULTILINE,
        )
    )
    subprocess.run([PROGRAM, "init"], env=env, check=True, capture_output=True)
    running: list[subprocess.Popen[bytes]] = []
    heard: list[Path] = []
    for words in (("serve", "--pages-only", "--port", str(port)), ("scheduler",)):
        heard.append(tmp_path / f"{words[0]}.txt")
        with heard[-1].open("w") as out:
            told = [PROGRAM, "--config", config, *words]
            running.append(subprocess.Popen(told, env=env, stdout=out, stderr=subprocess.STDOUT))
    try:
        wait_until(lambda: ask(port, "/healthz")[0] == 200)
        wait_until((home / "keys" / "city.note").exists)
        way.cut()
        status, body = ask(port, "/healthz")
        assert (status, json.loads(body)) == (503, {"ok": False, "why": "数据库连不上"})
        assert ask(port, "/signin")[0] in (200, 500, 503)
        assert ask(port, "/cases", cookie="zhenggai=x")[0] >= 300
        wait_until(lambda: "event=duty.failed" in heard[1].read_text())
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=60)
        said = [path.read_text() for path in heard]
        way.cut()
        databases.drop(real.render_as_string(hide_password=False))
    assert not any(is_said(one) for one in said), said
    assert [line for line in said[1].splitlines() if not line.startswith(("timestamp=", "定时任务"))] == []
    kept = "".join(path.read_text(encoding="utf-8", errors="replace") for path in home.rglob("*") if path.is_file())
    assert "Traceback" in kept
    assert not any(word in kept for word in (SECRET, WRITTEN, "Heim"))


def ask(port: int, path: str, cookie: str = "") -> tuple[int, str]:
    """Ask the pages; 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"cookie": cookie})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def wait_until(came: Callable[[], bool], seconds: float = 120) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not came():
        assert time.monotonic() < end
        time.sleep(0.2)
