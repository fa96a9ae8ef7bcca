"""Who a session belongs to: asked on every request, so in driver SQL."""

from __future__ import annotations

from dataclasses import dataclass

from storage.setting import column
from storage.sql import Driver

_SESSION = (
    "SELECT s.id_hash, s.csrf, s.made_at, s.seen_at, a.id, a.login, a.password_at, a.must_change, a.second_factor IS NOT NULL, "
    f"p.id, p.name, p.jurisdiction, {column('p.jurisdiction')} "
    "FROM sessions s JOIN accounts a ON a.id = s.account_id JOIN people p ON p.id = a.person_id "
    "WHERE s.id_hash = ? AND s.ended_at IS NULL AND a.state = 'open'"
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that has not ended, with its account and person."""

    id_hash: str
    csrf: str
    made_at: int
    seen_at: int
    account_id: int
    login: str
    password_at: int | None
    must_change: bool | None
    has_second: bool
    person_id: int
    name: str
    jurisdiction: int
    setting: str | None = None


def session_of(driver: Driver, id_hash: str) -> SessionRow | None:
    """Return the session of that hash, if it has not ended and its account is open."""
    row = driver.one(_SESSION, (id_hash,))
    return SessionRow(*row) if row else None


def touch(driver: Driver, id_hash: str, now: int) -> None:
    """Note that the session was used."""
    driver.run("UPDATE sessions SET seen_at = ? WHERE id_hash = ? AND seen_at < ?", (now, id_hash, now))
