"""Accounts: a person, a login, a post."""

from __future__ import annotations

import re
from datetime import date

from pwdlib import PasswordHash
from sqlalchemy import delete, func, or_
from sqlmodel import Session, col, select

import clock
from states import LEADER, ROLES, UNIT_ROLES
from storage.addresses import is_address
from storage.holders import find_holder
from storage.people import held_on, unit_made
from storage.rows import lock_head
from storage.tables import Account, Person, PostRow, WebSession
from storage.tables.door import PasswordUsed, SignInAttempt
from storage.visible import is_visible, tidy
from storage.work import Work

# Three different people, and none of them has anything to do with cases.
ADMINISTRATORS = ("sysadmin", "secadmin", "secauditor")
# Roles held in a unit. All others act for the whole jurisdiction: a unit beside them would look like a limit that is not there.
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
    on: date | None = None,
) -> PostRow:
    """Make a person with a login and a post, from the day on (today); a login that exists gets one more, or anew what had ended."""
    if not _LOGIN.fullmatch(login):
        raise BadAccount(f"账号“{login}”只能用字母、数字和 . _ -，不超过 60 个字符")
    if email and not is_address(email):
        raise BadAccount(f"邮箱“{email}”的写法不对")
    if not is_visible(name):
        raise BadAccount("姓名不能为空，要有看得见的字")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise BadAccount(f"姓名不超过 {LONGEST_NAME} 个字，不能含有不可见的字符")
    if unit:
        must_be_placed(role)
    person, day = _person(session, jurisdiction, login, tidy(name), email), on or clock.local_date(clock.now())
    _must_stay_apart(session, person, name, role, day)
    place = unit_made(session, jurisdiction, unit).id if unit is not None else None
    post = _held_or_new(session, PostRow(jurisdiction=jurisdiction, person_id=person, role=role, unit_id=place), day)
    session.add(post)
    session.flush()
    return post


def _held_or_new(session: Session, new: PostRow, day: date) -> PostRow:
    """Return the same post where it has not ended, else the new one; after one that has ended it begins on the day."""
    query = select(PostRow).where(
        PostRow.person_id == new.person_id, PostRow.role == new.role, PostRow.unit_id == new.unit_id
    )
    same = session.exec(query).all()
    held = [one for one in same if one.ends_on is None or one.ends_on >= day]
    if same and not held:
        new.starts_on = day
    return max(held, key=lambda one: one.ends_on or date.max, default=new)


def must_be_placed(role: str) -> None:
    """Raise BadAccount for a role that is held for the whole jurisdiction: no unit is named beside it."""
    if role not in PLACED:
        raise BadAccount(f"{ROLES[role]}面向全地区任职，不填党组织；只有{'、'.join(ROLES[one] for one in PLACED)}要填")


def _person(session: Session, jurisdiction: int, login: str, name: str, email: str | None) -> int:
    account = session.exec(select(Account).where(Account.login == login)).one_or_none()
    if account is None:
        person = Person(jurisdiction=jurisdiction, name=name, email=email)
        session.add(person)
        session.flush()
        assert person.id is not None
        session.add(Account(jurisdiction=jurisdiction, person_id=person.id, login=login))
        session.flush()
        return person.id
    known = session.get_one(Person, account.person_id)
    if known.jurisdiction != jurisdiction:
        raise BadAccount(f"账号“{login}”已有人使用，请换一个")
    if account.state == "closed":
        raise BadAccount(f"账号 {login} 已停用，请换一个账号")
    if tidy(known.name) != name:
        raise BadAccount(f"账号 {login} 已属于{known.name}")
    known.email = email or known.email
    session.add(known)
    return account.person_id


def _must_stay_apart(session: Session, person: int, name: str, role: str, day: date) -> None:
    # What begins later counts too: on that day nobody asks again.
    unended = or_(col(PostRow.ends_on).is_(None), col(PostRow.ends_on) >= day)
    held = {post.role for post in session.exec(select(PostRow).where(PostRow.person_id == person, unended))}
    if other := next((one for one in held - {role} if one in ADMINISTRATORS or role in ADMINISTRATORS), None):
        raise BadAccount(f"{name}已是{ROLES[other]}，不能兼任{ROLES[role]}：三员须由不同的人担任，且不办理巡察整改业务")


def close_account(work: Work, login: str, now: int) -> None:
    """Close an account, end its sessions at once and, with a person's last one, the posts that day; never commits.

    BadAccount when nobody of a kind of administrator would be left.
    """
    account, person = _to_close(work.session, login)
    # When two close accounts at once, the second waits here and no longer counts the first one's.
    lock_head(work.driver, person.jurisdiction)
    day = clock.local_date(clock.from_micros(now))
    refuse_closing(work, login, day)
    account.state = "closed"
    work.session.add(account)
    end_sessions(work.session, account, now)
    work.session.flush()
    if not _has_open_account(work.session, account.person_id):
        _end_posts(work.session, account.person_id, day)


def refuse_closing(work: Work, login: str, day: date) -> None:
    """Raise BadAccount when an account is closed already, or is that of the last administrator of a kind."""
    account, person = _to_close(work.session, login)
    work.session.refresh(account)
    if account.state == "closed":
        raise BadAccount(f"账号 {login} 已经停用")
    if _has_open_account(work.session, account.person_id, but=account.id):
        return
    holder = find_holder(work.driver, login, day)
    for role, _ in holder.posts if holder else ():
        if role in ADMINISTRATORS and not _another(work.session, person, role, day):
            raise BadAccount(
                f"{person.name}是唯一的{ROLES[role]}，账号 {login} 不能停用：请先为另一人开通{ROLES[role]}的账号"
            )


def _to_close(session: Session, login: str) -> tuple[Account, Person]:
    query = select(Account, Person).join(Person, col(Person.id) == Account.person_id).where(Account.login == login)
    account, person = session.exec(query).one()
    return account, person


def _has_open_account(session: Session, person: int, but: int | None = None) -> bool:
    query = select(Account.id).where(Account.person_id == person, Account.state == "open", Account.id != but)
    return session.exec(query).first() is not None


def _another(session: Session, person: Person, role: str, day: date) -> bool:
    """Say whether somebody else who can sign in, and so has a password, holds the role."""
    query = (
        select(PostRow.person_id)
        .join(Account, col(Account.person_id) == PostRow.person_id)
        .where(PostRow.jurisdiction == person.jurisdiction, PostRow.role == role, PostRow.person_id != person.id)
        .where(Account.state == "open", col(Account.password_hash).is_not(None), *held_on(day))
    )
    return session.exec(query).first() is not None


def _end_posts(session: Session, person: int, day: date) -> None:
    later = or_(col(PostRow.ends_on).is_(None), col(PostRow.ends_on) > day)
    for post in session.exec(select(PostRow).where(PostRow.person_id == person, later)):
        post.ends_on = day
        session.add(post)
    session.flush()


def give_password(session: Session, login: str, password_hash: str, now: int) -> None:
    """Give an account a password that its owner must change at once; what was signed in with the old one ends, never commits.

    Hash first: it is slow.
    """
    account = session.exec(select(Account).where(Account.login == login).with_for_update()).one()
    refuse_password(account)
    if account.password_hash:
        assert account.id is not None
        session.add(PasswordUsed(account_id=account.id, password_hash=account.password_hash, at=now))
    account.password_hash, account.password_at, account.must_change = password_hash, now, True
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


def hashed(password: str) -> str:
    """Return the argon2 hash of a password."""
    return PasswordHash.recommended().hash(password)
