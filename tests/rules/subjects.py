"""Subjects made by hand for rules that look at nothing else: no database, and no road that led there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import clock
from states import ACTIONS
from storage.columns import CaseRow, ClockRow
from workflow.days.calendar import Calendar, national_days
from workflow.days.clocks import Dated, Why, begin
from workflow.days.profiles import Profile
from workflow.subject import Actor, Change, Cosignature, Facts, Intent, Material, Post, Subject

TODAY = date(2026, 3, 2)  # a Monday; Qingming is on 6 April, Labour Day from 1 to 5 May
CALENDAR = Calendar.of(national_days([2026]), [2026])
PROFILE = Profile.of("county", {"version": 1, "verifiers": ["office"]})
HOUSE, CASE, INSPECTION, UNIT, PARENT = 1, 7, 3, 21, 22
ME, OTHER = 100, 101


ROOT = Path(__file__).resolve().parent.parent


HOW = "try it with subjects made by hand, `from tests.rules.subjects import …`, where the story of its move is: see docs/adding.md"


def tried_elsewhere(name: str) -> bool:
    """Say whether a rule is tried with subjects made by hand outside this folder: with the story of the move it came with."""
    files = (file for file in ROOT.rglob("test_*.py") if file.parent != ROOT / "rules")
    told = (file.read_text(encoding="utf-8") for file in files)
    return any("from tests.rules.subjects import" in text and f'"{name}"' in text for text in told)


def told_here(found: Iterable[str], ours: Collection[str]) -> set[str]:
    """Return of the names found ours, and those that no story tells: what is added with a story of its own changes no list here."""
    return {name for name in found if name in ours or not tried_elsewhere(name)}


def day(month: int, number: int) -> date:
    """Return a day of 2026."""
    return date(2026, month, number)


def profile(**numbers: Any) -> Profile:
    """Return a profile that writes these tables."""
    return Profile.of("county", {"version": 1, "verifiers": ["office"], **numbers})


def a_case(**columns: Any) -> CaseRow:
    """Return a case of a unit that a parent answers for, fed back today."""
    fixed = {"number": "1", "fed_back_on": TODAY, "state": "rectifying", "version": 5, "entered": 4}
    return CaseRow(CASE, HOUSE, 1, INSPECTION, UNIT, PARENT, **{**fixed, **columns})


def a_clock(name: str, due: date, start: date = TODAY, **columns: Any) -> ClockRow:
    """Return a clock of the case that runs to that day."""
    return replace(begin(CASE, name, 4, start, Dated(due, Why("agreed"))), **columns)


def an_actor(role: str, unit: int | None = None, person: int = ME) -> Actor:
    """Return a person with one post."""
    return Actor(HOUSE, role, role, (Post(role, unit),), "web", person)


def a_material(kind: str, sha256: str = "ab", measure: int | None = None) -> Material:
    """Return a material."""
    return Material(kind, sha256, f"{kind}.pdf", 1, measure)


def subject(
    action: str = "verify",
    role: str | None = "office",
    *clocks: ClockRow,
    case: CaseRow | None = None,
    answers: dict[str, Any] | None = None,
    materials: tuple[Material, ...] = (),
    prepared_by: int | None = None,
    prepared_role: str | None = None,
    on: date = TODAY,
    under: Profile = PROFILE,
    batch: frozenset[int] = frozenset(),
    actor: Actor | None = None,
    cosigned: tuple[Cosignature, ...] = (),
    **facts: Any,
) -> Subject:
    """Return a move in front of the rules; of facts, those alone are read that are given, and that nobody is tied."""
    row = case or a_case()
    unit = PARENT if role == "secretary" else UNIT if role == "handler" else None
    intent = Intent(
        action,
        row.id,
        answers=answers or {},
        materials=materials,
        prepared_by=prepared_by,
        prepared_role=prepared_role,
        cosigned=cosigned,
    )
    return Subject(
        row.state, ACTIONS[action], row, intent, actor or an_actor(role or "office", unit), Post(role, unit) if role else None, answers or {},
        Facts({one.name: one for one in clocks}, **{"ties": (), "meetings": (), **facts}), under, CALENDAR,
        clock.micros(datetime.combine(on, time(2), UTC)), on, batch,
    )  # fmt: skip


def changed(s: Subject) -> Change:
    """Return a change to build on, as a move that stays in its state begins it."""
    return Change(s.case.copy(), dict(s.facts.clocks))
