"""The post: what is to be told, and what became of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.base import index_where, one_of
from storage.types import BIG


class Outbox(SQLModel, table=True):
    """A message 消息 to a post, written in the transaction of the entry it tells of; address and text come at delivery."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("jurisdiction", "idx", "post"),
        index_where("expanded_at IS NULL", "ix_outbox_waiting", "id"),
        Index(None, "case_id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    idx: int = Field(sa_type=BigInteger)
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    post: str
    template: str
    facts: str
    made_at: int = Field(sa_type=BigInteger)
    expanded_at: int | None = Field(default=None, sa_type=BigInteger)


class Letter(SQLModel, table=True):
    """One letter 信 to one person about one unit: the first of a day has the number 1; what it tells is frozen when it is first tried."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("person_id", "unit_id", "day", "number"),
        UniqueConstraint("message_id"),
        one_of("state", ("waiting", "sent", "failed", "dropped")),
        index_where("state = 'waiting'", "ix_letters_due", "next_at", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    person_id: int = Field(sa_type=BIG, foreign_key="people.id")
    unit_id: int = Field(sa_type=BIG, foreign_key="units.id")
    day: date
    number: int
    message_id: str
    any_hour: bool = False
    made_at: int = Field(sa_type=BigInteger)
    state: str = "waiting"
    tries: int = 0
    next_at: int = Field(sa_type=BigInteger)
    claimed_until: int | None = Field(default=None, sa_type=BigInteger)
    sent_at: int | None = Field(default=None, sa_type=BigInteger)
    last_error: str = ""


class Delivery(SQLModel, table=True):
    """One notice 通知 to one person, found when the message was first taken up; a letter takes it along."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("outbox_id", "person_id"),
        # Whoever is told of an entry in several posts is told once.
        UniqueConstraint("jurisdiction", "idx", "person_id"),
        one_of("state", ("waiting", "sent", "failed", "dropped")),
        one_of("speed", ("now", "hours", "daily")),
        index_where("state = 'waiting'", "ix_deliveries_due", "next_at", "id"),
        index_where("state = 'waiting'", "ix_deliveries_waiting_for", "person_id", "case_id"),
        index_where("seen_at IS NULL", "ix_deliveries_unseen", "person_id", "id"),
        Index(None, "case_id"),
        Index(None, "letter_id"),
        # The notices of a person, the latest first.
        Index(None, "person_id", "id"),
        # The notices by what became of them, the latest first.
        Index(None, "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    outbox_id: int = Field(sa_type=BIG, foreign_key="outbox.id")
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    person_id: int = Field(sa_type=BIG, foreign_key="people.id")
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    idx: int = Field(sa_type=BigInteger)
    letter_id: int | None = Field(default=None, sa_type=BIG, foreign_key="letters.id")
    speed: str = "daily"
    state: str = "waiting"
    next_at: int = Field(sa_type=BigInteger)
    sent_at: int | None = Field(default=None, sa_type=BigInteger)
    seen_at: int | None = Field(default=None, sa_type=BigInteger)
    last_error: str = ""


class Preference(SQLModel, table=True):
    """What a person has chosen for themselves: when what is not urgent is told, and the secret address of the calendar of their dates, kept as a hash."""

    __tablename__ = "preferences"
    __table_args__ = (one_of("letters", ("daily", "at_once")), UniqueConstraint("feed_hash"))
    person_id: int = Field(
        primary_key=True, sa_type=BIG, foreign_key="people.id", sa_column_kwargs={"autoincrement": False}
    )
    letters: str = "daily"
    feed_hash: str | None = None
    feed_made_at: int | None = Field(default=None, sa_type=BigInteger)
