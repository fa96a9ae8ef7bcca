"""Copies 呈送、抄告 on the pages: what waits for the viewer's signature or answer, unit by unit, how others stand, and that it was opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import clock
from states import AUDITOR, COPIED, HEAD, OFFICE, STAND_IN
from storage.copies import known, note_opened
from storage.looks import Looks
from storage.reads.cases import Shown
from storage.reads.copies import CopySent, Receipt, copies_owed, owed_by_each
from storage.sql import Driver
from web.desk import Desk
from web.viewer import Viewer

WHO_WATCH = (OFFICE, HEAD, AUDITOR)
"""Who sees how every receiver stands; the others see their own."""


@dataclass(frozen=True, slots=True)
class UnitCopies:
    """What came to somebody about one unit, and is to be signed for with one click, or else to be answered."""

    unit: str
    letters: tuple[CopySent, ...]
    to_sign: bool

    @property
    def due_on(self) -> date:
        """Return the day by which the first is to be signed for, or answered."""
        return min(receipt.next_on for one in self.letters for receipt in one.receipts)

    @property
    def reply_by(self) -> date | None:
        """Return the first day by which an answer is asked for, where one is."""
        days = [
            receipt.reply_by
            for one in self.letters
            for receipt in one.receipts
            if receipt.reply_by and receipt.unanswered
        ]
        return min(days, default=None)

    @property
    def cases(self) -> list[int]:
        """Return the cases whose entries bear the letters."""
        return list(dict.fromkeys(one.case for one in self.letters))

    @property
    def what(self) -> str:
        """Return what they are about in words."""
        return "，".join(one.what for one in self.letters)


def copies_waiting(driver: Driver, viewer: Viewer) -> list[UnitCopies]:
    """Return what waits for the viewer's signature or answer in the posts to which copies go, the earliest date first; who stands in signs alone."""
    looks = Looks(driver)
    asked = [
        looks.at(copies_owed, viewer.actor.jurisdiction, role, viewer.scope_as(role))
        for role in COPIED
        if viewer.holds(role)
    ]
    answers = {post.role for post in viewer.actor.posts if post.capacity != STAND_IN}
    found: dict[tuple[str, bool], dict[tuple[int, int], CopySent]] = {}
    for one in (letter for ask in asked for letter in ask()):
        if not one.receipts[0].unsigned and one.receipts[0].role not in answers:
            continue
        found.setdefault((one.unit, one.receipts[0].unsigned), {})[one.case, one.version] = one
    lines = [UnitCopies(unit, tuple(letters.values()), to_sign) for (unit, to_sign), letters in found.items()]
    return sorted(lines, key=lambda line: line.due_on)


def to_answer(driver: Driver, viewer: Viewer, cases: Iterable[Shown]) -> list[UnitCopies]:
    """Return what the viewer is to answer of the letters that these cases bear."""
    known = {case.id for case in cases}
    return [line for line in copies_waiting(driver, viewer) if not line.to_sign and known & {*line.cases}]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a receiver stands with all that was sent them in copy: what is not signed for, what is not answered, each the earliest first."""

    role: str
    unsigned: tuple[CopySent, ...]
    unanswered: tuple[CopySent, ...]
    today: date

    @property
    def late(self) -> list[CopySent]:
        """Return what is late."""
        return [one for one in (*self.unsigned, *self.unanswered) if one.receipts[0].presses(self.today)]

    @property
    def next_on(self) -> date:
        """Return the earliest day of all."""
        return min(one.receipts[0].next_on for one in (*self.unsigned, *self.unanswered))

    @property
    def units(self) -> list[str]:
        """Return of which units it is, those that are late first."""
        return list(dict.fromkeys(one.unit for one in (*self.late, *self.unsigned, *self.unanswered)))

    @property
    def to_press(self) -> list[int]:
        """Return the cases that bear what is late and was not pressed for today."""
        return [one.case for one in self.late if not pressed_today(one.receipts[0], self.today)]


def pressed_today(receipt: Receipt, today: date) -> bool:
    """Say whether the receiver was pressed for a letter today."""
    return bool(receipt.pressed_at) and clock.local_date(clock.from_micros(receipt.pressed_at or 0)) == today


def copies_standing(driver: Driver, viewer: Viewer, today: date) -> list[Standing]:
    """Return how each receiver stands who has something to sign for or to answer, for the office and its head."""
    if not viewer.holds(OFFICE, HEAD):
        return []
    place, scope = viewer.actor.jurisdiction, viewer.scope_as(OFFICE, HEAD)
    found = []
    for role, letters in owed_by_each(driver, place, scope).items():
        theirs = [one for one in as_known(driver, viewer, letters, today) if not one.receipts[0].beyond]
        unsigned = tuple(one for one in theirs if one.receipts[0].unsigned)
        unanswered = tuple(one for one in theirs if one.receipts[0].unanswered and not one.receipts[0].unsigned)
        found += [Standing(role, unsigned, unanswered, today)] if theirs else []
    return found


def as_known(driver: Driver, viewer: Viewer, letters: Sequence[CopySent], today: date) -> list[CopySent]:
    """Return letters with what lies outside their receivers' knowledge 知悉范围 marked: nothing more of that is owed."""
    restricted = {one.case for one in letters} & viewer.restricted
    may = known(driver, viewer.actor.jurisdiction, restricted) if restricted else {}
    return [one.known_to(may[one.case].to, today) if one.case in may else one for one in letters]


def opens_copies(viewer: Viewer) -> tuple[str, ...]:
    """Return the roles in which the viewer opens what came in copy."""
    return tuple(role for role in COPIED if viewer.holds(role))


def opened(desk: Desk, viewer: Viewer, letters: Iterable[CopySent]) -> None:
    """Note that the viewer was the first of the role to open these letters."""
    roles = opens_copies(viewer)
    copies = [copy for letter in letters for copy in letter.unopened_by(roles)]
    note_opened(desk.engine, copies, viewer.actor.person_id or 0, clock.micros(desk.now()))
