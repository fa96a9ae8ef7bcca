"""Signing in and being signed in: fixed and stolen sessions, lock-out, how long it lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.engine import writing
from storage.hashing import HASHER, hashed
from tests.household import close_login, end_posts
from tests.web.conftest import OURS, PASSWORD, Door, field_in
from tests.web.signed import FORGED, LOCKED, NEW, WRONG, events, fail, holds, rules, sent
from tests.web.stage import Stage
from web.people.sessions import COOKIE, hash_of
from web.people.signing import DEVICE


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
    close_login(door.world, "team")
    with writing(door.world.engine) as work:
        work.session.execute(text("UPDATE accounts SET password_hash = NULL WHERE login = 'head'"))
        work.commit()
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
    real = HASHER.verify

    def verify(password: str, kept: str) -> bool:
        verified.append(kept)
        return real(password, kept)

    monkeypatch.setattr(HASHER, "verify", verify)
    close_login(town_door.world, "organisation")
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


def test_what_a_script_asks_without_a_session_is_refused_and_led_nowhere(town_door: Door) -> None:
    """A redirect would be followed unseen, and the sign-in page taken for an answer."""
    for header in ({"x-asked-by": "script"}, {"sec-fetch-mode": "cors"}, {"sec-fetch-mode": "same-origin"}):
        answer = town_door.visitor().post("/acts/claim/keep", data={"case": "1"}, headers=header)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "text/plain; charset=utf-8")
    answer = town_door.visitor().post("/acts/claim", data={"case": "1"}, headers={"sec-fetch-mode": "navigate"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")


@pytest.mark.parametrize(
    ("page", "back"),
    [(f"{OURS}/acts/claim?case=1&case=2", "?next=/acts/claim%3Fcase%3D1%26case%3D2"), ("https://evil.test/acts/claim?case=1", ""), ("http://[", ""), (f"{OURS}//evil.test", "?next=//evil.test")],
)  # fmt: skip
def test_a_form_sent_without_a_session_leads_back_to_its_page(town_door: Door, page: str, back: str) -> None:
    visitor = town_door.visitor()
    away = visitor.post("/acts/claim", data={"case": "1"}, headers={"referer": page}).headers["location"]
    assert away == f"/signin{back}"
    assert field_in(visitor.get(away).text, "next") == ("/acts/claim?case=1&case=2" if "claim" in back else "/")


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
    }
    claim = visitor.looked_over("/acts/claim", claim)
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
    number = Stage(door).request("close", "handler")
    assert door.sign_in("secadmin").approve(number).status_code == 200
    assert not holds(mine)
    assert not holds(phone)
    assert WRONG in door.try_sign_in(door.visitor(), "handler").text


def test_a_post_that_ended_yesterday_opens_nothing_today(door: Door) -> None:
    """Roles are read at every request: nobody signs out for them."""
    [case] = door.world.feed_back()
    visitor = door.sign_in("secretary")
    assert visitor.get(f"/cases/{case}").status_code == 200
    end_posts(door.world, "secretary", door.world.today - timedelta(days=1))
    assert visitor.get(f"/cases/{case}").status_code == 404
    assert visitor.get(f"/acts/claim?case={case}").status_code == 404
    assert visitor.get("/cases").status_code == 404


def test_no_page_behind_the_door_is_kept_by_a_browser(town_door: Door) -> None:
    for path in ("/", "/me", "/cases", "/signin"):
        assert town_door.as_("office").get(path).headers["cache-control"] == "no-store"
