"""The second factor: asked for after the password, each code good once, and no session before it (TESTS 31)."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import text

from storage.engine import writing
from storage.second_factor import take_step
from tests.web.conftest import Door, field_in
from tests.web.phones import BEFORE, HALF, account_id, code, give_code, given, halfway, outdated, used
from tests.web.signed import LOCKED, WRONG, events, fail, holds, rules
from web.people.second import step_of
from web.people.sessions import COOKIE
from web.people.signing import DEVICE, HALF_SECONDS, WRONG_CODE

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
