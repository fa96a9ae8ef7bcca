"""Sessions as rows: a random id kept as a hash, ended at once when the account closes."""

from __future__ import annotations

import secrets
from datetime import date
from hashlib import sha256

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from settings import WebSection
from storage.accounts import ADMINISTRATORS
from storage.engine import reading, writing
from storage.people import posts_on
from storage.tables import Account, Person, Unit
from storage.tables.door import WebSession
from web.people.passwords import is_old
from web.viewer import Viewer
from workflow.subject import Actor, Post

COOKIE = "zhenggai_session"
_MINUTE = 60_000_000
_TOUCH = _MINUTE


def hash_of(token: str) -> str:
    """Return what is kept of a cookie's value."""
    return sha256(token.encode()).hexdigest()


def open_session(session: Session, account_id: int, now: int) -> str:
    """Open a session with a new id; return the cookie's value. Never commits."""
    token = secrets.token_urlsafe(32)
    session.add(WebSession(id_hash=hash_of(token), account_id=account_id, csrf=secrets.token_urlsafe(24), made_at=now, seen_at=now))
    session.flush()
    return token


def end_session(session: Session, id_hash: str, now: int) -> None:
    """End a session; never commits."""
    row = session.get(WebSession, id_hash)
    if row is not None and row.ended_at is None:
        row.ended_at = now
        session.add(row)


def find_viewer(engine: Engine, token: str | None, rules: WebSection, now: int, today: date) -> Viewer | None:
    """Return who the cookie says is there, unless the session ended, idled or the account was closed."""
    if not token:
        return None
    with reading(engine) as session:
        found = _find(session, hash_of(token), rules, now)
        viewer = _viewer(session, *found, rules, now, today) if found else None
    if found and viewer and now - found[0].seen_at > _TOUCH:
        with writing(engine) as session:
            row = session.get_one(WebSession, found[0].id_hash)
            row.seen_at = max(row.seen_at, now)
            session.add(row)
            session.commit()
    return viewer


def _find(session: Session, id_hash: str, rules: WebSection, now: int) -> tuple[WebSession, Account, Person] | None:
    query = (
        select(WebSession, Account, Person)
        .join(Account, col(Account.id) == WebSession.account_id)
        .join(Person, col(Person.id) == Account.person_id)
        .where(WebSession.id_hash == id_hash, col(WebSession.ended_at).is_(None), Account.state == "open")
    )
    row = session.exec(query).one_or_none()
    if row is None or now - row[0].seen_at > rules.idle_minutes * _MINUTE or now - row[0].made_at > rules.session_hours * 60 * _MINUTE:
        return None
    return row[0], row[1], row[2]


def _viewer(session: Session, row: WebSession, account: Account, person: Person, rules: WebSection, now: int, today: date) -> Viewer:  # noqa: PLR0913, PLR0917
    assert person.id is not None and account.id is not None  # noqa: S101, PT018 stored rows
    posts = _apart(tuple(Post(post.role, post.unit_id) for post in posts_on(session, person.id, today)))
    units = {post.unit_id for post in posts if post.unit_id}
    names = {unit.id or 0: unit.name for unit in session.exec(select(Unit).where(col(Unit.id).in_(units)))} if units else {}
    actor = Actor(person.jurisdiction, account.login, person.name, posts, "web", person.id)
    return Viewer(actor, account.id, row.id_hash, row.csrf, names, is_old(account, rules, now))


def _apart(posts: tuple[Post, ...]) -> tuple[Post, ...]:
    """Whoever is one of the three administrators is nothing else here, whatever the rows say."""
    return tuple(post for post in posts if post.role in ADMINISTRATORS)[:1] or posts
