"""Copies 呈送、抄告: what goes to leader and departments as well, one letter for an inspection: each signs for their own, and answers where asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import clock
from notifications.outbox import post_of
from storage.copies import OWED, Known, known
from storage.sql import Driver, as_date
from workflow.days.clocks import by_limit
from workflow.may import works_on
from workflow.rule import Said, effect, rule
from workflow.subject import Change, Gathered, Subject, Wanted


class Owed(NamedTuple):
    """A copy of which something is owed: the version of the entry that bears it, to whom it went, what by when, when it was pressed for last."""

    version: int
    role: str
    sign_by: date | None = None
    """None once it is signed for."""
    reply_by: date | None = None
    """None where no answer is asked for, or it is given."""
    pressed_on: date | None = None

    def late(self, today: date) -> bool:
        """Say whether the next that is owed of it is late."""
        return (self.sign_by or self.reply_by or date.max) < today


# What is read


def read_copies(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Read of which copies of the cases something is owed."""
    among, params = driver.among("k.case_id", {case.id for case, _, _ in wanted})
    sql = (
        "SELECT k.case_id, k.version, k.role, CASE WHEN k.signed_version IS NULL THEN k.due_on END, "
        "CASE WHEN k.answered_version IS NULL THEN k.reply_by END, t.at FROM copies k "
        "LEFT JOIN trail t ON t.case_id = k.case_id AND t.version = k.pressed_version "
        f"WHERE {among} AND {OWED.format('k.')} ORDER BY k.case_id, k.version, k.role"
    )
    found: dict[int, list[Owed]] = {}
    for case, version, role, sign_by, reply_by, at in driver.all(sql, params):
        pressed = clock.local_date(clock.from_micros(at)) if at else None
        found.setdefault(case, []).append(Owed(version, role, as_date(sign_by), as_date(reply_by), pressed))
    for case_row, _, _ in wanted:
        facts[case_row.id].note(copies=tuple(found.get(case_row.id, ())))


def read_known(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Read to whom of those who get copies the cases may be known, where they are restricted 限定知悉."""
    found = known(driver, wanted[0][0].jurisdiction, {case.id for case, _, _ in wanted})
    for case_row, _, _ in wanted:
        facts[case_row.id].note(copies_known=found.get(case_row.id))


def _own(s: Subject) -> list[Owed]:
    """Return the copies of a case of which something is owed, of the roles in which the actor has to do with it."""
    held = {post.role for post in s.actor.posts if works_on(post, s.case)}
    copies: Sequence[Owed] = s.facts.copies
    return [one for one in copies if one.role in held]


# Sent


@dataclass(frozen=True, slots=True)
class Letter:
    """What one act does in one inspection, as it goes in copy: its cases with their numbers, as they are then, and by when an answer is asked for."""

    cases: tuple[int, ...]
    numbers: tuple[str, ...]
    reply_by: date | None = None

    def told(self, due: date) -> dict[str, Any]:
        """Return what its mail says of it."""
        asked = {"reply_by": self.reply_by.isoformat()} if self.reply_by else {}
        return {"count": len(self.cases), "numbers": list(self.numbers), "due_on": due.isoformat(), **asked}


def letters(subjects: Iterable[Subject]) -> dict[int, Letter]:
    """Return by the case that bears it the letter of each inspection in which moves that go in copy are made together: the first bears it."""
    found: dict[tuple[str, int], list[Subject]] = {}
    for s in subjects:
        if s.move.copied:
            found.setdefault((s.move.action, s.case.inspection_id), []).append(s)
    return {of[0].case.id: _letter(of) for of in found.values()}


def _letter(of: Sequence[Subject]) -> Letter:
    asked = [day for s in of if (day := s.answers.get("reply_by"))]
    return Letter(tuple(s.case.id for s in of), tuple(_number(s) for s in of), min(asked, default=None))


def _number(s: Subject) -> str:
    return str(s.answers["list_number"]) if s.move.renumbers else s.case.number


def send(s: Subject, c: Change, letter: Letter) -> None:
    """Let the entry bear the letter: who gets it signs for it within the days for receipts 签收, and answers by the day that is asked."""
    due = by_limit("acknowledge", s.today, s.profile, s.calendar)
    c.copied, c.reply_by = letter.cases, letter.reply_by
    for role in s.move.copied:
        row = s.case.id, s.version, role, s.case.inspection_id, len(letter.cases), due.day, letter.reply_by
        c.rows["copies"].append(row)
        c.telling[role] = {**c.telling.get(role, {}), "copied": letter.told(due.day)}


def against_reply_by(day: date | None, today: date) -> str | None:
    """Return what is against asking for an answer by a day, in copies that are sent today."""
    return "要求回复意见的，请填写回复期限，不早于送出之日" if day and day < today else None


@rule(field="reply_by")
def reply_by_ahead(s: Subject) -> Said:
    """An answer is not asked for before the day on which the copies are sent."""
    return against_reply_by(s.answers.get("reply_by"), s.today)


# Signed for


@rule("copies", over=True)
def copy_unsigned(s: Subject) -> Said:
    """There is a copy to sign for, of one of the posts that the actor holds for the case."""
    return None if any(one.sign_by for one in _own(s)) else "没有待您签收的呈送（抄告）件"


@effect("copies")
def sign_for_copy(s: Subject, c: Change) -> None:
    """Who holds the post signs for all copies that came to it, and the entry says which."""
    for one in _own(s):
        if one.sign_by:
            c.rows["copies_signed"].append((s.version, s.actor.person_id, s.case.id, one.version, one.role))
            c.acknowledged.append((one.version, one.role))


# Answered


@rule("copies", over=True)
def copy_to_answer(s: Subject) -> Said:
    """An answer is asked for, by a copy that came to one of the posts that the actor holds for the case and is signed for."""
    asked = [one for one in _own(s) if one.reply_by]
    if any(not one.sign_by for one in asked):
        return None
    return "请先签收，再回复" if asked else "没有待您回复的呈送（抄告）件"


@effect("copies")
def answer_copies(s: Subject, c: Change) -> None:
    """What is said answers all copies that the post has signed for, and the entry says which."""
    for one in _own(s):
        if one.reply_by and not one.sign_by:
            c.rows["copies_answered"].append((s.version, s.actor.person_id, s.case.id, one.version, one.role))
            c.answered.append((one.version, one.role))


# Pressed for 催办


@dataclass(frozen=True, slots=True)
class Pressing:
    """What one act presses an addressee for, told once by the first case: how many copies are unsigned, how many unanswered, the earliest day."""

    role: str
    unsigned: int
    unanswered: int
    due_on: date

    def told(self) -> dict[str, Any]:
        """Return what its mail says of it."""
        return {"unsigned": self.unsigned, "unanswered": self.unanswered, "due_on": self.due_on.isoformat()}


def _late(s: Subject) -> list[Owed]:
    copies: Sequence[Owed] = s.facts.copies
    return [one for one in copies if one.late(s.today)]


def _to_press(s: Subject) -> list[Owed]:
    """Return the copies of a case that are late, may be seen by who should see to them, and were not pressed for today."""
    return [one for one in _seen(s) if one.pressed_on != s.today]


def _seen(s: Subject) -> list[Owed]:
    may: Known | None = s.facts.copies_known
    return [one for one in _late(s) if may is None or may.to(one.role, s.today)]


@rule("copies", "copies_known", over=True)
def copy_to_press(s: Subject) -> Said:
    """Somebody is late with a copy of the case, and is pressed once a day."""
    if _to_press(s):
        return None
    if _seen(s):
        return "今天已经催办过，一天只催办一次"
    return (
        "该问题限定知悉，收件方不在知悉范围，不再要求签收、回复"
        if _late(s)
        else "没有逾期未签收、未回复的呈送（抄告）件"
    )


@effect("copies", "copies_known")
def press_copies(s: Subject, c: Change) -> None:
    """All that is late of the case is pressed for, and the entry says which."""
    for one in _to_press(s):
        c.rows["copies_pressed"].append((s.version, s.case.id, one.version, one.role))
        c.pressed.append((one.version, one.role))


def pressings(subjects: Iterable[Subject]) -> dict[int, list[Pressing]]:
    """Return by the case that tells it what each addressee is pressed for by moves that are made together: one letter to each."""
    found: dict[str, tuple[int, list[Owed]]] = {}
    for s in subjects:
        if "press_copies" in s.move.then:
            for one in _to_press(s):
                found.setdefault(post_of(one.role, s.case), (s.case.id, []))[1].append(one)
    told: dict[int, list[Pressing]] = {}
    for case, copies in found.values():
        days = [one.sign_by or one.reply_by or date.max for one in copies]
        unsigned = sum(one.sign_by is not None for one in copies)
        told.setdefault(case, []).append(Pressing(copies[0].role, unsigned, len(copies) - unsigned, min(days)))
    return told


def press(c: Change, found: Iterable[Pressing]) -> None:
    """Let the entry tell each addressee what they are pressed for."""
    for one in found:
        c.telling[one.role] = {"pressed": one.told()}
