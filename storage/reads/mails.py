"""The mails of the house, newest first, with what became of each."""

from __future__ import annotations

from typing import Any

from storage.sql import Driver, Row


def mail_lines(driver: Driver, jurisdiction: int, state: str | None, limit: int) -> list[Row]:
    """Return mails: id, person, unit, number, case, action, state, made at, sent at (microseconds), last error."""
    where = "o.id = d.outbox_id AND o.jurisdiction = ?"
    found: list[Any] = [jurisdiction]
    if state:
        where, found = f"{where} AND d.state = ?", [*found, state]
    # SQLite takes the tables as they stand: the latest mails are few, those of the house many.
    sql = (
        "SELECT d.id, p.name, u.name, c.number, c.id, o.template, d.state, o.made_at, d.sent_at, d.last_error FROM deliveries d "
        "CROSS JOIN outbox o JOIN people p ON p.id = d.person_id JOIN cases c ON c.id = d.case_id JOIN units u ON u.id = c.unit_id "
        f"WHERE {where} ORDER BY d.id DESC LIMIT ?"
    )
    return driver.all(sql, [*found, limit])


def message_id_of(driver: Driver, jurisdiction: int, number: int) -> str | None:
    """Return the Message-ID of a mail of the jurisdiction, or None."""
    sql = "SELECT d.message_id FROM deliveries d JOIN outbox o ON o.id = d.outbox_id WHERE d.id = ? AND o.jurisdiction = ?"
    row = driver.one(sql, (number, jurisdiction))
    return row[0] if row else None
