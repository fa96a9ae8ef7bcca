"""Accounts: a person, a login, a post."""

from __future__ import annotations

import re

from pwdlib import PasswordHash
from sqlmodel import Session, select

from storage.people import unit_made
from storage.tables import Account, Person, Post

_LOGIN = re.compile(r"[A-Za-z0-9._-]{1,60}")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


class BadAccount(ValueError):
    """An account cannot be made so; says why."""


def add_account(  # noqa: PLR0913 what an account is made of
    session: Session, jurisdiction: int, login: str, name: str, role: str, *, unit: str | None = None, email: str | None = None, password: str | None = None
) -> Post:
    """Make a person with a login and a post; a login that exists gets one more post."""
    if not _LOGIN.fullmatch(login):
        raise BadAccount(f"账号“{login}”只能用字母、数字和 . _ -，不超过 60 个字符")
    if email and not _EMAIL.fullmatch(email):
        raise BadAccount(f"邮箱“{email}”的写法不对")
    person = _person(session, jurisdiction, login, name, email, password)
    place = unit_made(session, jurisdiction, unit).id if unit else None
    same = select(Post).where(Post.person_id == person, Post.role == role, Post.unit_id == place)
    post = session.exec(same).first() or Post(jurisdiction=jurisdiction, person_id=person, role=role, unit_id=place)
    session.add(post)
    session.flush()
    return post


def _person(session: Session, jurisdiction: int, login: str, name: str, email: str | None, password: str | None) -> int:  # noqa: PLR0913, PLR0917
    account = session.exec(select(Account).where(Account.login == login)).one_or_none()
    if account is None:
        person = Person(jurisdiction=jurisdiction, name=name, email=email)
        session.add(person)
        session.flush()
        assert person.id is not None  # noqa: S101 flushed
        session.add(Account(person_id=person.id, login=login, password_hash=hashed(password) if password else None))
        session.flush()
        return person.id
    known = session.get_one(Person, account.person_id)
    if known.name != name:
        raise BadAccount(f"账号 {login} 已属于{known.name}")
    known.email = email or known.email
    if password:
        account.password_hash = hashed(password)
    session.add_all([known, account])
    return account.person_id


def hashed(password: str) -> str:
    """Return the argon2 hash of a password."""
    return PasswordHash.recommended().hash(password)
