"""The memory: trail, heads, checkpoints, and the rules that entries name."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, LargeBinary, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.base import index_where
from storage.types import BIG, KEY


class Head(SQLModel, table=True):
    """The growing end of one jurisdiction's tree; its lock orders all moves there."""

    __tablename__ = "heads"
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id", primary_key=True)
    size: int = Field(default=0, sa_type=BigInteger)
    frontier: bytes = Field(default=b"", sa_type=LargeBinary)
    last_at: int = Field(default=0, sa_type=BigInteger)
    calendar: str = ""


class TrailRow(SQLModel, table=True):
    """One entry 流转记录. `body` is the bytes that are hashed; the columns behind `leaf` only find it again."""

    __tablename__ = "trail"
    __table_args__ = (
        PrimaryKeyConstraint("jurisdiction", "idx"),
        UniqueConstraint("jurisdiction", "key"),
        index_where("case_id IS NOT NULL", "ix_trail_case_id_version", "case_id", "version", unique=True),
        # The log by who did what, and from which day on: `at` never runs backwards within a tree.
        Index(None, "jurisdiction", "actor_id", "idx"),
        Index(None, "jurisdiction", "action", "idx"),
        Index(None, "jurisdiction", "at", "idx"),
        # What is not a case, by what it is about: `post:12`.
        index_where("about IS NOT NULL", "ix_trail_about", "jurisdiction", "about", "idx"),
    )
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    idx: int = Field(sa_type=BigInteger)
    body: bytes = Field(sa_type=LargeBinary)
    leaf: bytes = Field(sa_type=LargeBinary)
    key: str | None = Field(default=None, sa_type=KEY)
    intent: str | None = None
    case_id: int | None = Field(default=None, sa_type=BIG)
    version: int | None = None
    action: str = ""
    actor_id: int | None = Field(default=None, sa_type=BIG)
    prepared_by: int | None = Field(default=None, sa_type=BIG)
    at: int = Field(sa_type=BigInteger)
    about: str | None = None


class TextRow(SQLModel, table=True):
    """Salts and texts behind the hashes of an entry; may be erased, the entry stays."""

    __tablename__ = "texts"
    __table_args__ = (PrimaryKeyConstraint("jurisdiction", "idx"),)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    idx: int = Field(sa_type=BigInteger)
    body: str


class CheckpointRow(SQLModel, table=True):
    """A signed note over the tree at one size."""

    __tablename__ = "checkpoints"
    __table_args__ = (PrimaryKeyConstraint("jurisdiction", "size"),)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    size: int = Field(sa_type=BigInteger)
    root: bytes = Field(sa_type=LargeBinary)
    note: str
    at: int = Field(sa_type=BigInteger)


class Definition(SQLModel, table=True):
    """A table of moves that entries name, by hash."""

    __tablename__ = "definitions"
    hash: str = Field(primary_key=True)
    body: str


class ProfileRow(SQLModel, table=True):
    """A profile of limits, rungs and criteria, by hash; a round points to one."""

    __tablename__ = "profiles"
    __table_args__ = (UniqueConstraint("name", "version"),)
    hash: str = Field(primary_key=True)
    name: str
    version: int
    body: str


class CalendarDay(SQLModel, table=True):
    """A day on which the State Council's calendar differs from Monday-Friday; `known` rows name announced years."""

    __tablename__ = "calendar_days"
    __table_args__ = (PrimaryKeyConstraint("jurisdiction", "day"),)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    day: date
    working: bool
    name: str = ""


class DutyGap(SQLModel, table=True):
    """A time in which no recurring duty ran: from the last run before it to the first behind it."""

    __tablename__ = "duty_gaps"
    began_at: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    ended_at: int = Field(sa_type=BigInteger)


class DutyRun(SQLModel, table=True):
    """The last run of a recurring duty, and how it ended."""

    __tablename__ = "duty_runs"
    name: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    ok: bool
    words: str = ""
