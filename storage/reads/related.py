"""Related problems: others of the unit where a problem was found, with what they have in common with it; the newest of them, no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from storage.columns import CaseRow
from storage.likeness import LONGEST, alike, most_alike, pairs_of
from storage.scope import Scope, narrowed
from storage.sql import Driver, Row

MOST_COMPARED: Final = 60
"""Of a unit so many other problems are compared, the newest."""
MOST_SHOWN: Final = 5
LONGEST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Related:
    """Another problem of the unit: how alike its words are in per cent, 0 where they are not, and whether a measure is the same."""

    id: int
    round: str
    number: str
    problem: str
    state: str
    alike: int
    same_measure: bool


def related_to(
    driver: Driver, case: CaseRow, problem: str, scope: Scope, least: int, confided: Collection[int]
) -> list[Related]:
    """Return the problems of the unit that are most like a case among those that are there for the scope, then its newest ones.

    What is for some alone 限定知悉 is shown on its own page, also to those.
    """
    where, more = narrowed(driver, scope)
    found = driver.all(
        f"SELECT c.id, r.name, c.number, substr(c.problem, 1, {LONGEST}), c.state FROM cases c JOIN rounds r ON r.id = c.round_id "
        f"WHERE c.jurisdiction = ? AND c.unit_id = ? AND c.id <> ? AND NOT c.void{where} ORDER BY c.id DESC LIMIT {MOST_COMPARED}",
        [case.jurisdiction, case.unit_id, case.id, *more],
    )
    rows = [row for row in found if row[0] not in confided]
    same, words = _same_measure(driver, case.id, [row[0] for row in rows]), pairs_of(problem)
    there = [_related(row, words, least, same) for row in rows]
    return sorted(there, key=lambda one: (-one.alike, not one.same_measure, -one.id))[:MOST_SHOWN]


def _related(row: Row, words: frozenset[str], least: int, same: Collection[int]) -> Related:
    case, around, number, problem, state = row
    others = pairs_of(problem)
    share = alike(words, others) if most_alike(words, others) >= least else 0
    return Related(case, around, number, problem[:LONGEST_SHOWN], state, share if share >= least else 0, case in same)


def _same_measure(driver: Driver, case: int, others: Sequence[int]) -> set[int]:
    """Return which of others have a measure in force that is, but for blanks, one of the case's."""
    among, params = driver.among("case_id", [case, *others])
    texts: dict[int, set[str]] = defaultdict(set)
    for of, text in driver.all(f"SELECT case_id, text FROM measures WHERE {among} AND until_version IS NULL", params):
        texts[of].add("".join(text.split()))
    return {one for one in others if texts[one] & texts[case]}
