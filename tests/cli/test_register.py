"""`zhenggai register` at the keyboard: which row, which password, and what the security log says of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from register.grammar import RELEASE
from register.kinds import KINDS, acts
from register.road import enter
from register.wanted import Wanted
from settings import load
from storage.engine import open_engine, writing
from tests.cli.conftest import Shell
from tests.cli.test_household import TOWN, refused, rows
from tests.world import World
from workflow.people import operator

ABOUT_A_ROW = [
    (kind.name, act.name)
    for kind, act in acts()
    if not (act.makes or act.composed or act.enters == (RELEASE,)) and kind.name not in {"calendar", "entry"}
]
NEW = [(kind.name, act.name) for kind, act in acts() if (act.makes or act.composed) and RELEASE not in act.enters]


def said(world: World, wanted: Wanted) -> tuple[str, ...]:
    """Return what the road says to the operator; nothing is kept."""
    with writing(world.engine) as work:
        (one,) = enter(work, [wanted], operator(world.place, "root"), world.now)
        work.rollback()
    return one.refused


@pytest.mark.parametrize(("of", "act"), ABOUT_A_ROW)
def test_what_is_done_with_a_row_names_the_row(world: World, of: str, act: str) -> None:
    """Without one the guards looked into nothing, and the command crashed."""
    assert said(world, Wanted(of, act)) == (f"请指明是哪一个{KINDS[of].shown}",)


@pytest.mark.parametrize(("of", "act"), NEW)
def test_what_makes_a_row_takes_no_number(world: World, of: str, act: str) -> None:
    """The number given became the row's own: 99, of two."""
    (sentence,) = said(world, Wanted(of, act, 99))
    assert sentence.endswith("不写编号：新的一行由系统编号")


def test_the_command_says_both_in_one_line_and_the_security_log_has_them(shell: Shell) -> None:
    for words in (("account", "close"), ("unit", "end"), ("post", "end"), ("team", "change"), ("person", "change")):
        assert f"请指明是哪一个{KINDS[words[0]].shown}" in refused(shell, "register", *words)
    for row in ("99", "新城街道党工委"):
        assert "不写编号" in refused(shell, "register", "unit", "make", row, "--set", "name=新城街道党工委")
    assert "没有党组织“无此单位”" in refused(
        shell, "register", "unit", "end", "无此单位", "--set", "ends_on=2026-06-30"
    )
    assert "没有“unit”的“swap”" in refused(shell, "register", "unit", "swap", TOWN)
    assert rows(shell, "SELECT COUNT(*) FROM units WHERE name = '新城街道党工委'") == [(0,)]
    noted = rows(shell, "SELECT via, os_user <> '', words FROM security_log WHERE what = 'register_denied' ORDER BY id")
    assert [(via, bool(named)) for via, named, _ in noted] == [("cli", True)] * 8
    assert "没有党组织“无此单位”" in str(noted[-1][2])


PASSWORD = "Lu-deng-17-zhan"


def account(shell: Shell, login: str) -> str:
    """Return the number of an account."""
    return str(rows(shell, f"SELECT id FROM accounts WHERE login = '{login}'")[0][0])


def kept(shell: Shell, login: str) -> tuple[bool, bool, str]:
    """Return whether an account has a password, whether it is to be changed, and whether it is open."""
    [(has, change, state)] = rows(
        shell, f"SELECT password_hash IS NOT NULL, must_change, state FROM accounts WHERE login = '{login}'"
    )
    return bool(has), bool(change), str(state)


@pytest.mark.parametrize("act", ["reset", "reopen"])
def test_a_password_is_judged_by_the_login_whether_the_account_is_named_or_numbered(shell: Shell, act: str) -> None:
    """Of an account named by its number the login was taken to be that number."""
    number = account(shell, "handler")
    if act == "reopen":
        shell.ok("register", "account", "close", "handler")
    for row in ("handler", number):
        words = ("register", "account", act, row)
        assert "须用 --password-stdin" in refused(shell, *words)
        assert "密码不能包含账号" in refused(shell, *words, "--password-stdin", said="Handler-2026-mima")
        assert "至少 10 位" in refused(shell, *words, "--password-stdin", said="Aa1!")
    shell.ok("register", "account", act, number, "--password-stdin", said=PASSWORD)
    assert kept(shell, "handler") == (True, True, "open")
    [(words_kept, via)] = rows(shell, "SELECT words, via FROM security_log WHERE what = 'password_reset'")
    assert (via, "handler" in str(words_kept)) == ("cli", True)
    if act == "reset":
        assert "最近 5 次用过的密码相同" in refused(
            shell, "register", "account", act, number, "--password-stdin", said=PASSWORD
        )
    assert shell.json("trail", "verify")["ok"]


def test_a_second_factor_is_reset_and_the_security_log_says_so(shell: Shell) -> None:
    assert "没有双因素" in refused(shell, "register", "account", "reset_factor", "handler")
    changed(shell, "UPDATE accounts SET second_factor = 'x' WHERE login = 'handler'")
    assert "不给密码" in refused(
        shell, "register", "account", "reset_factor", "handler", "--password-stdin", said=PASSWORD
    )
    shell.ok("register", "account", "reset_factor", "handler")
    assert rows(shell, "SELECT second_factor FROM accounts WHERE login = 'handler'") == [(None,)]
    assert rows(shell, "SELECT words, via FROM security_log WHERE what = 'second_reset'") == [
        ("重置账号 handler 的双因素", "cli")
    ]


def test_a_new_account_has_the_password_that_was_given_with_it(shell: Shell) -> None:
    """For a second login of somebody it was read, and dropped without a word."""
    made = ("--set", "person=handler", "--set")
    shell.ok("register", "account", "make", *made, "login=li.two", "--password-stdin", said=PASSWORD)
    assert kept(shell, "li.two") == (True, True, "open")
    shell.ok("register", "account", "make", *made, "login=li.three")
    assert kept(shell, "li.three") == (False, False, "open")
    opened = ("register", "account", "open", "--set", "name=新人", "--set", "role=team", "--set")
    assert "密码不能包含账号" in refused(shell, *opened, "login=xin.ren", "--password-stdin", said="Xin.ren-2026")
    shell.ok(*opened, "login=xin.ren", "--password-stdin", said=PASSWORD)
    assert kept(shell, "xin.ren") == (True, True, "open")
    again = refused(shell, *opened, "login=xin.ren", "--password-stdin", said=f"{PASSWORD}-2")
    assert "账号 xin.ren 已有，不给初始密码" in again
    assert "不给密码" in refused(
        shell, "register", "unit", "make", "--set", "name=甲镇党委", "--password-stdin", said=PASSWORD
    )


def changed(shell: Shell, sql: str) -> None:
    """Change the tables, as another session of somebody would have."""
    engine = open_engine(load().database_url)
    with writing(engine) as work:
        work.connection.exec_driver_sql(sql)
        work.commit()
    engine.dispose()


def test_a_file_of_the_register_is_kept_from_its_path_and_looked_at_with_the_log(shell: Shell, tmp_path: Path) -> None:
    """Gone or altered, it is named with its entry; the log by itself is sound all the while."""
    paper = tmp_path / "会议纪要.txt"
    paper.write_text("同意", encoding="utf-8")
    held = ("--set", "sort=领导小组会议", "--set", "held_on=2026-03-02", "--set")
    assert "没有文件" in shell.run("register", "meeting", "make", *held, "minutes=没有.txt")[2]
    shell.ok("register", "meeting", "make", *held, f"minutes={paper}")
    ((row,),) = [json.loads(shell.ok("register", "meeting"))]
    digest = hashlib.sha256("同意".encode()).hexdigest()
    assert (row["minutes"], row["minutes_name"]) == (digest, "会议纪要.txt")
    assert shell.json("trail", "verify", "--files")["files"] == {"count": 1, "gone": [], "altered": []}
    (kept,) = (path for path in tmp_path.rglob(digest))
    kept.write_text("不同意", encoding="utf-8")
    (found,) = shell.json("trail", "verify", "--files", code=5)["files"]["altered"]
    assert found["sha256"] == digest
    kept.unlink()
    assert f"1 份不在了（第 {found['index']} 条起）" in shell.run("trail", "verify", "--files")[1]
    assert shell.json("trail", "verify")["ok"]
