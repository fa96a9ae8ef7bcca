"""The table of kinds as entries name it, by its hash: who enters what, and who approves."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256

from register.kinds import acts


@lru_cache(maxsize=4)
def _table(rows: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], bool], ...]) -> tuple[str, str]:
    table = {
        "register": [
            {"kind": kind, "act": act, "enters": list(enters), "approves": list(approves), "makes": makes}
            for kind, act, enters, approves, makes in rows
        ]
    }
    text = json.dumps(table, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest(), text


def definition() -> tuple[str, str]:
    """Return hash and text of the table in force."""
    rows = ((k.name, a.name, a.enters, a.approves, a.makes) for k, a in acts() if not a.composed)
    return _table(tuple(rows))
