"""Hand-overs 责任交接 as pages find them: units whose secretary changed and that handed nothing over, and what is to be handed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

import clock
from states import CONTINUING, SETTLED, STANDING, WITHDRAWN
from storage.looks import Looks
from storage.reads.tasks import LINE, NAMED, Waiting, line_of
from storage.scope import EVERYTHING, Scope, narrowed
from storage.sql import Driver, as_date

_DONE: Final = ", ".join(f"'{state}'" for state in SETTLED)
TO_HAND_OVER: Final = (
    f"(c.state NOT IN ({_DONE}) OR (c.state <> '{WITHDRAWN}' AND c.kind IN ('{CONTINUING}', '{STANDING}')))"
)
"""The condition over `cases c` of what is handed over: what is not settled, and what goes on."""
_IN_OWN_RIGHT: Final = "{0}.role = 'secretary' AND {0}.capacity <> 'stand_in'"


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody in the post of a unit's secretary, from when to when."""

    person: int
    name: str
    starts_on: date | None
    ends_on: date | None


def in_office(posts: Sequence[Post], today: date) -> list[Post]:
    """Return who is in the post on a day."""
    return [one for one in posts if (one.starts_on or today) <= today <= (one.ends_on or today)]


def left_last(posts: Sequence[Post], today: date) -> list[Post]:
    """Return who left the post last, and is not in it again: several, where they left on one day."""
    there = {one.person for one in in_office(posts, today)}
    gone = [one for one in posts if one.ends_on and one.ends_on < today and one.person not in there]
    last = max((one.ends_on for one in gone if one.ends_on), default=None)
    return [one for one in gone if one.ends_on == last]


@dataclass(frozen=True, slots=True)
class Changed:
    """A unit whose secretary changed, and nothing was handed over since: who left, who came, what is to be handed over."""

    unit: int
    left: Post
    came: Post
    cases: tuple[int, ...]
    first: Waiting


def without_hand_over(
    driver: Driver, jurisdiction: int, today: date, restricted: Collection[int], scope: Scope
) -> list[Changed]:
    """Return the units that answer for what was fed back before their secretary left, whose present one took nothing over since.

    Where both were in post for some days, what was handed over in those days needs no other.
    """
    changes = dict(_changes(driver, jurisdiction, today))
    if not changes:
        return []
    among, params = driver.among("answerable_id", list(changes))
    looks = Looks(driver)
    asked = looks.all(f"SELECT answerable_id, signed_by, at FROM filings WHERE kind = 'handover' AND {among}", params)
    there = looks.at(to_hand_over, jurisdiction, list(changes), restricted, scope)
    cases = there()
    for unit, signed_by, at in asked():
        if unit in changes and signed_by == changes[unit][1].person and at >= _begin(changes[unit][0].ends_on):
            del changes[unit]
    before = {
        unit: {line.id for line, fed_back in cases.get(unit, []) if fed_back <= (left.ends_on or today)}
        for unit, (left, _) in changes.items()
    }
    taken = takers(driver, set().union(*before.values()))
    found = []
    for unit, (left, came) in changes.items():
        lines = [line for line, _ in cases.get(unit, [])]
        if any(case not in taken or not _took(left, came, *taken[case]) for case in before[unit]):
            found.append(
                Changed(unit, left, came, tuple(line.id for line in lines), replace(lines[0], extra=len(lines)))
            )
    return found


def _took(left: Post, came: Post, by: int, at: int) -> bool:
    return by == came.person and at >= _begin(left.starts_on)


def takers(driver: Driver, cases: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return of the cases that were handed over ever who took each over last, and when (in microseconds)."""
    among, params = driver.among("case_id", list(cases))
    sql = f"SELECT case_id, actor_id, at FROM trail WHERE {among} AND action = 'hand_over' ORDER BY at, idx"
    return {case: (by, at) for case, by, at in driver.all(sql, params)} if cases else {}


def _begin(day: date | None) -> int:
    return clock.micros(datetime.combine(day or date.min, time(0), clock.SHANGHAI))


def _changes(driver: Driver, jurisdiction: int, today: date) -> Iterator[tuple[int, tuple[Post, Post]]]:
    """Yield the units that have another secretary than before: who left last, and who is there now."""
    sql = (
        "SELECT h.unit_id, h.person_id, p.name, h.starts_on, h.ends_on FROM posts h JOIN people p ON p.id = h.person_id "
        f"WHERE h.jurisdiction = ? AND {_IN_OWN_RIGHT.format('h')} AND h.unit_id IN (SELECT g.unit_id FROM posts g "
        f"WHERE g.jurisdiction = ? AND {_IN_OWN_RIGHT.format('g')} AND g.ends_on < ?) ORDER BY h.id"
    )
    held: dict[int, list[Post]] = defaultdict(list)
    for unit, person, name, starts, ends in driver.all(sql, (jurisdiction, jurisdiction, today)):
        held[unit].append(Post(person, name, as_date(starts), as_date(ends)))
    for unit, posts in held.items():
        there, before = in_office(posts, today), left_last(posts, today)
        if there and before:
            yield unit, (before[0], there[-1])


def to_hand_over(
    driver: Driver, jurisdiction: int, units: Sequence[int], restricted: Collection[int] = (), scope: Scope = EVERYTHING
) -> dict[int, list[tuple[Waiting, date]]]:
    """Return of each unit what is to be handed over, with the day on which it was fed back; what is for some alone goes by itself."""
    if not units:
        return {}
    among, params = driver.among("c.answerable_id", list(units))
    also, more = narrowed(driver, scope)
    sql = (
        f"SELECT c.answerable_id, c.fed_back_on, {LINE} FROM cases c {NAMED} "
        f"WHERE c.jurisdiction = ? AND {among} AND {TO_HAND_OVER}{also} ORDER BY c.round_id, c.unit_id, c.id"
    )
    found: dict[int, list[tuple[Waiting, date]]] = defaultdict(list)
    for unit, fed_back, *row in driver.all(sql, [jurisdiction, *params, *more]):
        line = line_of(tuple(row))
        if line.id not in restricted:
            found[unit].append((line, as_date(fed_back) or date.min))
    return found


def to_feed_again(driver: Driver, jurisdiction: int, scope: Scope) -> list[Waiting]:
    """Return the cases on which the office is to feed back again after a hand-over, with the day by which."""
    also, more = narrowed(driver, scope)
    # From the few clocks of that name to their cases, and not from all cases of the jurisdiction.
    sql = (
        f"SELECT k.due_on, {LINE} FROM clocks k JOIN cases c ON c.id = k.case_id {NAMED} "
        f"WHERE k.name = 'feed_again' AND +c.jurisdiction = ?{also} ORDER BY k.due_on, c.id"
    )
    return [replace(line_of(tuple(row)), due_on=as_date(due)) for due, *row in driver.all(sql, [jurisdiction, *more])]
