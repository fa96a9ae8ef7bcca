"""Accounts: a person, a login, a post."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pwdlib import PasswordHash
from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from states import LEADER, ROLES, UNIT_ROLES
from storage.addresses import is_address
from storage.people import unit_made
from storage.tables import Account, Person, Post, Unit, WebSession

# Three different people, and none of them has anything to do with cases.
ADMINISTRATORS = ("sysadmin", "secadmin", "secauditor")
# Who reaches as far as a unit; all others act for the whole jurisdiction, and a unit beside their role would promise less.
PLACED = (*UNIT_ROLES, LEADER)
LONGEST_NAME = 60
_LOGIN = re.compile(r"[A-Za-z0-9._-]{1,60}")


class BadAccount(ValueError):
    """An account cannot be made so; says why."""


def add_account(
    session: Session,
    jurisdiction: int,
    login: str,
    name: str,
    role: str,
    *,
    unit: str | None = None,
    email: str | None = None,
    password_hash: str | None = None,
) -> Post:
    """Make a person with a login and a post; a login that exists gets one more post. Hash first: it is slow."""
    if not _LOGIN.fullmatch(login):
        raise BadAccount(f"账号“{login}”只能用字母、数字和 . _ -，不超过 60 个字符")
    if email and not is_address(email):
        raise BadAccount(f"邮箱“{email}”的写法不对")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise BadAccount(f"姓名不超过 {LONGEST_NAME} 个字，不能含有不可见的字符")
    if unit:
        must_be_placed(role)
    person = _person(session, jurisdiction, login, name, email, password_hash)
    _must_stay_apart(session, person, name, role)
    place = unit_made(session, jurisdiction, unit).id if unit else None
    same = select(Post).where(Post.person_id == person, Post.role == role, Post.unit_id == place)
    post = session.exec(same).first() or Post(jurisdiction=jurisdiction, person_id=person, role=role, unit_id=place)
    session.add(post)
    session.flush()
    return post


def must_be_placed(role: str) -> None:
    """Raise BadAccount for a role that is held for the whole jurisdiction: no unit is named beside it."""
    if role not in PLACED:
        raise BadAccount(f"{ROLES[role]}面向全地区任职，不填党组织；只有{'、'.join(ROLES[one] for one in PLACED)}要填")


def _person(
    session: Session, jurisdiction: int, login: str, name: str, email: str | None, password_hash: str | None
) -> int:
    account = session.exec(select(Account).where(Account.login == login)).one_or_none()
    if account is None:
        person = Person(jurisdiction=jurisdiction, name=name, email=email)
        session.add(person)
        session.flush()
        assert person.id is not None
        session.add(Account(person_id=person.id, login=login, password_hash=password_hash))
        session.flush()
        return person.id
    known = session.get_one(Person, account.person_id)
    if known.jurisdiction != jurisdiction:
        raise BadAccount(f"账号“{login}”已有人使用，请换一个")
    if account.state == "closed":
        raise BadAccount(f"账号 {login} 已停用，请换一个账号")
    if known.name != name:
        raise BadAccount(f"账号 {login} 已属于{known.name}")
    known.email = email or known.email
    if password_hash:
        account.password_hash = password_hash
    session.add_all([known, account])
    return account.person_id


def _must_stay_apart(session: Session, person: int, name: str, role: str) -> None:
    held = {
        post.role for post in session.exec(select(Post).where(Post.person_id == person, col(Post.ends_on).is_(None)))
    }
    if other := next((one for one in held - {role} if one in ADMINISTRATORS or role in ADMINISTRATORS), None):
        raise BadAccount(f"{name}已是{ROLES[other]}，不能兼任{ROLES[role]}：三员须由不同的人担任，且不办理巡察整改业务")


def close_account(session: Session, login: str, now: int) -> None:
    """Close an account and end its sessions at once; never commits."""
    account = session.exec(select(Account).where(Account.login == login)).one()
    account.state = "closed"
    session.add(account)
    for row in session.exec(
        select(WebSession).where(WebSession.account_id == account.id, col(WebSession.ended_at).is_(None))
    ):
        row.ended_at = now
        session.add(row)
    session.flush()


def account_list(
    session: Session, jurisdiction: int, words: str = "", limit: int = 100
) -> tuple[int, list[tuple[str, str, str, str]]]:
    """Return how many accounts have the words in login, name or unit, and the first: login, name, state, posts in words."""
    query = (
        select(Account, Person)
        .join(Person, col(Person.id) == Account.person_id)
        .where(Person.jurisdiction == jurisdiction)
    )
    if words:
        there = select(Post.person_id).join(Unit, col(Unit.id) == Post.unit_id).where(_has(Unit.name, words))
        found = or_(_has(Account.login, words), _has(Person.name, words), col(Person.id).in_(there))
        query = query.where(found)
    count = session.exec(select(func.count()).select_from(query.subquery())).one()
    rows = list(session.exec(query.order_by(col(Account.login)).limit(limit)))
    posts = _posts_in_words(session, [person.id or 0 for _, person in rows])
    return count, [
        (account.login, person.name, account.state, "、".join(posts[person.id or 0])) for account, person in rows
    ]


def _has(column: str, words: str) -> ColumnElement[bool]:
    return func.lower(col(column)).contains(words.lower(), autoescape=True)


def _posts_in_words(session: Session, people: Sequence[int]) -> dict[int, list[str]]:
    held = select(Post, Unit.name).join(Unit, col(Unit.id) == Post.unit_id, isouter=True)
    words: dict[int, list[str]] = defaultdict(list)
    for post, unit in session.exec(held.where(col(Post.person_id).in_(people)).order_by(col(Post.id))):
        until = f"（至 {post.ends_on}）" if post.ends_on else ""
        place = f"{unit} " if unit and post.role in PLACED else ""
        words[post.person_id].append(f"{place}{ROLES[post.role]}{until}")
    return words


def hashed(password: str) -> str:
    """Return the argon2 hash of a password."""
    return PasswordHash.recommended().hash(password)
