"""Signing in: a lock-out that cannot be used against others, and an answer that never says which part was wrong."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from hashlib import sha256

from cryptography.fernet import Fernet
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Engine
from sqlmodel import Session

from settings import WebSection
from storage.accounts import failures_since, open_account
from storage.engine import reading, writing
from storage.second_factor import take_step
from storage.security import LONGEST_LOGIN, Event, Who, note, record
from storage.tables import Account
from storage.tables.door import SignInAttempt
from storage.work import Work
from web.people.passwords import matches
from web.people.second import Unreadable, opened, step_of
from web.people.sessions import open_session

DEVICE = "zhenggai_device"
WRONG = "账号或密码不对。请核对后再试；忘记密码的，请找系统管理员申请重置，由安全管理员批准。"
WRONG_CODE = "验证码不对，或者已经用过。请等下一个验证码出现后再输入；手机的时间须是自动校准的。"
OVER = "登录的第一步已失效，请重新输入账号和密码。"
UNREADABLE = "双因素的密钥读不出来，请找系统管理员申请重置。"
HALF_SECONDS = 300
# Wrong signatures are counted apart from any device.
SIGNATURE = "signature"
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
# What is typed into the wrong field may be a password: the log keeps what can be a login.
_LIKE_A_LOGIN = re.compile(r"[A-Za-z0-9._-]{1,60}")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session's cookie value, and the cookie that marks the device as known for the login."""

    token: str
    device: str


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """Why not, in a sentence that says what to do."""

    sentence: str
    over: bool = False
    """Whether one begins anew, with the password."""


@dataclass(frozen=True, slots=True)
class Halfway:
    """The password was right and a code is wanted: the token of the step between, for this browser alone."""

    token: str


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that asks to be let in: who the log says it is, the cookie that marks it as known, the token of its form."""

    who: Who
    device: str | None
    before: str


@dataclass(frozen=True, slots=True)
class Half:
    """What a token of the step between says: whose it is, and the account as its password was looked at."""

    account: int
    login: str
    mark: str


def sign_in(
    engine: Engine, login: str, password: str, browser: Browser, secret: bytes, rules: WebSection, now: int
) -> SignedIn | Halfway | NotSignedIn:
    """Open a session, ask for the code where the account has a second factor, or say why not.

    Failures are counted for a login on one device: a browser that once signed in keeps its own count, so that
    strangers who guess cannot lock its owner out.
    """
    known = _device(secret, browser.device, login)
    with reading(engine) as work:
        locked = _locked_out(work.session, login, known, rules, now)
        account = open_account(work.session, login)
    who = _named(browser.who, login, account)
    if locked:
        note(engine, now, Event("sign_in_locked", who))
        return NotSignedIn(locked)
    # Hashed between the two: nobody's guessing may hold the one lock that moves need.
    right = matches(password, account.password_hash if account else None)
    with writing(engine) as work:
        if account is None or not (right and _still(work.session, account)):
            return _refuse(work, login, known, Event("sign_in_failed", who), WRONG, now)
        if account.second_factor is None:
            return _let_in(work, account, who, secret, now)
        record(work.driver, now, Event("second_wanted", who))
        work.commit()
    return Halfway(_half_token(account, browser, secret, now))


def _named(who: Who, login: str, account: Account | None) -> Who:
    """Return who the log names: the owner of the account, or a stranger by what can be a login."""
    if account is None:
        return replace(who, login=login if _LIKE_A_LOGIN.fullmatch(login) else "")
    return replace(who, jurisdiction=account.jurisdiction, login=account.login, person=account.person_id)


def _refuse(work: Work, login: str, device: str, event: Event, sentence: str, now: int) -> NotSignedIn:
    work.session.add(SignInAttempt(login=login[:LONGEST_LOGIN], device=device, at=now))
    record(work.driver, now, event)
    work.commit()
    return NotSignedIn(sentence)


def _let_in(work: Work, account: Account, who: Who, secret: bytes, now: int) -> SignedIn:
    assert account.id is not None
    record(work.driver, now, Event("signed_in", who))
    token = open_session(work.session, account.id, now)
    work.commit()
    return SignedIn(token, str(_devices(secret).dumps({"login": account.login, "id": secrets.token_urlsafe(9)})))


def _still(session: Session, account: Account) -> bool:
    """Say whether the account is as it was looked at: no password was reset while this one was hashed."""
    session.add(account)
    kept = account.password_hash
    session.refresh(account, with_for_update=True)
    return account.state == "open" and account.password_hash == kept


# The step between: no session before the code is right


def second_step(
    engine: Engine, token: str, code: str, browser: Browser, secret: bytes, key: Fernet, rules: WebSection, now: int
) -> SignedIn | NotSignedIn:
    """Open a session for who has the password's token and the code of the moment, each good once; wrong codes count as wrong passwords."""
    half = half_of(token, browser.before, secret, now)
    if half is None:
        return _over(engine, browser.who, now)
    known = _device(secret, browser.device, half.login)
    with reading(engine) as work:
        account = work.session.get_one(Account, half.account)
        locked = _locked_out(work.session, half.login, known, rules, now)
    who = _named(browser.who, half.login, account)
    if locked:
        note(engine, now, Event("sign_in_locked", who))
        return NotSignedIn(locked)
    if _mark(account) != half.mark:
        return _over(engine, who, now)
    try:
        step = step_of(opened(key, half.account, account.second_factor or ""), code, now)
    except Unreadable:
        note(engine, now, Event("second_unreadable", who))
        return NotSignedIn(UNREADABLE)
    return _with_code(engine, half, account, step, known, who, secret, now)


def _with_code(
    engine: Engine, half: Half, account: Account, step: int | None, device: str, who: Who, secret: bytes, now: int
) -> SignedIn | NotSignedIn:
    """Let in who brought the code of a step, unless the account changed meanwhile or the code was taken."""
    with writing(engine) as work:
        # Of two who come at once the second waits here, and finds what the first one took.
        if _still(work.session, account) and _mark(account) == half.mark:
            if step is not None and take_step(work.driver, half.account, step):
                return _let_in(work, account, who, secret, now)
            return _refuse(work, half.login, device, Event(_why_not(step), who), WRONG_CODE, now)
    return _over(engine, who, now)


def _over(engine: Engine, who: Who, now: int) -> NotSignedIn:
    note(engine, now, Event("sign_in_stale", who))
    return NotSignedIn(OVER, over=True)


def _why_not(step: int | None) -> str:
    return "second_failed" if step is None else "second_replayed"


def half_of(token: str, before: str, secret: bytes, now: int) -> Half | None:
    """Return what a token of the step between says, if it is this browser's and still good."""
    try:
        said = URLSafeSerializer(secret, salt="halfway").loads(token)
    except BadSignature:
        return None
    fresh = 0 <= now - said["at"] <= HALF_SECONDS * _SECOND
    return Half(said["account"], said["login"], said["mark"]) if fresh and said["browser"] == _hash(before) else None


def _half_token(account: Account, browser: Browser, secret: bytes, now: int) -> str:
    said = {
        "account": account.id,
        "login": account.login,
        "mark": _mark(account),
        "browser": _hash(browser.before),
        "at": now,
    }
    return str(URLSafeSerializer(secret, salt="halfway").dumps(said))


def _mark(account: Account) -> str:
    """Return what changes with every password, second factor and code taken: a token made before is over."""
    return _hash(f"{account.password_hash}|{account.second_factor}|{account.second_used}")


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# Signing with the password, for who is signed in


def signature_fault(engine: Engine, account_id: int, password: str, rules: WebSection, now: int) -> str:
    """Return what is wrong with a password given as a signature, or nothing; an open browser is no place to guess."""
    account, locked = _signer(engine, account_id, rules, now)
    if locked:
        return locked
    if matches(password, account.password_hash):
        return ""
    with writing(engine) as work:
        work.session.add(SignInAttempt(login=account.login, device=SIGNATURE, at=now))
        work.commit()
    return "密码不对，请再输一次。"


def code_fault(engine: Engine, account_id: int, code: str, who: Who, key: Fernet, rules: WebSection, now: int) -> str:
    """Return what is wrong with a code of somebody who is signed in, or nothing: then it is taken, and good no more."""
    account, locked = _signer(engine, account_id, rules, now)
    if locked:
        return locked
    try:
        step = step_of(opened(key, account_id, account.second_factor or ""), code, now)
    except Unreadable:
        note(engine, now, Event("second_unreadable", who))
        return UNREADABLE
    with writing(engine) as work:
        if step is None or not take_step(work.driver, account_id, step):
            return _refuse(work, account.login, SIGNATURE, Event(_why_not(step), who), WRONG_CODE, now).sentence
        work.commit()
    return ""


def _signer(engine: Engine, account_id: int, rules: WebSection, now: int) -> tuple[Account, str]:
    """Return the account of who signs, and why they must wait, where they must."""
    with reading(engine) as work:
        account = work.session.get_one(Account, account_id)
        return account, _locked_out(work.session, account.login, SIGNATURE, rules, now)


def _locked_out(session: Session, login: str, device: str, rules: WebSection, now: int) -> str:
    """Return why a login must wait on a device, after too many failures there; nothing where it need not."""
    since = now - rules.lock_minutes * _MINUTE
    if failures_since(session, login[:LONGEST_LOGIN], device, since) < rules.lock_after:
        return ""
    return f"失败次数过多，请 {rules.lock_minutes} 分钟后再试；忘记密码的，请找系统管理员申请重置。"


def _devices(secret: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="device")


def _device(secret: bytes, cookie: str | None, login: str) -> str:
    try:
        told = _devices(secret).loads(cookie or "")
    except BadSignature:
        return ""
    return str(told["id"]) if told.get("login") == login else ""
