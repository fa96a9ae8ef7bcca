"""What a feedback brings to whom, read in its own transaction before it is kept or taken back."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from storage.scope import Where
from storage.sql import Driver, as_date


class Newborn(NamedTuple):
    """A case that was born: its unit, number and problem, and by when it is to be claimed."""

    unit: str
    number: str
    problem: str
    due_on: date | None


class ToPost(NamedTuple):
    """A message to a post (`role:unit`): about whose cases, the inspection's leader, and where the case belongs."""

    unit: str
    answerable: str
    post: str
    leader: int | None
    where: Where


def last_case(driver: Driver) -> int:
    """Return the number of the last case there is."""
    row = driver.one("SELECT MAX(id) FROM cases")
    return int(row[0] or 0) if row else 0


def born_since(driver: Driver, jurisdiction: int, after: int) -> list[Newborn]:
    """Return the cases born after another."""
    sql = (
        "SELECT u.name, c.number, c.problem, k.due_on FROM cases c JOIN units u ON u.id = c.unit_id "
        "LEFT JOIN clocks k ON k.case_id = c.id AND k.name = 'claim' WHERE c.jurisdiction = ? AND c.id > ? ORDER BY c.id"
    )
    rows = driver.all(sql, (jurisdiction, after))
    return [Newborn(unit, number, problem, as_date(due) if due else None) for unit, number, problem, due in rows]


def written_since(driver: Driver, jurisdiction: int, after: int) -> list[ToPost]:
    """Return the messages about cases born after another, in the order in which they were written."""
    sql = (
        "SELECT u.name, a.name, o.post, i.leader_id, c.unit_id, c.answerable_id, c.inspection_id, c.round_id FROM outbox o "
        "JOIN cases c ON c.id = o.case_id JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id "
        "JOIN inspections i ON i.id = c.inspection_id WHERE c.jurisdiction = ? AND c.id > ? ORDER BY o.id"
    )
    rows = driver.all(sql, (jurisdiction, after))
    return [ToPost(unit, answerable, post, leader, Where(*where)) for unit, answerable, post, leader, *where in rows]
