"""Compare the measures with the entries 措施对账: what each plan laid down, and until when it held."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from states import MOVES, RECTIFYING
from trail.compare_results import in_order
from trail.stored import Stored

Difference = tuple[int, int, str]
"""The entry to name, the case, and a sentence."""
Lines = Sequence[tuple[Any, ...]]


def _with(*effects: str) -> frozenset[str]:
    return frozenset(move.action for move in MOVES if {*effects} & {*move.then})


_PLANS, _COMING_IN, _CLAIMED_ANEW = _with("take_measures"), _with("take_measures_in"), _with("claim_anew")
_OF_ONE: Final = _with("take_one_measure", "take_measure_done", "take_the_notice_for_measure")
LAID_DOWN_BY: Final = _PLANS | _COMING_IN | _OF_ONE | _CLAIMED_ANEW
"""The moves that lay measures down, or take them away."""
_LINE: Final = ("text", "person", "department", "on", "check", "why", "yearly")


@dataclass(frozen=True, slots=True)
class Planned:
    """The entry that laid down measures of a case: how many and which, None where it does not say so any more; until which version they held."""

    index: int
    version: int
    count: int | None
    lines: Lines | None
    until: int | None = None


def note_planned(planned: dict[int, list[Planned]], entry: Mapping[str, Any], side: Mapping[str, Any]) -> None:
    """Take what a move says of measures: laid down anew, or gone with the claim; those before held until then."""
    action, case = entry["action"], entry["case"]
    gone = action in _CLAIMED_ANEW and entry["from"] == RECTIFYING
    laid = action in _PLANS | _OF_ONE | _COMING_IN
    if not gone and not laid:
        return
    so_far = planned.setdefault(case, [])
    if so_far and so_far[-1].until is None:
        so_far[-1] = replace(so_far[-1], until=entry["version"])
    if laid:
        lines = _lines(side) if action in _PLANS else None
        count = 1 if action in _OF_ONE else len(lines) if lines is not None else None
        so_far.append(Planned(entry["index"], entry["version"], count, lines))


def _lines(side: Mapping[str, Any]) -> Lines | None:
    opened = side.get("answers.measures")
    if opened is None:
        return None
    return [tuple(one.get(name) or "" for name in _LINE) for one in json.loads(opened[1])]


def unlike_planned(
    stored: Stored, planned: Mapping[int, list[Planned]], cases: Mapping[int, int]
) -> Iterator[Difference]:
    """Yield where the measures of some cases, given with their last entries, are not what was laid down and until when."""
    rows: dict[tuple[int, int], list[Sequence[Any]]] = defaultdict(list)
    for case, version, *row in stored.measures(list(cases)):
        rows[case, version].append(row)
    said = {(case, one.version): one for case in cases for one in planned.get(case, ())}
    for case, version in sorted({*rows, *said}, key=in_order):
        one = said.get((case, version))
        if why := _fault(rows.get((case, version), ()), one):
            yield one.index if one else cases[case], case, f"问题 {case} 第 {version} 版的整改措施{why}"


def _fault(rows: Sequence[Sequence[Any]], said: Planned | None) -> str | None:
    if said is None:
        return "在表中有，按记录没有：不是经系统办理产生的"
    if said.count is not None and len(rows) != said.count:
        return f"在表中有 {len(rows)} 项，按记录应有 {said.count} 项：表中的行被增加或删除过"
    if [row[0] for row in rows] != [*range(1, len(rows) + 1)] or any(row[-1] != said.until for row in rows):
        return "的次序、起止与记录不符：表中的行被改动过"
    if said.lines is not None and [tuple(said or "" for said in row[1:-1]) for row in rows] != [*said.lines]:
        return "与记录不符：表中的行被改动过"
    return None
