"""Orders to put something right at once 立行立改交办, as they wait to be approved."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from storage.aside import DROPPED, SENT, WAITING
from storage.tables.base import index_where, one_of
from storage.types import BIG, Instant

WHERE_IT_IS: Final = {WAITING: "待巡察办审批", SENT: "已交办", DROPPED: "已收回"}


class PreparedOrder(SQLModel, table=True):
    """An order that the team prepared and the office approves: the problem in words, what is asked, the notice by its content."""

    __tablename__ = "prepared_orders"
    __table_args__ = (
        one_of("state", WHERE_IT_IS),
        CheckConstraint(f"(state = '{WAITING}') = (decided_at IS NULL)", name="decided_has_instant"),
        index_where("state = 'open'", "ix_prepared_orders_open", "jurisdiction", "id"),
        index_where("returned IS NOT NULL", "ix_prepared_orders_returned", "jurisdiction", "prepared_by", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    inspection_id: int = Field(sa_type=BIG, foreign_key="inspections.id")
    category: str = ""
    problem: str
    detail: str = ""
    said: str
    """What the move asks, as JSON."""
    sha256: str
    name: str
    size: int = Field(sa_type=BigInteger)
    prepared_by: int = Field(sa_type=BIG, foreign_key="people.id")
    prepared_role: str
    at: datetime = Field(sa_type=Instant)
    state: str = WAITING
    returned: str | None = None
    """Why somebody else gave it back."""
    decided_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    case_id: int | None = Field(default=None, sa_type=BIG, foreign_key="cases.id")
    """The problem that it became."""
