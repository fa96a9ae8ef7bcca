"""Clockwork 时钟: how effects begin, end, pause and date the clocks of a case. They look at the subject as it was, and build on the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from states import CLOCKS, RECTIFYING, STANDING, SUBMITTED, UNIT_ROLES
from storage.rows import ClockRow
from storage.stops import Span, spans_for
from workflow.days import clocks
from workflow.days.agreeing import limit_of_agreed
from workflow.days.clocks import By, Dated, How, Why
from workflow.days.limits import resumed_day
from workflow.days.stops import stopped
from workflow.subject import Change, Subject

_RECTIFY: Final = ("rectify", "rectify_short")
SHORT_DAYS: Final = 20
"""A rectification of at most so many days has the clock `rectify_short`: nagged half-way and one working day before."""


# Whether it runs, and how it begins and ends


def running(s: Subject, name: str) -> ClockRow | None:
    """Return the clock as it was, if it runs or is paused; a name that is no clock raises."""
    return s.facts.clocks.get(CLOCKS[name].name)


def run(s: Subject, c: Change, name: str) -> None:
    """Begin the clock with the days of its own limit."""
    start(s, c, name, own_limit(s, name))


def start(s: Subject, c: Change, name: str, due: Dated) -> None:
    """Begin the clock today, in a new period, to that date."""
    c.clocks[name] = clocks.begin(s.case.id, name, s.version, s.today, due)


def end(c: Change, name: str) -> None:
    """End the clock, if it runs; one whose state the case leaves ends by itself."""
    c.clocks.pop(CLOCKS[name].name, None)


def pause(s: Subject, c: Change, name: str) -> None:
    """Pause the clock from today, or from the day of the paper that is entered, if it runs."""
    if row := running(s, name):
        c.clocks[name] = clocks.pause(row, max(s.done_on, row.started_on))


def resume(s: Subject, c: Change, name: str, at_least: str | None = None) -> None:
    """Let a paused clock run on with what was left, or with a limit at least."""
    if row := running(s, name):
        c.clocks[name] = clocks.run_on(row, s.today, s.profile, s.calendar, at_least)


def answer_extension(c: Change) -> None:
    """An extension that was asked is answered, or moot."""
    end(c, "extension")
    c.case.extension_until = None


def dated_by_ledger(s: Subject) -> bool:
    """Say whether the rectification runs to the date that the ledger has."""
    whys = [Why.of(row.why) for name in _RECTIFY if (row := running(s, name))]
    return any(why is not None and why.how == "ledger" for why in whys)


def is_disowned(s: Subject) -> bool:
    """Say whether the secretary does not own 不认 a paper, and the office has not settled it nor the case moved on."""
    return running(s, "disowned_paper") is not None


def waits_for_judgement(clock: str) -> bool:
    """Say whether a clock of the rectification is paused while the office judges; what goes on in whatever state, a receipt, is not."""
    return RECTIFYING in CLOCKS[clock].state and SUBMITTED not in CLOCKS[clock].state


# Dates, each with why it is that date


def own_limit(s: Subject, name: str) -> Dated:
    """Return the end of a clock's own limit, from feedback or from today as its row says."""
    return counted(s, name, s.case.counts_from if CLOCKS[name].from_feedback else s.today)


def counted(s: Subject, limit: str, since: date) -> Dated:
    """Return the last day of a limit counted from a day."""
    return clocks.by_limit(limit, since, s.profile, s.calendar)


def looked_back_by(s: Subject, kind: str) -> Dated:
    """Return by when what is closed today is looked at again 整改复查: a standing item later than others."""
    return counted(s, "standing_look_back" if kind == STANDING else "look_back", s.today)


def answered(s: Subject, how: How, answer: str) -> Dated:
    """Return the date that an answer of this move sets: agreed, ordered or granted."""
    return Dated(s.answers[answer], by_this_move(s, how))


def by_this_move(s: Subject, how: How) -> Why:
    """Return as the reason of a date that this move set it, and how."""
    return Why(how, since=s.today, action=s.move.action, entry=s.version)


# A new calendar, another profile


def moved_by_reckoning(s: Subject) -> list[tuple[ClockRow, ClockRow]]:
    """Return the clocks whose dates a new calendar or another profile moves, each as it is and as it will be."""
    replaced = s.intent.replaced
    if replaced is None:
        return []
    if replaced.stops:
        spans, by = spans_for(s.stops, s.case), By(s.profile, s.calendar)
        return moved_by_stops(s.facts.clocks, spans, by, s.today, s.version, replaced.known_on)
    after = By(s.profile, s.calendar)
    before, rows = replaced.before(after), s.facts.clocks.values()
    found = [(row, clocks.moved(row, before, after, s.today, s.version)) for row in rows]
    return [(row, new) for row, new in found if new]


def moved_by_stops(
    rows: Mapping[str, ClockRow], spans: Sequence[Span], by: By, today: date, entry: int, known_on: date | None = None
) -> list[tuple[ClockRow, ClockRow]]:
    """Return the clocks of a case whose dates these stops move, each as it is and as it will be.

    Where stops are fewer, no date that lies ahead comes to lie behind: it is kept, unless its days had run out before the stop,
    or before anybody knew of it.
    """
    found = []
    for row in rows.values():
        new = stopped(row, spans, by.profile, by.calendar)
        kept = new.due_on <= today < row.due_on and not (_had_run_out(row) or (known_on and new.due_on < known_on))
        if kept:
            new = clocks.run_to(row, Dated(row.due_on, Why("kept", since=today, action="recompute", entry=entry)))
        if new.due_on > row.due_on and row.tellings:
            new = clocks.told_anew(new, by, today, entry)
        if kept or new.due_on != row.due_on or (new != row and clocks.not_while_stopped(new, today) > today):
            found.append((row, new))
    return found


def _had_run_out(row: ClockRow) -> bool:
    why = Why.of(row.why)
    return bool(why and why.base and why.stops and why.base < why.stops[0][0])


def run_to_stopped(c: Change, name: str, row: ClockRow) -> None:
    """Let a clock have the date that stops give it; the rectification's is the case's as well, unless that was taken over with another."""
    was = c.clocks[name]
    c.clocks[name] = row
    if is_of_rectification(name) and c.case.due_on == was.due_on:
        c.case.due_on = row.due_on


def is_of_rectification(clock: str) -> bool:
    """Say whether a clock is the rectification's own, so that its date is the case's as well."""
    return clock in _RECTIFY


# The rectification and its measures


def rectify_by(s: Subject, c: Change, due: Dated) -> None:
    """Begin the rectification to that date: few days are nagged half-way and one day before; months 20 and 10 days before."""
    short = (due.day - s.today).days <= SHORT_DAYS
    first = s.case.first_due_on or due.day
    end(c, "rectify" if short else "rectify_short")
    name = "rectify_short" if short else "rectify"
    c.clocks[name] = replace(clocks.begin(s.case.id, name, s.version, s.today, due), first_due_on=first)
    c.case.due_on, c.case.first_due_on = due.day, first
    next_measure(s, c)


def rectify_anew(s: Subject, c: Change) -> ClockRow:
    """Return the clock of a rectification that was taken over: the paper's date stands, reminders and criteria have so much from today at least.

    Without a date on paper the kind's own limit counts from today.
    """
    agreed, least = c.case.due_on, counted(s, "taken_over_left", s.today)
    if agreed is None:
        due = counted(s, limit_of_agreed(c.case.kind), s.today)
        c.case.due_on = due.day
    elif agreed > least.day:
        due = Dated(agreed, by_this_move(s, "ledger"))
    else:
        due = Dated(least.day, replace(least.why, how="taken_over"))
    c.case.first_due_on = c.case.first_due_on or c.case.due_on
    name = "rectify_short" if (due.day - s.today).days <= SHORT_DAYS else "rectify"
    return replace(clocks.begin(s.case.id, name, s.version, s.today, due), first_due_on=c.case.first_due_on or due.day)


def next_measure(s: Subject, c: Change) -> None:
    """Let the clock of measures run to the next one whose reminder lies ahead; one that runs already goes on."""
    ahead = sorted((day, number) for number, day in s.facts.measures if day and _eve(s, day) > s.today)
    if ahead and "measure" not in c.clocks:
        day, number = ahead[0]
        start(s, c, "measure", Dated(day, Why("measure", number=number)))


def measures_reached(s: Subject, row: ClockRow) -> list[dict[str, object]]:
    """Return the measures that the clock of measures reminds of today, with their dates."""
    # From the clock's own date on none was told yet: those that share its day, and those that a late scan finds behind it.
    due = [(number, day) for number, day in s.facts.measures if day and day >= row.due_on and _eve(s, day) <= s.today]
    return [{"no": number, "due_on": day.isoformat()} for number, day in due]


# From one unit to another


def pass_on(s: Subject, c: Change) -> None:
    """Let another unit have what the unit owes, each clock in a new period; what is handed in is judged by the day it was."""
    for row in s.facts.clocks.values() if s.case.state != SUBMITTED else ():
        of = CLOCKS[row.name]
        if of.owes in UNIT_ROLES and (of.recurs_by or not of.beside):
            _pass_on(s, c, row)


def _pass_on(s: Subject, c: Change, row: ClockRow) -> None:
    if CLOCKS[row.name].recurs_by:
        run(s, c, row.name)
    elif waits_for_judgement(row.name):
        rectify_by(s, c, date_passed_on(s, row))
    else:
        start(s, c, row.name, date_passed_on(s, row))
        c.clocks[row.name] = replace(c.clocks[row.name], first_due_on=row.first_due_on)
    for name in (row.name, *_RECTIFY) if row.paused_since else ():
        if name in c.clocks:
            c.clocks[name] = clocks.pause(c.clocks[name], s.today)


def still_due(s: Subject, row: ClockRow) -> date:
    """Return by when it is due if the clock runs on from today."""
    return clocks.run_on(row, s.today, s.profile, s.calendar).due_on


def date_passed_on(s: Subject, row: ClockRow) -> Dated:
    """Return the date as it was, or what a transfer leaves at least; never more than the whole limit of what is owed."""
    stands = row if waits_for_judgement(row.name) else clocks.run_on(row, s.today, s.profile, s.calendar)
    whole = s.case.kind if row.name in _RECTIFY else CLOCKS[row.name].within
    least = min(counted(s, "transferred_left", s.today), counted(s, whole, s.today), key=lambda due: due.day)
    if stands.due_on >= least.day:
        return Dated(stands.due_on, Why.of(stands.why) or by_this_move(s, "restored"))
    return Dated(least.day, replace(least.why, how="transferred"))


def owed_by_unit(s: Subject) -> date | None:
    """Return by when the unit owes as the case rises: if others had it, what was left when they got it runs from today."""
    own = [_owed_by(s, row) for row in s.facts.clocks.values() if CLOCKS[row.name].unit]
    if own:
        return min(own)
    if s.case.due_on and s.case.submitted_on:  # an acceptance in between ended the unit's clock
        return resumed_day(s.case.due_on, s.case.submitted_on, s.today, "day", s.calendar)
    return None


def _owed_by(s: Subject, row: ClockRow) -> date:
    """Return by when the unit owes by a clock: of a rectification that runs by the agreed date."""
    if is_of_rectification(row.name) and row.paused_since is None and s.case.due_on:
        return s.case.due_on
    return clocks.run_on(row, s.today, s.profile, s.calendar).due_on


def _eve(s: Subject, due_on: date) -> date:
    return s.profile.rungs["measure"]["eve"].day(s.today, due_on, s.calendar, workday_clock=False)
