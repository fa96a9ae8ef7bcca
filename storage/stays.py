"""Stays 在巡察办的日子: from when to when a case lay with the office before its plan was approved, by log or paper; of many cases in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import clock
from states import CLAIMED, DISPUTED, MOVES, PLAN_REVIEW
from storage.columns import CaseRow
from storage.papers import BODY_IF_ON_PAPER, signed_on
from storage.sql import Driver

Span = tuple[str, date, date | None]
"""In which state from when to when."""
Stay = tuple[date, date | None]
"""From which day to which; None where it still lies there."""

_BEFORE_APPROVAL: Final = {DISPUTED, CLAIMED, PLAN_REVIEW}
_MOVING: Final = {
    move.action: move.to
    for move in MOVES
    if move.to is not None
    and (move.split_off or move.to in _BEFORE_APPROVAL or _BEFORE_APPROVAL.intersection(move.origin))
}
"""The acts by which a case comes into such a state or leaves it, or is born of a split, each with where it leads."""
_DROPPED: Final = "drop_objection"
"""An objection taken back is nobody's judgement: it buys no time."""


def stays_of(driver: Driver, cases: Iterable[CaseRow]) -> dict[int, tuple[Stay, ...]]:
    """Return when each case was disputed or under joint review, or waited claimed while the office checked another of the same inspection."""
    wanted = list(cases)
    among, params = driver.among("c.inspection_id", {case.inspection_id for case in wanted})
    acts, names = driver.among("t.action", _MOVING)
    sql = (
        f"SELECT t.case_id, c.inspection_id, c.answerable_id, c.split_from, t.action, t.at, {BODY_IF_ON_PAPER} FROM cases c JOIN trail t ON t.case_id = c.id "
        f"WHERE {among} AND {acts} ORDER BY t.case_id, t.version"
    )
    went: dict[int, list[tuple[str, date]]] = defaultdict(list)
    whose: dict[int, tuple[int, int]] = {}
    wholes: dict[int, int] = {}
    for case, inspection, answerable, whole, action, at, paper in driver.all(sql, [*params, *names]):
        day = clock.local_date(clock.from_micros(at)) if paper is None else signed_on(paper)
        went[case].append((action, day))
        whose[case] = inspection, answerable
        if whole is not None:
            wholes[case] = whole
    own = {case: list(_spans(acts)) for case, acts in went.items()}
    disputes: dict[tuple[int, int], list[Stay]] = defaultdict(list)
    for case, spans in own.items():
        disputes[whose[case]] += [(since, until) for state, since, until in spans if state == DISPUTED]
    for part, whole in sorted(wholes.items()):  # a whole is born before its parts
        own[part] = [*_until(own.get(whole, ()), went[part][0][1]), *own[part]]
    return {
        case.id: tuple(_with_office(own.get(case.id, ()), disputes[case.inspection_id, case.answerable_id]))
        for case in wanted
    }


def _spans(went: Sequence[tuple[str, date]]) -> Iterator[Span]:
    """Yield in which state a case was from when to when, objections that were dropped left out."""
    for number, (action, since) in enumerate(went):
        then, until = went[number + 1] if number + 1 < len(went) else ("", None)
        if then != _DROPPED:
            yield _MOVING[action] or "", since, until


def _until(spans: Iterable[Span], born: date) -> Iterator[Span]:
    """Yield what of the spans of a whole lies before the day on which a part was taken off."""
    for state, since, until in spans:
        if since < born:
            yield state, since, min(until or born, born)


def _with_office(spans: Iterable[Span], disputes: Sequence[Stay]) -> Iterator[Stay]:
    for state, since, until in spans:
        if state in (DISPUTED, PLAN_REVIEW):
            yield since, until
        elif state == CLAIMED:
            yield from _both((since, until), disputes)


def _both(span: Stay, others: Sequence[Stay]) -> Iterator[Stay]:
    """Yield what of a span lies within the others."""
    for since, until in others:
        ends = [day for day in (span[1], until) if day is not None]
        first, last = max(span[0], since), min(ends, default=None)
        if last is None or first < last:
            yield first, last
