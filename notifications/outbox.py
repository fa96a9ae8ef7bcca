"""The outbox: one row for each post that a move tells, in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from grammar import Move
from states import HANDLER, LEADER, SECRETARY
from storage.rows import CaseRow
from storage.scope import has_it

Message = tuple[int, int, int, str, str, str, int]


def messages(
    move: Move,
    before: CaseRow,
    after: CaseRow,
    telling: Mapping[str, Mapping[str, Any]],
    *,
    jurisdiction: int,
    index: int,
    at: int,
    reminder: bool,
    copied: bool,
) -> list[Message]:
    """Return the outbox rows of an entry: one for each post told, with the facts as they are at this move.

    To whom a copy goes are told by the entry that bears its letter alone.
    """
    tells = [role for role in move.tells if copied or role not in move.copied]
    told: Mapping[str, Mapping[str, Any]] = telling if reminder else {**{role: {} for role in tells}, **telling}
    common: dict[str, Any] = {
        "from": before.state, "to": after.state, "version": after.version, "due_on": _day(after.due_on),
        "state_due_on": _day(after.state_due_on), "owes": after.owes,
    }  # fmt: skip
    if after.last_on:
        common["last_on"] = _day(after.last_on)
    alike = _facts_text(common) if told else ""
    rows: dict[str, Message] = {}
    for role, own in told.items():
        left, post = post_of(role, before), post_of(role, after)
        # Whoever had the case before reads that it left, in their own mail.
        for one, more in ((left, {"left": True}), (post, {"left": False})) if left != post else ((post, {}),):
            facts = _facts_text({**common, **own, **more}) if own or more else alike
            rows[one] = (jurisdiction, index, after.id, one, move.action, facts, at)
    return list(rows.values())


_facts_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def post_of(role: str, case: CaseRow) -> str:
    """Return the post that is told: `role:unit`; `parent:unit` is the secretary above; unit 0 is the whole jurisdiction.

    One that is named with its unit already is that, whoever answers.
    """
    if ":" in role:
        return role
    if role in (SECRETARY, HANDLER, "parent"):
        return f"{role}:{case.answerable_id}"
    if role == LEADER:
        return f"{role}:{has_it(case)}"
    return f"{role}:0"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
