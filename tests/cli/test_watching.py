"""What the security log has from the command line: refused moves, logins that are none, and what was taken away."""

from __future__ import annotations

import csv
import getpass
import json
from typing import Any

import pytest
from sqlalchemy import text

from settings import load
from storage.engine import open_engine, reading, writing
from tests.cli.conftest import Shell

TOWN = "城伯镇党委"
ME = getpass.getuser()


def noted(shell: Shell) -> list[tuple[Any, ...]]:
    """Return what the log has from the command line: what, login, via, user of the system, case, action, words."""
    assert shell
    engine = open_engine(load().database_url)
    sql = "SELECT what, login, via, os_user, case_id, action, words FROM security_log ORDER BY id"
    with reading(engine) as work:
        found = work.driver.all(sql)
    engine.dispose()
    return found


def one_case(shell: Shell) -> int:
    ledger = shell.home / "ledger.csv"
    ledger.write_text(f"编号,单位,问题,具体表现\n1,{TOWN},路灯不亮,背街损坏17盏\n", encoding="utf-8")
    shell.json("import", ledger, "--round", "一轮", "--feedback", "2026-03-02", "--at", "2026-03-02T09:00")
    (case,) = shell.json("cases")
    return int(case["id"])


def test_refused_moves_are_noted_with_the_user_of_the_system(shell: Shell) -> None:
    """fire, draft and confirm: what was done is on the trail, what was refused is here."""
    case = one_case(shell)
    void = (case, "void", "--as", "office", "--answers", json.dumps({"ground": "error", "reason": "录入有误"}))
    assert noted(shell) == []
    shell.json("fire", *void, "--at", "2026-03-03", code=3)
    shell.json("fire", case, "claim", "--as", "handler", "--at", "2026-03-03", code=3)
    draft = shell.json("draft", *void, "--at", "2026-03-03")["draft"]
    shell.json("draft", case, "claim", "--as", "handler", "--at", "2026-03-03", code=3)
    shell.json("confirm", draft, "--as", "office", "--at", "2026-03-03", code=3)
    shell.json("confirm", draft, "--as", "office2", "--at", "2026-03-03")
    found = noted(shell)
    assert [one[:6] for one in found] == [
        ("refused", "office", "cli", ME, case, "void"), ("refused", "handler", "cli", ME, case, "claim"), ("refused", "handler", "cli", ME, case, "claim"),
        ("refused", "office", "cli", ME, case, "void"),
    ]  # fmt: skip
    assert "两人" in found[0][6]
    assert all(one[6] for one in found)


def test_what_is_not_there_for_the_one_who_acts_is_noted_as_foreign(shell: Shell) -> None:
    case = one_case(shell)
    shell.json("fire", f"{case + 1}", "claim", "--as", "secretary", code=3)
    shell.json("draft", case + 1, "claim", "--as", "handler", code=3)
    shell.json("confirm", 77, "--as", "office", code=3)
    found = noted(shell)
    assert [one[:6] for one in found] == [
        ("foreign", "secretary", "cli", ME, case + 1, "claim"), ("foreign", "handler", "cli", ME, case + 1, "claim"), ("foreign", "office", "cli", ME, None, ""),
    ]  # fmt: skip
    assert "77" in found[-1][6]


def words_of(shell: Shell, case: int, login: str) -> dict[str, tuple[object, ...]]:
    ledger = shell.home / "again.csv"
    ledger.write_text(f"编号,单位,问题,具体表现\n2,{TOWN},垃圾乱堆,河边\n", encoding="utf-8")
    return {
        "fire": ("fire", case, "claim", "--as", login), "draft": ("draft", case, "claim", "--as", login), "confirm": ("confirm", 1, "--as", login),
        "import": ("import", ledger, "--round", "一轮", "--as", login), "writer": ("import", ledger, "--round", "一轮", "--writer", login),
    }  # fmt: skip


@pytest.mark.parametrize("command", ["fire", "draft", "confirm", "import", "writer"])
def test_a_login_that_is_none_or_is_closed_is_noted(shell: Shell, command: str) -> None:
    case = one_case(shell)
    engine = open_engine(load().database_url)
    with writing(engine) as work:
        work.session.execute(text("UPDATE accounts SET state = 'closed' WHERE login = 'team'"))
        work.commit()
    engine.dispose()
    for login in ("no.such.login", "team"):
        code, _, err = shell.run(*words_of(shell, case, login)[command])
        assert (code, f"没有账号“{login}”，或已停用" in err) == (1, True)
    assert noted(shell) == [("unknown_login", login, "cli", ME, None, "", "") for login in ("no.such.login", "team")]
    assert len(shell.json("cases")) == 1


def test_a_refused_import_is_noted_and_a_dry_run_is_not(shell: Shell) -> None:
    case = one_case(shell)
    words = words_of(shell, case, "secretary")["import"]
    shell.json(*words, "--dry-run", code=1)
    assert noted(shell) == []
    shell.json(*words, code=1)
    [(what, login, via, user, about, action, said)] = noted(shell)
    assert (what, login, via, user, about, action) == ("refused", "secretary", "cli", ME, None, "feed_back")
    assert said


def test_the_log_is_taken_away_as_filtered_and_that_is_noted(shell: Shell) -> None:
    case = one_case(shell)
    for login in ("=2+2", "secretary"):
        shell.run("fire", case, "void", "--as", login, "--at", "2026-03-03")
    file = shell.home / "security.csv"
    _, _, err = shell.run("security", "export", file, "--via", "cli", "--from", "2026-03-03", "--to", "2026-03-03")
    assert "已写出 2 条" in err
    header, *rows = csv.reader(file.read_text(encoding="utf-8-sig").splitlines())
    assert (header[0], [(row[1], row[2], row[4], row[5]) for row in rows]) == (
        "时间",
        [("办理被退回", "secretary", "命令行", ME), ("账号不存在或已停用", "'=2+2", "命令行", ME)],
    )
    assert file.stat().st_mode & 0o777 == 0o600
    assert noted(shell)[-1] == (
        "exported_security",
        "operator",
        "cli",
        ME,
        None,
        "",
        "2 条：途径 命令行，自 2026-03-03，至 2026-03-03",
    )


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [("--what", "no_such", "没有“no_such”这一种"), ("--case", "x", "问题编号应为数字"), ("--from", "soon", "不是日期")],
)
def test_a_filter_that_cannot_be_read_writes_no_file(shell: Shell, option: str, value: str, words: str) -> None:
    file = shell.home / "security.csv"
    code, _, err = shell.run("security", "export", file, option, value)
    assert (code, words in err, file.exists()) == (2, True, False)
    assert noted(shell) == []
