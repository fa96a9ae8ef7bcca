"""Clues 问题线索: what the register calls them, where one stands, and those that an earlier release kept without an entry."""

from __future__ import annotations

from typing import Any, Final

from storage.sql import Driver, as_date

KIND: Final = "clue"
GOING, CLOSED = "going", "closed"
OUTCOMES: Final = {GOING: "在办", CLOSED: "办结"}
"""Where a clue stands, as its receiver replied."""
REPLIED_WITHIN: Final = 3
"""So many months a receiver has to reply, where the transfer names no other day."""


def take_unentered(driver: Driver, jurisdiction: int) -> list[dict[str, Any]]:
    """Take out the clues that no entry tells of, as they were before there was a road for them; return what they said."""
    columns = ("id", "round_id", "number", "receiver", "handed_on", "due_on", "replied_on")
    rows = driver.all(
        f"SELECT {', '.join(columns)} FROM clues c WHERE c.jurisdiction = ? AND NOT EXISTS "
        "(SELECT 1 FROM trail t WHERE t.jurisdiction = c.jurisdiction AND t.about = 'clue:' || c.id) ORDER BY c.id",
        (jurisdiction,),
    )
    for row in rows:
        driver.run("DELETE FROM clues WHERE id = ?", (row[0],))
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    return [one | {name: as_date(one[name]) for name in ("handed_on", "due_on", "replied_on")} for one in found]
