"""The door: sessions, attempts to sign in, requests for accounts, and the security log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from storage.security import VIAS
from storage.tables.base import one_of
from storage.types import BIG


class WebSession(SQLModel, table=True):
    """A signed-in browser; the cookie's value is kept only as a hash."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "account_id"),)
    id_hash: str = Field(primary_key=True)
    account_id: int = Field(sa_type=BIG, foreign_key="accounts.id")
    csrf: str
    made_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)


class SignInAttempt(SQLModel, table=True):
    """A failed sign-in, counted for one login and one device; strangers cannot lock a known device out."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "login", "device", "at"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    login: str
    device: str
    at: int = Field(sa_type=BigInteger)


class PasswordUsed(SQLModel, table=True):
    """An earlier password's hash, so that the last ones are not used again."""

    __tablename__ = "passwords_used"
    __table_args__ = (Index(None, "account_id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    account_id: int = Field(sa_type=BIG, foreign_key="accounts.id")
    password_hash: str
    at: int = Field(sa_type=BigInteger)


class Request(SQLModel, table=True):
    """An entry of the register that one person asks for and another decides on, or that the operator made and nobody has looked at."""

    __tablename__ = "requests"
    __table_args__ = (
        one_of("state", ("asked", "approved", "refused", "standing", "looked")),
        Index(None, "jurisdiction", "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    kind: str
    act: str
    row: str | None = None
    """Which row it is about, as text; None for one that is to be made."""
    fields: str
    """What is wanted, as canonical JSON."""
    reason: str = ""
    asked_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    asked_role: str = ""
    os_user: str | None = None
    asked_at: int = Field(sa_type=BigInteger)
    state: str = "asked"
    decided_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    decided_at: int | None = Field(default=None, sa_type=BigInteger)
    idx: int | None = Field(default=None, sa_type=BigInteger)
    """The entry of the log that came of it."""
    batch: int | None = Field(default=None, sa_type=BIG)
    """The first request of those that came in one list."""


class FormKept(SQLModel, table=True):
    """What somebody typed into a form and has not sent yet; kept for them alone."""

    __tablename__ = "forms_kept"
    __table_args__ = (PrimaryKeyConstraint("account_id", "form"),)
    account_id: int = Field(sa_type=BIG, foreign_key="accounts.id")
    form: str
    fields: str
    at: int = Field(sa_type=BigInteger)


class SecurityEvent(SQLModel, table=True):
    """Who did what at the door, and what was refused; kept apart from the trail of cases."""

    __tablename__ = "security_log"
    __table_args__ = (
        one_of("via", VIAS),
        # By each of what it is asked for, in the order in which it is read.
        Index(None, "jurisdiction", "at", "id"),
        *(Index(None, "jurisdiction", name, "at", "id") for name in ("what", "login", "case_id", "address", "via")),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    at: int = Field(sa_type=BigInteger)
    what: str
    login: str = ""
    person_id: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    via: str = "web"
    os_user: str = ""
    """At the command line: who was signed in to the server."""
    address: str = ""
    case_id: int | None = Field(default=None, sa_type=BIG)
    action: str = ""
    words: str = ""
