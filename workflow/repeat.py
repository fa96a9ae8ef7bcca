"""The same key twice by one actor: a repeat returns what was done, another intent under it is refused."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from storage.sql import Driver
from workflow.subject import Actor, Intent

_KEY = re.compile(r"[^/\s\x00-\x1f\x7f-\x9f\ud800-\udfff](?:[^/\x00-\x1f\x7f-\x9f\ud800-\udfff]{0,199})")


@dataclass(frozen=True, slots=True)
class Remembered:
    """What stands on the trail under a key; `refusal` when it was for something else."""

    case: int | None
    origin: str | None = None
    to: str | None = None
    version: int | None = None
    index: int | None = None
    refusal: str = ""


def stored_key(actor: Actor, intent: Intent) -> str | None:
    """Return the key as the trail keeps it: under its actor, who alone can meet it again, one for each case of a batch."""
    return None if intent.key is None else f"{_whose(actor)}/{_keyed(intent)}"


def _whose(actor: Actor) -> str:
    # A person's number; the operator of the server is no person, and no number is a login of that kind.
    return actor.login if actor.person_id is None else str(actor.person_id)


def _keyed(intent: Intent) -> str:
    place = intent.case_id if intent.birth is None else f"{intent.birth.inspection_id}.{intent.birth.number}"
    return f"{intent.key}/{place}"


def digests(actor: Actor, intents: Sequence[Intent]) -> dict[str, str]:
    """Return, by key, what makes two calls the same: who wants it, and actions, answers, papers with their day."""
    wanted: dict[str, list[Any]] = defaultdict(list)
    for intent in intents:
        if intent.key is not None:
            papers = sorted([m.kind, str(m.measure), m.sha256] for m in intent.materials)
            wanted[intent.key].append(
                [_keyed(intent), intent.action, dict(intent.answers), papers, str(intent.occurred_on)]
                + ([intent.received] if intent.received else [])
            )
    return {
        key: _hash([actor.login, sorted(together, key=lambda one: str(one[0]))]) for key, together in wanted.items()
    }


def _hash(wanted: list[Any]) -> str:
    try:
        text = json.dumps(wanted, sort_keys=True, default=str)
    except (RecursionError, ValueError):  # nested or large beyond all measure: refused where answers are read
        text = ""
    return sha256(text.encode()).hexdigest()


def remembered(
    driver: Driver, actor: Actor, intents: Sequence[Intent], wanted: Mapping[str, str]
) -> dict[int, Remembered]:
    """Return what the trail remembers of each intent, by its position; a refusal was never kept."""
    found: dict[int, Remembered] = {}
    for key, digest in wanted.items():
        rows = _under(driver, actor, key) if _KEY.fullmatch(key) else None
        for position, intent in enumerate(intents):
            if intent.key == key and (known := _one(actor, intent, digest, rows)):
                found[position] = known
    return found


def _under(driver: Driver, actor: Actor, key: str) -> dict[str, tuple[str, bytes]]:
    # "0" is the character after "/": the range holds exactly the keys of this batch.
    sql = "SELECT key, intent, body FROM trail WHERE jurisdiction = ? AND key >= ? AND key < ?"
    whole = f"{_whose(actor)}/{key}"
    return {row[0]: (row[1], bytes(row[2])) for row in driver.all(sql, (actor.jurisdiction, f"{whole}/", f"{whole}0"))}


def _one(actor: Actor, intent: Intent, wanted: str, rows: dict[str, tuple[str, bytes]] | None) -> Remembered | None:
    if rows is None:
        return Remembered(intent.case_id, refusal="防重键应为 1 至 200 个可见字符，不能含“/”")
    if any(kept != wanted for kept, _ in rows.values()):
        return Remembered(intent.case_id, refusal=f"键“{intent.key}”已用于另一次办理，请换一个键")
    row = rows.get(str(stored_key(actor, intent)))
    if row is None:  # nothing yet, or this part of the batch was refused before and may be tried again
        return None
    entry = json.loads(row[1])
    return Remembered(entry["case"], entry["from"], entry["to"], entry["version"], entry["index"])
