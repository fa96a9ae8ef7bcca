"""Accounts with a second factor, their phones, and the step between password and code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

import clock
from storage.engine import writing
from storage.tables import Account
from tests.web.conftest import Answer, Door, Visitor, field_in
from web.people.second import keyring, new_secret, sealed
from web.people.sessions import COOKIE
from web.people.signing import OVER

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


def outdated(door: Door, visitor: Visitor, said: str) -> bool:
    """Say whether the step between is over for the browser: it begins anew with the password, and nobody is signed in."""
    token = visitor.cookies.get(BEFORE) or ""
    answer = visitor.post("/signin/code", data={"code": said, "token": token})
    return (answer.status_code, OVER in answer.text, COOKIE in visitor.cookies) == (403, True, False)
