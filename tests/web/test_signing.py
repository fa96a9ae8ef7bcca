"""Signing in and being signed in: forged requests, fixed and stolen sessions, lock-out, passwords, the three administrators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

import clock
from settings import WebSection
from storage.accounts import BadAccount, add_account, hashed
from storage.engine import writing
from storage.tables import Account, Post
from storage.tables.door import PasswordUsed
from tests.web.conftest import OURS, PASSWORD, Answer, Door, Visitor, field_in, password_hash
from tests.web.stage import Stage, routes_of
from tests.world import TOWN
from web.people import passwords
from web.people.passwords import WeakPassword, check_rules
from web.people.sessions import COOKIE, hash_of
from web.people.signing import DEVICE

WRONG = "账号或密码不对"
LOCKED = "失败次数过多"
NEW = "Xinde-2026-mima"


def rules(door: Door) -> WebSection:
    return door.settings.config.web


def events(door: Door) -> list[str]:
    """Return what the security log notes, in order."""
    return [row[0] for row in door.world.rows("SELECT what FROM security_log ORDER BY id")]


def holds(visitor: Visitor) -> bool:
    """Say whether the visitor is still signed in."""
    answer = visitor.get("/me")
    return answer.status_code == 200


def fail(door: Door, visitor: Visitor, login: str, times: int) -> Answer:
    for number in range(times):
        answer = door.try_sign_in(visitor, login, f"wrong {number}")
    return answer


# Requests that others forge.

FORGED: dict[str, dict[str, str | None]] = {
    "another site, says the browser": {"sec-fetch-site": "cross-site"},
    "a sister site, says the browser": {"sec-fetch-site": "same-site"},
    "typed in or from nowhere": {"sec-fetch-site": "none"},
    "another origin": {"origin": "https://evil.test"},
    "an origin that begins like ours": {"origin": f"{OURS}.evil.test"},
    "our name as a user": {"origin": "http://testserver@evil.test"},
    "another port": {"origin": f"{OURS}:8443"},
    "an origin of nowhere": {"origin": "null"},
    "an origin that is none": {"origin": "http://["},
    "no origin at all": {"origin": None},
    "no origin, but a page of ours before": {"origin": None, "referer": f"{OURS}/me"},
    "no place and an origin of nowhere": {"origin": "null", "host": ""},
}


@pytest.fixture(scope="module")
def stage(town_door: Door) -> Stage:
    return Stage(town_door)


def unsafe_routes(door: Door) -> Iterator[str]:
    """Yield the address of every unsafe route but the sign-in, which has its own test."""
    for method, route in routes_of(door.app.routes):
        if method != "GET" and route != "/signin":
            yield route.format(case_id=1, number=1, index=0, action="claim")


def sent(visitor: Visitor, path: str, data: dict[str, str], headers: dict[str, str | None]) -> Answer:
    """Post with other headers than our own pages' browser sends; None leaves one out."""
    request = visitor.build_request("POST", path, data=data)
    for name, value in headers.items():
        if value is None:
            request.headers.pop(name, None)
        else:
            request.headers[name] = value
    return visitor.send(request)


def rows_but_the_log(stage: Stage) -> dict[str, list[str]]:
    return {name: rows for name, rows in stage.world.dump().items() if name != "security_log"}


def test_no_unsafe_route_does_anything_for_a_request_that_is_not_from_our_pages(stage: Stage) -> None:
    visitor = stage.door.as_("office")
    before, paths = rows_but_the_log(stage), list(unsafe_routes(stage.door))
    assert len(paths) > 10
    for path in paths:
        for what, headers in FORGED.items():
            answer = sent(visitor, path, {"csrf": visitor.csrf}, headers)
            assert (answer.status_code, "不是从本系统的页面发出的" in answer.text) == (403, True), (path, what)
    assert rows_but_the_log(stage) == before
    assert events(stage.door).count("forged_request") == len(paths) * len(FORGED)


def test_no_unsafe_route_does_anything_without_the_sessions_own_token(stage: Stage) -> None:
    visitor, before = stage.door.as_("office"), rows_but_the_log(stage)
    tokens: tuple[dict[str, str], ...] = (
        {}, {"csrf": ""}, {"csrf": "x"}, {"csrf": visitor.csrf[:-1]}, {"csrf": visitor.csrf + " "}, {"csrf": "令牌"},
        {"csrf": stage.door.as_("secretary").csrf}, {"token": visitor.csrf},
    )  # fmt: skip
    before = rows_but_the_log(stage)
    for path in unsafe_routes(stage.door):
        for token in tokens:
            assert visitor.post(path, data=token).status_code == 403, (path, token)
        file = visitor.post(path, data={}, files={"csrf": ("a.txt", visitor.csrf.encode())})
        assert file.status_code == 403
    assert rows_but_the_log(stage) == before


def test_the_token_in_an_address_counts_for_nothing(stage: Stage) -> None:
    visitor = stage.door.as_("office")
    assert visitor.post(f"/log/verify?csrf={visitor.csrf}").status_code == 403


def test_a_request_of_our_own_page_passes_either_by_what_the_browser_says_or_by_its_origin(stage: Stage) -> None:
    visitor = stage.door.as_("office")
    said: tuple[dict[str, str | None], ...] = (
        {}, {"sec-fetch-site": "same-origin", "origin": None}, {"sec-fetch-site": "same-origin"},
    )  # fmt: skip
    for headers in said:
        answer = sent(visitor, "/me/password", {"csrf": visitor.csrf, "new": "a", "again": "b"}, headers)
        assert (answer.status_code, "两次输入的新密码不一致" in answer.text) == (422, True)
    answer = visitor.post("/me/password", data={"new": "a", "again": "b"}, headers={"x-csrf": visitor.csrf})
    assert answer.status_code == 422


def test_nothing_of_a_strangers_body_is_read(town_door: Door) -> None:
    """Who is not signed in, or comes from elsewhere, is turned away before the form is looked at."""
    read: list[bytes] = []

    def body() -> Iterator[bytes]:
        for block in (b"csrf=x&", b"a=" + b"x" * 1000, b"&b=c"):
            read.append(block)
            yield block

    headers = {"content-type": "application/x-www-form-urlencoded"}
    for path in ("/accounts", "/acts/claim", "/cases/1/materials", "/import", "/log/export"):
        answer = town_door.visitor().post(path, content=body(), headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    # The test client takes the body from us at once; whether the application asked for it is seen below it.
    taken = asked_for(town_door, "/accounts", cookie="")
    assert taken == 0
    cookie = f"{COOKIE}={town_door.as_('sysadmin').cookies[COOKIE]}"
    assert asked_for(town_door, "/accounts", cookie=cookie, origin="https://evil.test") == 0
    assert asked_for(town_door, "/accounts", cookie=cookie, origin=OURS) > 0


def asked_for(door: Door, path: str, *, cookie: str, origin: str = OURS) -> int:
    """Return how many blocks of a body the application asked for."""
    count = 0

    async def receive() -> dict[str, Any]:
        nonlocal count
        count += 1
        return {"type": "http.request", "body": b"a=1&", "more_body": count < 5}

    async def send(message: Any) -> None:
        del message

    headers = {
        "host": "testserver",
        "origin": origin,
        "cookie": cookie,
        "content-type": "application/x-www-form-urlencoded",
    }
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": b"", "headers": [(name.encode(), value.encode()) for name, value in headers.items()], "client": ("127.0.0.1", 1), "server": ("testserver", 80),
    }  # fmt: skip
    portal = door.known[""].portal
    assert portal
    portal.call(door.app, scope, receive, send)
    return count


# Signing in.


@pytest.mark.parametrize("headers", FORGED.values(), ids=str)
def test_nobody_is_signed_in_by_another_site(town_door: Door, headers: dict[str, str | None]) -> None:
    visitor = town_door.visitor()
    token = field_in(visitor.get("/signin").text, "token")
    answer = sent(visitor, "/signin", {"login": "office", "password": PASSWORD, "token": token}, headers)
    assert answer.status_code == 403
    assert COOKIE not in visitor.cookies


def test_a_sign_in_form_is_good_for_the_browser_that_fetched_it(town_door: Door) -> None:
    attacker, victim = town_door.visitor(), town_door.visitor()
    token = field_in(attacker.get("/signin").text, "token")
    for visitor in (victim, town_door.visitor()):
        answer = visitor.post("/signin", data={"login": "office", "password": PASSWORD, "token": token})
        assert (answer.status_code, COOKIE in visitor.cookies) == (403, False)
        visitor.get("/signin")
    assert victim.post("/signin", data={"login": "office", "password": PASSWORD, "token": ""}).status_code == 403


def test_the_session_has_a_new_id_at_every_sign_in_and_the_old_one_is_dead(town_door: Door) -> None:
    """Nobody can hand somebody a session and wait until it is worth something."""
    visitor = town_door.visitor()
    visitor.cookies.set(COOKIE, "planted-by-somebody-else", domain="testserver.local")
    town_door.try_sign_in(visitor, "office")
    planted = town_door.visitor()
    planted.cookies.set(COOKIE, "planted-by-somebody-else")
    assert not holds(planted)
    first = town_door.sign_in("office")
    old, old_csrf = first.cookies[COOKIE], first.csrf
    town_door.try_sign_in(first, "office")
    assert first.cookies[COOKIE] != old
    stolen = town_door.visitor()
    stolen.cookies.set(COOKIE, old)
    assert not holds(stolen)
    assert field_in(first.get("/me").text, "csrf") != old_csrf


def test_what_is_kept_of_a_session_is_not_what_opens_it(town_door: Door) -> None:
    token = town_door.sign_in("office").cookies[COOKIE]
    rows = " ".join(row for table in town_door.world.dump().values() for row in table)
    assert hash_of(token) in rows
    assert token not in rows
    assert token[:12] not in rows
    assert len(token) >= 43


def test_the_cookies_are_for_the_browser_alone(town_door: Door) -> None:
    visitor = town_door.visitor()
    answer = town_door.try_sign_in(visitor, "office")
    flags = {cookie.partition("=")[0]: cookie.lower() for cookie in answer.headers.get_list("set-cookie")}
    assert "httponly" in flags[COOKIE]
    assert "samesite=lax" in flags[COOKIE]
    assert "httponly" in flags[DEVICE]
    assert "samesite=strict" in flags[DEVICE]
    assert "domain=" not in flags[COOKIE] + flags[DEVICE]
    assert "max-age" not in flags[COOKIE]
    assert "secure" not in flags[COOKIE]


def test_behind_https_every_cookie_is_sent_over_https_alone(town_door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    web = town_door.settings.config.web.model_copy(update={"secure_cookies": True})
    config = town_door.settings.config.model_copy(update={"web": web})
    desk = town_door.app.state.desk
    settings = town_door.settings.model_copy(update={"config": config})
    monkeypatch.setitem(town_door.app.state._state, "desk", replace(desk, settings=settings))
    visitor = town_door.visitor()
    form = visitor.get("/signin")
    token = field_in(form.text, "token")
    before = form.headers["set-cookie"].partition(";")[0]
    answer = visitor.post(
        "/signin", data={"login": "office", "password": PASSWORD, "token": token}, headers={"cookie": before}
    )
    cookies = [form.headers["set-cookie"], *answer.headers.get_list("set-cookie")]
    assert answer.status_code == 303
    assert all("secure" in cookie.lower() for cookie in cookies if '=""' not in cookie)


def test_the_answer_never_says_which_part_was_wrong(door: Door) -> None:
    with writing(door.world.engine) as session:
        session.execute(text("UPDATE accounts SET state = 'closed' WHERE login = 'team'"))
        session.execute(text("UPDATE accounts SET password_hash = NULL WHERE login = 'head'"))
        session.commit()
    pages = []
    for login, password in (
        ("office", "wrong"),
        ("no.such.login", PASSWORD),
        ("team", PASSWORD),
        ("head", PASSWORD),
        ("", ""),
        ("office\u200b", PASSWORD),
        ("OFFICE", PASSWORD),
    ):
        visitor = door.visitor()
        answer = door.try_sign_in(visitor, login, password)
        assert (answer.status_code, WRONG in answer.text, COOKIE in visitor.cookies) == (422, True, False), login
        token = field_in(answer.text, "token")
        pages.append(answer.text.replace(token, "token").replace(f'value="{login}"', ""))
    assert len(set(pages)) == 1


def test_an_unknown_login_costs_the_same_hashing_as_a_known_one(
    town_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: one verification each, of a hash with the same parameters that new passwords get."""
    verified: list[str] = []
    real = passwords._HASHER.verify

    def verify(password: str, kept: str) -> bool:
        verified.append(kept)
        return real(password, kept)

    monkeypatch.setattr(passwords._HASHER, "verify", verify)
    with writing(town_door.world.engine) as session:
        session.execute(text("UPDATE accounts SET state = 'closed' WHERE login = 'organisation'"))
        session.commit()
    for login in ("head", "no.such.login", "organisation"):
        verified.clear()
        town_door.try_sign_in(town_door.visitor(), login, "wrong")
        assert len(verified) == 1, login
    assert parameters(verified[0]) == parameters(hashed("anything"))


def parameters(kept: str) -> str:
    """Return how a hash was made: everything before its salt."""
    return "$".join(kept.split("$")[:4])


@pytest.mark.parametrize(
    "to",
    ["//evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test", "http:evil.test", "javascript:alert(1)", "/\t/evil.test", "/\n/evil.test", "\t//evil.test", " //evil.test", "evil.test", "///evil.test",
     "/\u2028/evil.test", "@evil.test", "", "data:text/html,x", "http://testserver@evil.test/", "/\r\nSet-Cookie: a=b"],
)  # fmt: skip
def test_after_signing_in_one_stays_in_the_house(town_door: Door, to: str) -> None:
    visitor = town_door.visitor()
    assert field_in(visitor.get("/signin", params={"next": to}).text, "next") == "/"
    answer = town_door.try_sign_in(visitor, "office", next=to)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "a=b" not in "".join(answer.headers.get_list("set-cookie"))


def test_after_signing_in_one_is_where_one_wanted_to_go(town_door: Door) -> None:
    for address in ("/cases/1", "/acts/claim?case=1&case=2", "/cases?q=%E8%B7%AF%E7%81%AF", "/cases?q=a%26b%23c"):
        visitor = town_door.visitor()
        away = visitor.get(address).headers["location"]
        to = field_in(visitor.get(away).text, "next")
        assert town_door.try_sign_in(visitor, "office", next=to).headers["location"] == address


# Lock-out.


def test_after_five_failures_the_right_password_helps_no_more_until_the_time_is_over(door: Door) -> None:
    stranger = door.visitor()
    assert WRONG in fail(door, stranger, "office", 5).text
    locked = door.try_sign_in(stranger, "office")
    assert (locked.status_code, LOCKED in locked.text, COOKIE in stranger.cookies) == (422, True, False)
    door.world.now += timedelta(minutes=rules(door).lock_minutes - 1)
    assert LOCKED in door.try_sign_in(door.visitor(), "office").text
    door.world.now += timedelta(minutes=1, seconds=1)
    assert door.try_sign_in(stranger, "office").status_code == 303
    assert events(door).count("sign_in_failed") == 5


def test_four_failures_lock_nobody_out(town_door: Door) -> None:
    visitor = town_door.visitor()
    fail(town_door, visitor, "team", 4)
    assert town_door.try_sign_in(visitor, "team").status_code == 303


def test_a_login_that_does_not_exist_locks_the_same_way(town_door: Door) -> None:
    visitor = town_door.visitor()
    fail(town_door, visitor, "no.such.person", 5)
    assert LOCKED in town_door.try_sign_in(visitor, "no.such.person").text
    long = "x" * 300
    fail(town_door, visitor, long, 5)
    assert LOCKED in town_door.try_sign_in(visitor, long).text


def test_strangers_who_guess_cannot_lock_out_the_device_that_its_owner_uses(door: Door) -> None:
    mine = door.sign_in("secretary")
    mine.submit("/signout")
    fail(door, door.visitor(), "secretary", 9)
    assert LOCKED in door.try_sign_in(door.visitor(), "secretary").text
    assert door.try_sign_in(mine, "secretary").status_code == 303


def test_a_known_device_has_a_count_of_its_own_and_locks_too(door: Door) -> None:
    mine = door.sign_in("secretary")
    fail(door, mine, "secretary", 5)
    assert LOCKED in door.try_sign_in(mine, "secretary").text
    assert door.try_sign_in(door.visitor(), "secretary").status_code == 303


def test_a_known_device_is_known_for_its_own_login_and_no_forged_one_is(door: Door) -> None:
    mine = door.sign_in("secretary")
    fail(door, door.visitor(), "office", 5)
    assert LOCKED in door.try_sign_in(mine, "office").text
    for forged in ("x", "e30.abc", mine.cookies[DEVICE][:-1], ""):
        visitor = door.visitor()
        visitor.cookies.set(DEVICE, forged)
        assert LOCKED in door.try_sign_in(visitor, "office").text


def test_a_stolen_browser_is_no_place_to_guess_the_password_that_signs(door: Door) -> None:
    [case] = door.world.feed_back()
    visitor = door.sign_in("secretary")
    claim = {
        "case": str(case),
        f"c{case}.responsible": "林建国",
        f"c{case}.department": "村建中心",
        f"c{case}.person": "李敏",
        "step": "do",
    }
    said = [visitor.submit("/acts/claim", {**claim, "password": f"guess {n}"}) for n in range(3)]
    said += [visitor.submit("/me/password", {"old": f"guess {n}", "new": NEW, "again": NEW}) for n in range(2)]
    assert all(answer.status_code == 422 and "密码不对" in answer.text for answer in said)
    for answer in (
        visitor.submit("/acts/claim", {**claim, "password": PASSWORD}),
        visitor.submit("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW}),
    ):
        assert (answer.status_code, LOCKED in answer.text) == (422, True)
    assert door.world.actions(case) == ["feed_back"]
    assert events(door).count("wrong_signature") >= 3
    # Signing in is counted apart: the owner comes in, and after the time may sign.
    assert door.sign_in("secretary")
    door.world.now += timedelta(minutes=rules(door).lock_minutes, seconds=1)
    assert door.sign_in("secretary").submit("/acts/claim", {**claim, "password": PASSWORD}).status_code == 200


# How long it lasts.


def test_after_fifteen_minutes_without_a_request_one_signs_in_again(door: Door) -> None:
    visitor = door.sign_in("office")
    for _ in range(3):
        door.world.now += timedelta(minutes=14)
        assert holds(visitor)
    door.world.now += timedelta(minutes=15, seconds=1)
    assert not holds(visitor)
    door.world.now -= timedelta(minutes=10)
    assert holds(visitor), "an idle session is not ended, only not good for now"


def test_after_twelve_hours_one_signs_in_again_however_busy_one_was(door: Door) -> None:
    visitor = door.sign_in("office")
    for _ in range(rules(door).session_hours * 6):
        assert holds(visitor)
        door.world.now += timedelta(minutes=10)
    assert holds(visitor)
    door.world.now += timedelta(minutes=1)
    assert not holds(visitor)


def test_signing_out_kills_the_session_on_the_server(town_door: Door) -> None:
    visitor, other = town_door.sign_in("office"), town_door.sign_in("office")
    token = visitor.cookies[COOKIE]
    answer = visitor.submit("/signout")
    assert (answer.status_code, COOKIE in visitor.cookies) == (303, False)
    kept = town_door.visitor()
    kept.cookies.set(COOKIE, token)
    assert not holds(kept)
    assert holds(other)
    assert town_door.visitor().get("/signout").status_code == 405


def test_a_closed_account_is_out_at_once_wherever_it_was_signed_in(door: Door) -> None:
    mine, phone = door.sign_in("handler"), door.sign_in("handler")
    number = Stage(door).request(kind="close", login="handler", name="李敏", role="auditor")
    assert door.sign_in("secadmin").submit(f"/accounts/{number}", {"step": "approve"}).status_code == 200
    assert not holds(mine)
    assert not holds(phone)
    assert WRONG in door.try_sign_in(door.visitor(), "handler").text


def test_a_post_that_ended_yesterday_opens_nothing_today(door: Door) -> None:
    """Roles are read at every request: nobody signs out for them."""
    [case] = door.world.feed_back()
    visitor = door.sign_in("secretary")
    assert visitor.get(f"/cases/{case}").status_code == 200
    with writing(door.world.engine) as session:
        session.execute(
            text("UPDATE posts SET ends_on = :day WHERE person_id = :person"),
            {"day": door.world.today - timedelta(days=1), "person": door.world.people["secretary"]},
        )
        session.commit()
    assert visitor.get(f"/cases/{case}").status_code == 404
    assert visitor.get(f"/acts/claim?case={case}").status_code == 404
    assert visitor.get("/cases").status_code == 404


def test_no_page_behind_the_door_is_kept_by_a_browser(town_door: Door) -> None:
    for path in ("/", "/me", "/cases", "/signin"):
        assert town_door.as_("office").get(path).headers["cache-control"] == "no-store"


# Passwords.


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


@pytest.mark.parametrize("password", ["Abcdef-123", "abcdef-123", "ABCDEF-123x", "密码Abc-123456", "correct Horse 1"])
def test_a_password_that_is_long_and_mixed_is_taken(town_door: Door, password: str) -> None:
    check_rules(password, "office", rules(town_door))


def test_the_last_five_passwords_are_not_used_again(door: Door) -> None:
    visitor, used = door.sign_in("handler"), [f"Mima-2026-no-{number}" for number in range(1, 8)]
    with writing(door.world.engine) as session:
        [account] = session.exec(select(Account).where(Account.login == "handler"))
        session.add_all(
            [PasswordUsed(account_id=account.id or 0, password_hash=password_hash(one), at=1) for one in used]
        )
        session.commit()
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
    with writing(door.world.engine) as session:
        if how == "told to":
            session.execute(text("UPDATE accounts SET must_change = :yes WHERE login = 'secretary'"), {"yes": True})
        else:
            old = clock.micros(door.world.now - timedelta(days=rules(door).password_days, seconds=1))
            session.execute(text("UPDATE accounts SET password_at = :old WHERE login = 'secretary'"), {"old": old})
        session.commit()
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


def test_a_password_is_kept_as_a_slow_salted_hash_and_written_nowhere_else(town_door: Door) -> None:
    visitor = town_door.sign_in("leader")
    assert visitor.submit("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 200
    rows = " ".join(row for table in town_door.world.dump().values() for row in table)
    assert "leader" in rows
    assert NEW not in rows
    [(kept,)] = town_door.world.rows("SELECT password_hash FROM accounts WHERE login = 'leader'")
    assert re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", kept)
    assert int(re.findall(r"m=(\d+)", kept)[0]) >= 19_456, "memory in KiB, as OWASP asks of argon2id"


# Two make an account, and three look after each other.


def asked(**more: str) -> dict[str, str]:
    return {"kind": "open", "login": "new.person", "name": "新人", "role": "team", "reason": "调入", **more}


def test_one_asks_and_another_approves_before_an_account_is_there(town_door: Door) -> None:
    sysadmin, secadmin = town_door.as_("sysadmin"), town_door.as_("secadmin")
    assert sysadmin.submit("/accounts", asked()).status_code == 303
    [(number,)] = town_door.world.rows("SELECT MAX(id) FROM account_requests")
    assert WRONG in town_door.try_sign_in(town_door.visitor(), "new.person").text
    assert sysadmin.submit(f"/accounts/{number}", {"step": "approve"}).status_code == 404
    assert secadmin.submit("/accounts", asked()).status_code == 404
    page = secadmin.submit(f"/accounts/{number}", {"step": "approve"})
    password = re.findall(r"：(\S+Aa1!)", page.text)[0]
    fresh = town_door.visitor()
    assert town_door.try_sign_in(fresh, "new.person", password).status_code == 303
    assert fresh.get("/").headers["location"] == "/me?change=1"
    assert password not in secadmin.get("/accounts").text
    assert {"account_asked", "account_approved"} <= set(events(town_door))


def test_a_decision_is_made_once(town_door: Door) -> None:
    number = Stage(town_door).request(login="once.only")
    secadmin = town_door.as_("secadmin")
    assert secadmin.submit(f"/accounts/{number}", {"step": "refuse"}).status_code == 200
    for step in ("approve", "refuse"):
        assert secadmin.submit(f"/accounts/{number}", {"step": step}).status_code == 404
    assert town_door.world.rows("SELECT COUNT(*) FROM accounts WHERE login = 'once.only'") == [(0,)]


def test_whoever_asked_does_not_approve_even_when_they_hold_both_posts(town_door: Door) -> None:
    number = Stage(town_door).request(asked_by=town_door.world.people["secadmin"])
    answer = town_door.as_("secadmin").submit(f"/accounts/{number}", {"step": "approve"})
    assert (answer.status_code, "不能审批自己的申请" in answer.text) == (422, True)
    assert town_door.world.rows("SELECT state FROM account_requests WHERE id = :id", id=number) == [("asked",)]


THREE = ("sysadmin", "secadmin", "secauditor")


@pytest.mark.parametrize("first", THREE)
def test_who_is_one_of_the_three_administrators_gets_no_other_post(town_door: Door, first: str) -> None:
    name = {"sysadmin": "系统", "secadmin": "安全", "secauditor": "安审"}[first]
    stage, secadmin = Stage(town_door), town_door.as_("secadmin")
    for role in (*THREE, "office", "auditor", "secretary"):
        if role == first:
            continue
        unit = town_door.world.units[TOWN] if role == "secretary" else None
        number = stage.request(login=first, name=name, role=role, unit_id=unit)
        answer = secadmin.submit(f"/accounts/{number}", {"step": "approve"})
        assert (answer.status_code, "三员须由不同的人担任" in answer.text) == (422, True), role
    assert {
        row[0]
        for row in town_door.world.rows(
            "SELECT role FROM posts WHERE person_id = :person", person=town_door.world.people[first]
        )
    } == {first}


def test_who_works_on_cases_becomes_no_administrator(door: Door) -> None:
    for role in THREE:
        with writing(door.world.engine) as session, pytest.raises(BadAccount, match="三员须由不同的人担任"):
            add_account(session, door.world.place, "office", "陈静", role)
    with writing(door.world.engine) as session:
        end_posts(session, door, "office")
        add_account(session, door.world.place, "office", "陈静", "sysadmin")
        session.commit()
    assert door.sign_in("office").get("/accounts").status_code == 200


def end_posts(session: Session, door: Door, login: str) -> None:
    session.execute(
        text("UPDATE posts SET ends_on = :day WHERE person_id = :person"),
        {"day": door.world.today - timedelta(days=1), "person": door.world.people[login]},
    )


def test_rows_that_say_otherwise_still_give_an_administrator_no_case(door: Door) -> None:
    """Whatever a database is made to hold: who is one of the three is nothing else at this door."""
    [case] = door.world.feed_back()
    with writing(door.world.engine) as session:
        for role in ("office", "auditor", "secadmin"):
            session.add(Post(jurisdiction=door.world.place, person_id=door.world.people["sysadmin"], role=role))
        session.commit()
    visitor = door.sign_in("sysadmin")
    for path in (
        f"/cases/{case}",
        "/cases",
        "/log",
        "/mails",
        "/import",
        f"/acts/approve_text?case={case}",
        "/security",
    ):
        assert visitor.get(path).status_code == 404, path
    number = Stage(door).request(asked_by=door.world.people["office"])
    assert visitor.submit(f"/accounts/{number}", {"step": "approve"}).status_code == 404


def test_an_account_that_was_closed_is_not_opened_by_a_new_post(door: Door) -> None:
    with writing(door.world.engine) as session:
        session.execute(text("UPDATE accounts SET state = 'closed' WHERE login = 'team'"))
        session.commit()
    number = Stage(door).request(login="team", name="周强", role="discipline")
    answer = door.as_("secadmin").submit(f"/accounts/{number}", {"step": "approve"})
    assert (answer.status_code, "已停用" in answer.text) == (422, True)


def test_the_security_log_has_who_came_and_what_was_refused(door: Door) -> None:
    [case] = door.world.feed_back()
    visitor = door.sign_in("secretary")
    door.try_sign_in(door.visitor(), "secretary", "wrong")
    visitor.submit("/acts/claim", {"case": str(case), "step": "check"})
    sent(visitor, "/acts/claim", {"csrf": visitor.csrf}, {"origin": "https://evil.test"})
    visitor.submit("/signout")
    assert events(door) == ["signed_in", "sign_in_failed", "refused", "forged_request", "signed_out"]
    rows = door.world.rows("SELECT what, login, person_id, case_id, address FROM security_log WHERE what = 'refused'")
    assert [tuple(row) for row in rows] == [
        ("refused", "secretary", door.world.people["secretary"], case, "testclient")
    ]
    assert door.world.actions(case) == ["feed_back"]


def test_the_cast_of_these_tests_signs_in_with_one_password(door: Door) -> None:
    assert {row[0] for row in door.world.rows("SELECT password_hash FROM accounts")} == {password_hash()}
