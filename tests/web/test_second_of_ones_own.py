"""One's own second factor: set up and taken off, where its secret lies, and who must have one."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import text

import clock
from storage.engine import reading, writing
from storage.private import lasting
from storage.second_factor import forget_second_factor
from storage.tables import Account
from tests.web.conftest import PASSWORD, Answer, Door, Visitor, field_in
from tests.web.phones import account_id, code, demanded, give_code, given, halfway, outdated, used
from tests.web.signed import LOCKED, NEW, events, holds, rules
from tests.web.stage import Stage
from web.people.second import Unreadable, keyring, new_secret, opened, sealed
from web.people.signing import WRONG_CODE


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
