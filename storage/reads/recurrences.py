"""Recurrence 重复发生: earlier problems of a unit that a new one resembles, not judged yet, and what was judged of them.

Only of two problems that are both there for who asks is anything said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from states import WITHDRAWN
from storage.dictionary import ASPECT
from storage.likeness import LONGEST, alike, most_alike, pairs_of
from storage.reads.dictionaries import LISTED, Dictionaries, dictionaries_in
from storage.recurrences import Befores, befores, line_of
from storage.scope import Scope, narrowed
from storage.sql import Driver, as_date
from storage.visible import tidy

MOST_EARLIER: Final = 1000
"""Of a unit so many earlier problems are compared, the newest."""
LONGEST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A problem as it is compared: its unit and words, what its ledger wrote as its aspect, by which dictionary, when it was fed back."""

    id: int
    unit: int
    problem: str
    category: str
    dictionary: int | None
    on: date


@dataclass(frozen=True, slots=True)
class Pair:
    """Two problems that are alike, in per cent; whether that is said of any aspect, as one of them has none."""

    case: int
    earlier: int
    alike: int
    any_aspect: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A problem as a list of pairs shows it."""

    id: int
    number: str
    unit: str
    round: str
    problem: str
    detail: str
    state: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged of a case and another: the row, the verdict, how alike they were, since when, and whether the other is the later one."""

    row: int
    verdict: str
    alike: int
    since: date | None
    other: int
    later: bool


_SAID: Final = f"c.id, c.unit_id, substr(c.problem, 1, {LONGEST}), c.category, r.dictionary_id, c.fed_back_on"
_STANDS: Final = f"NOT c.void AND c.state <> '{WITHDRAWN}'"
_FROM: Final = "FROM cases c JOIN rounds r ON r.id = c.round_id WHERE c.jurisdiction = ? AND"
_JUDGED: Final = "SELECT case_id, earlier_id FROM recurrences WHERE case_id = ? AND until_on IS NULL"


def like_before(driver: Driver, case: Any, scope: Scope, least: int) -> list[Pair]:
    """Return the earlier problems that a case resembles by at least so much and of which nothing is judged, most alike first."""
    place, within = case.jurisdiction, narrowed(driver, scope)
    units = befores(driver, place)
    among, line = driver.among("c.unit_id", sorted(line_of(units, case.unit_id)))
    before = (
        f"SELECT {_SAID} {_FROM} {among} AND {_STANDS} AND c.fed_back_on < ?{within[0]} ORDER BY c.fed_back_on DESC, c.id DESC LIMIT {MOST_EARLIER}",
        [place, *line, case.fed_back_on, *within[1]],
    )
    own = f"SELECT {_SAID} {_FROM} c.id = ? AND {_STANDS}", [place, case.id]
    words = f"{LISTED} ORDER BY id", [place]
    earlier, new, dictionaries, judged = driver.ask(before, own, words, (_JUDGED, [case.id]))
    return list(_pairs(_said(new), _said(earlier), units, dictionaries_in(dictionaries), _twos(judged), least))


def like_in_round(driver: Driver, jurisdiction: int, around: int, scope: Scope, least: int) -> list[Pair]:
    """Return the same of every case of a round."""
    where, params = narrowed(driver, scope)
    units = befores(driver, jurisdiction)
    new = _said(
        driver.all(f"SELECT {_SAID} {_FROM} c.round_id = ? AND {_STANDS}{where}", [jurisdiction, around, *params])
    )
    if not new:
        return []
    lines = {unit for one in {said.unit for said in new} for unit in line_of(units, one)}
    among, line = driver.among("c.unit_id", sorted(lines))
    before = (
        f"SELECT {_SAID} {_FROM} {among} AND {_STANDS} AND c.fed_back_on < ?{where} ORDER BY c.fed_back_on DESC, c.id DESC",
        [jurisdiction, *line, max(one.on for one in new), *params],
    )
    words = f"{LISTED} ORDER BY id", [jurisdiction]
    told = (
        "SELECT x.case_id, x.earlier_id FROM cases c JOIN recurrences x ON x.case_id = c.id WHERE c.jurisdiction = ? AND c.round_id = ? AND x.until_on IS NULL",
        [jurisdiction, around],
    )
    earlier, dictionaries, judged = driver.ask(before, words, told)
    return list(_pairs(new, _said(earlier), units, dictionaries_in(dictionaries), _twos(judged), least))


def _said(rows: Iterable[Sequence[Any]]) -> list[Said]:
    return [
        Said(case, unit, problem, category, dictionary, day)
        for case, unit, problem, category, dictionary, on in rows
        if (day := as_date(on))
    ]


def _twos(rows: Iterable[Sequence[Any]]) -> set[tuple[int, int]]:
    return {(row[0], row[1]) for row in rows}


_Earlier = tuple[Said, frozenset[str], frozenset[object]]
"""A problem with the pairs of its words, and by what its aspect is known."""


def _pairs(
    new: Sequence[Said],
    earlier: Sequence[Said],
    units: Befores,
    there: Dictionaries,
    judged: Collection[tuple[int, int]],
    least: int,
) -> Iterator[Pair]:
    """Yield what is alike, unit by unit, the most alike first and of those the newest earlier one."""
    aspects = _Aspects(there)
    by_unit: dict[int, list[_Earlier]] = defaultdict(list)
    for one in earlier:
        if len(by_unit[one.unit]) < MOST_EARLIER:
            by_unit[one.unit].append((one, pairs_of(one.problem), aspects.of(one)))
    found: list[tuple[int, int, Pair]] = []
    for case in new:
        words, of = pairs_of(case.problem), aspects.of(case)
        for unit in line_of(units, case.unit):
            for one, others, aspect in by_unit[unit]:
                if of and aspect and of.isdisjoint(aspect):
                    continue
                if most_alike(words, others) < least or (share := alike(words, others)) < least:
                    continue
                if one.on < case.on and (case.id, one.id) not in judged:
                    found.append((-share, -one.on.toordinal(), Pair(case.id, one.id, share, not (of and aspect))))
    yield from (pair for *_, pair in sorted(found, key=lambda one: (*one[:2], one[2].case, one[2].earlier)))


class _Aspects:
    """What the aspects of problems are, each reckoned once: as its ledger wrote it, and as its dictionary knows that."""

    def __init__(self, there: Dictionaries) -> None:
        self._there = there
        self._known: dict[tuple[int | None, str], frozenset[object]] = {}

    def of(self, one: Said) -> frozenset[object]:
        """Return by what the aspect of a problem is known; nothing where its ledger has none."""
        asked = (one.dictionary, one.category)
        if asked not in self._known:
            self._known[asked] = self._read(*asked)
        return self._known[asked]

    def _read(self, dictionary: int | None, category: str) -> frozenset[object]:
        written = tidy(category)
        if not written:
            return frozenset()
        version = self._there.by_id(dictionary)
        entry = self._there.meant(version, ASPECT, category) if version else None
        return frozenset([written, *([(version.name, entry.code)] if version and entry else [])])


def judged_of(driver: Driver, case: int) -> list[Judged]:
    """Return what stands judged of a case and others, the earlier ones first."""
    sql = (
        "SELECT id, verdict, alike, from_on, earlier_id, 0 FROM recurrences WHERE case_id = ? AND until_on IS NULL UNION ALL "
        "SELECT id, verdict, alike, from_on, case_id, 1 FROM recurrences WHERE earlier_id = ? AND until_on IS NULL ORDER BY 6, 1"
    )
    rows = driver.all(sql, (case, case))
    return [
        Judged(row, verdict, share, as_date(day), other, bool(later)) for row, verdict, share, day, other, later in rows
    ]


def lines_of(driver: Driver, jurisdiction: int, cases: Collection[int], scope: Scope) -> Mapping[int, Line]:
    """Return those of these cases that are there for the scope, as a list of pairs shows them."""
    if not cases:
        return {}
    among, params = driver.among("c.id", sorted(cases))
    where, more = narrowed(driver, scope)
    sql = (
        f"SELECT c.id, c.number, u.name, r.name, substr(c.problem, 1, {LONGEST_SHOWN}), substr(c.detail, 1, {LONGEST_SHOWN}), c.state, c.fed_back_on "
        "FROM cases c JOIN units u ON u.id = c.unit_id JOIN rounds r ON r.id = c.round_id "
        f"WHERE +c.jurisdiction = ? AND {among}{where}"
    )
    return {
        case: Line(case, number, unit, around, problem, detail, state, as_date(on))
        for case, number, unit, around, problem, detail, state, on in driver.all(sql, [jurisdiction, *params, *more])
    }
