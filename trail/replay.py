"""Replay 重放: every entry against the table of moves it names, its salts and texts, and the columns that find it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

import clock
from states import DONE, FILL, RESPONSIBLE, UNIT_SIDE
from storage.sql import Row
from trail.compare_assisting import Assisted, note_assisted
from trail.compare_assisting import Key as AssistedKey
from trail.compare_copies import Copied, note_copied
from trail.compare_copies import Key as CopyKey
from trail.compare_filings import Filed, Key, note_filed
from trail.compare_measures import Planned, note_planned
from trail.compare_results import Stated, note_stated
from trail.compare_standings import Stood, note_standing
from trail.offline import Bad, CaseSoFar, Replay, Rows, check_texts, read_entry, read_registers, read_tables
from trail.stored import LOOKUP, JurisdictionKey, Stored


@dataclass(frozen=True, slots=True)
class Born:
    """The entry that bore a case; the commitment to the words of the case, of the last that said them, and their salt unless erased."""

    index: int
    words: str
    salt: bytes | None


@dataclass(frozen=True, slots=True)
class Filled:
    """The entry that last filled a unit-side column from a ledger, what it promised, and the salt."""

    index: int
    promise: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class Registered:
    """The last entry about a row of the register: its columns, the commitments of the sealed ones, and their salts unless erased."""

    index: int
    after: Mapping[str, Any]
    sealed: Mapping[str, str]
    salts: Mapping[str, bytes]


@dataclass(slots=True)
class Folded:
    """What all entries leave: the last one of each case, and what later entries of its siblings say of it."""

    cases: Mapping[int, CaseSoFar]
    births: dict[int, Born] = field(default_factory=dict)
    also: dict[int, dict[str, Any]] = field(default_factory=dict)
    registered: dict[str, Registered] = field(default_factory=dict)
    filled: dict[int, dict[str, Filled]] = field(default_factory=dict)
    stated: dict[int, list[Stated]] = field(default_factory=dict)
    planned: dict[int, list[Planned]] = field(default_factory=dict)
    stood: dict[int, Stood] = field(default_factory=dict)
    filed: dict[Key, Filed] = field(default_factory=dict)
    copied: dict[CopyKey, Copied] = field(default_factory=dict)
    assisted: dict[AssistedKey, Assisted] = field(default_factory=dict)
    size: int = 0
    at: str = ""
    erased: int = 0


def fold(stored: Stored, place: JurisdictionKey) -> Folded:
    """Replay every entry in order; Bad names the first that the life does not allow or whose row says otherwise."""
    replay = Replay(*_read(tuple(stored.kept("definitions").items())))
    profiles = {digest for digest, body in stored.kept("profiles").items() if _gives(digest, body)}
    folded = Folded(replay.cases)
    for row in stored.entries(place):
        entry = read_entry(row[1], row[0], place.code)
        replay.take(entry)
        side = _check_row(entry, row)
        folded.erased += check_texts(entry, side)
        if entry["kind"] == "move":
            _check_profile(entry, profiles)
            _take_move(folded, entry, side)
            note_standing(folded.stood, place.id, entry)
        elif entry["kind"] == "ledger":
            _take_ledger(folded, entry, side)
        elif entry["kind"] == "register":
            _take_register(folded, entry, side)
        folded.size, folded.at = entry["index"] + 1, entry["at"]
    replay.end()
    return folded


@lru_cache(maxsize=4)
def _read(definitions: tuple[tuple[str, str], ...]) -> tuple[Mapping[str, Rows], Mapping[str, Rows]]:
    # They are long, and the same from one reading of a log to the next.
    kept = dict(definitions)
    return read_tables(kept), read_registers(kept)


def first_unreadable(stored: Stored, place: JurisdictionKey, below: int) -> Bad | None:
    """Return what is wrong with the first entry below an index that is no entry of its place; a forged leaf hides it from hashing."""
    for index, body in enumerate(stored.bodies(place, below) if below else ()):
        try:
            read_entry(body, index, place.code)
        except Bad as bad:
            return bad
    return None


def _take_move(folded: Folded, entry: Mapping[str, Any], side: Mapping[str, Any]) -> None:
    case = entry["case"]
    folded.also.pop(case, None)
    if "born" in entry:
        folded.births[case] = Born(entry["index"], entry["born"]["words"], _salt_of_words(side))
    if "amended" in entry:
        folded.births[case] = replace(folded.births[case], words=entry["amended"]["words"], salt=_salt_of_words(side))
    for one in entry.get("also", ()):
        known = folded.also.setdefault(one["case"], {"clocks": {}})
        known.update(one, clocks={**known["clocks"], **one["clocks"]})
    note_stated(folded.stated, entry, side)
    note_planned(folded.planned, entry, side)
    note_filed(folded.filed, entry)
    note_copied(folded.copied, entry)
    note_assisted(folded.assisted, entry, side)
    # A move that asks for a column, or gives the problem to others, overwrites what an earlier ledger said of it.
    blanked = RESPONSIBLE.split() if "transferred" in entry and entry["to"] not in DONE else ()
    for name in folded.filled.get(case, {}).keys() & {*entry.get("answers", ()), *blanked}:
        del folded.filled[case][name]


def _salt_of_words(side: Mapping[str, Any]) -> bytes | None:
    return bytes.fromhex(side["words"][0]) if "words" in side else None


def _take_ledger(folded: Folded, entry: Mapping[str, Any], side: Mapping[str, Any]) -> None:
    known = folded.filled.setdefault(entry["case"], {})
    for name, promise in entry["columns"].items():
        known.pop(name, None)
        if name in UNIT_SIDE and f"columns.{name}" in side:  # of an erased one nothing is left to compare with
            known[name] = Filled(entry["index"], promise, bytes.fromhex(side[f"columns.{name}"][0]))


def _take_register(folded: Folded, entry: Mapping[str, Any], side: Mapping[str, Any]) -> None:
    salts = {name: bytes.fromhex(side[f"sealed.{name}"][0]) for name in entry["sealed"] if f"sealed.{name}" in side}
    folded.registered[entry["about"]] = Registered(entry["index"], entry["after"], entry["sealed"], salts)


def _check_row(entry: Mapping[str, Any], row: Row) -> dict[str, Any]:
    """Salts and texts of the entry; Bad where the lookup columns contradict its bytes."""
    index, said = entry["index"], {"at": entry["at"], "case_id": entry.get("case"), "version": entry.get("version")}
    if entry["kind"] in ("move", "ledger"):
        said |= {"action": entry.get("action", FILL), "actor_id": entry["actor"]["person"]}
        said["prepared_by"] = entry.get("prepared_by")
    said["about"] = entry.get("about")
    if entry["kind"] == "register":
        said |= {"action": f"{entry['about'].partition(':')[0]}.{entry['act']}", "actor_id": entry["actor"]["person"]}
        said["prepared_by"] = entry["prepared_by"]
    columns = dict(zip(LOOKUP, row[4:], strict=True))
    columns["at"] = instant(columns["at"])
    if wrong := [name for name, value in said.items() if columns[name] != value]:
        about = f"（问题 {entry['case']}）" if entry.get("case") is not None else ""
        raise Bad(index, f"第 {index} 条记录{about}的检索列 {wrong[0]} 与记录内容不符：该列被改动过")
    try:
        side = json.loads(row[3]) if row[3] is not None else {}
    except (TypeError, ValueError):
        side = None
    if not isinstance(side, dict):
        raise Bad(index, f"第 {index} 条记录的原文附表无法解读：附表被改动过")
    return side


def _check_profile(entry: Mapping[str, Any], known: set[str]) -> None:
    if entry.get("profile") not in known:
        raise Bad(entry["index"], f"第 {entry['index']} 条记录引用的时限方案不在册，或其内容被改动过")


def instant(micros: Any) -> str | None:
    """Return a column of microseconds as entries say it; None where it is no instant."""
    try:
        return clock.iso(clock.from_micros(micros))
    except (TypeError, OverflowError):
        return None


def _gives(digest: str, body: Any) -> bool:
    return isinstance(body, str) and sha256(body.encode()).hexdigest() == digest
