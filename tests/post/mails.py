"""A letter as tests write it, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from notifications.mails import LastCheckpoint, Letter, Notice, ToldIn
from states import ACTIONS, UNBORN

NOW = datetime(2026, 6, 3, 2, tzinfo=UTC)


def told(rule: str, rung: str, due_on: str = "2026-06-01", skipped: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a reminder says of one clock."""
    return {"rule": rule, "rung": rung, "period": 1, "due_on": due_on, "skipped": list(skipped)}


def mail(action: str = "feed_back", *roles: str, facts: dict[str, Any] | None = None, **more: Any) -> Notice:
    """A notice about problem 1 of 城伯镇党委, written on 3 June 2026."""
    move = ACTIONS[action]
    origin = move.origin[0]
    posts = tuple(ToldIn(role, "城伯镇党委", stands_in=False) for role in roles or ("secretary",))
    usual = {
        "from": origin, "to": move.target("feedback" if origin == UNBORN else origin), "version": 2,
        "due_on": "2026-06-01", "state_due_on": "2026-06-13", "owes": "secretary", "told": [],
    }  # fmt: skip
    fields: dict[str, Any] = {
        "name": "王建国", "told_in": posts, "today": date(2026, 6, 3),
        "place": "示范市", "case": 7, "number": "1", "unit": "城伯镇党委", "answerable": "城伯镇党委", "round": "一轮",
        "action": action, "facts": {**usual, **(facts or {})}, "inputs": {}, "made_at": NOW,
        "checkpoint": LastCheckpoint(128, "cm9vdA=="),
    }  # fmt: skip
    return Notice(**{**fields, **more})


def letter(*notices: Notice, **more: Any) -> Letter:
    """A letter of notices to the secretary of 城伯镇党委."""
    told = notices or (mail("verify"),)
    fields: dict[str, Any] = {
        "message_id": "<0123456789abcdef@city.test>", "threads": ("<fedcba9876543210@city.test>",), "name": told[0].name,
        "email": "secretary@example.test", "made_at": NOW, "notices": told,
    }  # fmt: skip
    return Letter(**{**fields, **more})
