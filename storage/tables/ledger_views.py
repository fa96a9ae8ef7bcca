"""What people keep of the ledger 台账 for themselves: its columns in their order, and views 常用查询 by name."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.base import index_where
from storage.types import BIG


class LedgerColumns(SQLModel, table=True):
    """Which columns of the ledger somebody sees, and in which order; who has none sees the usual ones."""

    __tablename__ = "ledger_columns"
    person_id: int = Field(sa_type=BIG, foreign_key="people.id", primary_key=True)
    keys: str
    """Their keys, with commas between."""


class LedgerView(SQLModel, table=True):
    """An address of the ledger under a name: its owner's alone, or shared with the office."""

    __tablename__ = "ledger_views"
    __table_args__ = (
        UniqueConstraint("person_id", "name"),
        index_where("shared", "ix_ledger_views_shared", "jurisdiction", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    person_id: int = Field(sa_type=BIG, foreign_key="people.id")
    name: str
    said: str
    """What the address says behind its `?`; what it finds is asked anew at each opening, of what is there for who opens it."""
    shared: bool = False
