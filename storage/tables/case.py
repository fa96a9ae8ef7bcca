"""The case 问题 and what stands beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import create_model
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from states import FILINGS, KINDS, SETTLED, SIGNED_PAPER, STATES
from storage.columns import Held, case_columns, clock_columns
from storage.tables.base import index_where, one_of
from storage.types import BIG, Instant


def _fields(held: Held) -> dict[str, Any]:
    return {name: (kind, Field(**more)) for name, (kind, more) in held.items()}


_OWED = "signed_version IS NULL OR (reply_by IS NOT NULL AND answered_version IS NULL)"
_SETTLED = ", ".join(f"'{s}'" for s in SETTLED)


class Round(SQLModel, table=True):
    """A round 轮次, bound to the profile of limits in force when it began, and to a version of a dictionary."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("jurisdiction", "name"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    name: str
    profile: str = Field(foreign_key="profiles.hash")
    dictionary_id: int | None = Field(default=None, sa_type=BIG, foreign_key="listed.id")
    sort: str | None = None
    term_id: int | None = Field(default=None, sa_type=BIG)
    """The term 届, a row of the register without a table of its own."""
    source_id: int | None = Field(default=None, sa_type=BIG, foreign_key="listed.id")
    """The correspondent from whom its problems came."""
    source_said: str | None = None
    """Whose round of theirs it is, in words."""
    ended_on: date | None = None
    """The day of its closing 结轮: nothing new is fed back in it any more."""
    carried_on: date | None = None
    """The day on which its term was closed 届末: what is open is carried over 结转 to the next."""


class Inspection(SQLModel, table=True):
    """One unit inspected in one round; evaluations belong to it, and the filings that cover it."""

    __tablename__ = "inspections"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id"),
        Index(None, "jurisdiction", "unit_id"),
        index_where("leader_id IS NOT NULL", "ix_inspections_leader", "leader_id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    round_id: int = Field(sa_type=BIG, foreign_key="rounds.id")
    unit_id: int = Field(sa_type=BIG, foreign_key="units.id")
    feedback_on: date | None = None
    team: str | None = None
    """The team in words, as releases before 0019 kept it."""
    contact_office: str | None = None
    contact_unit: str | None = None
    leader_id: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    team_id: int | None = Field(default=None, sa_type=BIG)
    """The team 巡察组, a row of the register without a table of its own."""
    sources: str | None = None
    attendees: str | None = None
    required: str | None = None
    first_because: str | None = None
    checks: str | None = None
    audits: str | None = None
    inquiry: str | None = None
    stay_from: date | None = None
    stay_to: date | None = None
    inquiry_on: date | None = None
    inquiry_answered_on: date | None = None


class _Cases(SQLModel):
    """What the table of cases promises, and the indexes by which they are found."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("state", STATES),
        one_of("kind", KINDS),
        CheckConstraint(f"(state IN ({_SETTLED})) = (settled_at IS NOT NULL)", name="settled_has_instant"),
        CheckConstraint("version > 0 AND shown_version <= version", name="version_counts"),
        # What was entered in error frees its number; whole inspections are read with what is void in them.
        index_where("NOT void", "ix_cases_number", "inspection_id", "number", unique=True),
        Index(None, "inspection_id"),
        index_where("wake_at IS NOT NULL", "ix_cases_wake_at", "wake_at", "id"),
        # The ledger by date: what is open, what is settled, of one state, of one round, flagged.
        index_where("settled_at IS NULL", "ix_cases_open", "jurisdiction", "state_due_on", "id"),
        index_where("settled_at IS NOT NULL", "ix_cases_settled", "jurisdiction", "state_due_on", "id"),
        Index(None, "jurisdiction", "state", "state_due_on", "id"),
        Index(None, "jurisdiction", "round_id", "state_due_on", "id"),
        index_where("flagged <> ''", "ix_cases_flagged", "jurisdiction", "state_due_on", "id"),
        Index(None, "jurisdiction", "unit_id", "id"),
        Index(None, "jurisdiction", "answerable_id", "state", "id"),
        # Who lets things lie: the office's own, and the units'.
        Index(None, "jurisdiction", "owes", "rung", "id"),
        Index(None, "jurisdiction", "number", "id"),
        # The ledger by aspect, by who is responsible, by round.
        *(Index(None, "jurisdiction", name, "id") for name in ("category", "responsible", "round_id")),
        index_where("split_from IS NOT NULL", "ix_cases_split_from", "split_from"),
    )


Case: Any = create_model(
    "Case", __base__=_Cases, __module__=__name__, __cls_kwargs__={"table": True}, **_fields(case_columns())
)
"""A problem 问题 fed back to a unit; its columns are listed in storage.columns, its state is written by storage.rows alone."""


FOUND_BY_NAME = ("feed_again", "confirm_paper", "disowned_paper")
"""The clocks that few cases have, and by which somebody's tasks are found."""


def _of_few(name: str, where: str, *columns: str) -> Index:
    return index_where(where, f"ix_clocks_{name}", *columns)


LOOKED_AT = (
    "jurisdiction", "answerable_id", "round_id", "state", "kind", "void", "taken_over_as", "cycle", "late_from", "extended", "went_on", "flagged",
    "returns", "planned", "case_id",
)  # fmt: skip
"""What most figures look at: the indexes hold all of it, so that they read nothing else."""
LOOKED_AT_NOW = (
    "fed_back_on",
    "verified_on",
    "submitted_on",
    "due_on",
    "plan_returns",
    "escalations",
    "split_from",
    "version",
    "unit_id",
)
"""What the others look at beside: of standings that are open, the index holds that too."""


def _standing_indexes() -> tuple[Index, ...]:
    """Return by what standings are found: those that are open, and those that ended later than a day."""
    return (
        index_where("to_at IS NULL", "ix_standings_open", *LOOKED_AT, "from_at", *LOOKED_AT_NOW),
        index_where("to_at IS NOT NULL", "ix_standings_ended", "jurisdiction", "to_at", "from_at", *LOOKED_AT[1:]),
    )


class _Clocks(SQLModel):
    """What the table of clocks promises, and the indexes by which they are found."""

    __tablename__ = "clocks"
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "name"),
        _of_few("paused", "paused_since IS NOT NULL", "case_id"),
        *(_of_few(name, f"name = '{name}'", "name", "case_id") for name in FOUND_BY_NAME),
        _of_few("unsigned", "name = 'acknowledge'", "due_on", "case_id"),
    )


CaseClock: Any = create_model(
    "CaseClock", __base__=_Clocks, __module__=__name__, __cls_kwargs__={"table": True}, **_fields(clock_columns())
)
"""A running clock; its columns are listed in storage.columns."""


class StandingRow(SQLModel, table=True):
    """How a case stood 状况 from one instant to another, in all that figures look at; written with the move that changes it."""

    __tablename__ = "standings"
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "entry"),
        CheckConstraint("to_at IS NULL OR to_at >= from_at", name="ends_behind_its_beginning"),
        *_standing_indexes(),
    )
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    entry: int = Field(sa_type=BigInteger)
    """The entry that began it."""
    version: int
    """The version of the case then."""
    from_at: int = Field(sa_type=BigInteger)
    to_at: int | None = Field(default=None, sa_type=BigInteger)
    """When another began; None while it stands."""
    jurisdiction: int = Field(sa_type=BIG)
    round_id: int = Field(sa_type=BIG)
    inspection_id: int = Field(sa_type=BIG)
    unit_id: int = Field(sa_type=BIG)
    answerable_id: int = Field(sa_type=BIG)
    fed_back_on: date
    kind: str
    state: str
    void: bool
    taken_over_as: str | None = None
    split_from: int | None = Field(default=None, sa_type=BIG)
    cycle: int
    flagged: str
    due_on: date | None = None
    submitted_on: date | None = None
    verified_on: date | None = None
    extended: bool
    went_on: bool
    plan_returns: int
    returns: int
    escalations: int
    late_from: date | None = None
    planned: int = 0


class Alert(SQLModel, table=True):
    """A rung told once: the constraint is the promise."""

    __tablename__ = "alerts"
    __table_args__ = (PrimaryKeyConstraint("case_id", "rule", "rung", "period"),)
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    rule: str
    rung: str
    period: int
    version: int
    skipped: bool = False


class Measure(SQLModel, table=True):
    """A measure 措施 of a plan: the one in force, and those before."""

    __tablename__ = "measures"
    __table_args__ = (PrimaryKeyConstraint("case_id", "version", "no"),)
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    version: int
    """The entry that laid it down."""
    no: int
    text: str
    person: str = ""
    department: str = ""
    due_on: date | None = None
    checked_by: str = ""
    why: str = ""
    """Why its date lies before feedback, or beyond the time that there is."""
    until_version: int | None = None
    """The entry that put another plan in its place, or took it away; None while it holds."""
    yearly: str = ""
    """Of what is kept up 长期坚持, what is done every year; its date, where it has one, is that of the stage result."""


class Progress(SQLModel, table=True):
    """A progress entry 进展 of the handler."""

    __tablename__ = "progress"
    __table_args__ = (PrimaryKeyConstraint("case_id", "version"),)
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    version: int
    measure_no: int
    text: str
    figures: str = ""
    unit_id: int | None = Field(default=None, sa_type=BIG, foreign_key="units.id")
    """The unit that assists 协办, where it is its progress."""


class Assisting(SQLModel, table=True):
    """A unit that assists 协办 in a case: since which entry and day, until when, and what is asked of it."""

    __tablename__ = "assisting"
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "version"),
        index_where("until IS NULL", "ix_assisting_now", "unit_id", "case_id", unique=True),
    )
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    version: int
    unit_id: int = Field(sa_type=BIG, foreign_key="units.id")
    since: date
    until: date | None = None
    """The first day on which it assists no more; None while it does."""
    task: str
    """What is asked of it."""


class MaterialRow(SQLModel, table=True):
    """A material 佐证材料: by content hash, bound to the entry that used it."""

    __tablename__ = "materials"
    __table_args__ = (
        Index(None, "case_id", "kind"),
        index_where(f"kind = '{SIGNED_PAPER}'", "ix_materials_signed_paper", "case_id", "version"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    version: int
    cycle: int
    kind: str
    measure_no: int | None = None
    sha256: str
    name: str
    size: int = Field(sa_type=BigInteger)
    added_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")


_FILED = ("round_id", "answerable_id", "kind", "version")


class Filing(SQLModel, table=True):
    """A plan, report or publication of the unit that answers, for cases of one round: one signature, all or none."""

    __tablename__ = "filings"
    __table_args__ = (PrimaryKeyConstraint(*_FILED), one_of("kind", FILINGS))
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    round_id: int = Field(sa_type=BIG, foreign_key="rounds.id")
    answerable_id: int = Field(sa_type=BIG, foreign_key="units.id")
    kind: str
    version: int
    sha256: str
    commitment: str | None = None
    signed_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    at: datetime = Field(sa_type=Instant)


class FilingInspection(SQLModel, table=True):
    """One of the inspections that a filing covers; its cases stand in the entries."""

    __tablename__ = "filing_inspections"
    __table_args__ = (
        PrimaryKeyConstraint(*_FILED, "inspection_id"),
        ForeignKeyConstraint(_FILED, [f"filings.{name}" for name in _FILED]),
        Index(None, "inspection_id"),
    )
    round_id: int = Field(sa_type=BIG)
    answerable_id: int = Field(sa_type=BIG)
    kind: str
    version: int
    inspection_id: int = Field(sa_type=BIG, foreign_key="inspections.id")


class Opinion(SQLModel, table=True):
    """An opinion 意见 of one party on the filing or submission under review."""

    __tablename__ = "opinions"
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "version"),
        one_of("opinion", ("agree", "return")),
        index_where("overruled_version IS NOT NULL", "ix_opinions_overruled", "case_id"),
    )
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    version: int
    role: str
    person_id: int = Field(sa_type=BIG, foreign_key="people.id")
    opinion: str
    overruled_version: int | None = None
    """The entry that passed over it: not adopted 不予采纳, or decided against by the leading group; None where nobody did."""


class Receipt(SQLModel, table=True):
    """What the secretary has to sign for 签收."""

    __tablename__ = "receipts"
    __table_args__ = (PrimaryKeyConstraint("case_id", "version"),)
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    version: int
    action: str
    due_on: date
    signed_version: int | None = None
    signed_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")


class Copy(SQLModel, table=True):
    """What went in copy 呈送、抄告 to a role with an entry, in one letter for an inspection: opened, signed for, answered where asked."""

    __tablename__ = "copies"
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "version", "role"),
        CheckConstraint("(opened_at IS NULL) = (opened_by IS NULL)", name="opened_by_somebody"),
        CheckConstraint("(signed_version IS NULL) = (signed_by IS NULL)", name="signed_by_somebody"),
        CheckConstraint("(answered_version IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
        CheckConstraint("answered_version IS NULL OR reply_by IS NOT NULL", name="answered_as_asked"),
        Index(None, "inspection_id"),
        index_where(_OWED, "ix_copies_owed", "role", "case_id"),
    )
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    version: int
    role: str
    inspection_id: int = Field(sa_type=BIG, foreign_key="inspections.id")
    cases: int
    """How many cases the letter is about."""
    due_on: date
    opened_at: datetime | None = Field(default=None, sa_type=Instant)
    opened_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    signed_version: int | None = None
    signed_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    reply_by: date | None = None
    """By when an answer is asked for, where one is."""
    answered_version: int | None = None
    answered_by: int | None = Field(default=None, sa_type=BIG, foreign_key="people.id")
    pressed_version: int | None = None
    """The version of the case that pressed for it last 催办."""


class Result(SQLModel, table=True):
    """A figure of what was achieved: rules, money by kind in fen, people by measure."""

    __tablename__ = "results"
    __table_args__ = (PrimaryKeyConstraint("case_id", "version", "kind"),)
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    version: int
    kind: str
    amount: int = Field(sa_type=BigInteger)
    until_version: int | None = None
    """The entry that replaced it or took it back; None while it holds."""


class Achieved(SQLModel, table=True):
    """What a unit lists of what was achieved, one by one: a rule, a sum of money, a person dealt with."""

    __tablename__ = "achieved"
    __table_args__ = (PrimaryKeyConstraint("case_id", "version", "no"),)
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    version: int
    no: int
    kind: str
    """The figure that it counts for."""
    name: str
    """The rule's title, or who was dealt with; empty of money, and of people who are not named."""
    number: str
    """The rule's number, or what proves the money."""
    dated: date | None = None
    post: str
    amount: int = Field(sa_type=BigInteger)
    until_version: int | None = None
    """The entry that replaced it or took it back; None while it holds."""


class CaseTopic(SQLModel, table=True):
    """A topic 专题 that a case is of, until that is taken back."""

    __tablename__ = "case_topics"
    __table_args__ = (Index(None, "jurisdiction", "topic", "case_id"), Index(None, "case_id"))
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    case_id: int = Field(sa_type=BIG, foreign_key="cases.id")
    topic: str
    gone: bool = False


class Clue(SQLModel, table=True):
    """A clue 问题线索: number, pieces, receiver, dates and where it stands; never what it is about, but the unit and the case."""

    __tablename__ = "clues"
    __table_args__ = (UniqueConstraint("jurisdiction", "number"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    jurisdiction: int = Field(sa_type=BIG, foreign_key="jurisdictions.id")
    round_id: int = Field(sa_type=BIG, foreign_key="rounds.id")
    number: str
    receiver: str
    handed_on: date
    due_on: date
    replied_on: date | None = None
    """When the receiver replied first."""
    unit_id: int | None = Field(default=None, sa_type=BIG, foreign_key="units.id")
    case_id: int | None = Field(default=None, sa_type=BIG, foreign_key="cases.id")
    pieces: int | None = None
    """How many it is; one where nothing is said."""
    outcome: str | None = None
    closed_on: date | None = None
