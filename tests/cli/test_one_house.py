"""Which house a command is about: check only reads, a mistyped code is refused, a second jurisdiction is made on purpose."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from settings import SHIPPED
from storage.engine import open_engine, reading
from storage.jurisdictions import jurisdiction_codes
from tests.cli.conftest import Shell

TYPO, FAR = "ctiy", "far"
TRIGGER = "trail_no_update"


def config(shell: Shell, code: str, name: str = "示范市") -> Path:
    """Return a configuration of a jurisdiction of that code."""
    path = shell.home / f"{code}.toml"
    text = SHIPPED.read_text(encoding="utf-8").replace('code = ""', f'code = "{code}"')
    path.write_text(text.replace('name = ""', f'name = "{name}"'), encoding="utf-8")
    return path


def codes() -> list[str]:
    """Return the codes that the database holds."""
    engine = open_engine(os.environ["ZHENGGAI_DATABASE_URL"])
    with reading(engine) as work:
        found = jurisdiction_codes(work.driver)
    engine.dispose()
    return found


def stored() -> dict[str, list[tuple[object, ...]]]:
    """Return what `init` makes, as it is stored."""
    engine = open_engine(os.environ["ZHENGGAI_DATABASE_URL"])
    with reading(engine) as work:
        driver = work.driver
        found = {
            table: sorted(driver.all(f"SELECT * FROM {table}"), key=str)
            for table in ("jurisdictions", "profiles", "definitions", "calendar_days", "heads")
        }
    engine.dispose()
    return found


def test_check_makes_nothing_where_there_is_nothing(bare: Shell) -> None:
    """No folder, no file, no table: it says what to do."""
    there = sorted(bare.home.iterdir())
    code, _, err = bare.run("check")
    assert (code, "zhenggai init" in err) == (1, True)
    assert sorted(bare.home.iterdir()) == there


def test_check_names_what_is_wanting_and_leaves_it_wanting(shell: Shell) -> None:
    """The table of moves and a year of the calendar are gone: check says so; db upgrade brings them back."""
    engine = open_engine(os.environ["ZHENGGAI_DATABASE_URL"])
    with engine.connect().execution_options(zhenggai_writes=True) as connection:
        for sql in (
            "DELETE FROM definitions",
            "DELETE FROM calendar_days WHERE day >= '2026-01-01' AND day <= '2026-12-31'",
        ):
            connection.exec_driver_sql(sql)
        connection.commit()
    engine.dispose()
    before = stored()
    code, _, err = shell.run("check")
    assert (code, err.splitlines()[-2:]) == (
        1,
        [
            "本程序的操作表尚未入库：请执行 zhenggai db upgrade",
            "2026 年的放假安排已公布而尚未入库：请执行 zhenggai db upgrade",
        ],
    )
    assert stored() == before
    shell.ok("db", "upgrade")
    shell.ok("check")
    assert stored() != before


@pytest.mark.parametrize(
    ("gone", "sql"),
    [
        ("clues", "DROP TABLE clues"),
        ("case_words", "DROP TABLE case_words"),
        ("posts.document", "ALTER TABLE posts DROP COLUMN document"),
        (TRIGGER, f"DROP TRIGGER {TRIGGER}"),
    ],
)
def test_check_names_what_was_taken_out_of_the_database_by_hand(shell: Shell, gone: str, sql: str) -> None:
    """It is at the newest step and answers; what is gone would be missed in the middle of some work."""
    shell.ok("check")
    engine = open_engine(os.environ["ZHENGGAI_DATABASE_URL"])
    trigger = gone == TRIGGER and engine.dialect.name == "postgresql"
    name = "trail_no_truncate" if trigger else gone
    with engine.connect().execution_options(zhenggai_writes=True) as connection:
        connection.exec_driver_sql("DROP TRIGGER trail_no_truncate ON trail" if trigger else sql)
        connection.commit()
    engine.dispose()
    code, out, err = shell.run("check")
    assert code == 1
    assert f"数据库缺少 {name}：不是本程序去掉的" in err
    assert "正常" not in out + err


def test_check_reports_all_that_is_wrong_in_the_configuration(shell: Shell) -> None:
    path = config(shell, "city")
    text = (
        path.read_text(encoding="utf-8")
        .replace("port = 8000", "port = 800000")
        .replace('claim = "5 w', 'claim = "five w')
    )
    path.write_text(text.replace("zhenggai@localhost", "zhenggai"), encoding="utf-8")
    for words in (("check",), ("serve",), ("cases",)):
        code, _, err = shell.run("--config", path, *words)
        assert (code, len(err.splitlines())) == (1, 3)
        assert [word for word in ("mail.sender", "web.port", "county.limits.claim") if word not in err] == []


@pytest.mark.parametrize(
    "words",
    [
        ("init",), ("init", "--rehearsal"), ("check",), ("db", "upgrade"), ("serve",), ("scheduler",), ("scan",), ("deliver",), ("cases",),
        ("stats",), ("demo", "--seed-only"), ("user", "add", "x", "--name", "x", "--role", "office"), ("unit", "add", "x"),
        ("export", "x.xlsx", "--round", "一轮"), ("fire", "1", "claim", "--as", "secretary"), ("draft", "1", "void", "--as", "office"),
        ("confirm", "1", "--as", "office"), ("trail", "verify"), ("trail", "checkpoint"), ("trail", "export", "x"), ("trail", "prove", "0"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_mistyped_code_is_refused_by_every_command(shell: Shell, words: tuple[str, ...]) -> None:
    """One letter in the configuration made a second jurisdiction, after which nothing worked."""
    code, out, err = shell.run("--config", config(shell, TYPO), *words)
    assert (code, out) == (1, "")
    assert "“ctiy”" in err
    assert "“city”" in err
    assert len(err.splitlines()) == 1
    assert codes() == ["city"]
    shell.ok("cases")


def test_a_second_jurisdiction_is_made_by_saying_its_code_twice(shell: Shell) -> None:
    """Two in one database, on purpose; each configuration means its own, and --jurisdiction names the other."""
    far = config(shell, FAR, "远县")
    code, _, err = shell.run("--config", far, "init", "--jurisdiction", "fra")
    assert (code, "“fra”" in err, "“far”" in err) == (2, True, True)
    assert codes() == ["city"]
    shell.ok("--config", far, "init", "--jurisdiction", FAR)
    assert codes() == ["city", "far"]
    shell.ok("--config", far, "unit", "add", "远县水务局")
    shell.ok("--config", far, "user", "add", "faroffice", "--name", "远", "--role", "office")
    ledger = shell.home / "one.csv"
    ledger.write_text("编号,单位,问题,具体表现\n1,远县水务局,管网漏损,三处\n", encoding="utf-8")
    told = ("--round", "一轮", "--feedback", "2026-03-02")
    assert shell.json("--config", far, "import", ledger, *told)["created"] == 1
    near = config(shell, "city")
    assert shell.json("--config", near, "cases") == []
    code, _, err = shell.run("cases")
    assert (code, "--jurisdiction" in err, "city、far" in err) == (1, True, True), "no configuration says which"
    assert shell.json("cases", "--jurisdiction", FAR) == shell.json("--config", far, "cases") != []
    assert shell.json("stats", "--jurisdiction", FAR)["problems"] == 1
    for path in (near, far):
        shell.ok("--config", path, "check")
        shell.ok("--config", path, "scan")
    code, _, err = shell.run("cases", "--jurisdiction", "nowhere")
    assert (code, "city、far" in err) == (1, True)
    found = shell.json("trail", "verify")
    assert (found["ok"], found["root"]) == (True, None), "several trees, each with a root of its own"
    for words in (("checkpoint",), ("export", shell.home / "out.jsonl"), ("prove", "0")):
        code, _, err = shell.run("trail", *words)
        assert (code, "请用 --jurisdiction 指明；现有：city、far" in err, len(err.splitlines())) == (1, True, 1)
        shell.ok("trail", *words, "--jurisdiction", FAR)


def test_what_is_made_is_its_owners_alone(bare: Shell, kind: str) -> None:
    """Under the widest umask, in a folder that is made: home 0700, everything in it 0700 and 0600."""
    home = bare.home / "made" / "home"
    bare.patch.setenv("ZHENGGAI_HOME", str(home))
    if kind == "sqlite":
        bare.patch.delenv("ZHENGGAI_DATABASE_URL")
    umask = os.umask(0)
    try:
        bare.ok("init", "--rehearsal", "--at", "2026-03-01")
        bare.ok(
            "user",
            "add",
            "secretary",
            "--name",
            "x",
            "--role",
            "secretary",
            "--unit",
            "城伯镇党委",
            "--email",
            "s@example.test",
            "--at",
            "2026-03-01",
        )
        ledger = bare.home / "one.csv"
        ledger.write_text("编号,单位,问题,具体表现\n1,城伯镇党委,路灯不亮,三处\n", encoding="utf-8")
        bare.ok("import", ledger, "--round", "一轮", "--feedback", "2026-03-02", "--at", "2026-03-02")
        bare.ok("deliver", "--at", "2026-03-03")
        bare.ok("trail", "checkpoint")
        # While a process holds the database, what SQLite lays beside it is there too.
        engine = open_engine(os.environ.get("ZHENGGAI_DATABASE_URL") or f"sqlite:///{home / 'zhenggai.db'}")
        with reading(engine) as work:
            work.driver.one("SELECT 1 FROM jurisdictions")
            rights = {path: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.rglob("*"))}
        engine.dispose()
    finally:
        os.umask(umask)
    assert {path.name for path in home.iterdir()} >= {"keys", "mail", "files"}
    assert {path: mode for path, mode in rights.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}


def test_a_home_that_stood_open_is_said_and_closed(shell: Shell) -> None:
    """As earlier releases left it: check says so, command for command; `db upgrade` closes what is ours."""
    shell.ok("trail", "checkpoint")
    opened = [shell.home / "keys", shell.home / "keys" / "city.key", *shell.home.glob("zhenggai.db")]
    for path in opened:
        path.chmod(0o755)
    code, _, err = shell.run("check")
    assert code == 1
    assert {line.split(" ")[0] for line in err.splitlines()} >= {str(path) for path in opened}
    shell.ok("db", "upgrade")
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o700 for path in opened)
    shell.ok("check")


def test_a_folder_of_other_peoples_things_is_not_closed_to_them(shell: Shell) -> None:
    """ZHENGGAI_HOME=/tmp by mistake: check says it, and nobody loses his way in."""
    (shell.home / "somebody.txt").write_text("x", encoding="utf-8")
    shell.home.chmod(0o755)
    shell.ok("init")
    assert stat.S_IMODE(shell.home.stat().st_mode) == 0o755
    code, _, err = shell.run("check")
    assert (code, str(shell.home) in err) == (1, True)
