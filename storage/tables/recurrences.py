"""Recurrence 重复发生: whether a problem is an earlier one again, as a person judged it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from storage.recurrences import VERDICTS
from storage.tables.base import index_where, one_of
from storage.types import BIG


class Recurrence(SQLModel, table=True):
    """That a case is an earlier one again, or is another: judged on one day, until it is taken back."""

    __tablename__ = "recurrences"
    __table_args__ = (
        one_of("verdict", VERDICTS),
        CheckConstraint("earlier_id <> case_id", name="of_two"),
        CheckConstraint("alike >= 0 AND alike <= 100", name="alike_in_per_cent"),
        index_where("until_on IS NULL", "uq_recurrences_stand", "case_id", "earlier_id", unique=True),
        Index(None, "jurisdiction", "case_id"),
        Index(None, "case_id"),
        Index(None, "earlier_id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    earlier_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    verdict: str
    alike: int
    from_on: date
    until_on: date | None = None
