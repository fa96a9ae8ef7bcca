"""Drafts: what somebody prepared for who decides, what others sign beside it, and the cases it is about."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import (
    Index,
    PrimaryKeyConstraint,
)
from sqlmodel import Field, SQLModel

from states import COSIGNERS
from storage.tables.base import index_where, one_of
from storage.types import BIG, Instant


class Draft(SQLModel, table=True):
    """What somebody prepared and another confirms; not a move."""

    __tablename__ = "drafts"
    __table_args__ = (
        one_of("state", ("open", "confirmed", "dropped")),
        Index(None, "case_id"),
        index_where("state = 'open'", "ix_drafts_open", "jurisdiction", "id"),
        index_where("returned IS NOT NULL", "ix_drafts_returned", "jurisdiction", "prepared_by", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    action: str
    intent: str
    prepared_by: int = Field(sa_type=BIG, foreign_key="people.id")
    prepared_role: str
    shown: str
    """What was shown of each case, by its number: what is confirmed must still be that."""
    at: datetime = Field(sa_type=Instant)
    state: str = "open"
    returned: str | None = None
    """Why somebody else took it down."""
    key: str | None = Field(default_factory=secrets.token_hex)
    """The key of its confirmation from a page: told to nobody, so that nobody else can use it first."""
    passed_on: bool = False
    """Who put it aside for their own name has handed over: it waits for the name of who came after."""


class DraftSignature(SQLModel, table=True):
    """A signature of what was prepared, beside that of who confirms it: of each part one."""

    __tablename__ = "draft_signatures"
    __table_args__ = (PrimaryKeyConstraint("draft_id", "part"), one_of("part", COSIGNERS), Index(None, "person_id"))
    draft_id: int = Field(sa_type=BIG, foreign_key="drafts.id")
    part: str
    person_id: int = Field(sa_type=BIG, foreign_key="people.id")
    role: str
    """In which role of theirs."""
    text: str
    """The sentence for which the password was given."""
    at: datetime = Field(sa_type=Instant)


class DraftCase(SQLModel, table=True):
    """One of the cases of a draft; what was prepared for it stands in the draft."""

    __tablename__ = "draft_cases"
    __table_args__ = (PrimaryKeyConstraint("draft_id", "case_id"), Index(None, "case_id"))
    draft_id: int = Field(sa_type=BIG, foreign_key="drafts.id")
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
