"""Compare the figures with the entries 成效对账: the rows of results are what the applications say, each by its own commitment, and until when it held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from results import RESULTS
from states import MOVES
from trail.salt import matches
from trail.stored import Stored

FIGURES = "results"
TAKEN_BACK = frozenset(move.action for move in MOVES if "take_back" in move.then)
HANDED_IN = frozenset(move.action for move in MOVES if "hand_in" in move.then)
Difference = tuple[int, int, str]
"""The entry to name, the case, and a sentence."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The entry that stated figures of a case: what it promised of each, the salts of those not erased, and the version until which they held."""

    index: int
    version: int
    promises: Mapping[str, str]
    salts: Mapping[str, bytes]
    until: int | None = None


def note_stated(stated: dict[int, list[Stated]], entry: Mapping[str, Any], side: Mapping[str, Any]) -> None:
    """Take what a move says of figures: stated anew, or taken back with what was handed in; those before held until then."""
    action, promises = entry["action"], entry["answers"].get(FIGURES)
    so_far = stated.setdefault(entry["case"], [])
    if (action in TAKEN_BACK or action in HANDED_IN) and so_far and so_far[-1].until is None:
        so_far[-1] = replace(so_far[-1], until=entry["version"])
    if action not in TAKEN_BACK and promises is not None:
        kept = {kind: f"answers.{FIGURES}.{kind}" for kind in promises}
        salts = {kind: bytes.fromhex(side[name][0]) for kind, name in kept.items() if name in side}
        so_far.append(Stated(entry["index"], entry["version"], promises, salts))


def unlike_stated(stored: Stored, stated: Mapping[int, list[Stated]], cases: Mapping[int, int]) -> Iterator[Difference]:
    """Yield where the figures of some cases, given with their last entries, are not what was stated and until when."""
    rows: dict[int, dict[tuple[int, str], tuple[Any, Any]]] = defaultdict(dict)
    for case, version, kind, amount, until in stored.results(list(cases)):
        rows[case][version, kind] = amount, until
    for case, last in cases.items():
        said = {one.version: one for one in stated.get(case, ())}
        for version, kind in sorted(
            {*rows[case], *((one.version, kind) for one in said.values() for kind in one.promises)}
        ):
            if why := _fault(rows[case].get((version, kind)), kind, said.get(version)):
                index = said[version].index if version in said else last
                yield index, case, f"问题 {case} 的整改成效{_shown(kind)}{why}"


def _shown(kind: str) -> str:
    return f"“{RESULTS[kind].shown}”（{kind}）" if kind in RESULTS else f"“{kind}”"


def _fault(row: tuple[Any, Any] | None, kind: str, said: Stated | None) -> str | None:
    if row is None:
        # Of what held no more before rows were kept, an erased figure could not be opened again.
        gone = said is not None and said.until is not None and kind not in said.salts
        return None if gone else "在表中没有，按记录应有：该行被删除"
    if said is None or kind not in said.promises:
        return "在表中有，按记录没有：不是经系统办理产生的"
    if row[1] != said.until:
        return "在表中写的起止与记录不符：该行被改动过"
    return None if _stands(kind, row[0], said) else "与记录的摘要不符：该数被改动过"


def _stands(kind: str, amount: Any, said: Stated) -> bool:
    if kind not in RESULTS or type(amount) is not int:
        return False
    # Of an erased one nothing is left to compare with, and the count of erased texts says so.
    return kind not in said.salts or matches(said.promises[kind], said.salts[kind], RESULTS[kind].recorded(amount))
