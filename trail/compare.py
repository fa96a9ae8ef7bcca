"""Compare the tables with the entries 对账: for each case its columns, its clocks, where it belongs and its words."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from states import UNIT_SIDE
from storage.columns import RENUMBERED, SAID_IF_SO, TRANSFERRED
from trail.canonical import NotCanonical
from trail.compare_assisting import unlike_assisted
from trail.compare_copies import unlike_copied
from trail.compare_filings import unlike_filed
from trail.compare_measures import unlike_planned
from trail.compare_papers import unlike_listed
from trail.compare_register import household_differences, in_words
from trail.compare_results import unlike_achieved, unlike_stated
from trail.compare_standings import unlike_stood
from trail.fold import AFTER, BORN, CLOCK_AFTER, said, words_text
from trail.offline import Bad
from trail.replay import Born, Filled, Folded
from trail.salt import fits
from trail.stored import JurisdictionKey, Stored

Columns = Mapping[str, Any]
Difference = tuple[int, int, str]
"""The entry to name, the case, and a sentence."""


def compare(stored: Stored, place: JurisdictionKey, folded: Folded) -> None:
    """Compare every row of the register, every filing, copy, unit that assists and case with its entries; Bad names the first of those that differ."""
    rows = [
        *household_differences(stored, place, folded),
        *unlike_listed(stored, place, folded),
        *unlike_filed(stored, place, folded.filed, folded.size),
        *unlike_copied(stored, place, folded.copied, folded.size),
        *unlike_assisted(stored, place, folded.assisted, folded.size),
    ]
    if rows:
        raise Bad(*min(rows, key=lambda one: one[0]))
    found = list(_all_differences(stored, place, folded))
    if not found:
        return
    index, _, why = min(found, key=lambda one: one[0])
    others = len({case for _, case, _ in found}) - 1
    raise Bad(index, f"{why}{f'；另有 {others} 个问题也不符' if others else ''}")


def _all_differences(stored: Stored, place: JurisdictionKey, folded: Folded) -> Iterator[Difference]:
    seen: set[int] = set()
    for chunk in stored.cases(place):
        seen.update(row["id"] for row in chunk)
        yield from _differences(stored, place, folded, chunk)
    for case, so_far in folded.cases.items():
        if case not in seen:
            yield so_far.last, case, f"问题 {case} 有记录，问题表中却没有：该行被删除，或划给了别的机构"


def _differences(
    stored: Stored, place: JurisdictionKey, folded: Folded, rows: Sequence[Columns]
) -> Iterator[Difference]:
    known = [row["id"] for row in rows if row["id"] in folded.cases]
    wanted = {folded.cases[case].last for case in known} | {folded.births[case].index for case in known}
    entries = {index: json.loads(body) for index, body in stored.bodies_at(place, sorted(wanted)).items()}
    clocks = _clocks_by_case(stored, [row["id"] for row in rows])
    last = {case: folded.cases[case].last for case in known}
    yield from unlike_stated(stored, folded.stated, last)
    yield from unlike_achieved(stored, folded.stated, last)
    yield from unlike_planned(stored, folded.planned, last)
    yield from unlike_stood(stored, folded.stood, last)
    for row in rows:
        case = row["id"]
        so_far, birth = folded.cases.get(case), folded.births.get(case)
        if so_far is None or birth is None:
            # The case has an entry that is missing: the first bad index is where that entry would stand.
            why = f"问题 {case}（编号 {row['number']}）在问题表中，却没有任何记录：不是经系统办理产生的"
            yield folded.size, case, why
            continue
        try:
            after = _later(entries[so_far.last]["after"], folded.also.get(case))
            born = {**entries[birth.index]["born"], "answerable": so_far.answerable, "number": so_far.number}
            faults = list(_faults(row, clocks[case], after, born, birth))
        except (KeyError, TypeError, AttributeError):
            faults = ["的记录缺少应有的内容"]
        told = [(so_far.last, why) for why in faults] + list(_unlike_ledger(row, folded.filled.get(case, {})))
        yield from ((index, case, f"问题 {case}（编号 {row['number']}）{why}") for index, why in told)


def _clocks_by_case(stored: Stored, cases: Sequence[int]) -> dict[int, dict[str, Columns]]:
    found: dict[int, dict[str, Columns]] = defaultdict(dict)
    for row in stored.clocks(cases):
        found[row["case_id"]][row["name"]] = said(CLOCK_AFTER, (row[name] for name in CLOCK_AFTER))
    return found


def _later(after: Columns, also: Columns | None) -> Columns:
    """What the case's own last entry says, corrected by what later entries of its siblings say of it."""
    if also is None:
        return after
    changed = {name: value for name, value in also.items() if name in AFTER}
    return {**after, **changed, "clocks": {**after["clocks"], **also["clocks"]}}


def _faults(row: Columns, clocks: Mapping[str, Columns], after: Columns, born: Columns, birth: Born) -> Iterator[str]:
    for name, value in said(AFTER, (row[name] for name in AFTER)).items():
        if name not in after or value != after[name]:
            yield f"的 {name} 在问题表中是 {in_words(value)}，按记录应是 {in_words(after.get(name))}"
    for name in sorted({*clocks, *after["clocks"]}):
        yield from _clock_faults(name, clocks.get(name), after["clocks"].get(name))
    for name, value in said(BORN, (row[column] for column in BORN.values())).items():
        # Only what was taken over, or ordered at once, says so.
        if (name not in born and name not in SAID_IF_SO) or value != born.get(name):
            told = "最后一次变更或出生" if BORN[name] in (*TRANSFERRED, *RENUMBERED) else "出生"
            yield f"的 {BORN[name]} 在问题表中是 {in_words(value)}，按{told}记录应是 {in_words(born.get(name))}"
    if row["words"] != birth.words or not _words_fit(row, birth):
        yield f"的问题文字与{'更正' if birth.words != born['words'] else '出生'}记录的摘要不符：文字被改动过"


def _unlike_ledger(row: Columns, filled: Mapping[str, Filled]) -> Iterator[tuple[int, str]]:
    for name, one in filled.items():
        if not fits(one.promise, one.salt, row[name]):
            yield one.index, f"的“{UNIT_SIDE[name]}”（{name}）与最后一次台账更新的记录不符：该列被改动过"


def _clock_faults(name: str, row: Columns | None, said_so: Columns | None) -> Iterator[str]:
    if row is None or said_so is None:
        yield f"的时钟 {name} {'在表中没有，按记录应有' if row is None else '按记录没有，表中却有'}"
        return
    for column in CLOCK_AFTER:
        if column not in said_so or row[column] != said_so[column]:
            yield f"的时钟 {name} 的 {column} 在表中是 {in_words(row[column])}，按记录应是 {in_words(said_so.get(column))}"


def _words_fit(row: Columns, birth: Born) -> bool:
    if birth.salt is None:
        return True  # erased: nothing is left to compare with, and the count of erased texts says so
    try:
        return fits(row["words"], birth.salt, words_text(row))
    except NotCanonical:
        return False
