"""Sessions as rows: a random id kept as a hash, ended at once when the account closes."""

from __future__ import annotations

import secrets
from datetime import date
from hashlib import sha256

from sqlalchemy import Engine
from sqlmodel import Session

from settings import WebSection
from states import ADMINISTRATORS
from storage.engine import reading, writing
from storage.holders import posts_held
from storage.sessions import SessionRow, session_of, touch
from storage.setting import read_setting
from storage.sql import Driver
from storage.tables.door import WebSession
from web.people.passwords import is_old
from web.viewer import Viewer
from workflow.people import post_of
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
    session.add(
        WebSession(
            id_hash=hash_of(token), account_id=account_id, csrf=secrets.token_urlsafe(24), made_at=now, seen_at=now
        )
    )
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
    with reading(engine) as work:
        driver = work.driver
        row = session_of(driver, hash_of(token))
        viewer = _viewer(driver, row, rules, now, today) if row and not _is_over(row, rules, now) else None
    if row and viewer and now - row.seen_at > _TOUCH:
        with writing(engine) as work:
            touch(work.driver, row.id_hash, now)
            work.commit()
    return viewer


def _is_over(row: SessionRow, rules: WebSection, now: int) -> bool:
    return now - row.seen_at > rules.idle_minutes * _MINUTE or now - row.made_at > rules.session_hours * 60 * _MINUTE


def _viewer(driver: Driver, row: SessionRow, rules: WebSection, now: int, today: date) -> Viewer:
    held = posts_held(driver, row.person_id, today)
    names = {one.unit_id: one.unit for one in held if one.unit_id}
    rounds = {one.round_id: one.round for one in held if one.round_id}
    actor = Actor(
        row.jurisdiction,
        row.login,
        row.name,
        _apart(tuple(map(post_of, held))),
        "web",
        row.person_id,
    )
    must_change = is_old(rules, now, changed_at=row.password_at, must_change=bool(row.must_change))
    return Viewer(
        actor,
        row.account_id,
        row.id_hash,
        row.csrf,
        names,
        must_change,
        bool(row.has_second),
        rounds,
        read_setting(row.setting),
    )


def _apart(posts: tuple[Post, ...]) -> tuple[Post, ...]:
    """Whoever is one of the three administrators is nothing else here, whatever the rows say."""
    return tuple(post for post in posts if post.role in ADMINISTRATORS)[:1] or posts
