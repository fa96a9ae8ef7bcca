"""The day of feedback 反馈: which units of a round are prepared, checked, sent, missing; and the one act that sends those that are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlmodel import col, select

from ledger.brought import Brought
from ledger.errors import of_the_whole
from ledger.prepared import Sending, as_shown, day_to_feed_back, prepared_ledger, sees_prepared, send, sheet_of
from ledger.refused import refused
from register.household import find_round
from storage.aside import DROPPED, SENT, WAITING
from storage.reads.coverage import FED, Visited
from storage.reads.visits import visits_of_round
from storage.scope import Where
from storage.tables import PreparedLedger
from storage.tables.ledger import FED_BACK
from storage.work import Work
from workflow.days.profiles import Profile
from workflow.may import scope_of
from workflow.subject import Actor

MISSING, UNCHECKED, READY, GONE = "missing", "unchecked", "ready", "gone"
STANDS: Final = {UNCHECKED: "待核对", READY: "待发送", GONE: "已反馈", MISSING: "没有备好"}
MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A unit of a round, and how far its feedback has come."""

    unit: str
    stands: str
    problems: int = 0
    row: PreparedLedger | None = None
    """What is prepared, or was sent."""
    returned: str = ""
    """Why what was prepared before went back."""


@dataclass(frozen=True, slots=True)
class Day:
    """A round before its feedback: its number where it is registered, and its units, those first that somebody has to see to."""

    number: int | None
    lines: tuple[Line, ...]

    def count(self, stands: str) -> int:
        """Return how many units stand so."""
        return sum(line.stands == stands for line in self.lines)


def day_of(work: Work, round_name: str, actor: Actor, today: date) -> Day:
    """Return how far the feedback of a round has come, as far as it is there for somebody."""
    number = find_round(work.driver, actor.jurisdiction, round_name)
    rows = work.session.exec(
        select(PreparedLedger)
        .where(
            PreparedLedger.jurisdiction == actor.jurisdiction,
            PreparedLedger.act == FED_BACK,
            PreparedLedger.round_name == round_name,
        )
        .order_by(col(PreparedLedger.id))
    ).all()
    theirs = [row for row in rows if sees_prepared(row, actor, number)]
    visits = visits_of_round(work.driver, actor.jurisdiction, number, today) if number is not None else []
    by_unit: dict[str, list[PreparedLedger]] = {}
    for row in theirs:
        by_unit.setdefault(row.unit, []).append(row)
    of = {visit.unit_name: visit for visit in visits if _theirs(visit, number or 0, actor)}
    lines = [_line(unit, by_unit.get(unit, []), of.get(unit)) for unit in {**of, **by_unit}]
    order = list(STANDS)
    return Day(number, tuple(sorted((one for one in lines if one), key=lambda line: order.index(line.stands))))


def _theirs(visit: Visited, around: int, actor: Actor) -> bool:
    return scope_of(actor.posts).covers(Where(visit.unit, visit.unit, visit.number, around))


def _line(unit: str, rows: Sequence[PreparedLedger], visit: Visited | None) -> Line | None:
    """Return how a unit stands: by what is open, else by what was sent or fed back otherwise; what was taken back alone is nobody's."""
    if (row := next((one for one in rows if one.state == WAITING), None)) is not None:
        return Line(unit, READY if row.checked_by else UNCHECKED, row.problems, row)
    sent = next((one for one in reversed(rows) if one.state == SENT), None)
    if sent is not None or (visit is not None and visit.of):
        return Line(unit, GONE, visit.of if visit else sent.problems if sent else 0, sent)
    if visit is None and not any(one.returned for one in rows):
        return None
    if visit is not None and visit.stage == FED:  # a day of feedback without a problem in the system
        return Line(unit, GONE)
    returned = next((one.returned or "" for one in reversed(rows) if one.state == DROPPED), "")
    return Line(unit, MISSING, returned=returned)


@dataclass(frozen=True, slots=True)
class Sent:
    """What sending one unit's feedback does, or would do."""

    number: int
    unit: str
    problems: int
    letter: str
    shown: str
    """What the page that shows it says it showed."""
    brought: Brought


def send_together(
    work: Work,
    round_name: str,
    numbers: Sequence[int],
    home: Path,
    profile: Profile,
    actor: Actor,
    now: datetime,
    as_said: Sending,
) -> list[Sent]:
    """Send the feedback of the units that were chosen, all on one day, with the letters that were shown.

    Never commits, and with any error the caller keeps nothing of it.
    """
    return [_send(work, round_name, one, home, profile, actor, now, as_said) for one in numbers]


def _send(
    work: Work,
    round_name: str,
    number: int,
    home: Path,
    profile: Profile,
    actor: Actor,
    now: datetime,
    as_said: Sending,
) -> Sent:
    row = prepared_ledger(work, number, actor)
    if row is None or row.round_name != round_name or row.act != FED_BACK:
        why = f"“{round_name}”没有第 {number} 号反馈准备稿，或不在您的职责范围内"
        return Sent(number, "", 0, "", "", Brought(errors=[of_the_whole(why)]))
    unit, letter = row.unit, row.letter_name or ""
    if row.state == WAITING and row.checked_by is None:
        brought = Brought(errors=[of_the_whole("还没有核对：请先打开看过，核对无误的再发送")])
    else:
        sheet = sheet_of(home, row)
        brought = refused(sheet) if sheet.faults else send(work, number, sheet, profile, actor, now, as_said=as_said)
    return Sent(number, unit, row.problems, letter, as_shown(row), brought)


def together(sent: Sequence[Sent]) -> Brought:
    """Return what was done in all."""
    found = Brought()
    for one in sent:
        part = one.brought
        for name in ("problems", "created", "updated", "unchanged", "withdrawn", "marked"):
            setattr(found, name, getattr(found, name) + getattr(part, name))
        found.unclaimed += part.unclaimed
        found.errors += part.errors
    return found


def planned_day(lines: Sequence[Line], today: date) -> date:
    """Return the day that is proposed: the one for which all that is ready was planned, where it has come; else today."""
    days = {day_to_feed_back(line.row, today) for line in lines if line.row and line.stands == READY}
    only = days.pop() if len(days) == 1 else None
    return only or today
