"""Drafts 起草件 as pages show them: those that wait, those that came back, and those of one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Final

from sqlmodel import col, select

import clock
from states import ACTIONS, ARROWS, TRANSFERS
from storage.reads.tasks import LINE, NAMED, Waiting, line_of
from storage.scope import Where
from storage.sql import Driver, Row
from storage.tables import Draft
from storage.work import Work


@dataclass(frozen=True, slots=True)
class DraftLine:
    """What somebody prepared: its cases, and the first of them as a line."""

    number: int
    action: str
    preparer: int
    role: str
    """In which role the preparer acted."""
    by: str
    cases: tuple[int, ...]
    places: tuple[Where, ...]
    """Where each of the cases belongs."""
    first: Waiting
    returned: str | None
    passed_on: bool = False
    """Who put it aside has handed over: it waits for the name of who came after."""

    @property
    def put_aside(self) -> bool:
        """Say whether its preparer is who signs for it: put aside 放入待签, and sent to nobody."""
        return not self.passed_on and is_put_aside(self.action, self.role)


def is_put_aside(action: str, role: str) -> bool:
    """Say whether who prepared an act in a role signs for it themselves."""
    return role in ACTIONS[action].who and not ACTIONS[action].second


# A row for each case of each draft.
_LINES: Final = (
    "SELECT d.id, d.action, d.prepared_by, d.prepared_role, p.name, d.returned, d.passed_on, "
    f"c.unit_id, c.answerable_id, c.inspection_id, c.round_id, {LINE} FROM drafts d "
    "JOIN people p ON p.id = d.prepared_by JOIN draft_cases x ON x.draft_id = d.id JOIN cases c ON c.id = x.case_id "
    f"{NAMED} WHERE d.jurisdiction = ?"
)
_OWN: Final = 7
"""So many columns are the draft's; where a case belongs follows, then its line."""
_AT: Final = _OWN + 4
_PREPARED_AGAIN: Final = (
    "EXISTS (SELECT 1 FROM draft_cases y JOIN drafts e ON e.id = y.draft_id WHERE y.case_id = x.case_id AND e.action = d.action "
    "AND (e.state = 'open' OR (e.returned IS NOT NULL AND e.prepared_by = d.prepared_by AND e.id > d.id)))"
)
_DONE_SINCE: Final = (
    "EXISTS (SELECT 1 FROM trail t WHERE t.case_id = x.case_id AND t.at > d.at "
    f"AND t.action IN (d.action, {', '.join(map(repr, TRANSFERS))}))"
)


def open_drafts(driver: Driver, jurisdiction: int) -> list[DraftLine]:
    """Return what waits to be confirmed, oldest first."""
    rows = driver.all(
        f"{_LINES} AND d.state = 'open' ORDER BY d.id, x.case_id <> d.case_id, x.case_id", (jurisdiction,)
    )
    return [_line(list(parts)) for _, parts in groupby(rows, itemgetter(0))]


def returned_drafts(driver: Driver, jurisdiction: int, person: int) -> list[DraftLine]:
    """Return what somebody prepared and got back with a reason, each for the cases that nobody prepared or did since.

    Only cases whose state still has the act are left; the first of a draft is the first of these to fall due.
    """
    rows = driver.all(
        f"{_LINES} AND d.prepared_by = ? AND d.returned IS NOT NULL AND NOT {_PREPARED_AGAIN} AND NOT {_DONE_SINCE} "
        "ORDER BY d.id, c.state_due_on IS NULL, c.state_due_on, c.id",
        (jurisdiction, person),
    )
    fit = [row for row in rows if (line_of(row[_AT:]).state, row[1]) in ARROWS]
    return [_line(list(parts)) for _, parts in groupby(fit, itemgetter(0))]


def _line(parts: Sequence[Row]) -> DraftLine:
    number, action, preparer, role, by, returned, passed_on = parts[0][:_OWN]
    cases, places = (
        tuple(row[_AT] for row in parts),
        tuple(Where(*row[_OWN:_AT])._replace(id=row[_AT]) for row in parts),
    )
    first = replace(line_of(parts[0][_AT:]), extra=len(cases))
    return DraftLine(number, action, preparer, role, by, cases, places, first, returned, bool(passed_on))


def drafts_by_number(work: Work, numbers: Sequence[int]) -> dict[int, Draft]:
    """Return drafts by their numbers."""
    found = work.session.exec(select(Draft).where(col(Draft.id).in_(numbers))) if numbers else ()
    return {row.id or 0: row for row in found}


def drafts_of(driver: Driver, jurisdiction: int, case: int) -> list[Row]:
    """Return the drafts of a case that wait to be confirmed: number, action, preparer's name, instant (microseconds), preparer, in which role."""
    sql = (
        "SELECT d.id, d.action, p.name, d.at, d.prepared_by, d.prepared_role FROM draft_cases x JOIN drafts d ON d.id = x.draft_id "
        "JOIN people p ON p.id = d.prepared_by WHERE x.case_id = ? AND d.jurisdiction = ? AND d.state = 'open' ORDER BY d.id"
    )
    return driver.all(sql, (case, jurisdiction))


def returned_before(work: Work, row: Draft, case: int) -> Draft | None:
    """Return the draft of the same act that came back to the same person before this one, since the act was last done in the case."""
    recorded = work.driver.one("SELECT MAX(at) FROM trail WHERE case_id = ? AND action = ?", (case, row.action))
    since = clock.from_micros(recorded[0]) if recorded and recorded[0] else None
    earlier = select(Draft).where(
        Draft.case_id == row.case_id, Draft.action == row.action, Draft.prepared_by == row.prepared_by,
        col(Draft.id) < row.id, col(Draft.returned).is_not(None), *([col(Draft.at) > since] if since else []),
    )  # fmt: skip
    return work.session.exec(earlier.order_by(col(Draft.id).desc())).first()
