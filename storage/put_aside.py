"""What one has prepared for another to decide 准备稿、交办稿: open until that is done; what was given back waits for who prepared it."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeVar

from sqlmodel import and_, col, or_, select

from storage.aside import DROPPED, SENT, WAITING
from storage.tables import PreparedLedger, PreparedOrder
from storage.work import Work

LONGEST_REASON: Final = 500
Prepared = TypeVar("Prepared", PreparedLedger, PreparedOrder)


def waiting(work: Work, table: type[Prepared], jurisdiction: int, person: int | None) -> list[Prepared]:
    """Return what waits to be decided, and what somebody got back with a reason; the oldest first."""
    got_back = and_(table.prepared_by == person, col(table.returned).is_not(None))
    there = select(table).where(table.jurisdiction == jurisdiction, or_(table.state == WAITING, got_back))
    return list(work.session.exec(there.order_by(col(table.id))).all())


def give_back(
    work: Work,
    row: PreparedLedger | PreparedOrder,
    person: int | None,
    reason: str,
    now: datetime,
    *,
    over: str,
    against: str,
) -> str:
    """Take back one's own, or return another's with a reason; return the sentence against it, if any.

    Who prepared it puts away what came back, too. `over` says that it is decided, `against` why it is not theirs to return.
    """
    own = row.prepared_by == person
    if row.state == SENT or (row.state != WAITING and not (own and row.returned)):
        return over
    if not own and against:
        return against
    if not own and not reason.strip():
        return "请写明退回理由，准备的人会看到"
    work.note_done()
    row.returned = None if own else reason.strip()[:LONGEST_REASON]
    if row.state == WAITING:
        row.state, row.decided_by, row.decided_at = DROPPED, person, now
    work.session.add(row)
    work.session.flush()
    return ""
