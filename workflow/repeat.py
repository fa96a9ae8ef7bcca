"""The same key twice: a repeat returns what was done, another intent under it is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from storage.sql import Driver
from trail.canonical import canonical
from trail.entry import plain
from workflow.subject import Actor, Intent


@dataclass(frozen=True, slots=True)
class Remembered:
    """What stands on the trail under a key; `refusal` when it was for something else."""

    case: int | None
    origin: str | None = None
    to: str | None = None
    version: int | None = None
    index: int | None = None
    refusal: str = ""


def stored_key(intent: Intent) -> str | None:
    """Return the key as the trail keeps it: one for each case of a batch."""
    if intent.key is None:
        return None
    place = intent.case_id if intent.birth is None else f"{intent.birth.inspection_id}.{intent.birth.number}"
    return f"{intent.key}/{place}"


def digest(intent: Intent, batch: Sequence[Intent]) -> str | None:
    """Return what makes two intents the same under one key: action, answers, materials and the batch they came in."""
    if intent.key is None:
        return None
    together = sorted(str(stored_key(one)) for one in batch if one.key == intent.key)
    wanted = [intent.action, plain(intent.answers), sorted([m.kind, m.measure, m.sha256] for m in intent.materials), together]
    return sha256(canonical(json.loads(json.dumps(wanted, ensure_ascii=False, default=str)))).hexdigest()


def remembered(driver: Driver, actor: Actor, intents: Sequence[Intent]) -> dict[int, Remembered]:
    """Return what the trail remembers of each intent, by its position; a refusal was never kept."""
    found: dict[int, Remembered] = {}
    for key in {intent.key for intent in intents if intent.key is not None}:
        rows = _under(driver, actor.jurisdiction, key)
        for position, intent in enumerate(intents):
            if intent.key == key and rows:
                known = _one(intent, digest(intent, intents), rows)
                if known:
                    found[position] = known
    return found


def _under(driver: Driver, jurisdiction: int, key: str) -> dict[str, tuple[str, bytes]]:
    # "0" is the character after "/": the range holds exactly the keys of this batch.
    sql = "SELECT key, intent, body FROM trail WHERE jurisdiction = ? AND key >= ? AND key < ?"
    return {row[0]: (row[1], bytes(row[2])) for row in driver.all(sql, (jurisdiction, f"{key}/", f"{key}0"))}


def _one(intent: Intent, wanted: str | None, rows: dict[str, tuple[str, bytes]]) -> Remembered | None:
    row = rows.get(str(stored_key(intent)))
    if row is None:
        # Part of the batch was refused before and may be tried again; a stranger to the batch may not use its key.
        same = any(kept == wanted for kept, _ in rows.values())
        return None if same else Remembered(intent.case_id, refusal=f"键“{intent.key}”已用于另一次办理，请换一个键")
    if row[0] != wanted:
        return Remembered(intent.case_id, refusal=f"键“{intent.key}”已用于另一次办理，请换一个键")
    entry = json.loads(row[1])
    return Remembered(entry["case"], entry["from"], entry["to"], entry["version"], entry["index"])
