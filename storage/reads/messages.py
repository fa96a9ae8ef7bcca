"""Messages 消息: what somebody was told, the same notices that their letters bring, the newest first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from storage.scope import Scope, narrowed
from storage.sql import Driver

COUNTED = 100


@dataclass(frozen=True, slots=True)
class Message:
    """One notice: of which case, of what, when, and whether it was seen; instants in microseconds."""

    id: int
    case: int
    unit: str
    number: str
    action: str
    facts: dict[str, Any]
    made_at: int
    seen: bool


def messages_of(
    driver: Driver, jurisdiction: int, person: int, scope: Scope, limit: int, before: int | None = None
) -> tuple[list[Message], int | None]:
    """Return, of the last notices of a person older than one, those of cases that are there for them, and behind which to look on."""
    older, bound = ("", []) if before is None else (" AND d.id < ?", [before])
    also, params = narrowed(driver, scope)
    sql = (
        "WITH last AS MATERIALIZED (SELECT d.id, d.case_id, d.outbox_id, d.seen_at FROM deliveries d WHERE d.person_id = ? "
        f"AND d.jurisdiction = ?{older} AND d.state <> 'dropped' ORDER BY d.id DESC LIMIT ?), "
        "whole AS (SELECT COUNT(*) AS size, MIN(id) AS oldest FROM last) "
        "SELECT whole.size, whole.oldest, last.id, c.id, u.name, c.number, o.template, o.facts, o.made_at, last.seen_at "
        f"FROM whole LEFT JOIN (last JOIN outbox o ON o.id = last.outbox_id JOIN cases c ON c.id = last.case_id{also} "
        "JOIN units u ON u.id = c.unit_id) ON 1 = 1 ORDER BY last.id DESC"
    )
    rows = driver.all(sql, [person, jurisdiction, *bound, limit, *params])
    size, oldest = rows[0][:2]
    found = [
        Message(number, case, unit, named, action, _read(facts), made_at, seen is not None)
        for _, _, number, case, unit, named, action, facts, made_at, seen in rows
        if number is not None
    ]
    return found, oldest if size == limit else None


def _read(facts: str) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(facts)
    except ValueError:
        return {}
    return read


def news_since(driver: Driver, jurisdiction: int, person: int, account: int, session: str, scope: Scope) -> int:
    """Return how many unseen notices came since the account was last there before this session, counted up to a hundred."""
    also, params = narrowed(driver, scope)
    sql = (
        "WITH last AS MATERIALIZED (SELECT d.case_id, d.outbox_id FROM deliveries d WHERE d.person_id = ? AND d.seen_at IS NULL "
        "AND d.jurisdiction = ? AND d.state <> 'dropped' ORDER BY d.id DESC LIMIT ?) "
        f"SELECT COUNT(*) FROM last JOIN outbox o ON o.id = last.outbox_id JOIN cases c ON c.id = last.case_id{also} "
        "WHERE o.expanded_at > COALESCE((SELECT MAX(s.seen_at) FROM sessions s WHERE s.account_id = ? AND s.id_hash <> ?), 0)"
    )
    row = driver.one(sql, [person, jurisdiction, COUNTED, *params, account, session])
    return int(row[0]) if row else 0
