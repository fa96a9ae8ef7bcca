"""Copies 呈送、抄告: what goes beside the unit to the leader in charge and the departments, in one letter for an inspection, each signing for their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from grammar import Move
from storage.rows import CaseRow
from storage.sql import Driver
from workflow.days.clocks import by_limit
from workflow.may import works_on
from workflow.subject import Change, Facts, Intent, Subject

Copy = tuple[int, str]
"""The version of the entry that bears it, and the role to which it goes."""


def copies_of(s: Subject) -> list[Copy]:
    """Return the copies of a case that nobody has signed for, of the roles in which the actor has to do with it."""
    held = {post.role for post in s.actor.posts if works_on(post, s.case)}
    unsigned: Sequence[Copy] = s.facts.copies
    return [(version, role) for version, role in unsigned if role in held]


def read_copies(driver: Driver, wanted: Sequence[tuple[CaseRow, Move, Intent]], facts: Mapping[int, Facts]) -> None:
    """Read which copies of the cases nobody has signed for."""
    among, params = driver.among("case_id", {case.id for case, _, _ in wanted})
    sql = f"SELECT case_id, version, role FROM copies WHERE {among} AND signed_version IS NULL ORDER BY case_id, version, role"
    rows = driver.all(sql, params)
    for case_row, _, _ in wanted:
        facts[case_row.id].note(copies=tuple((version, role) for case, version, role in rows if case == case_row.id))


@dataclass(frozen=True, slots=True)
class Letter:
    """What one act does in one inspection, as it goes in copy: its cases with their numbers, as they are then."""

    cases: tuple[int, ...]
    numbers: tuple[str, ...]

    def told(self, due: date) -> dict[str, Any]:
        """Return what its mail says of it."""
        return {"count": len(self.cases), "numbers": list(self.numbers), "due_on": due.isoformat()}


def letters(subjects: Iterable[Subject]) -> dict[int, Letter]:
    """Return by the case that bears it the letter of each inspection in which moves that go in copy are made together: the first bears it."""
    found: dict[tuple[str, int], list[Subject]] = {}
    for s in subjects:
        if s.move.copied:
            found.setdefault((s.move.action, s.case.inspection_id), []).append(s)
    return {of[0].case.id: Letter(tuple(s.case.id for s in of), tuple(_number(s) for s in of)) for of in found.values()}


def _number(s: Subject) -> str:
    return str(s.answers["list_number"]) if s.move.renumbers else s.case.number


def send(s: Subject, c: Change, letter: Letter) -> None:
    """Let the entry bear the letter: who gets it signs for it within the days for receipts 签收."""
    due = by_limit("acknowledge", s.today, s.profile, s.calendar)
    c.copied = letter.cases
    for role in s.move.copied:
        c.rows["copies"].append((s.case.id, s.version, role, s.case.inspection_id, len(letter.cases), due.day))
        c.telling[role] = {**c.telling.get(role, {}), "copied": letter.told(due.day)}
