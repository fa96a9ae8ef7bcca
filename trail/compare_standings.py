"""Compare the standings with the entries 状况对账: how each case stood, from when to when, is what its moves and those of its siblings say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import clock
from states import MOVES, TAKE_OVERS
from storage.columns import CaseRow
from storage.standings import PLANNED, ROW, Standing, standing_of
from trail.stored import Stored

Difference = tuple[int, int, str]
"""The entry to name, the case, and a sentence."""
_GOES_ON, _EXTENDS, _REOPENS = (
    frozenset(move.action for move in MOVES if effect in move.then) for effect in ("go_on", "extend", "count_reopening")
)
_PLAIN: Final = ("kind", "state", "version", "void", "cycle", "flagged", "due_on", "state_due_on", "submitted_on", "verified_on",
                 "plan_returns", "returns", "escalations", "owed_on")  # fmt: skip


@dataclass(slots=True)
class Stood:
    """How a case stands by its entries so far, and a digest of every row that its standings should be."""

    case: CaseRow
    paused: set[str] = field(default_factory=set)
    now: Standing = ()
    digest: bytes = b""


def note_standing(stood: dict[int, Stood], place: int, entry: Mapping[str, Any]) -> None:
    """Take what a move says of how its case stands, and its siblings; of a case whose birth was not seen nothing is known."""
    if born := entry.get("born"):
        stood[entry["case"]] = Stood(_born(entry["case"], place, born))
    one = stood.get(entry["case"])
    if one is None:
        return
    after = entry["after"]
    for name in _PLAIN:
        setattr(one.case, name, after.get(name))
    if transferred := entry.get("transferred"):
        one.case.answerable_id = transferred["to"]
    action = entry["action"]
    one.case.extended = action not in _REOPENS and (
        one.case.extended or action in _EXTENDS or (action in TAKE_OVERS and after["extensions"] > 0)
    )
    one.case.went_on = action not in _REOPENS and (one.case.went_on or action in _GOES_ON)
    one.paused = {name for name, said in after["clocks"].items() if said["paused_since"] is not None}
    _stand(one, entry)
    for also in entry.get("also", ()):
        if sibling := stood.get(also["case"]):
            for name, said in also["clocks"].items():
                (sibling.paused.discard if said["paused_since"] is None else sibling.paused.add)(name)
            sibling.case.state_due_on = also["state_due_on"]
            _stand(sibling, entry)


def _born(case: int, place: int, born: Mapping[str, Any]) -> CaseRow:
    row = CaseRow(
        case, place, born["round"], born["inspection"], born["unit"], born["answerable"], born["number"], born["fed_back_on"]
    )  # fmt: skip
    row.taken_over_as, row.split_from = born.get("taken_over_as"), born.get("split_from")
    return row


def _stand(one: Stood, entry: Mapping[str, Any]) -> None:
    now = standing_of(one.case, paused=bool(one.paused))
    if now != one.now:
        one.now = now
        at = clock.micros(clock.parse_iso(entry["at"]))
        one.digest = _digest(one.digest, (one.case.id, entry["index"], one.case.version, at, *now[:-1]))


def _digest(before: bytes, row: Sequence[Any]) -> bytes:
    return sha256(before + repr(tuple(row)).encode()).digest()


def unlike_stood(stored: Stored, stood: Mapping[int, Stood], cases: Mapping[int, int]) -> Iterator[Difference]:
    """Yield where the standings of some cases, given with their last entries, are not what their entries say."""
    found: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for row in stored.standings(list(cases)):
        found[row[0]].append(row)
    planned: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for case, *plan in stored.plans(list(cases)):
        planned[case].append(plan)
    for case, last in cases.items():
        if case in stood and (why := _fault(found[case], stood[case], planned[case])):
            yield last, case, f"问题 {case} 的历史状况{why}：统计往日的数所依据的行被改动过"


def _fault(rows: Sequence[Sequence[Any]], stood: Stood, plans: Sequence[Sequence[Any]]) -> str | None:
    digest = b""
    ends = [*(row[_FROM] for row in rows[1:]), None]
    for row, end in zip(rows, ends, strict=False):
        digest = _digest(digest, row[:_PLANNED])
        if row[-1] != end:
            return "各段的起止不相接"
        # Entries only promise the measures: how many there were is what their rows say, which are compared with those promises.
        if row[_PLANNED] != sum(count for count, begun, until in plans if _held(row[_VERSION], begun, until)):
            return "所记的措施数与措施表不符"
    return None if rows and digest == stood.digest else "与记录不符"


def _held(version: Any, begun: Any, until: Any) -> bool:
    return type(begun) is int and begun <= version and (until is None or (type(until) is int and until > version))


_FROM, _VERSION, _PLANNED = ROW.index("from_at"), ROW.index("version"), ROW.index(PLANNED)
