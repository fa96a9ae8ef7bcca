"""Who is there: jurisdictions, units 党组织, people, accounts and posts with their dates."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from states import CAPACITIES, ROLES
from storage.tables.base import one_of
from storage.types import BIG


class Jurisdiction(SQLModel, table=True):
    """One city or county: the unit of the trail and of later sharding."""

    __tablename__ = "jurisdictions"
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    code: str = Field(unique=True)
    name: str
    parent_id: int | None = Field(default=None, sa_type=BIG, foreign_key="jurisdictions.id")
    rehearsal: bool = False


class Unit(SQLModel, table=True):
    """A Party organisation 党组织; a village answers through its township."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("jurisdiction", "name"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    name: str
    sort: str = ""
    parent_id: int | None = Field(default=None, sa_type=BIG, foreign_key="units.id")
    answerable_id: int | None = Field(default=None, sa_type=BIG, foreign_key="units.id")
    starts_on: date | None = None
    ends_on: date | None = None
    successor_id: int | None = Field(default=None, sa_type=BIG, foreign_key="units.id")


class Person(SQLModel, table=True):
    """A human being; posts and accounts come and go."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("jurisdiction", "personal_key"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    name: str
    email: str | None = None
    personal_key: str | None = None
    """What tells two people of one name apart: `no:` and a staff number, or `id:` and the keyed hash of an ID number."""


class Account(SQLModel, table=True):
    """A login of a person; the password is an argon2 hash or absent."""

    __tablename__ = "accounts"
    __table_args__ = (
        one_of("state", ("open", "closed")),
        Index(None, "person_id"),
        Index(None, "jurisdiction", "login"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    person_id: int = Field(sa_type=BIG, foreign_key="people.id")
    login: str = Field(unique=True)
    password_hash: str | None = None
    state: str = "open"
    password_at: int | None = Field(default=None, sa_type=BigInteger)
    must_change: bool | None = None
    second_factor: str | None = None
    """The secret of its second factor, under a key outside the database; None where it has none yet."""
    second_used: int | None = Field(default=None, sa_type=BigInteger)
    """The last time step of a code that was taken: none is taken twice."""


class PostRow(SQLModel, table=True):
    """A role held by a person from one day to another, in a unit or for the whole jurisdiction."""

    __tablename__ = "posts"
    __table_args__ = (
        one_of("role", ROLES),
        one_of("capacity", CAPACITIES),
        Index(None, "jurisdiction", "role", "unit_id"),
        Index(None, "person_id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    person_id: int = Field(sa_type=BIG, foreign_key="people.id")
    role: str
    unit_id: int | None = Field(default=None, sa_type=BIG, foreign_key="units.id")
    round_id: int | None = Field(default=None, sa_type=BIG, foreign_key="rounds.id")
    capacity: str = ""
    document: str = ""
    """The paper by which it is held, by its number."""
    starts_on: date | None = None
    ends_on: date | None = None
    successor_id: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")


class Listed(SQLModel, table=True):
    """A row of a kind of the register that has no table of its own: its fields as canonical JSON."""

    __tablename__ = "listed"
    __table_args__ = (Index(None, "jurisdiction", "kind", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    kind: str
    fields: str
