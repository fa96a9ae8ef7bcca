"""Compare the rows of the register with its entries 对账: units, people, accounts, posts, rounds, and every other kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from storage.household import CALENDAR, KEPT, LOOKED, Key, all_rows, columns_found, listed_kinds
from trail.entry import plain
from trail.replay import Folded, Registered
from trail.salt import fits
from trail.stored import JurisdictionKey, Stored

EMPTY: Final = frozenset({"null", '""', "false"})
"""What a column holds of which an entry says nothing: it came to the table after the entry was made."""


def household_differences(stored: Stored, place: JurisdictionKey, folded: Folded) -> Iterator[tuple[int, str]]:
    """Yield, for each row that is not as its last entry left it, the entry to name and a sentence."""
    seen: set[str] = set()
    for kind, key, row in _rows(stored, place):
        about = f"{kind}:{key}"
        seen.add(about)
        said = folded.registered.get(about)
        if said is None:
            # Its entry is missing: the first bad index is where that entry would stand.
            yield folded.size, f"登记 {about} 在表中，却没有任何记录：不是经系统登记的"
        else:
            faults = _faults(row, said, whole=kind not in KEPT)
            yield from ((said.index, f"登记 {about} {why}") for why in faults)
    for about, said in folded.registered.items():
        if about not in seen and not about.startswith(f"{LOOKED}:"):
            yield said.index, f"登记 {about} 有记录，表中却没有：该行被删除，或划给了别的机构"


def _rows(stored: Stored, place: JurisdictionKey) -> Iterator[tuple[str, Key, Mapping[str, Any]]]:
    yield from ((CALENDAR, key, row) for key, row in all_rows(stored, CALENDAR, place.id))
    for kind in (*KEPT, *listed_kinds(stored, place.id)):
        yield from ((kind, key, _read(kind, found)) for key, found in columns_found(stored, kind, place.id))


def _read(kind: str, found: Sequence[Any]) -> Mapping[str, Any]:
    """Return what the columns of a row say: one that is no date stays as it is, and so does a text that is no row."""
    kept = KEPT.get(kind)
    if kept is not None:
        row = dict(zip(kept.columns, found, strict=True))
        # SQLite keeps a flag as a number.
        return row | {name: bool(row[name]) for name in kept.flags if row[name] in (0, 1)}
    try:
        listed = json.loads(found[0], object_pairs_hook=_once)
    except (TypeError, ValueError, RecursionError):
        listed = None
    return listed if isinstance(listed, dict) else {"fields": found[0]}


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose names stand there once each; ValueError where one is said twice."""
    if len(row := dict(pairs)) != len(pairs):
        raise ValueError
    return row


def _faults(row: Mapping[str, Any], said: Registered, *, whole: bool) -> Iterator[str]:
    """Yield what a row says otherwise than its entry; one that is written `whole` has the entry's names and no others."""
    for name in sorted({*row, *said.after, *said.sealed}):
        value, known = plain(row.get(name)), name in said.after
        if whole and (name in row) != (known or name in said.sealed):
            yield f"的 {name} 在表中{'多出' if name in row else '没有了'}：该行被改动过"
        elif name in said.sealed:
            if name in said.salts and not fits(said.sealed[name], said.salts[name], value):
                yield f"的 {name} 与记录的摘要不符：该列被改动过"
        elif _exactly(value) != _exactly(said.after[name]) if known else _exactly(value) not in EMPTY:
            yield f"的 {name} 在表中是 {in_words(value)}，按记录应是 {in_words(said.after.get(name))}"


def _exactly(value: Any) -> str:
    """Return a value with its type: 1, 1.0 and true are three."""
    return json.dumps(value, sort_keys=True, default=repr)


def in_words(value: Any) -> str:
    """Return a column's value as a difference names it."""
    return "空" if value in (None, "") else f"“{value}”"
