"""Ledgers that were looked through and wait to be brought in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from storage.aside import DROPPED, SENT, WAITING
from storage.tables.base import index_where, one_of
from storage.types import BIG, Instant

FED_BACK, TAKEN_OVER = "feed_back", "take_over"


class PreparedLedger(SQLModel, table=True):
    """A ledger 准备稿 that one looked through and put aside, and that a second act brings in: the file by its content, not its rows."""

    __tablename__ = "prepared_ledgers"
    __table_args__ = (
        one_of("act", (FED_BACK, TAKEN_OVER)),
        one_of("state", (WAITING, SENT, DROPPED)),
        CheckConstraint(f"(state = '{WAITING}') = (decided_at IS NULL)", name="decided_has_instant"),
        CheckConstraint("(checked_by IS NULL) = (checked_at IS NULL)", name="checked_has_instant"),
        CheckConstraint("(letter IS NULL) = (letter_name IS NULL)", name="letter_has_name"),
        index_where("state = 'open'", "ix_prepared_ledgers_open", "jurisdiction", "id"),
        index_where("returned IS NOT NULL", "ix_prepared_ledgers_returned", "jurisdiction", "prepared_by", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    act: str
    round_name: str
    unit: str = ""
    """Of a feedback the unit that it is for: only its rows are brought in. Of work taken over the unit that the ledger itself does not name."""
    sha256: str
    name: str
    size: int = Field(sa_type=BigInteger)
    said: str
    """What the first step said beside, as JSON."""
    prepared_by: int = Field(sa_type=BIG, foreign_key="people.id")
    prepared_role: str
    at: datetime = Field(sa_type=Instant)
    state: str = WAITING
    returned: str | None = None
    """Why somebody else gave it back."""
    decided_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    problems: int = 0
    """How many rows are brought in."""
    letter: str | None = None
    """The 反馈意见 that goes with it, by its content."""
    letter_name: str | None = None
    letter_size: int = Field(default=0, sa_type=BigInteger)
    checked_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    """Who of the office looked it through 核对 and lets it stand."""
    checked_at: datetime | None = Field(default=None, sa_type=Instant)
