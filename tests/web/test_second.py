"""The second factor: asked for after the password, each code good once, and no session before it (TESTS 31)."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import text

import clock
from storage.engine import reading, writing
from storage.private import lasting
from storage.second_factor import forget_second_factor, take_step
from storage.tables import Account
from tests.web.conftest import PASSWORD, Answer, Door, Visitor, field_in
from tests.web.signed import LOCKED, NEW, WRONG, events, fail, holds, rules
from tests.web.stage import Stage
from web.people.second import Unreadable, keyring, new_secret, opened, sealed, step_of
from web.people.sessions import COOKIE
from web.people.signing import DEVICE, HALF_SECONDS, OVER, WRONG_CODE

HALF, BEFORE = "zhenggai_half", "zhenggai_before"


def account_id(door: Door, login: str) -> int:
    return int(door.world.rows("SELECT id FROM accounts WHERE login = :login", login=login)[0][0])


def given(door: Door, login: str) -> pyotp.TOTP:
    """Let an account have a second factor; return its authenticator."""
    secret, number = new_secret(), account_id(door, login)
    kept = sealed(keyring(door.world.home), number, secret, clock.micros(door.world.now))
    with writing(door.world.engine) as work:
        work.session.get_one(Account, number).second_factor = kept
        work.commit()
    return pyotp.TOTP(secret)


def code(door: Door, phone: pyotp.TOTP, seconds: int = 0) -> str:
    """Return what the phone shows, its clock wrong by so many seconds."""
    return phone.at(door.world.now + timedelta(seconds=seconds))


def give_code(visitor: Visitor, said: str, **fields: str) -> Answer:
    """Fill in the code on its page and send it."""
    token = field_in(visitor.get("/signin/code").text, "token")
    return visitor.post("/signin/code", data={"code": said, "token": token, **fields})


def halfway(door: Door, login: str) -> Visitor:
    """Return a browser in which the password was right."""
    visitor = door.visitor()
    answer = door.try_sign_in(visitor, login)
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin/code")
    return visitor


def demanded(door: Door, monkeypatch: pytest.MonkeyPatch, *roles: str) -> None:
    """Let the house be a formal one in which these roles must have a second factor."""
    web = door.settings.config.web.model_copy(update={"second_factor": list(roles)})
    config = door.settings.config.model_copy(update={"web": web})
    settings = door.settings.model_copy(update={"config": config})
    desk = replace(door.app.state.desk, settings=settings, rehearsal=False)
    monkeypatch.setitem(door.app.state._state, "desk", desk)


def used(door: Door, login: str) -> int | None:
    found: int | None = door.world.rows("SELECT second_used FROM accounts WHERE login = :login", login=login)[0][0]
    return found


# Signing in.


def test_after_the_password_a_code_is_asked_for_and_there_is_no_session_before_it(door: Door) -> None:
    phone = given(door, "office")
    visitor = halfway(door, "office")
    assert COOKIE not in visitor.cookies
    assert (visitor.get("/").headers["location"], door.world.rows("SELECT COUNT(*) FROM sessions")) == (
        "/signin",
        [(0,)],
    )
    page = visitor.get("/signin/code")
    assert (page.status_code, "6 位验证码" in page.text, "王建国" in page.text) == (200, True, False)
    answer = give_code(visitor, code(door, phone))
    assert (answer.status_code, answer.headers["location"], holds(visitor)) == (303, "/", True)
    assert (HALF in visitor.cookies, BEFORE in visitor.cookies) == (False, False)
    assert events(door) == ["second_wanted", "signed_in"]
    assert used(door, "office") == int(door.world.now.timestamp()) // 30


def test_after_the_code_one_is_where_one_wanted_to_go_and_never_outside(door: Door) -> None:
    phone = given(door, "office")
    for to, wanted in (("/cases?q=%E8%B7%AF", "/cases?q=%E8%B7%AF"), ("//evil.test", "/"), ("https://evil.test", "/")):
        door.world.now += timedelta(minutes=2)
        visitor = door.visitor()
        away = door.try_sign_in(visitor, "office", next=to).headers["location"]
        next_ = field_in(visitor.get(away).text, "next")
        assert give_code(visitor, code(door, phone), next=next_).headers["location"] == wanted
        assert field_in(halfway(door, "office").get("/signin/code", params={"next": to}).text, "next") == wanted


def test_whether_there_is_a_second_factor_is_not_told_to_who_does_not_know_the_password(door: Door) -> None:
    pages = []
    for prepare in (lambda: None, lambda: given(door, "office")):
        prepare()
        visitor = door.visitor()
        answer = door.try_sign_in(visitor, "office", "wrong")
        assert (answer.status_code, WRONG in answer.text, HALF in visitor.cookies) == (422, True, False)
        pages.append(answer.text.replace(field_in(answer.text, "token"), "token"))
    assert pages[0] == pages[1]


def test_a_code_is_good_once_whoever_brings_it(door: Door) -> None:
    """Somebody looks over the shoulder of the one who signs in: password and code are known, and good for nothing."""
    phone = given(door, "office")
    said = code(door, phone)
    assert give_code(halfway(door, "office"), said).status_code == 303
    thief = halfway(door, "office")
    answer = give_code(thief, said)
    assert (answer.status_code, WRONG_CODE in answer.text, COOKIE in thief.cookies) == (422, True, False)
    earlier = code(door, phone, -30)
    assert WRONG_CODE in give_code(thief, earlier).text, "older than what was taken"
    assert events(door)[-2:] == ["second_replayed", "second_replayed"]
    door.world.now += timedelta(seconds=30)
    assert give_code(thief, code(door, phone)).status_code == 303


@pytest.mark.parametrize("browsers", [1, 2], ids=["in one browser", "in two browsers"])
def test_of_two_who_bring_one_code_at_once_one_comes_in(door: Door, browsers: int) -> None:
    phone = given(door, "office")
    visitors = [halfway(door, "office") for _ in range(browsers)]
    requests = []
    for number in range(8):
        visitor = visitors[number % browsers]
        token = field_in(visitor.get("/signin/code").text, "token")
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        requests.append((token, cookies))
    barrier, answers = threading.Barrier(len(requests)), list[int]()

    def send(token: str, cookies: str) -> None:
        racer = door.visitor(cookie=cookies)
        barrier.wait(30)
        answers.append(racer.post("/signin/code", data={"code": code(door, phone), "token": token}).status_code)

    racers = [threading.Thread(target=send, args=one) for one in requests]
    for one in racers:
        one.start()
    for one in racers:
        one.join(60)
    assert sorted(answers)[:1] == [303]
    assert answers.count(303) == 1, answers
    assert door.world.rows("SELECT COUNT(*) FROM sessions") == [(1,)]
    assert events(door).count("signed_in") == 1


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (-30, True), (30, True), (-61, False), (61, False)])
def test_a_phone_may_go_wrong_by_one_step(town_door: Door, seconds: int, good: bool) -> None:
    town_door.world.now = town_door.world.now.replace(second=0) + timedelta(minutes=5)
    phone = given(town_door, "head")
    with writing(town_door.world.engine) as work:
        work.session.execute(text("UPDATE accounts SET second_used = NULL"))
        work.commit()
    answer = give_code(halfway(town_door, "head"), code(town_door, phone, seconds))
    assert (answer.status_code == 303) == good
    with writing(town_door.world.engine) as work:
        work.session.execute(text("UPDATE accounts SET second_factor = NULL"))
        work.session.execute(text("DELETE FROM sign_in_attempts"))
        work.commit()


def test_the_steps_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, SHA-1: the last six of its eight digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    for at, digits in ((59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")):
        assert step_of(secret, digits[-6:], at * 1_000_000) == at // 30
        assert step_of(secret, f" {digits[2:5]} {digits[5:]} ", at * 1_000_000) == at // 30
    for wrong in ("", "94287082", "28708", "２８７０８２", "287082\u200b", "0x4626", "-28708"):
        assert step_of(secret, wrong, 59_000_000) is None


def test_a_clock_that_went_back_takes_no_code_again(door: Door) -> None:
    phone = given(door, "office")
    assert give_code(halfway(door, "office"), code(door, phone)).status_code == 303
    said = code(door, phone, -30)
    door.world.now -= timedelta(seconds=30)
    assert WRONG_CODE in give_code(halfway(door, "office"), said).text


def test_of_two_steps_taken_at_once_the_row_keeps_the_later(door: Door) -> None:
    number = account_id(door, "office")
    with writing(door.world.engine) as work:
        assert [take_step(work.driver, number, step) for step in (7, 7, 6, 8, 8)] == [True, False, False, True, False]
        work.commit()


# Wrong codes and the lock.


def test_wrong_codes_lock_like_wrong_passwords_and_with_them(door: Door) -> None:
    phone = given(door, "office")
    visitor = halfway(door, "office")
    fail(door, door.visitor(), "office", 2)
    for _ in range(3):
        assert WRONG_CODE in give_code(visitor, "000000").text
    locked = give_code(visitor, code(door, phone))
    assert (locked.status_code, LOCKED in locked.text, COOKIE in visitor.cookies) == (422, True, False)
    assert LOCKED in door.try_sign_in(door.visitor(), "office").text
    door.world.now += timedelta(minutes=rules(door).lock_minutes, seconds=1)
    assert give_code(halfway(door, "office"), code(door, phone)).status_code == 303
    noted = events(door)
    assert (noted.count("second_failed"), noted.count("sign_in_failed"), noted.count("sign_in_locked")) == (3, 2, 2)


def test_strangers_who_guess_codes_do_not_lock_out_the_device_of_the_owner(door: Door) -> None:
    phone = given(door, "office")
    mine = halfway(door, "office")
    give_code(mine, code(door, phone))
    stranger = halfway(door, "office")
    for _ in range(5):
        give_code(stranger, "000000")
    door.world.now += timedelta(seconds=60)
    mine.cookies.delete(COOKIE)
    assert door.try_sign_in(mine, "office").headers["location"] == "/signin/code"
    assert give_code(mine, code(door, phone)).status_code == 303
    assert LOCKED in door.try_sign_in(door.visitor(), "office").text


# The step between belongs to one browser, for a while, once.


def outdated(door: Door, visitor: Visitor, said: str) -> bool:
    """Say whether the step between is over for the browser: it begins anew with the password, and nobody is signed in."""
    token = visitor.cookies.get(BEFORE) or ""
    answer = visitor.post("/signin/code", data={"code": said, "token": token})
    return (answer.status_code, OVER in answer.text, COOKIE in visitor.cookies) == (403, True, False)


def test_the_token_of_another_browser_opens_nothing(door: Door) -> None:
    phone = given(door, "office")
    victim, thief = halfway(door, "office"), door.visitor()
    thief.get("/signin")
    thief.cookies.set(HALF, victim.cookies[HALF])
    assert thief.get("/signin/code").headers["location"] == "/signin"
    assert outdated(door, thief, code(door, phone))
    assert events(door)[-1] == "sign_in_stale"
    assert give_code(victim, code(door, phone)).status_code == 303


def test_a_form_token_of_another_browser_sends_nothing(door: Door) -> None:
    phone = given(door, "office")
    visitor, other = halfway(door, "office"), halfway(door, "office")
    for token in (field_in(other.get("/signin/code").text, "token"), "", "x"):
        answer = visitor.post("/signin/code", data={"code": code(door, phone), "token": token})
        assert (answer.status_code, COOKIE in visitor.cookies) == (403, False)
    foreign = visitor.post(
        "/signin/code",
        data={"code": code(door, phone), "token": visitor.cookies[BEFORE]},
        headers={"origin": "https://evil.test"},
    )
    assert (foreign.status_code, COOKIE in visitor.cookies) == (403, False)
    assert events(door).count("forged_request") == 4


@pytest.mark.parametrize(
    "forge", [lambda token: token[:-2], lambda token: "", lambda token: "e30.x", lambda token: token.swapcase()]
)
def test_a_token_that_we_did_not_sign_is_none(door: Door, forge: Callable[[str], str]) -> None:
    phone = given(door, "office")
    visitor = halfway(door, "office")
    token = visitor.cookies[HALF]
    visitor.cookies.delete(HALF)
    visitor.cookies.set(HALF, forge(token), domain="testserver.local")
    assert outdated(door, visitor, code(door, phone))


def test_a_token_signed_for_something_else_is_none(door: Door) -> None:
    phone = given(door, "office")
    visitor = halfway(door, "office")
    said = URLSafeSerializer(door.app.state.desk.secret, salt="halfway").loads(visitor.cookies[HALF])
    visitor.cookies.delete(HALF)
    visitor.cookies.set(
        HALF, str(URLSafeSerializer(door.app.state.desk.secret, salt="device").dumps(said)), domain="testserver.local"
    )
    assert outdated(door, visitor, code(door, phone))


def test_the_step_between_is_over_after_five_minutes(door: Door) -> None:
    phone = given(door, "office")
    visitor = halfway(door, "office")
    door.world.now += timedelta(seconds=HALF_SECONDS)
    late = halfway(door, "office")
    late.cookies.update({HALF: visitor.cookies[HALF], BEFORE: visitor.cookies[BEFORE]})
    door.world.now += timedelta(seconds=1)
    assert visitor.get("/signin/code").headers["location"] == "/signin"
    assert outdated(door, visitor, code(door, phone))


def test_the_step_between_is_not_taken_twice(door: Door) -> None:
    """Kept cookies of before: the code that would be right now does not help, the password is asked for again."""
    phone = given(door, "office")
    visitor = halfway(door, "office")
    kept = dict(visitor.cookies)
    assert give_code(visitor, code(door, phone)).status_code == 303
    door.world.now += timedelta(seconds=60)
    again = door.visitor()
    for name in (HALF, BEFORE):
        again.cookies.set(name, kept[name], domain="testserver.local")
    assert outdated(door, again, code(door, phone))


@pytest.mark.parametrize(
    "change", ["password_hash = 'other'", "state = 'closed'", "second_factor = 'other'", "second_factor = NULL"]
)
def test_the_step_between_is_over_when_the_account_changes(door: Door, change: str) -> None:
    phone = given(door, "office")
    visitor = halfway(door, "office")
    with writing(door.world.engine) as work:
        work.session.execute(text(f"UPDATE accounts SET {change} WHERE login = 'office'"))
        work.commit()
    token = visitor.cookies.get(BEFORE)
    answer = visitor.post("/signin/code", data={"code": code(door, phone), "token": token})
    assert (answer.status_code in (403, 422), COOKIE in visitor.cookies) == (True, False)
    assert door.world.rows("SELECT COUNT(*) FROM sessions") == [(0,)]
    with writing(door.world.engine) as work:
        work.session.execute(text("UPDATE accounts SET state = 'open' WHERE login = 'office'"))
        work.commit()


def test_the_cookie_of_the_step_between_is_for_the_browser_alone(door: Door) -> None:
    given(door, "office")
    visitor = door.visitor()
    answer = door.try_sign_in(visitor, "office")
    [said] = [one.lower() for one in answer.headers.get_list("set-cookie") if one.startswith(HALF)]
    assert all(flag in said for flag in ("httponly", "samesite=strict", f"max-age={HALF_SECONDS}"))
    assert DEVICE not in visitor.cookies, "the device is known once somebody is in"


# Set up, and taken off.


def set_up(door: Door, visitor: Visitor, **fields: str) -> tuple[pyotp.TOTP, Answer]:
    """Read the page as a phone would, and send its first code."""
    page = visitor.get("/me/second").text
    found = re.search(r'class="mono key">([A-Z2-7 ]+)<', page)
    assert found, page
    phone = pyotp.TOTP(found[1].replace(" ", ""))
    data = {"pending": field_in(page, "pending"), "code": code(door, phone), "password": PASSWORD, **fields}
    return phone, visitor.submit("/me/second", data)


def test_anybody_sets_one_up_with_password_and_first_code(door: Door) -> None:
    mine, other = door.sign_in("handler"), door.sign_in("handler")
    phone, answer = set_up(door, mine)
    assert (answer.status_code, "双因素已设置" in answer.text, holds(mine), holds(other)) == (200, True, True, False)
    assert "没有设置" not in mine.get("/me").text
    again = halfway(door, "handler")
    assert WRONG_CODE in give_code(again, code(door, phone)).text, "the first code was taken when it was set up"
    door.world.now += timedelta(seconds=30)
    assert give_code(again, code(door, phone)).status_code == 303
    assert [what for what in events(door) if what.startswith("second")] == [
        "second_set",
        "second_wanted",
        "second_replayed",
    ]


def test_the_secret_is_nowhere_in_the_database_and_its_key_is_its_owners_alone(door: Door) -> None:
    phone, _ = set_up(door, door.sign_in("handler"))
    rows = " ".join(row for table in door.world.dump().values() for row in table)
    key = door.world.home / "keys" / "second.key"
    assert (phone.secret in rows, key.read_text() in rows, key.stat().st_mode & 0o777) == (False, False, 0o600)
    [(kept,)] = door.world.rows("SELECT second_factor FROM accounts WHERE login = 'handler'")
    assert opened(keyring(door.world.home), account_id(door, "handler"), kept) == phone.secret


def test_a_secret_copied_to_another_account_opens_nothing(door: Door) -> None:
    """Who can write rows gives somebody else's account their own phone: it is refused, and stands in the log."""
    phone = given(door, "handler")
    with writing(door.world.engine) as work:
        mine = work.session.get_one(Account, account_id(door, "handler")).second_factor
        work.session.get_one(Account, account_id(door, "office")).second_factor = mine
        work.commit()
    answer = give_code(halfway(door, "office"), code(door, phone))
    assert (answer.status_code, "读不出来" in answer.text) == (422, True)
    assert events(door)[-1] == "second_unreadable"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "wrong"}, "密码不对"),
        ({"code": "000000"}, "验证码不对"),
        ({"code": ""}, "验证码不对"),
        ({"pending": ""}, "已过时"),
        ({"pending": "x"}, "已过时"),
    ],
)
def test_nothing_is_set_up_without_all_of_it(door: Door, fields: dict[str, str], words: str) -> None:
    _, answer = set_up(door, door.sign_in("handler"), **fields)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert door.world.rows("SELECT COUNT(*) FROM accounts WHERE second_factor IS NOT NULL") == [(0,)]


def test_a_picture_is_good_for_its_own_account_for_a_quarter_of_an_hour(door: Door) -> None:
    key, now = keyring(door.world.home), clock.micros(door.world.now)
    handler, office = account_id(door, "handler"), account_id(door, "office")
    theirs = new_secret()
    phone = pyotp.TOTP(theirs)
    answer = door.sign_in("handler").submit(
        "/me/second", {"pending": sealed(key, office, theirs, now), "code": code(door, phone), "password": PASSWORD}
    )
    assert (answer.status_code, "已过时" in answer.text) == (422, True)
    pending = sealed(key, handler, theirs, now)
    assert opened(key, handler, pending, now=now + 15 * 60_000_000) == theirs
    with pytest.raises(Unreadable):
        opened(key, handler, pending, now=now + 15 * 60_000_000 + 2_000_000)


def test_who_has_one_cannot_put_another_in_its_place(door: Door) -> None:
    visitor = door.sign_in("handler")
    page = visitor.get("/me/second").text
    phone, _ = set_up(door, visitor)
    answer = visitor.submit(
        "/me/second", {"pending": field_in(page, "pending"), "code": code(door, phone), "password": PASSWORD}
    )
    assert (answer.status_code, "已经设置过" in answer.text) == (422, True)
    assert "二维码" not in visitor.get("/me/second").text


def test_one_is_taken_off_with_password_and_code(door: Door) -> None:
    visitor = door.sign_in("handler")
    phone, _ = set_up(door, visitor)
    taken = code(door, phone)
    door.world.now += timedelta(seconds=60)
    for said, words in (
        ({"password": "wrong", "code": code(door, phone)}, "密码不对"),
        ({"password": PASSWORD, "code": "000000"}, WRONG_CODE),
        ({"password": PASSWORD, "code": taken}, WRONG_CODE),
    ):
        answer = visitor.submit("/me/second/remove", said)
        assert (answer.status_code, words in answer.text) == (422, True), said
    answer = visitor.submit("/me/second/remove", {"password": PASSWORD, "code": code(door, phone)})
    assert (answer.status_code, "双因素已取消" in answer.text) == (200, True)
    assert door.try_sign_in(door.visitor(), "handler").headers["location"] == "/"
    assert [what for what in events(door) if "second" in what] == [
        "second_set",
        "second_failed",
        "second_failed",
        "second_removed",
    ]


def test_a_stolen_browser_is_no_place_to_guess_the_code(door: Door) -> None:
    visitor = door.sign_in("handler")
    phone, _ = set_up(door, visitor)
    door.world.now += timedelta(seconds=60)
    for _ in range(5):
        visitor.submit("/me/second/remove", {"password": PASSWORD, "code": "000000"})
    answer = visitor.submit("/me/second/remove", {"password": PASSWORD, "code": code(door, phone)})
    assert (answer.status_code, LOCKED in answer.text) == (422, True)


def test_a_signature_asks_for_the_password_alone(door: Door) -> None:
    [case] = door.world.feed_back()
    phone = given(door, "secretary")
    visitor = halfway(door, "secretary")
    give_code(visitor, code(door, phone))
    visitor.csrf = field_in(visitor.get("/me").text, "csrf")
    claim = {
        "case": str(case),
        f"c{case}.responsible": "林建国",
        f"c{case}.department": "村建中心",
        f"c{case}.person": "李敏",
    }
    assert visitor.sign("/acts/claim", claim).status_code == 200
    assert door.world.case(case).state == "claimed"


def test_of_two_that_make_a_key_at_once_both_read_the_same(door: Door) -> None:
    """Two servers start on one home: what one of them sealed the other opens."""
    path = door.world.home / "keys" / "other.key"

    def slow() -> bytes:
        assert lasting(path, lambda: b"quick") == b"quick"
        return b"slow"

    assert lasting(path, slow) == b"quick"
    assert lasting(path, lambda: b"late") == b"quick"
    assert (path.stat().st_mode & 0o777, sorted(one.name for one in path.parent.glob("other*"))) == (
        0o600,
        ["other.key"],
    )


def test_a_code_is_no_place_for_a_large_body(town_door: Door) -> None:
    answer = town_door.visitor().post("/signin/code", data={"code": "1" * 70_000})
    assert answer.status_code == 413


# Roles that must have one.


def test_a_role_that_must_have_one_is_led_to_set_it_up_before_anything_else(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    demanded(door, monkeypatch, "secadmin")
    visitor = door.sign_in("secadmin")
    number = Stage(door).request(email="new@example.test")
    for path in ("/", "/accounts", "/security", "/cases/1"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me/second"), path
    assert visitor.submit(f"/accounts/{number}", {"step": "approve"}).headers["location"] == "/me/second"
    assert door.world.rows("SELECT state FROM requests WHERE id = :id", id=number) == [("asked",)]
    assert (visitor.get("/me").status_code, "须有双因素" in visitor.get("/me/second").text) == (200, True)
    phone, answer = set_up(door, visitor)
    assert (answer.status_code, visitor.get("/accounts").status_code) == (200, 200)
    door.world.now += timedelta(seconds=60)
    answer = visitor.submit("/me/second/remove", {"password": PASSWORD, "code": code(door, phone)})
    assert (answer.status_code, "不能取消" in answer.text) == (422, True)
    assert used(door, "secadmin") is not None
    assert "取消双因素</button>" not in visitor.get("/me/second").text
    assert door.sign_in("office").get("/cases").status_code == 200, "others need none"


def test_a_role_newly_required_is_led_there_in_the_session_that_is_open(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = door.sign_in("secauditor")
    assert visitor.get("/security").status_code == 200
    demanded(door, monkeypatch, "sysadmin", "secadmin", "secauditor")
    assert visitor.get("/security").headers["location"] == "/me/second"
    set_up(door, visitor)
    assert visitor.get("/security").status_code == 200


def test_a_new_password_comes_before_the_second_factor(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    demanded(door, monkeypatch, "secadmin")
    with writing(door.world.engine) as work:
        work.session.execute(text("UPDATE accounts SET must_change = :yes WHERE login = 'secadmin'"), {"yes": True})
        work.commit()
    visitor = door.sign_in("secadmin")
    assert [visitor.get(path).headers["location"] for path in ("/accounts", "/me/second")] == ["/me?change=1"] * 2
    assert visitor.submit("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 200
    assert visitor.get("/accounts").headers["location"] == "/me/second"


def test_in_a_rehearsal_nobody_must_have_one(door: Door) -> None:
    assert set(rules(door).second_factor) == {"sysadmin", "secadmin", "secauditor"}
    assert door.app.state.desk.rehearsal
    assert door.sign_in("secadmin").get("/accounts").status_code == 200


def test_a_second_factor_that_is_forgotten_ends_the_sessions_and_is_asked_for_no_more(door: Door) -> None:
    phone = given(door, "office")
    visitor, waiting = halfway(door, "office"), halfway(door, "office")
    give_code(visitor, code(door, phone))
    with writing(door.world.engine) as work:
        forget_second_factor(
            work, work.session.get_one(Account, account_id(door, "office")), clock.micros(door.world.now)
        )
        work.commit()
    assert not holds(visitor)
    door.world.now += timedelta(seconds=60)
    assert outdated(door, waiting, code(door, phone))
    assert door.try_sign_in(door.visitor(), "office").headers["location"] == "/"


def test_no_secret_and_no_code_stands_in_the_log(door: Door) -> None:
    visitor = door.sign_in("handler")
    phone, _ = set_up(door, visitor)
    door.world.now += timedelta(seconds=60)
    said = code(door, phone)
    give_code(halfway(door, "handler"), said)
    give_code(halfway(door, "handler"), said)
    give_code(halfway(door, "handler"), "123123")
    with reading(door.world.engine) as work:
        lines: Any = work.driver.all("SELECT login, words, action, address FROM security_log")
    told = " ".join(str(value) for row in lines for value in row)
    assert all(word not in told for word in (said, "123123", PASSWORD, phone.secret))
