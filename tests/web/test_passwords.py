"""Passwords: what one must have, what ends with an old one, and how they are kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

import clock
from storage.engine import writing
from storage.hashing import HASHER
from storage.tables import Account
from storage.tables.door import PasswordUsed
from tests.conftest import SLOW
from tests.web.conftest import PASSWORD, Door, password_hash
from tests.web.signed import NEW, WRONG, events, holds, rules
from web.people.passwords import WeakPassword, check_rules


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("Short-1a", "至少 10 位"), ("alllowercase", "至少 3 种"), ("lower1234567", "至少 3 种"), ("ONLY-UPPER-CASE", "至少 3 种"), ("Office-2026-mima", "不能包含账号"), ("xoFFicex-2026A", "不能包含账号"),
     ("Aa1!" * 51, "不超过 200 位"), ("密码密码密码密码密码", "至少 3 种")],
)  # fmt: skip
def test_a_weak_password_is_refused_with_what_it_lacks(town_door: Door, password: str, sentence: str) -> None:
    with pytest.raises(WeakPassword, match=sentence):
        check_rules(password, "office", rules(town_door))
    visitor = town_door.as_("office")
    answer = visitor.submit("/me/password", {"old": PASSWORD, "new": password, "again": password})
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_all_that_is_against_a_new_password_is_said_at_once(town_door: Door) -> None:
    """Too short, of one kind, with the login in it, not the same twice; the hint says every rule beforehand."""
    visitor = town_door.as_("office")
    hint = "10 至 200 位，大写字母、小写字母、数字、符号中至少 3 种；不含账号，与最近 5 次用过的不同"
    assert hint in visitor.get("/me").text
    weak = ("密码至少 10 位", "至少 3 种", "密码不能包含账号", "两次输入的新密码不一致")
    answer = visitor.submit("/me/password", {"old": PASSWORD, "new": "office", "again": "office2"})
    assert (answer.status_code, [one for one in weak if one not in answer.text]) == (422, [])
    answer = visitor.submit("/me/password", {"old": "", "new": "office", "again": "office2"})
    assert [one for one in ("原密码：请填写", *weak) if one not in answer.text] == []
    used = visitor.submit("/me/password", {"old": PASSWORD, "new": PASSWORD, "again": "another"})
    assert [one for one in ("最近 5 次用过的密码相同", weak[-1]) if one not in used.text] == []


def test_of_earlier_passwords_nothing_is_told_to_who_does_not_know_the_present_one(town_door: Door) -> None:
    answer = town_door.as_("office").submit("/me/password", {"old": "a guess", "new": PASSWORD, "again": PASSWORD})
    assert (answer.status_code, "最近 5 次" in answer.text.partition("</form>")[0].partition("new-hint")[0]) == (
        422,
        False,
    )


@pytest.mark.parametrize("password", ["Abcdef-123", "abcdef-123", "ABCDEF-123x", "密码Abc-123456", "correct Horse 1"])
def test_a_password_that_is_long_and_mixed_is_taken(town_door: Door, password: str) -> None:
    check_rules(password, "office", rules(town_door))


def test_the_last_five_passwords_are_not_used_again(door: Door) -> None:
    visitor, used = door.sign_in("handler"), [f"Mima-2026-no-{number}" for number in range(1, 8)]
    with writing(door.world.engine) as work:
        [account] = work.session.exec(select(Account).where(Account.login == "handler"))
        work.session.add_all(
            [PasswordUsed(account_id=account.id or 0, password_hash=password_hash(one), at=1) for one in used]
        )
        work.commit()
    for old in (PASSWORD, *used[-5:]):
        answer = visitor.submit("/me/password", {"old": PASSWORD, "new": old, "again": old})
        assert (answer.status_code, "最近 5 次用过的密码相同" in answer.text) == (422, True), old
    assert visitor.submit("/me/password", {"old": PASSWORD, "new": used[1], "again": used[1]}).status_code == 200
    again = visitor.submit("/me/password", {"old": used[1], "new": PASSWORD, "again": PASSWORD})
    assert (again.status_code, "最近 5 次用过的密码相同" in again.text) == (422, True)


def test_a_new_password_ends_all_other_sessions_and_the_old_password(door: Door) -> None:
    mine, elsewhere = door.sign_in("handler"), door.sign_in("handler")
    assert mine.submit("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 200
    assert holds(mine)
    assert not holds(elsewhere)
    assert WRONG in door.try_sign_in(door.visitor(), "handler").text
    assert door.try_sign_in(door.visitor(), "handler", NEW).status_code == 303
    assert "password_changed" in events(door)


def test_a_new_password_wants_the_old_one(town_door: Door) -> None:
    visitor = town_door.sign_in("handler")
    for form in (
        {"old": "wrong", "new": NEW, "again": NEW},
        {"new": NEW, "again": NEW},
        {"old": PASSWORD, "new": NEW, "again": NEW + "x"},
    ):
        assert visitor.submit("/me/password", form).status_code == 422
    assert town_door.try_sign_in(town_door.visitor(), "handler").status_code == 303


@pytest.mark.parametrize("how", ["told to", "too old"])
def test_who_must_change_the_password_comes_no_further_first(door: Door, how: str) -> None:
    [case] = door.world.feed_back()
    with writing(door.world.engine) as work:
        if how == "told to":
            work.session.execute(
                text("UPDATE accounts SET must_change = :yes WHERE login = 'secretary'"), {"yes": True}
            )
        else:
            old = clock.micros(door.world.now - timedelta(days=rules(door).password_days, seconds=1))
            work.session.execute(text("UPDATE accounts SET password_at = :old WHERE login = 'secretary'"), {"old": old})
        work.commit()
    visitor = door.sign_in("secretary")
    for path in ("/", "/cases", f"/cases/{case}", f"/acts/claim?case={case}", "/log", "/nowhere"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers.get("location")) in {(303, "/me?change=1"), (404, None)}, path
    # A false name for the host does not make another address of it.
    assert visitor.get(f"/cases/{case}", headers={"host": "x/me?"}).status_code == 303
    assert visitor.submit("/acts/acknowledge", {"case": str(case), "step": "do"}).headers["location"] == "/me?change=1"
    assert door.world.actions(case) == ["feed_back"]
    assert visitor.submit("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 200
    assert visitor.get(f"/cases/{case}").status_code == 200


def test_a_password_is_kept_as_a_slow_salted_hash_and_written_nowhere_else(
    town_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HASHER, "current_hasher", SLOW)
    visitor = town_door.sign_in("leader")
    assert visitor.submit("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 200
    rows = " ".join(row for table in town_door.world.dump().values() for row in table)
    assert "leader" in rows
    assert NEW not in rows
    [(kept,)] = town_door.world.rows("SELECT password_hash FROM accounts WHERE login = 'leader'")
    assert re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", kept)
    assert int(re.findall(r"m=(\d+)", kept)[0]) >= 19_456, "memory in KiB, as OWASP asks of argon2id"
