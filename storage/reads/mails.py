"""The notices of the house, newest first, with what became of each, and the letters that brought them."""

from __future__ import annotations

from storage.reads.mail_states import BECAME
from storage.scope import Scope, narrowed
from storage.sql import Driver, Row


def mail_lines(driver: Driver, jurisdiction: int, state: str | None, scope: Scope, limit: int) -> list[Row]:
    """Return mails about cases of a scope: id, person, unit, number, case, action, state, made at, sent at (microseconds), last error."""
    few, params = scope.ids(driver, jurisdiction) if scope.few else ("", [])
    also, more = ("", []) if scope.few else narrowed(driver, scope)
    # Few cases lead to their mails; else SQLite takes the tables as they stand: the latest mails are few, those of the house many.
    named, lead = (f"WITH few AS MATERIALIZED ({few}) ", "few CROSS JOIN ") if few else ("", "")
    where = "o.id = d.outbox_id AND o.jurisdiction = ?" + (" AND d.case_id = few.id" if few else also)
    sql = (
        f"{named}SELECT d.id, p.name, u.name, c.number, c.id, o.template, {BECAME}, o.made_at, d.sent_at, d.last_error FROM {lead}deliveries d "
        "CROSS JOIN outbox o JOIN people p ON p.id = d.person_id JOIN cases c ON c.id = d.case_id JOIN units u ON u.id = c.unit_id "
        f"WHERE {where}{' AND d.state = ?' if state else ''} ORDER BY d.id DESC LIMIT ?"
    )
    return driver.all(sql, [*params, jurisdiction, *more, *([state] if state else []), limit])


def messages_waiting(driver: Driver, jurisdiction: int, scope: Scope, limit: int) -> list[Row]:
    """Return messages about cases of a scope that nobody has taken up yet, the newest first: post, unit, number, case, action, made at.

    Who holds the post is looked for on the day of delivery.
    """
    also, params = narrowed(driver, scope)
    # Of all there are few wait: they are looked for first, and then whose they are.
    sql = (
        "SELECT o.post, u.name, c.number, c.id, o.template, o.made_at, a.name FROM outbox o JOIN cases c ON c.id = o.case_id "
        "JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id "
        f"WHERE o.expanded_at IS NULL AND +o.jurisdiction = ?{also} ORDER BY o.id DESC LIMIT ?"
    )
    return driver.all(sql, [jurisdiction, *params, limit])


def letter_of(driver: Driver, jurisdiction: int, number: int) -> tuple[str, list[int]] | None:
    """Return the Message-ID of the letter with a notice of the jurisdiction, and the cases that it tells of; None where there is no such notice.

    What was told before there were letters here has none: an empty name, and its own case.
    """
    named = "SELECT d.letter_id, d.case_id FROM deliveries d WHERE d.id = ? AND d.jurisdiction = ?"
    row = driver.one(named, (number, jurisdiction))
    if row is None or row[0] is None:
        return ("", [row[1]]) if row else None
    sql = "SELECT l.message_id, d.case_id FROM letters l JOIN deliveries d ON d.letter_id = l.id WHERE l.id = ? ORDER BY d.case_id"
    found = driver.all(sql, (row[0],))
    return found[0][0], list(dict.fromkeys(case for _, case in found))
