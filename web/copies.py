"""Copies 呈送、抄告 on the pages: what waits for the viewer's signature, unit by unit, what others have not signed for, and that it was opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import clock
from states import AUDITOR, COPIED, HEAD, OFFICE
from storage.copies import note_opened
from storage.looks import Looks
from storage.reads.copies import CopySent, copies_to_sign, overdue
from storage.sql import Driver
from web.desk import Desk
from web.viewer import Viewer

WHO_WATCH = (OFFICE, HEAD, AUDITOR)
"""Who sees how every receiver stands; the others see their own."""


@dataclass(frozen=True, slots=True)
class UnitCopies:
    """What came to somebody about one unit: signed for with one click."""

    unit: str
    letters: tuple[CopySent, ...]

    @property
    def due_on(self) -> date:
        """Return the day by which the first is to be signed for."""
        return min(receipt.due_on for one in self.letters for receipt in one.receipts)

    @property
    def cases(self) -> list[int]:
        """Return the cases whose entries bear the letters."""
        return list(dict.fromkeys(one.case for one in self.letters))

    @property
    def what(self) -> str:
        """Return what they are about in words."""
        return "，".join(one.what for one in self.letters)


def copies_waiting(driver: Driver, viewer: Viewer) -> list[UnitCopies]:
    """Return what waits for the viewer's signature in the posts to which copies go, the earliest date first."""
    looks = Looks(driver)
    asked = [
        looks.at(copies_to_sign, viewer.actor.jurisdiction, role, viewer.scope_as(role))
        for role in COPIED
        if viewer.holds(role)
    ]
    found: dict[str, dict[tuple[int, int], CopySent]] = {}
    for one in (letter for ask in asked for letter in ask()):
        found.setdefault(one.unit, {})[one.case, one.version] = one
    lines = [UnitCopies(unit, tuple(letters.values())) for unit, letters in found.items()]
    return sorted(lines, key=lambda line: line.due_on)


def copies_late(driver: Driver, viewer: Viewer, today: date) -> dict[str, list[CopySent]]:
    """Return by receiver what should have been signed for and is not, for the office and its head."""
    if not viewer.holds(OFFICE, HEAD):
        return {}
    return overdue(driver, viewer.actor.jurisdiction, today, viewer.scope_as(OFFICE, HEAD))


def opens_copies(viewer: Viewer) -> tuple[str, ...]:
    """Return the roles in which the viewer opens what came in copy."""
    return tuple(role for role in COPIED if viewer.holds(role))


def opened(desk: Desk, viewer: Viewer, letters: Iterable[CopySent]) -> None:
    """Note that the viewer was the first of the role to open these letters."""
    roles = opens_copies(viewer)
    copies = [copy for letter in letters for copy in letter.unopened_by(roles)]
    note_opened(desk.engine, copies, viewer.actor.person_id or 0, clock.micros(desk.now()))
