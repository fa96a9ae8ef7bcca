"""Files between offices as tests write them: with any key, and saying anything."""

from __future__ import annotations

from typing import Any

from exchange.parcel import Header, write
from tests.world import TOWN, World
from trail.keys import Keys
from trail.note import Checkpoint, label_of, origin_of, sign
from trail.tree import empty_root

STOOD: dict[str, Any] = {
    "ref": 1, "unit": TOWN, "number": "1", "state": "verified", "kind": "focused", "fed_back_on": "2026-03-02", "due_on": None, "submitted_on": None,
    "verified_on": None, "overdue": False, "results": {"rules_new": 1},
}  # fmt: skip
"""A problem as a report tells of it."""


def verifier_of(world: World) -> str:
    """Return the key of an installation, as its page prints it."""
    keys = Keys(world.home, "city")
    keys.private()
    return keys.verifiers()[-1]


def report_to(world: World, secret: str, verifier: str, rows: list[dict[str, Any]], **said: Any) -> bytes:
    """Return a report to an installation, signed with that key."""
    note = sign(
        Checkpoint(origin_of(label_of(verifier).partition("+")[0].partition("/")[2]), 0, empty_root()).format(), secret
    ).decode()
    head: dict[str, Any] = {
        "sort": "report", "sender": label_of(verifier), "to": label_of(verifier_of(world)), "title": "x", "stream": world.round_id, "round": "一轮",
        "teams": "", "sequence": 99, "as_of": "2026-03-02", "count": len(rows), "checkpoint": note,
        "before": [],
    }  # fmt: skip
    return write(Header(**{**head, **said}), rows, secret)
