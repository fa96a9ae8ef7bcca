"""The life as data: one row an arrow."""

from __future__ import annotations

from typing import Any

from states import MOVES


def life() -> list[dict[str, Any]]:
    """Return the table of moves, one row an arrow, as `zhenggai life --json` prints it."""
    return [
        {
            "action": move.action, "from": origin, "to": move.target(origin), "who": list(move.who), "second": move.second,
            "on_behalf": move.on_behalf, "filing": move.filing, "needs": list(move.needs), "asks": dict(move.asks),
        }
        for move in MOVES
        for origin in move.origin
    ]  # fmt: skip
