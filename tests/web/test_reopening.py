"""Accounts that come back, second factors that are lost, second logins of somebody: asked by one, approved by another, on the accounts page."""

from __future__ import annotations

import re

import pytest

from clock import chinese_date
from storage.engine import writing
from tests.household import account_of, close_login, end_posts, ends, give_post
from tests.storage.test_identity import ID
from tests.web.conftest import PASSWORD, Answer, Door, field_in
from tests.web.signed import WRONG, events, holds
from tests.web.test_resets import ask, last
from tests.world import TOWN


def noted(door: Door, what: str) -> list[tuple[str, str, str]]:
    """Return the lines of the security log about one thing: who, in which words, by which door."""
    found = door.world.rows("SELECT login, words, via FROM security_log WHERE what = :what ORDER BY id", what=what)
    return [(row[0], row[1], row[2]) for row in found]


def approved(door: Door) -> Answer:
    """Let the secadmin approve the latest request as the page shows it."""
    answer = door.as_("secadmin").approve(last(door))
    assert answer.status_code == 200, answer.text
    return answer


def told(page: Answer) -> str:
    """Return the password that a page tells once."""
    return str(re.findall(r'first-password">(\S+)</strong>', page.text)[0])


def test_a_closed_account_is_opened_again_with_a_new_password_and_without_its_posts(door: Door) -> None:
    """What it held ended with it; the old password is dead, and what it was is in both logs."""
    world = door.world
    here = door.sign_in("handler")
    close_login(world, "handler")
    assert not holds(here)
    over = ends(world, "handler")
    assert "没有停用" in ask(door, kind="reopen", login="secretary").text
    assert ask(door, kind="reopen", login="handler").status_code == 303
    waits = door.as_("secadmin").get("/accounts").text
    assert "重新启用" in waits
    assert "<dd>须另行任命</dd>" not in waits, "it held its post until tonight, and it read that it held none"
    page = approved(door)
    first = told(page)
    held = f"{TOWN}整改联络员（至 {chinese_date(world.today)}）"
    assert f"账号 handler 已重新启用，现有职务照旧：{held}；到期后的须另行任命" in page.text
    assert first not in door.as_("secadmin").get("/accounts").text
    assert WRONG in door.try_sign_in(door.visitor(), "handler", PASSWORD).text
    fresh = door.visitor()
    assert door.try_sign_in(fresh, "handler", first).status_code == 303
    assert fresh.get("/").headers["location"] == "/me?change=1"
    assert ends(world, "handler") == over
    assert noted(door, "password_reset") == [("secadmin", "重新启用账号 handler", "web")]
    assert {"account_asked", "account_approved"} <= set(events(door))
    sql = "SELECT COUNT(*) FROM trail WHERE action = 'account.reopen' AND about = :about"
    assert world.rows(sql, about=f"account:{account_of(world, 'handler')}") == [(1,)]
    end_posts(world, "handler", world.today)
    world.later(1)
    give_post(world, "handler", "handler", TOWN)
    assert ends(world, "handler")[-1] == "None"


def test_a_lost_second_factor_is_reset_by_two_and_the_security_log_has_it(door: Door) -> None:
    assert "没有双因素" in ask(door, kind="reset_factor", login="handler").text
    here = door.sign_in("handler")
    with writing(door.world.engine) as work:
        work.connection.exec_driver_sql("UPDATE accounts SET second_factor = 'x' WHERE login = 'handler'")
        work.commit()
    assert ask(door, kind="reset_factor", login="handler").status_code == 303
    page = approved(door)
    assert "账号 handler 的双因素已清除" in page.text
    assert "first-password" not in page.text
    assert not holds(here)
    assert noted(door, "second_reset") == [("secadmin", "重置账号 handler 的双因素", "web")]
    assert door.world.rows("SELECT second_factor FROM accounts WHERE login = 'handler'") == [(None,)]
    assert door.try_sign_in(door.visitor(), "handler").status_code == 303, "the password stays"


@pytest.mark.parametrize("known_by", [{"personal_key": ID}, {"name": "钱一"}])
def test_who_is_registered_gets_a_second_login_without_a_post_more(door: Door, known_by: dict[str, str]) -> None:
    """No page asked for it, though the table had it: by the personal key, or by a name that one alone has."""
    sysadmin, world = door.as_("sysadmin"), door.world
    assert "给已登记的人再开一个账号" in sysadmin.get("/accounts").text
    assert ask(door, login="qian", name="钱一", role="office", personal_key=ID).status_code == 303
    approved(door)
    assert ask(door, kind="make", login="qian.two", **known_by).status_code == 303
    page = door.as_("secadmin").get("/accounts").text
    for words in ("给已登记的人再开一个账号", "qian.two", "（钱一）", "现有职务：巡察办"):
        assert words in page, words
    page = approved(door)
    assert "账号 qian.two 已开通" in str(page.text)
    assert door.try_sign_in(door.visitor(), "qian.two", told(page)).status_code == 303
    owners = world.rows("SELECT DISTINCT person_id FROM accounts WHERE login LIKE 'qian%'")
    assert len(owners) == 1
    assert world.rows("SELECT COUNT(*) FROM posts WHERE person_id = :one", one=owners[0][0]) == [(1,)]


def test_a_second_login_is_for_somebody_who_is_there_and_never_approved_by_its_owner(door: Door) -> None:
    for given, sentence in (
        ({"login": "x.two"}, "请填写已登记的人的身份标识或姓名"),
        ({"login": "x.two", "personal_key": "4711"}, "没有这个身份标识的人"),
        ({"login": "x.two", "name": "查无此人"}, "没有人员“查无此人”"),
        ({"login": "handler", "name": "李敏"}, "账号“handler”已有人使用"),
        ({"name": "李敏"}, "请填写账号"),
        ({"login": "x.two", "personal_key": "110105194912310021"}, "没有这个身份标识的人"),
    ):
        answer = ask(door, kind="make", **given)
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
    assert ask(door, kind="make", login="sec.two", name="安全").status_code == 303
    answer = door.as_("secadmin").approve(last(door))
    assert (answer.status_code, "这是您自己的账号，须由别人审批" in answer.text) == (422, True)
    assert door.world.rows("SELECT COUNT(*) FROM accounts WHERE login = 'sec.two'") == [(0,)]


def test_what_changed_of_the_owner_since_is_looked_at_again(door: Door) -> None:
    """The page showed whose login it would be, with the posts held then."""
    assert ask(door, kind="make", login="li.two", name="李敏").status_code == 303
    page = door.as_("secadmin").get("/accounts").text
    seen = field_in(page.partition(f'action="/accounts/{last(door)}"')[2], "seen")
    give_post(door.world, "handler", "secretary", TOWN, capacity="acting", document="某委〔2026〕1号")
    answer = door.as_("secadmin").submit(f"/accounts/{last(door)}", {"step": "approve", "seen": seen})
    assert (answer.status_code, "刚刚有变动" in answer.text) == (422, True)
