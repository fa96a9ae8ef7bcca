"""Compare the figures with the entries 成效对账: the rows of results are what the last application says, each by its own commitment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from results import RESULTS
from states import MOVES
from trail.salt import matches
from trail.stored import Stored

FIGURES = "results"
TAKEN_BACK = frozenset(move.action for move in MOVES if "take_back" in move.then)
Difference = tuple[int, int, str]
"""The entry to name, the case, and a sentence."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The entry that last stated figures of a case: what it promised of each, and the salts of those not erased."""

    index: int
    version: int
    promises: Mapping[str, str]
    salts: Mapping[str, bytes]


NOTHING = Stated(-1, 0, {}, {})


def note_stated(stated: dict[int, Stated], entry: Mapping[str, Any], side: Mapping[str, Any]) -> None:
    """Take what a move says of figures: stated anew, or taken back with what was handed in."""
    case, promises = entry["case"], entry["answers"].get(FIGURES)
    if entry["action"] in TAKEN_BACK:
        stated.pop(case, None)
    elif promises is not None:
        kept = {kind: f"answers.{FIGURES}.{kind}" for kind in promises}
        salts = {kind: bytes.fromhex(side[name][0]) for kind, name in kept.items() if name in side}
        stated[case] = Stated(entry["index"], entry["version"], promises, salts)


def unlike_stated(stored: Stored, stated: Mapping[int, Stated], cases: Mapping[int, int]) -> Iterator[Difference]:
    """Yield where the figures of some cases, given with their last entries, are not what was stated last."""
    rows: dict[int, dict[str, tuple[Any, Any]]] = defaultdict(dict)
    for case, version, kind, amount in stored.results(list(cases)):
        rows[case][kind] = version, amount
    for case, last in cases.items():
        said = stated.get(case, NOTHING)
        index = last if said is NOTHING else said.index
        yield from ((index, case, f"问题 {case} 的整改成效{why}") for why in _faults(rows.get(case, {}), said))


def _faults(rows: Mapping[str, tuple[Any, Any]], said: Stated) -> Iterator[str]:
    for kind in sorted({*rows, *said.promises}):
        shown = f"“{RESULTS[kind].shown}”（{kind}）" if kind in RESULTS else f"“{kind}”"
        if kind not in rows:
            yield f"{shown}在表中没有，按记录应有：该行被删除"
        elif kind not in said.promises:
            yield f"{shown}在表中有，按记录没有：不是经系统办理产生的"
        elif not _stands(kind, rows[kind], said):
            yield f"{shown}与记录的摘要不符：该数被改动过"


def _stands(kind: str, row: tuple[Any, Any], said: Stated) -> bool:
    version, amount = row
    if version != said.version or kind not in RESULTS or type(amount) is not int:
        return False
    # Of an erased one nothing is left to compare with, and the count of erased texts says so.
    return kind not in said.salts or matches(said.promises[kind], said.salts[kind], RESULTS[kind].recorded(amount))
