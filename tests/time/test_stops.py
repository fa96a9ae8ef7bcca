"""Days that do not count 中止计时, by the rule alone: which of them count for a clock, and till when nothing is told of it."""

from __future__ import annotations

from datetime import date, timedelta

from storage.rows import ClockRow
from storage.stops import Span
from tests.rules.subjects import CASE, a_clock
from tests.world import county, day
from workflow.days.calendar import Calendar
from workflow.days.clocks import Dated, Why, begin, not_while_stopped, pause, run_on, rungs_ahead
from workflow.days.explain import explain
from workflow.days.stops import stopped, stopped_still


def spans(*days: tuple[date, date], known: date = date.max) -> list[Span]:
    return [Span(first, last, known) for first, last in days]


CALENDAR = Calendar.of([], {2026})


def run(row: ClockRow, *days: tuple[date, date], known: date = date.max) -> ClockRow:
    """Return a clock with the date that stops give it."""
    return stopped(row, spans(*days, known=known), county(), CALENDAR)


def test_the_rule_by_itself() -> None:
    """No day counts twice; days before the date was set, or behind a pause, do not count; twice the same stops are one."""
    row = begin(
        CASE, "rectify", 1, day(3, 2), Dated(day(4, 1), Why("agreed", since=day(3, 2), action="approve_plan", entry=4))
    )
    assert run(row, (day(3, 10), day(3, 12)), (day(3, 11), day(3, 15))).due_on == day(4, 7)
    assert run(row, (day(2, 1), day(3, 4))).due_on == day(4, 3)
    assert run(row, (day(2, 1), day(3, 2))) == row
    paused = pause(row, day(3, 11))
    assert run(paused, (day(3, 10), day(3, 20))).due_on == day(4, 3)
    once = run(row, (day(3, 10), day(3, 12)))
    assert run(once, (day(3, 10), day(3, 12))) == once
    assert run(once) == row
    assert run(row, (day(3, 10), day(3, 12)), known=day(3, 2)).due_on == row.due_on, "who set it knew"
    assert stopped_still(once, [], county(), CALENDAR) == once, (
        "what it was given stays, though the case be another unit's"
    )
    office = begin(CASE, "review", 1, day(3, 2), Dated(day(3, 16), Why("limit", "review", day(3, 2))))
    assert run(office, (day(3, 10), day(3, 12))) == office
    measure = begin(CASE, "measure", 1, day(3, 2), Dated(day(3, 16), Why("measure", number=1)))
    assert run(measure, (day(3, 10), day(3, 12))).due_on == day(3, 16)
    unsaid = begin(CASE, "rectify", 1, day(3, 2), Dated(day(4, 1), Why("unsaid")))
    bare = run(a_clock("rectify", day(4, 1)), (day(3, 10), day(3, 12)))
    assert "当时没有记下理由" in "\n".join(explain(run(unsaid, (day(3, 10), day(3, 12))), county(), CALENDAR))
    assert bare.due_on >= day(4, 1)
    late = run_on(pause(once, day(3, 20)), day(3, 25), county(), CALENDAR)
    assert late.due_on == once.due_on + timedelta(days=5)


def test_nothing_is_told_till_it_is_over() -> None:
    """What would be told on its days waits for the next; what comes later comes on its day, and what is no unit's on its own."""
    row = begin(
        CASE, "rectify", 1, day(3, 2), Dated(day(4, 1), Why("agreed", since=day(3, 2), action="approve_plan", entry=4))
    )
    held = run(row, (day(3, 5), day(4, 10)))
    assert dict(rungs_ahead(held, county(), CALENDAR)) == {
        "green": day(4, 18), "yellow": day(4, 28), "red": day(5, 9),
    }  # fmt: skip
    known = run(row, (day(3, 1), day(3, 20)), known=day(3, 1))
    assert (known.due_on, dict(rungs_ahead(known, county(), CALENDAR))["green"]) == (day(4, 1), day(3, 21))
    assert not_while_stopped(row, day(3, 5)) == day(3, 5)
    assert not_while_stopped(held, day(4, 10)) == not_while_stopped(held, day(4, 11)) == day(4, 11)
    assert not_while_stopped(held, day(4, 12)) == day(4, 12)
