"""Accounts: their passwords, sessions and failed attempts; that there is one, and whose, is the register's."""

from __future__ import annotations

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from storage.tables import Account
from storage.tables.door import PasswordUsed, SignInAttempt, WebSession


class BadAccount(ValueError):
    """An account cannot be given a password; says why."""


def give_password(session: Session, login: str, password_hash: str, now: int, *, chosen: bool = False) -> None:
    """Give an account a password that its owner must change at once, unless they chose it; what was signed in ends, never commits.

    Hash first: it is slow.
    """
    account = session.exec(select(Account).where(Account.login == login).with_for_update()).one()
    refuse_password(account)
    if account.password_hash:
        assert account.id is not None
        session.add(PasswordUsed(account_id=account.id, password_hash=account.password_hash, at=now))
    account.password_hash, account.password_at, account.must_change = password_hash, now, not chosen
    session.add(account)
    end_sessions(session, account, now)
    # Earlier failures were guesses at the old password: the owner must not wait because of them.
    session.execute(delete(SignInAttempt).where(col(SignInAttempt.login) == login))
    session.flush()


def refuse_password(account: Account) -> None:
    """Raise BadAccount when an account is closed: it gets no new password."""
    if account.state == "closed":
        raise BadAccount(f"账号 {account.login} 已停用，不能重置密码")


def end_sessions(session: Session, account: Account, now: int, keep: str = "") -> None:
    """End all sessions of an account at once, but the one kept (by its hash); never commits."""
    open_ones = select(WebSession).where(WebSession.account_id == account.id, col(WebSession.ended_at).is_(None))
    for row in session.exec(open_ones.where(WebSession.id_hash != keep)):
        row.ended_at = now
        session.add(row)


def hashes_used(session: Session, account: int, most: int) -> list[str]:
    """Return the hashes of the passwords that an account had before, the latest first."""
    used = select(PasswordUsed).where(PasswordUsed.account_id == account).order_by(col(PasswordUsed.id).desc())
    return [row.password_hash for row in session.exec(used.limit(most))]


def open_account(session: Session, login: str) -> Account | None:
    """Return the open account of a login; who acts by it, and in which posts, is asked of `find_holder`."""
    return session.exec(select(Account).where(Account.login == login, Account.state == "open")).one_or_none()


def account_number(session: Session, login: str) -> int | None:
    """Return the account of a login, open or closed, by its number; None for a new one."""
    return session.exec(select(Account.id).where(Account.login == login)).first()


def failures_since(session: Session, login: str, device: str, since: int) -> int:
    """Return how often signing in failed for a login on a device after an instant (microseconds)."""
    attempt = SignInAttempt
    query = select(func.count()).where(attempt.login == login, attempt.device == device, col(attempt.at) > since)
    return int(session.exec(query).one())
