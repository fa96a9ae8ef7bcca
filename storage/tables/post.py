"""The post: what is to be told, and what became of it."""

from __future__ import annotations

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


class Delivery(SQLModel, table=True):
    """One mail to one person, found when the message was first taken up."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("outbox_id", "person_id"),
        UniqueConstraint("message_id"),
        one_of("state", ("waiting", "sent", "failed", "dropped")),
        index_where("state = 'waiting'", "ix_deliveries_due", "next_at", "id"),
        Index(None, "case_id"),
        # The mails by what became of them, the latest first.
        Index(None, "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    outbox_id: int = Field(sa_type=BIG, foreign_key="outbox.id")
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    person_id: int = Field(sa_type=BIG, foreign_key="people.id")
    message_id: str
    state: str = "waiting"
    tries: int = 0
    next_at: int = Field(sa_type=BigInteger)
    claimed_until: int | None = Field(default=None, sa_type=BigInteger)
    sent_at: int | None = Field(default=None, sa_type=BigInteger)
    last_error: str = ""
