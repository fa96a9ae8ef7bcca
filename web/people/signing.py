"""Signing in: a lock-out that cannot be used against others, and an answer that never says which part was wrong."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Engine
from sqlmodel import Session

from settings import WebSection
from storage.accounts import failures_since, open_account
from storage.engine import reading, writing
from storage.tables import Account, Person
from storage.tables.door import SecurityEvent, SignInAttempt
from web.people.passwords import matches
from web.people.sessions import open_session

DEVICE = "zhenggai_device"
WRONG = "账号或密码不对。请核对后再试；忘记密码的，请找系统管理员申请重置，由安全管理员批准。"
# Wrong signatures are counted apart from any device.
SIGNATURE = "signature"
_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session's cookie value, and the cookie that marks the device as known for the login."""

    token: str
    device: str


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """Why not, in a sentence that says what to do."""

    sentence: str


def sign_in(
    engine: Engine,
    login: str,
    password: str,
    device: str | None,
    address: str,
    secret: bytes,
    rules: WebSection,
    now: int,
) -> SignedIn | NotSignedIn:
    """Open a session or say why not.

    Failures are counted for a login on one device: a browser that once signed in keeps its own count, so that
    strangers who guess cannot lock its owner out.
    """
    signer = URLSafeSerializer(secret, salt="device")
    known = _device(signer, device, login)
    with reading(engine) as work:
        locked = _failures(work.session, login, known, rules, now) >= rules.lock_after
        account = open_account(work.session, login)
    if locked:
        return NotSignedIn(_wait(rules))
    # Hashed between the two: nobody's guessing may hold the one lock that moves need.
    right = matches(password, account.password_hash if account else None)
    with writing(engine) as work:
        if account is None or account.id is None or not (right and _still(work.session, account)):
            work.session.add(SignInAttempt(login=login[:100], device=known, at=now))
            work.session.add(SecurityEvent(at=now, what="sign_in_failed", login=login[:100], address=address))
            work.commit()
            return NotSignedIn(WRONG)
        person = work.session.get_one(Person, account.person_id)
        work.session.add(
            SecurityEvent(
                jurisdiction=person.jurisdiction,
                at=now,
                what="signed_in",
                login=login,
                person_id=person.id,
                address=address,
            )
        )
        token = open_session(work.session, account.id, now)
        work.commit()
    return SignedIn(token, str(signer.dumps({"login": login, "id": secrets.token_urlsafe(9)})))


def _still(session: Session, account: Account) -> bool:
    """Say whether the account is as it was looked at: no password was reset while this one was hashed."""
    session.add(account)
    kept = account.password_hash
    session.refresh(account, with_for_update=True)
    return account.state == "open" and account.password_hash == kept


def signature_fault(engine: Engine, account_id: int, password: str, rules: WebSection, now: int) -> str:
    """Return what is wrong with a password given as a signature, or nothing; an open browser is no place to guess."""
    with reading(engine) as work:
        account = work.session.get_one(Account, account_id)
        locked = _failures(work.session, account.login, SIGNATURE, rules, now) >= rules.lock_after
    if locked:
        return _wait(rules)
    if matches(password, account.password_hash):
        return ""
    with writing(engine) as work:
        work.session.add(SignInAttempt(login=account.login, device=SIGNATURE, at=now))
        work.commit()
    return "密码不对，请再输一次。"


def _wait(rules: WebSection) -> str:
    return f"失败次数过多，请 {rules.lock_minutes} 分钟后再试；忘记密码的，请找系统管理员申请重置。"


def _device(signer: URLSafeSerializer, cookie: str | None, login: str) -> str:
    try:
        told = signer.loads(cookie or "")
    except BadSignature:
        return ""
    return str(told["id"]) if told.get("login") == login else ""


def _failures(session: Session, login: str, device: str, rules: WebSection, now: int) -> int:
    return failures_since(session, login[:100], device, now - rules.lock_minutes * _MINUTE)
