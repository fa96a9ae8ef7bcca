"""A post that is empty and a mailbox that fails are tasks of the office: one line each, and a list that says who mends it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import text

import clock
from tests.web.conftest import Door, password_hash
from tests.world import TOWN


def words(page: str) -> str:
    """Return the text of a page on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def told(door: Door) -> list[str]:
    """Return the lines of the office's home about empty posts and mailboxes."""
    page = words(door.sign_in("office").get("/").text)
    return re.findall(r"○ 请落实 (\d+ [^ ]+)", page)


def close(door: Door, login: str) -> None:
    """Close the account of one of the cast, as the administrators do."""
    ((number,),) = door.world.rows("SELECT id FROM accounts WHERE login = :login", login=login)
    door.world.enter("secadmin", "account", "close", int(number), asked_by="sysadmin")


def lost(door: Door, person: int, state: str, days_ago: int = 0) -> None:
    """Let the last mail to somebody be sent or given up, as the post writes it."""
    at = clock.micros(door.world.now - timedelta(days=days_ago))
    with door.world.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO deliveries (outbox_id, case_id, person_id, jurisdiction, idx, speed, state, next_at, last_error) "
                "SELECT o.id, o.case_id, :person, o.jurisdiction, o.id, 'now', :state, :at, '550 no such mailbox' FROM outbox o WHERE NOT EXISTS "
                "(SELECT 1 FROM deliveries d WHERE d.outbox_id = o.id AND d.person_id = :person) ORDER BY o.id LIMIT 1"
            ),
            {"person": person, "state": state, "at": at},
        )


def test_a_unit_whose_secretary_cannot_sign_in_is_one_line_and_a_row(door: Door) -> None:
    """A deputy for some days does not fill the post; with a new secretary the line is gone."""
    world = door.world
    assert told(door) == []
    assert "都有能登录的书记" in door.as_("office").get("/vacancies").text
    close(door, "secretary")
    world.hire("deputy", "赵东", "secretary", TOWN, capacity="stand_in", starts_on=world.today, ends_on=world.today)
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE accounts SET password_hash = :hash"), {"hash": password_hash()})
    assert told(door) == ["1 个党组织没有能登录的书记"]
    page = door.as_("office").get("/vacancies").text
    assert f'<a href="/register/unit/{world.units[TOWN]}">{TOWN}</a>' in page
    assert "请把名单告诉系统管理员" in page
    assert '<a href="/accounts">开通书记的账号</a>' in door.as_("sysadmin").get("/vacancies").text
    world.hire("secretary_new", "钱进", "secretary", TOWN)
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE accounts SET password_hash = :hash"), {"hash": password_hash()})
    assert told(door) == []


def test_a_post_that_ends_within_a_week_wants_who_comes_after(door: Door) -> None:
    """Eight days ahead nobody is told; within seven it is a line, until somebody holds the post beyond that day."""
    world = door.world
    last = world.today + timedelta(days=8)
    ((post,),) = world.rows("SELECT id FROM posts WHERE person_id = :one", one=world.people["handler"])
    world.enter("secadmin", "post", "end", int(post), asked_by="sysadmin", ends_on=last)
    assert told(door) == []
    world.go(world.today + timedelta(days=1))
    assert told(door) == ["1 个职务七天内到期，没有接任的人"]
    page = door.as_("office").get("/vacancies").text
    assert f'<a href="/register/post/{post}">{TOWN}整改联络员</a>' in page
    assert "李敏" in page
    world.hire("handler_new", "钱进", "handler", TOWN, starts_on=last + timedelta(days=1))
    assert told(door) == []


def test_who_gets_no_mail_is_named_until_it_is_mended(door: Door) -> None:
    """A mail given up counts for a week, until a later one arrives or the address is changed; no address counts always."""
    world = door.world
    world.feed_back(3)
    handler, secretary = world.people["handler"], world.people["secretary"]
    lost(door, handler, "failed")
    lost(door, secretary, "failed", days_ago=8)
    assert told(door) == ["1 人收不到邮件"]
    page = words(door.as_("office").get("/vacancies").text)
    assert "李敏 handler@example.test 550 no such mailbox" in page
    world.go(world.today + timedelta(days=1))
    world.enter("secadmin", "person", "change", handler, asked_by="sysadmin", email="li.min@example.test")
    assert told(door) == []
    lost(door, handler, "failed")
    assert told(door) == ["1 人收不到邮件"]
    lost(door, handler, "sent")
    assert told(door) == []
    world.enter("secadmin", "person", "change", handler, asked_by="sysadmin", email="")
    assert told(door) == ["1 人收不到邮件"]
    assert "没有登记邮箱" in words(door.sign_in("office").get("/vacancies").text)
