"""Dates that would be taken: the first and the last day that the rules of a move accept for each date it asks; found by asking the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import clock
from grammar import Move
from states import BINDING
from storage.columns import DATES
from storage.rows import CaseRow
from storage.sql import Driver
from storage.stays import stays_of
from workflow.agreed_dates import latest_by, reckon
from workflow.answers import ahead_of_its_time
from workflow.days.agreeing import Latest, limit_of_agreed
from workflow.days.anchors import FEEDBACK
from workflow.days.limits import Limit, add
from workflow.gather import Supposed, suppose
from workflow.machine import reasons
from workflow.rule import Rule
from workflow.rules import in_force
from workflow.subject import Actor, Intent, Post, Subject

_BEFORE, _AFTER = timedelta(days=800), timedelta(days=4000)  # what no rule bounds is not bounded at all


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day taken, where there is one, and the limit that the last comes from."""

    first: date | None = None
    last: date | None = None
    limit: Limit | None = None
    why: str = ""
    """How the last is reckoned, where the limit alone does not say it."""


def spans(
    driver: Driver, move: Move, cases: Sequence[CaseRow], actor: Actor, now: datetime
) -> dict[int, dict[str, Span]]:
    """Return, by case and answer, the days that would be taken now of who makes the move; answers of which no rule speaks are left out."""
    names = [name for name, kind in move.asks if kind.removesuffix("?") == "date"]
    if not names:
        return {case.id: {} for case in cases}
    wanted = [Supposed(case, Intent(move.action, case.id), Post(move.who[0])) for case in cases]
    together = frozenset(case.id for case in cases)
    known: dict[tuple[object, ...], dict[str, Span]] = {}
    found = {}
    for s in suppose(driver, actor, now, wanted, together):
        case = s.case
        alike = (case.kind, case.round_id, s.facts.known().get("stays"), *(getattr(case, name) for name in DATES))
        if alike not in known:
            each = {name: _span(s, name, names) for name in names}
            known[alike] = {name: span for name, span in each.items() if span.first or span.last}
        found[case.id] = known[alike]
    return found


def _span(s: Subject, name: str, names: Sequence[str]) -> Span:
    alone = _bounds(s, lambda day: {name: day})
    if alone != (None, None):
        return _with_limit(s, name, *alone)
    # Two dates that a rule looks at together: of the other the mildest, that a last day shows.
    earlier = names[: names.index(name)]
    tomorrow = s.today + timedelta(days=1)
    _, last = _bounds(s, lambda day: {one: tomorrow if one in earlier else day for one in names})
    return _with_limit(s, name, None, last)


def _bounds(s: Subject, answers: Callable[[date], dict[str, date]]) -> tuple[date | None, date | None]:
    unasked = set(reasons(replace(s, answers={}), _dated))

    def taken(day: date) -> bool:
        given = answers(day)
        said = set(reasons(replace(s, answers=given), _dated)) - unasked
        return not said and not ahead_of_its_time(s.intent, given, s.today)

    planned = [day for _, day in s.facts.known().get("measures", ()) if day]
    near = [s.today + timedelta(days=1), s.today, *([max(planned)] if planned else [])]
    near += [s.case.due_on + timedelta(days=1)] if s.case.due_on else []
    start = next((day for day in near if taken(day)), None)
    if start is None:
        return None, None
    return _edge(taken, start, s.today - _BEFORE), _edge(taken, start, s.today + _AFTER)


def _dated(rule: Rule) -> bool:
    return rule.name not in BINDING  # opinions bind whatever the date


def _edge(taken: Callable[[date], bool], good: date, far: date) -> date | None:
    """Return the last day taken on the way from a good one to a far one; None when even the far one is."""
    if taken(far):
        return None
    while abs((far - good).days) > 1:
        middle = good + (far - good) // 2
        good, far = (middle, far) if taken(middle) else (good, middle)
    return good


def _with_limit(s: Subject, name: str, first: date | None, last: date | None) -> Span:
    if name == "agreed_on" and (agreed := latest_by(s, limit_of_agreed(s.case.kind))).day == last:
        return of_latest(agreed, first)
    limits = [s.profile.limits[name] for name in (s.case.kind, "continuing_review", "continuing")]
    return Span(first, last, next((one for one in limits if last and add(s.today, one, s.calendar) == last), None))


def of_latest(last: Latest, first: date | None) -> Span:
    """Return the days up to the latest that can be agreed on."""
    return Span(first, last.day, last.limit, last.words)


def of_measures(driver: Driver, cases: Sequence[CaseRow], now: datetime) -> dict[int, Span]:
    """Return by case the days of a plan's measures that want no reason, as the rule reckons them."""
    today = clock.local_date(now)
    profiles, calendar = in_force(driver, cases[0].jurisdiction, {case.round_id for case in cases})
    by_feedback = [case for case in cases if profiles[case.round_id].anchors.get(case.kind) == FEEDBACK]
    stays = stays_of(driver, by_feedback) if by_feedback else {}
    return {
        case.id: of_latest(
            reckon(case.kind, case.counts_from, stays.get(case.id, ()), today, profiles[case.round_id], calendar),
            case.fed_back_on,
        )
        for case in cases
    }


def together(found: Sequence[dict[str, Span]]) -> dict[str, Span]:
    """Return the days that would be taken for all of several cases."""
    shared: dict[str, Span] = {}
    for name in dict.fromkeys(name for one in found for name in one):
        each = [one.get(name, Span()) for one in found]
        first = max((span.first for span in each if span.first), default=None)
        last = min((span.last for span in each if span.last), default=None)
        if not (first and last and first > last):
            strictest = next((span for span in each if last and span.last == last), Span())
            shared[name] = Span(first, last, strictest.limit, strictest.why)
    return shared
