"""The mails of the house, newest first, with what became of each."""

from __future__ import annotations

from typing import Any

from storage.sql import Driver, Row


def mail_lines(driver: Driver, jurisdiction: int, state: str | None, limit: int) -> list[Row]:
    """Return mails: id, person, unit, number, case, action, state, made at, sent at (microseconds), last error."""
    where, params = "o.jurisdiction = ?", [jurisdiction]
    found: list[Any] = list(params)
    if state:
        where, found = f"{where} AND d.state = ?", [*found, state]
    sql = (
        "SELECT d.id, p.name, u.name, c.number, c.id, o.template, d.state, o.made_at, d.sent_at, d.last_error FROM deliveries d "
        "JOIN outbox o ON o.id = d.outbox_id JOIN people p ON p.id = d.person_id JOIN cases c ON c.id = d.case_id JOIN units u ON u.id = c.unit_id "
        f"WHERE {where} ORDER BY d.id DESC LIMIT ?"
    )
    return driver.all(sql, [*found, limit])
