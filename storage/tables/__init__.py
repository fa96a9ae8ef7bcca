"""The rows 表: every table of the product."""

from __future__ import annotations

from storage.tables.base import metadata
from storage.tables.case import (
    Alert,
    Case,
    CaseClock,
    Clue,
    Draft,
    Filing,
    Inspection,
    Material,
    Measure,
    Opinion,
    Progress,
    Receipt,
    Result,
    Round,
)
from storage.tables.memory import CalendarDay, Checkpoint, Definition, Head, ProfileRow, TextRow, TrailRow
from storage.tables.organisation import Account, Jurisdiction, Person, Post, Unit
from storage.tables.post import Delivery, Outbox

__all__ = [
    "Account", "Alert", "CalendarDay", "Case", "CaseClock", "Checkpoint", "Clue", "Definition", "Delivery", "Draft",
    "Filing", "Head", "Inspection", "Jurisdiction", "Material", "Measure", "Opinion", "Outbox", "Person", "Post",
    "ProfileRow", "Progress", "Receipt", "Result", "Round", "TextRow", "TrailRow", "Unit", "metadata",
]  # fmt: skip
