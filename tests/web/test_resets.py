"""A forgotten password: the sysadmin asks, the secadmin approves; and what a request would change of somebody is shown first."""

from __future__ import annotations

import re

import pytest

import clock
from storage.accounts import BadAccount, give_password
from storage.engine import writing
from tests.web.conftest import PASSWORD, Answer, Door, field_in, password_hash
from tests.web.signed import LOCKED, NEW, WRONG, events, fail, holds
from tests.web.stage import Stage
from tests.world import TOWN
from web.people.passwords import matches


def ask(door: Door, **said: str) -> Answer:
    """Let the sysadmin ask."""
    return door.as_("sysadmin").submit("/accounts", {"reason": "忘记密码", **said})


def last(door: Door) -> int:
    """Return the number of the latest request."""
    return int(door.world.rows("SELECT MAX(id) FROM requests")[0][0])


def reset(door: Door, login: str) -> str:
    """Let a password be reset; return the new one, as the secadmin is shown it."""
    assert ask(door, kind="reset", login=login).status_code == 303
    page = door.as_("secadmin").approve(last(door))
    assert page.status_code == 200
    return str(re.findall(r'first-password">(\S+)</strong>', page.text)[0])


def test_the_first_password_has_no_letters_that_look_alike(door: Door) -> None:
    for _ in range(5):
        assert not set(reset(door, "secretary")) & set("l1IiO0o"), "it is told by mouth"


def test_the_security_log_says_dates_as_people_do(door: Door) -> None:
    door.as_("office").get("/cases/export.xlsx?from=2026-03-09&sort=number")
    said = door.as_("secauditor").get("/security").text
    assert "2026-03-09" not in said
    assert "from=2026年3月9日（周一）" in said


def test_a_reset_ends_all_sessions_and_the_old_password_and_is_changed_at_once(door: Door) -> None:
    """Asked by one, approved by another, shown once; the owner is let in with it as far as the change of password."""
    here, elsewhere = door.sign_in("secretary"), door.sign_in("secretary")
    assert ask(door, kind="reset", login="secretary").status_code == 303
    assert holds(here)
    number = last(door)
    assert door.as_("sysadmin").submit(f"/accounts/{number}", {"step": "approve"}).status_code == 404
    assert "重置密码" in door.as_("secadmin").get("/accounts").text
    page = door.as_("secadmin").approve(number)
    first = re.findall(r'first-password">(\S+)</strong>', page.text)[0]
    assert first not in door.as_("secadmin").get("/accounts").text
    assert not holds(here)
    assert not holds(elsewhere)
    assert WRONG in door.try_sign_in(door.visitor(), "secretary").text
    back = door.sign_in("secretary", first)
    assert back.get("/").headers["location"] == "/me?change=1"
    again = back.submit("/me/password", {"old": first, "new": PASSWORD, "again": PASSWORD})
    assert (again.status_code, "最近 5 次用过的密码相同" in again.text) == (422, True)
    assert back.submit("/me/password", {"old": first, "new": NEW, "again": NEW}).status_code == 200
    assert back.get("/").status_code == 200


def test_a_reset_stands_in_the_security_log_without_the_password(door: Door) -> None:
    first = reset(door, "secretary")
    assert {"account_asked", "account_approved", "password_reset"} <= set(events(door))
    log = door.as_("secauditor").get("/security").text
    assert "重置账号 secretary 的密码" in log
    assert "重置密码" in log
    assert first not in " ".join(row for table in door.world.dump().values() for row in table)


def test_whoever_was_locked_out_gets_in_with_the_new_password(door: Door) -> None:
    assert LOCKED in fail(door, door.visitor(), "secretary", 6).text
    first = reset(door, "secretary")
    assert door.try_sign_in(door.visitor(), "secretary", first).status_code == 303


def test_a_reset_that_is_refused_changes_nothing(door: Door) -> None:
    visitor = door.sign_in("secretary")
    assert ask(door, kind="reset", login="secretary").status_code == 303
    assert door.as_("secadmin").submit(f"/accounts/{last(door)}", {"step": "refuse"}).status_code == 200
    assert holds(visitor)
    assert door.try_sign_in(door.visitor(), "secretary").status_code == 303


def test_a_closed_or_unknown_account_gets_no_new_password(door: Door) -> None:
    """Neither asked for, nor approved when it was closed in between."""
    assert "没有账号" in ask(door, kind="reset", login="nobody.there").text
    assert ask(door, kind="reset", login="team").status_code == 303
    number = last(door)
    assert ask(door, kind="close", login="team").status_code == 303
    assert door.as_("secadmin").approve(number + 1).status_code == 200
    answer = door.as_("secadmin").approve(number)
    assert (answer.status_code, "不能重置密码" in answer.text) == (422, True)
    answer = ask(door, kind="reset", login="team")
    assert (answer.status_code, "不能重置密码" in answer.text) == (422, True)
    with writing(door.world.engine) as work, pytest.raises(BadAccount, match="已停用"):
        give_password(work.session, "team", "x", clock.micros(door.world.now))


def test_a_sign_in_that_began_with_the_old_password_opens_nothing(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes a moment: the password is reset between the look and the opening of the session."""

    def meanwhile(password: str, kept: str | None) -> bool:
        with writing(door.world.engine) as work:
            give_password(work.session, "secretary", password_hash(NEW), clock.micros(door.world.now))
            work.commit()
        return matches(password, kept)

    # Its moment of hashing is where the reset comes in.
    monkeypatch.setattr("web.people.signing.matches", meanwhile)
    answer = door.try_sign_in(door.visitor(), "secretary")
    assert (answer.status_code, WRONG in answer.text) == (422, True)


def test_the_sign_in_page_says_what_to_do_about_a_forgotten_password(town_door: Door) -> None:
    page = town_door.visitor().get("/signin").text
    assert "忘记密码" in page
    for words in ("系统管理员", "申请重置", "安全管理员"):
        assert words in page
        assert words in town_door.try_sign_in(town_door.visitor(), "nobody", "x").text


# What a request changes of somebody who is there.


def another_address(door: Door, email: str = "new@example.test") -> int:
    """Let the sysadmin ask for a post for 王建国, with another address for his mail; return the request."""
    said = {"login": "secretary", "name": "王建国", "role": "handler", "unit": TOWN, "email": email}
    assert ask(door, kind="open", **said).status_code == 303
    return last(door)


def address(door: Door) -> str:
    """Return where the mail of 王建国 goes."""
    sql = "SELECT email FROM people WHERE id = :person"
    return str(door.world.rows(sql, person=door.world.people["secretary"])[0][0])


def test_an_approver_sees_which_address_would_be_changed_into_which(door: Door) -> None:
    number = another_address(door)
    page = door.as_("secadmin").get("/accounts").text
    assert "secretary@example.test → new@example.test" in page
    assert f"现有职务：{TOWN}书记" in page
    answer = door.as_("secadmin").approve(number)
    assert "邮箱由 secretary@example.test 改为 new@example.test" in answer.text
    assert address(door) == "new@example.test"
    log = door.as_("secauditor").get("/security").text
    assert log.count("邮箱由 secretary@example.test 改为 new@example.test") == 2


def test_an_approval_holds_only_for_the_change_that_was_shown(door: Door) -> None:
    """Between the page and the button another request was approved: the first address shown is no longer the old one."""
    first, second = another_address(door), another_address(door, "other@example.test")
    page = door.as_("secadmin").get("/accounts").text
    assert "secretary@example.test → other@example.test" in page
    shown = [field_in(form, "seen") for form in page.split('<form method="post" action="/accounts/')[1:]]
    assert len(set(shown)) == 2
    seen = {"seen": field_in(page.partition(f'action="/accounts/{second}"')[2], "seen")}
    assert door.as_("secadmin").approve(first).status_code == 200
    answer = door.as_("secadmin").submit(f"/accounts/{second}", {"step": "approve", **seen})
    assert (answer.status_code, "刚刚有变动" in answer.text) == (422, True)
    assert "new@example.test → other@example.test" in answer.text
    assert address(door) == "new@example.test"


def test_a_request_that_changes_nothing_of_a_person_says_nothing_of_a_change(door: Door) -> None:
    another_address(door, "secretary@example.test")
    Stage(door).request(login="fresh.one", name="新来的", email="fresh@example.test")
    page = door.as_("secadmin").get("/accounts").text
    assert "→" not in page
    assert "fresh@example.test" in page
