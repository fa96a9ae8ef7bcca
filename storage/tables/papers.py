"""Papers 文书: the drafts that wait to be issued, what was issued, and the numbers 文号 that were given, outside or void."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.aside import DROPPED, SENT, WAITING
from storage.paper_numbers import ISSUED, OUTSIDE, PAPER_STATES
from storage.tables.base import index_where, one_of
from storage.types import BIG, Instant

DRAFT_STATES: Final = {WAITING: "待签发", SENT: "已签发", DROPPED: "已收回"}


class PaperDraft(SQLModel, table=True):
    """A paper that somebody or the clock drafted: which one, about whom, the words that a person wrote, what was filled from the records."""

    __tablename__ = "paper_drafts"
    __table_args__ = (
        one_of("state", DRAFT_STATES),
        CheckConstraint(f"(state = '{WAITING}') = (decided_at IS NULL)", name="decided_has_instant"),
        CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_by_somebody"),
        index_where("rung <> ''", "uq_paper_drafts_of_the_rung", "jurisdiction", "paper", "unit_id", "round_id", "rung", "day", unique=True),
        index_where("rung = 'month'", "uq_paper_drafts_of_the_month", "jurisdiction", "paper", "counts_to", unique=True),
        index_where("state = 'open'", "ix_paper_drafts_open", "jurisdiction", "id"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    paper: str
    unit_id: int | None = Field(default=None, sa_type=BIG, foreign_key="units.id")
    round_id: int | None = Field(default=None, sa_type=BIG, foreign_key="rounds.id")
    rung: str = ""
    """The clock and its rung, or the move, that drafted it: one of a unit, a rung and a day."""
    day: date
    title: str
    blanks: str
    """What a person wrote, by the names of the blanks, as JSON."""
    content: str
    """What was filled from the records when it was drafted or filled anew, as JSON."""
    drafted_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    drafted_role: str
    at: datetime = Field(sa_type=Instant)
    reviewed_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    reviewed_at: datetime | None = Field(default=None, sa_type=Instant)
    state: str = WAITING
    returned: str | None = None
    """Why somebody else gave it back."""
    decided_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    countersigned: str = ""
    """Who countersigned it 会签 as it stands, by role, as `storage.paper_signs` writes it."""
    counts_from: date | None = None
    counts_to: date | None = None
    """Of a paper made of figures: from which day on it looks back, and as of which day it counts."""


class PaperDraftCase(SQLModel, table=True):
    """A case that a draft lists."""

    __tablename__ = "paper_draft_cases"
    draft_id: int = Field(primary_key=True, sa_type=BIG, foreign_key="paper_drafts.id")
    case_id: int = Field(primary_key=True, sa_type=BIG, foreign_key="cases.id", index=True)


class IssuedPaper(SQLModel, table=True):
    """A line of the office's register of papers: one that was issued, with its files; or a number that was given outside, or is void."""

    __tablename__ = "papers"
    __table_args__ = (
        one_of("state", PAPER_STATES),
        UniqueConstraint("series_id", "year", "n"),
        UniqueConstraint("draft_id"),
        ForeignKeyConstraint(["series_id", "year", "prev"], ["papers.series_id", "papers.year", "papers.n"]),
        CheckConstraint("(series_id IS NULL) = (n IS NULL) AND (series_id IS NULL) = (year IS NULL)", name="numbered_whole"),
        CheckConstraint("n IS NULL OR n > 0", name="number_counts"),
        CheckConstraint("prev IS NULL OR prev = n - 1", name="prev_is_before"),
        CheckConstraint(f"state <> '{OUTSIDE}' OR n IS NOT NULL", name="outside_is_numbered"),
        CheckConstraint(f"state <> '{ISSUED}' OR pdf IS NOT NULL", name="issued_has_file"),
        index_where("n IS NOT NULL AND prev IS NULL", "uq_papers_first", "series_id", "year", unique=True),
        Index("ix_papers_of_unit", "unit_id", "round_id"),
        index_where("state = 'issued' AND received_on IS NULL", "ix_papers_unreceived", "jurisdiction", "paper"),
        Index("ix_papers_of_place", "jurisdiction", "id"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    series_id: int | None = Field(default=None, sa_type=BIG, foreign_key="listed.id")
    year: int | None = None
    n: int | None = None
    prev: int | None = None
    """The number before it, which must be there; none of the first of a series and year."""
    state: str
    paper: str
    title: str
    unit_id: int | None = Field(default=None, sa_type=BIG, foreign_key="units.id")
    round_id: int | None = Field(default=None, sa_type=BIG, foreign_key="rounds.id")
    cases: str = ""
    """The numbers of the cases that it lists; `paper_cases` has them row by row."""
    draft_id: int | None = Field(default=None, sa_type=BIG, foreign_key="paper_drafts.id")
    signed_on: date
    signed_as: str = ""
    because: str = ""
    """Why the number was given outside, or who agreed to what the group issues."""
    pdf: str | None = None
    pdf_name: str | None = None
    word: str | None = None
    word_name: str | None = None
    scan: str | None = None
    scan_name: str | None = None
    received_on: date | None = None
    """When the last of them did: nobody owes one any more."""
    received_by_id: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    received_name: str = ""
    countersigned: str = ""
    """Who countersigned it 会签, by role, or why one did not, as `storage.paper_signs` writes it."""
    receipts: str = ""
    """Who of those that owe a receipt gave it, by role, as `storage.paper_signs` writes it."""
    voided_because: str = ""
    """Why it is void."""
    figures: str | None = None
    figures_name: str | None = None
    """The figures that it says, as they were counted, as a file."""


class PaperCase(SQLModel, table=True):
    """A case that a paper lists."""

    __tablename__ = "paper_cases"
    paper_id: int = Field(primary_key=True, sa_type=BIG, foreign_key="papers.id")
    case_id: int = Field(primary_key=True, sa_type=BIG, foreign_key="cases.id", index=True)
