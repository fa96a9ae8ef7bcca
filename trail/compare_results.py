"""Compare what was achieved with the entries 成效对账: figures and what is listed are what the applications say, and until when it held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from results import LIST_OF, LISTS, RESULTS, as_listed
from states import MOVES
from trail.entry import as_text
from trail.salt import matches
from trail.stored import Stored

FIGURES = "results"
TAKEN_BACK = frozenset(move.action for move in MOVES if "take_back" in move.then)
HANDED_IN = frozenset(move.action for move in MOVES if "hand_in" in move.then)
Difference = tuple[int, int, str]
"""The entry to name, the case, and a sentence."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The entry that stated figures of a case: its promises of each and of each list, the salts of those not erased, until which version they held."""

    index: int
    version: int
    promises: Mapping[str, str]
    salts: Mapping[str, bytes]
    lists: Mapping[str, str]
    until: int | None = None


def note_stated(stated: dict[int, list[Stated]], entry: Mapping[str, Any], side: Mapping[str, Any]) -> None:
    """Take what a move says of figures: stated anew, or taken back with what was handed in; those before held until then."""
    action, promises = entry["action"], entry["answers"].get(FIGURES)
    so_far = stated.setdefault(entry["case"], [])
    if (action in TAKEN_BACK or action in HANDED_IN) and so_far and so_far[-1].until is None:
        so_far[-1] = replace(so_far[-1], until=entry["version"])
    if action not in TAKEN_BACK and promises is not None:
        lists = {name: entry["answers"][name] for name in LISTS if name in entry["answers"]}
        kept = {kind: f"answers.{FIGURES}.{kind}" for kind in promises} | {name: f"answers.{name}" for name in lists}
        salts = {kind: bytes.fromhex(side[name][0]) for kind, name in kept.items() if name in side}
        so_far.append(Stated(entry["index"], entry["version"], promises, salts, lists))


def unlike_stated(stored: Stored, stated: Mapping[int, list[Stated]], cases: Mapping[int, int]) -> Iterator[Difference]:
    """Yield where the figures of some cases, given with their last entries, are not what was stated and until when."""
    rows: dict[int, dict[tuple[int, str], tuple[Any, Any]]] = defaultdict(dict)
    for case, version, kind, amount, until in stored.results(list(cases)):
        rows[case][version, kind] = amount, until
    for case, last in cases.items():
        said = {one.version: one for one in stated.get(case, ())}
        promised = ((one.version, kind) for one in said.values() for kind in one.promises)
        for version, kind in sorted({*rows[case], *promised}, key=in_order):
            if why := _fault(rows[case].get((version, kind)), kind, said.get(version)):
                index = said[version].index if version in said else last
                yield index, case, f"问题 {case} 的整改成效{_shown(kind)}{why}"


def unlike_achieved(
    stored: Stored, stated: Mapping[int, list[Stated]], cases: Mapping[int, int]
) -> Iterator[Difference]:
    """Yield where what is listed in some cases, given with their last entries, is not what the applications list."""
    rows: dict[tuple[int, int], list[Sequence[Any]]] = defaultdict(list)
    for case, version, *row in stored.achieved(list(cases)):
        rows[case, version].append(row)
    said = {(case, one.version): one for case in cases for one in stated.get(case, ())}
    for case, version in sorted({*rows, *said}, key=in_order):
        one = said.get((case, version))
        if why := _unlike(rows.get((case, version), ()), one):
            yield one.index if one else cases[case], case, f"问题 {case} 第 {version} 版所列的{why}"


def in_order(key: Sequence[Any]) -> list[tuple[int, Any]]:
    """Return by what rows are put in order; what is no number where one should be is found like any other."""
    return [(0, part) if type(part) is int else (1, str(part)) for part in key]


def _unlike(rows: Sequence[Sequence[Any]], said: Stated | None) -> str | None:
    """Return what is wrong with the rows (no, kind, …, amount, until) of one application."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row[1] not in LIST_OF:
            return f"整改成效“{row[1]}”在表中有，按记录没有：不是经系统办理产生的"
        found[LIST_OF[row[1]]].append(as_listed(row[1:-1]))
    promised = said.lists if said else {}
    for name in LISTS:
        if name in found and name not in promised:
            return f"{LISTS[name].shown}在表中有，按记录没有：不是经系统办理产生的"
        if said and name in promised and not _fits(promised[name], said.salts.get(name), found[name]):
            return f"{LISTS[name].shown}与记录的摘要不符：表中的行被改动、增加或删除过"
    if said and ([row[0] for row in rows] != [*range(1, len(rows) + 1)] or any(row[-1] != said.until for row in rows)):
        return "成效清单的次序、起止与记录不符：表中的行被改动过"
    return None


def _fits(promise: str, salt: bytes | None, rows: Sequence[Mapping[str, Any]]) -> bool:
    try:
        return salt is None or matches(promise, salt, as_text(rows))
    except (TypeError, ValueError):  # what is no text or whole number has no canonical form
        return False


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
