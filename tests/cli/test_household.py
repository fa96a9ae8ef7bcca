"""The household from the command line: units that answer for others, names that are none, and passwords."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from settings import load
from storage.engine import open_engine, reading
from tests.cli.conftest import Shell
from tests.web.conftest import OURS, field_in
from tests.web.visiting import Browser
from web.app import create_app

GOOD = "Lu-deng-17-zhan"
TOWN, VILLAGE, BUREAU, COUNTY = "城伯镇党委", "城伯镇东村党支部", "市水利局党组", "示范市委"


def imported(shell: Shell, unit: str, count: int) -> None:
    """Feed problems of a unit back."""
    ledger = shell.home / "ledger.csv"
    rows = [f"{number},{unit},路灯不亮{number},背街损坏17盏" for number in range(1, count + 1)]
    ledger.write_text("编号,单位,问题,具体表现\n" + "\n".join(rows) + "\n", encoding="utf-8")
    shell.json("import", ledger, "--round", "一轮", "--feedback", "2026-03-02")


def refused(shell: Shell, *words: object, said: str = "") -> str:
    """Run a command that must be refused; return its sentence, which is one line and no trace."""
    code, out, err = shell.run(*words, said=said)
    assert code in (1, 2), (words, code, out, err)
    assert "Traceback" not in err, err
    assert err.count("\n") == 1, err
    return err


def test_who_answers_for_a_unit_is_not_changed_while_its_cases_are_open(shell: Shell) -> None:
    """The town answers for its village and has five problems of it; another may not be put in its place."""
    shell.ok("unit", "add", VILLAGE, "--parent", TOWN, "--answerable", TOWN)
    imported(shell, VILLAGE, 5)
    sentence = refused(shell, "unit", "add", VILLAGE, "--answerable", BUREAU)
    for words in (VILLAGE, "5 个问题", "一轮编号 1、2、3", TOWN, BUREAU):
        assert words in sentence, sentence
    assert {one["unit"] for one in shell.json("cases", "--unit", TOWN)} == {VILLAGE}
    shell.ok("unit", "add", VILLAGE, "--answerable", TOWN)
    shell.ok("unit", "add", VILLAGE, "--parent", BUREAU)


def test_a_refused_change_keeps_nothing_of_the_command(shell: Shell) -> None:
    """Neither the new parent, nor the unit that would have been made for it."""
    shell.ok("unit", "add", VILLAGE, "--parent", TOWN, "--answerable", TOWN)
    imported(shell, VILLAGE, 1)
    assert VILLAGE in refused(shell, "unit", "add", VILLAGE, "--parent", COUNTY, "--answerable", BUREAU)
    # Had the new parent stayed, this would be a ring and be refused.
    shell.ok("unit", "add", COUNTY, "--parent", VILLAGE)


def test_no_unit_is_above_itself(shell: Shell) -> None:
    """Neither at once nor round about; nor does anybody answer for themselves that way."""
    assert "不能是它自己" in refused(shell, "unit", "add", TOWN, "--parent", TOWN)
    assert "不能是它自己" in refused(shell, "unit", "add", TOWN, "--answerable", TOWN)
    for option in ("--parent", "--answerable"):
        shell.ok("unit", "add", VILLAGE, option, TOWN)
        shell.ok("unit", "add", TOWN, option, COUNTY)
        sentence = refused(shell, "unit", "add", COUNTY, option, VILLAGE)
        assert f"{VILLAGE} → {TOWN} → {COUNTY}" in sentence
        shell.ok("unit", "add", COUNTY, option, BUREAU)


@pytest.mark.parametrize("name", ["", "  ", "\u200b\ufeff", "\u3164", "\u2800", "\u034f", "\ufe0f", "\u115f"])
def test_a_unit_without_a_name_is_not_made(shell: Shell, name: str) -> None:
    """Wherever one is made: by itself, above another, for an account, by a ledger."""
    for words in (
        ("unit", "add", name),
        ("unit", "add", TOWN, "--parent", name),
        ("unit", "add", TOWN, "--answerable", name),
        ("user", "add", "zhao", "--name", "赵", "--role", "secretary", "--unit", name),
    ):
        refused(shell, *words)
    ledger = shell.home / "ledger.csv"
    ledger.write_text(f"编号,单位,问题,具体表现\n1,{name},路灯不亮,背街\n", encoding="utf-8")
    assert shell.json("import", ledger, "--round", "一轮", code=1)["errors"]


def test_a_unit_is_one_however_its_name_is_spaced(shell: Shell) -> None:
    """A blank before or behind the name makes no second unit."""
    shell.ok("unit", "add", f" {VILLAGE}\u3000", "--parent", f"{TOWN} ")
    assert "不能是它自己" in refused(shell, "unit", "add", VILLAGE, "--parent", f" {VILLAGE}")


def test_a_unit_is_one_however_many_signs_that_nobody_sees_are_in_its_name(shell: Shell) -> None:
    """Twins that look the same were two units, by hand as by a ledger, and two rows of one number were no fault."""
    shell.ok("unit", "add", VILLAGE)
    for name in (f"{VILLAGE}\u200b", f"{VILLAGE}\u00ad", f"\u3164{VILLAGE}\ufe0f", f"{VILLAGE[:3]}\u200b{VILLAGE[3:]}"):
        shell.ok("unit", "add", name)
        shell.ok("user", "add", "zhao", "--name", "赵", "--role", "secretary", "--unit", name)
        imported(shell, name, 1)
    assert rows(shell, f"SELECT name FROM units WHERE name NOT IN ('{TOWN}', '{BUREAU}')") == [(VILLAGE,)]
    assert rows(shell, "SELECT COUNT(*) FROM cases") == [(1,)]
    ledger = shell.home / "twice.csv"
    ledger.write_text(f"编号,单位,问题,具体表现\n7,{VILLAGE},甲,乙\n7,{VILLAGE}\u00ad,丙,丁\n", encoding="utf-8")
    assert shell.json("import", ledger, "--round", "一轮", code=1)["errors"]


@pytest.mark.parametrize("name", ["", " ", "\u3164", "\u2800", "\ufe0f"])
def test_a_person_without_a_name_gets_no_account(shell: Shell, name: str) -> None:
    assert "请填写姓名" in refused(shell, "user", "add", "zhao", "--name", name, "--role", "office")
    assert rows(shell, "SELECT COUNT(*) FROM accounts WHERE login = 'zhao'") == [(0,)]


@pytest.mark.parametrize("name", ["", "\u3164"])
def test_a_round_without_a_name_is_not_made(shell: Shell, name: str) -> None:
    ledger = shell.home / "ledger.csv"
    ledger.write_text("编号,单位,问题,具体表现\n1,城伯镇党委,路灯不亮,背街\n", encoding="utf-8")
    assert "轮次" in str(shell.json("import", ledger, "--round", name, code=1)["errors"])


def password_refused(shell: Shell, password: str, login: str = "zhao") -> str:
    """Offer a password on standard input that is not taken; return why."""
    words = ("user", "add", login, "--name", "赵", "--role", "office", "--password-stdin")
    return refused(shell, *words, said=password)


def test_a_password_from_standard_input_meets_the_rules_of_the_pages(shell: Shell) -> None:
    """In the same sentences; nothing is made when it does not."""
    for password, sentence in (
        ("abc", "至少 10 位"),
        ("", "至少 10 位"),
        ("alllowercase", "至少 3 种"),
        ("Zhao-2026-mima", "不能包含账号"),
        ("Aa1!" * 51, "不超过 200 位"),
    ):
        assert sentence in password_refused(shell, password)
    assert rows(shell, "SELECT COUNT(*) FROM accounts WHERE login = 'zhao'") == [(0,)]


def test_a_password_from_standard_input_is_changed_at_the_first_sign_in(shell: Shell) -> None:
    """Its age counts from the moment it was given."""
    add = ("user", "add", "zhao", "--name", "赵", "--role", "office", "--password-stdin")
    shell.ok(*add, said=GOOD)
    [(at, must)] = rows(shell, "SELECT password_at, must_change FROM accounts WHERE login = 'zhao'")
    assert at
    assert must
    settings = load()
    engine = open_engine(settings.database_url)
    with Browser(create_app(settings, engine), follow_redirects=False, headers={"origin": OURS}) as visitor:
        token = field_in(visitor.get("/signin").text, "token")
        assert visitor.post("/signin", data={"login": "zhao", "password": GOOD, "token": token}).status_code == 303
        assert visitor.get("/cases").headers["location"] == "/me?change=1"
        # Given anew, the operator's emergency: what was signed in ends, the security log has it, the old one is used up.
        assert "最近 5 次用过的密码相同" in password_refused(shell, GOOD)
        shell.ok(*add, said=f"{GOOD}-2")
        assert visitor.get("/me").headers["location"].startswith("/signin")
    engine.dispose()
    [(words,)] = rows(shell, "SELECT words FROM security_log WHERE what = 'password_reset'")
    assert "重置账号 zhao 的密码" in str(words)


def rows(shell: Shell, sql: str) -> list[tuple[object, ...]]:
    """Return the rows of a query."""
    assert shell
    engine = open_engine(load().database_url)
    with reading(engine) as work:
        found = [tuple(row) for row in work.session.execute(text(sql)).all()]
    engine.dispose()
    return found
