"""The rows 表: every table of the product."""

from __future__ import annotations

from storage.tables.base import metadata
from storage.tables.case import (
    Achieved,
    Alert,
    Assisting,
    Case,
    CaseClock,
    CaseTopic,
    Clue,
    Copy,
    Filing,
    FilingInspection,
    Inspection,
    MaterialRow,
    Measure,
    Opinion,
    Progress,
    Receipt,
    Result,
    Round,
    StandingRow,
)
from storage.tables.door import (
    FormKept,
    PasswordUsed,
    Request,
    SecurityEvent,
    SignInAttempt,
    WebSession,
)
from storage.tables.drafts import Draft, DraftCase, DraftSignature
from storage.tables.ledger import PreparedLedger
from storage.tables.ledger_views import LedgerColumns, LedgerView
from storage.tables.memory import (
    CalendarDay,
    CheckpointRow,
    Definition,
    DutyGap,
    DutyRun,
    Head,
    ProfileRow,
    TextRow,
    TrailRow,
)
from storage.tables.orders import PreparedOrder
from storage.tables.organisation import Account, Jurisdiction, Listed, Person, PostRow, Unit
from storage.tables.papers import IssuedPaper, PaperCase, PaperDraft, PaperDraftCase
from storage.tables.post import Delivery, Letter, Outbox, Preference
from storage.tables.recurrences import Recurrence

__all__ = [
    "Account", "Achieved",
    "Alert", "Assisting", "CalendarDay", "Case", "CaseClock", "CaseTopic", "CheckpointRow", "Clue", "Copy", "Definition", "Delivery", "Draft",
    "DraftCase",
    "DraftSignature", "DutyGap", "DutyRun", "Filing", "FilingInspection", "FormKept", "Head", "Inspection",
    "IssuedPaper", "Jurisdiction", "LedgerColumns", "LedgerView", "Letter", "Listed", "MaterialRow", "Measure",
    "Opinion", "Outbox", "PaperCase",
    "PaperDraft", "PaperDraftCase",
    "PasswordUsed", "Person", "PostRow", "Preference", "PreparedLedger", "PreparedOrder", "ProfileRow", "Progress", "Receipt", "Recurrence",
    "Request", "Result", "Round", "SecurityEvent",
    "SignInAttempt", "StandingRow", "TextRow", "TrailRow", "Unit", "WebSession", "metadata",
]  # fmt: skip
