"""消息: the same notices as the letters bring, seen or not; the quiet line of the home; the choice of when to be told."""

from __future__ import annotations

from notifications.deliver import deliver
from notifications.settings import channel_for
from register.wanted import Wanted
from tests.post.sending import folder
from tests.register.test_road import entered
from tests.web.conftest import Door
from tests.web.test_homes import words
from tests.world import TOWN, day

HOURS = {"office_hours": "08:30-17:30", "daily": "08:30"}


def send(door: Door) -> None:
    post = folder(door.world.home / "mail", **HOURS)
    deliver(door.world.engine, post, door.world.now, channel_for(post))


def test_what_the_letters_bring_stands_there_until_it_is_seen(door: Door) -> None:
    """Two problems and a claim of one: the office reads the claim before its letter leaves; a case that is not for it any more is gone."""
    world = door.world
    first, second = world.feed_back(2)
    world.do("secretary", "claim", first)
    send(door)
    office = door.as_("office")
    assert "自上次登录以来 1 条新消息" in office.get("/").text
    page = office.get("/messages").text
    assert [word in words(page) for word in ("新 认领", f"{TOWN} 第 1 号", f"{TOWN} 第 2 号")] == [True, True, False]
    newest = page.partition('name="newest" value="')[2].partition('"')[0]
    assert office.submit("/messages", {"newest": newest}).status_code == 303
    again = office.get("/messages").text
    assert "认领" in again
    assert "新" not in words(again).partition("最近的在前")[2].partition("认领")[0]
    assert "条新消息" not in office.get("/").text
    handler = door.as_("handler")
    assert "自上次登录以来 2 条新消息" in handler.get("/").text
    entered(world, "office", Wanted("restriction", "make", None, {"case": second, "roles": "secretary office"}, "涉密"))
    left = words(handler.get("/messages").text)
    assert (f"{TOWN} 第 1 号" in left, f"{TOWN} 第 2 号" in left) == (True, False)
    assert "自上次登录以来 1 条新消息" in handler.get("/").text


def test_who_chose_so_is_told_at_once_of_what_is_not_urgent_and_everybody_of_what_is(door: Door) -> None:
    world = door.world
    [case] = world.feed_back(1)
    send(door)
    world.go(day(3, 3))
    assert door.as_("office2").submit("/me/letters", {"letters": "weekly"}).status_code == 422
    answer = door.as_("office2").submit("/me/letters", {"letters": "at_once"})
    assert "已按您选的办" in answer.text
    world.do("secretary", "claim", case)
    send(door)
    told = world.rows(
        "SELECT a.login, d.state FROM deliveries d JOIN accounts a ON a.person_id = d.person_id JOIN outbox o ON o.id = d.outbox_id WHERE o.template = 'claim' ORDER BY a.login"
    )
    assert [tuple(one) for one in told] == [("leader", "waiting"), ("office", "waiting"), ("office2", "sent")]
    world.do("office", "escalate_by_hand", case)
    send(door)
    waits = world.rows("SELECT COUNT(*) FROM deliveries WHERE state = 'waiting'")
    assert waits == [(1,)], "the claim alone, to who did the escalation"


def test_the_calendar_of_ones_dates_has_days_and_numbers_and_no_word_more(door: Door) -> None:
    """A secret address without a session; renewed, the old one leads nowhere; the bytes are RFC 5545's."""
    world = door.world
    for number in range(40):
        world.feed_back(1, start=number + 1)
    secretary, stranger = door.as_("secretary"), door.as_("")
    addresses = []
    for _ in range(2):
        page = secretary.submit("/me/feed", {"step": "renew"}).text
        addresses.append(page.partition('class="break">')[2].partition("<")[0].removeprefix("http://127.0.0.1:8000"))
    old, new = addresses
    assert stranger.get(old).status_code == 404
    answer = stranger.get(new)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    body = answer.content
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    lines = body.decode().replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert (lines.count("BEGIN:VEVENT"), lines.count("END:VEVENT")) == (1, 1)
    assert "DTSTART;VALUE=DATE:20260309" in lines
    [summary] = [line for line in lines if line.startswith("SUMMARY:")]
    assert summary == f"SUMMARY:整改到期 40 件：第 {'、'.join(str(number) for number in range(1, 31))} 号等"
    assert TOWN not in body.decode()
    assert stranger.get(old.replace("/feeds/", "/feeds/x")).status_code == 404
    kept = world.rows("SELECT feed_hash FROM preferences")
    assert new.rpartition("/")[2] not in str(kept)
    assert "日历订阅已停止" in secretary.submit("/me/feed", {"step": "end"}).text
    assert stranger.get(new).status_code == 404
