"""How a problem goes on once rectification has begun: `start` is that day, `due` the agreed date.

Most hand in before the first reminder, twenty days before the date; what happens otherwise has a course of its own.
A course may lead past today: acts that lie ahead are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from seeding.walk import Walk

Course = Callable[[Walk, date, date], None]

_AGAIN = timedelta(days=30)


def plain(walk: Walk, start: date, due: date) -> None:
    """Done in good time."""
    _finish(walk, start, _ahead(walk, start, due, walk.pace.hand_in))


def early(walk: Walk, start: date, due: date) -> None:
    """Done long before the date: all of it is over today."""
    del due
    _finish(walk, start, max(walk.days.by(start + (walk.days.base - start) // 4), walk.days.on(start, 1)))


def at_once(walk: Walk, start: date, due: date) -> None:
    """立行立改: done within days."""
    del due
    _accepted(walk, walk.submit(walk.days.on(start, walk.dice.choice((2, 2, 2, 3)))))


def prompted(walk: Walk, start: date, due: date) -> None:
    """Done in time, but only after reminders."""
    _finish(walk, start, _ahead(walk, start, due, walk.dice.randint(2, 18)))


def waiting(walk: Walk, start: date, due: date) -> None:
    """Not handed in so far."""
    _progress(walk, start, due)


def handed_in(walk: Walk, start: date, due: date) -> None:
    """Handed in some days ago, and not yet accepted."""
    del due
    _progress(walk, start, walk.days.base)
    handed = walk.submit(walk.days.on(walk.days.base, -walk.dice.randint(2, 6)))
    walk.opine(walk.days.on(handed, 2))
    walk.verify(walk.days.on(handed, 9))


def accepted_lately(walk: Walk, start: date, due: date) -> None:
    """Accepted some days ago, and not yet public."""
    del due
    _progress(walk, start, walk.days.on(walk.days.base, -20))
    handed = walk.submit(walk.days.on(walk.days.base, -13))
    walk.opine(walk.days.on(handed, 2))
    verified = walk.verify(walk.days.on(handed, 9))
    _published(walk, verified, publicize=walk.dice.randint(3, 6))


def to_publicize(walk: Walk, start: date, due: date) -> None:
    """Accepted a week ago, its text approved since: the unit has yet to make it public."""
    del due
    _progress(walk, start, walk.days.on(walk.days.base, -20))
    handed = walk.submit(walk.days.on(walk.days.base, -16))
    walk.opine(walk.days.on(handed, 2))
    walk.approve_text(walk.days.on(walk.verify(walk.days.on(handed, 9)), 4))


def left_lying(walk: Walk, start: date, due: date) -> None:
    """Handed in, and left lying by the office past its own month."""
    del due
    handed = walk.days.by(walk.days.base - timedelta(days=40))
    _progress(walk, start, handed)
    walk.opine(walk.days.on(walk.submit(handed), 2))


def text_left_lying(walk: Walk, start: date, due: date) -> None:
    """Accepted, and its text left lying by the office past the day."""
    del due
    handed = walk.days.on(walk.days.base, -21)
    _progress(walk, start, handed)
    walk.opine(walk.days.on(walk.submit(handed), 2))
    walk.verify(walk.days.on(handed, 9))


def returned(walk: Walk, start: date, due: date) -> None:
    """Sent back once."""
    handed = _ahead(walk, start, due, 25)
    _progress(walk, start, handed)
    _accepted(walk, walk.submit(walk.days.on(_sent_back(walk, walk.submit(handed)), 5)))


def returned_twice(walk: Walk, start: date, due: date) -> None:
    """Sent back twice, which is 疑似整改不力."""
    handed = _ahead(walk, start, due, 30)
    _progress(walk, start, handed)
    again = _sent_back(walk, walk.submit(handed))
    third = walk.days.on(_sent_back(walk, walk.submit(walk.days.on(again, 5))), 6)
    _accepted(walk, walk.submit(third))


def returned_twice_now(walk: Walk, start: date, due: date) -> None:
    """Sent back for the second time on the last working day."""
    del due
    first = walk.days.on(walk.days.base, -18)
    _progress(walk, start, first)
    _sent_back(walk, walk.submit(first))
    _sent_back(walk, walk.submit(walk.days.on(walk.days.base, -7)))


def continued(walk: Walk, start: date, due: date) -> None:
    """Basically done and continuing: reviewed once more, then closed."""
    handed = _ahead(walk, start, due, walk.pace.hand_in)
    _progress(walk, start, handed)
    walk.submit(handed)
    walk.opine(walk.days.on(handed, 2))
    decided = walk.days.on(handed, 8)
    review = decided + timedelta(days=50)
    walk.continue_work(decided, review)
    _finish(walk, walk.days.on(decided, 1), _ahead(walk, decided, review, 22))


def extended(walk: Walk, start: date, due: date) -> None:
    """More time is asked for and granted."""
    asked = walk.days.by(due - timedelta(days=25))
    until = due + timedelta(days=walk.dice.choice((30, 45)))
    _progress(walk, start, asked)
    walk.grant_extension(walk.days.on(walk.request_extension(asked, until), 2), until)
    _finish(walk, walk.days.on(asked, 3), _ahead(walk, asked, until, 23))


def refused(walk: Walk, start: date, due: date) -> None:
    """More time is asked for and refused; done at the last moment."""
    asked = walk.days.by(due - timedelta(days=24))
    _progress(walk, start, asked)
    walk.refuse_extension(walk.days.on(walk.request_extension(asked, due + _AGAIN), 3))
    _accepted(walk, walk.submit(_ahead(walk, asked, due, 5)))


def asking(walk: Walk, start: date, due: date) -> None:
    """More time was asked for lately, and nobody has answered."""
    asked = walk.days.on(walk.days.base, -walk.dice.choice((1, 2, 3)))
    _progress(walk, start, asked)
    walk.grant_extension(walk.days.on(walk.request_extension(asked, due + _AGAIN), 4), due + _AGAIN)


def late(walk: Walk, start: date, due: date) -> None:
    """Overdue until the clock escalates it, fifteen days past the date; reworked by order of the leading group."""
    _progress(walk, start, due)
    _ordered(walk, due + timedelta(days=15))


def escalated_by_hand(walk: Walk, start: date, due: date) -> None:
    """The supervisors do not wait for the clock."""
    found = walk.days.by(start + (due - start) // 3)
    _progress(walk, start, found)
    _ordered(walk, walk.escalate_by_hand(found))


def escalated_lately(walk: Walk, start: date, due: date) -> None:
    """Escalated by the supervisors some days ago."""
    del due
    found = walk.days.on(walk.days.base, -walk.dice.randint(3, 8))
    _progress(walk, start, found)
    _ordered(walk, walk.escalate_by_hand(found))


def withheld(walk: Walk, start: date, due: date) -> None:
    """Closed, but not made public."""
    handed = _ahead(walk, start, due, walk.pace.hand_in)
    _progress(walk, start, handed)
    walk.withhold(walk.days.on(_reviewed(walk, walk.submit(handed)), walk.dice.randint(5, 8)))


def reopened(walk: Walk, start: date, due: date) -> None:
    """Closed and public; a look-back finds it wanting, and it is closed again."""
    public = _finish(walk, start, _ahead(walk, start, due, walk.pace.hand_in))
    day = walk.days.by(
        public + timedelta(days=walk.dice.randint(30, 160) if walk.problem.visit.ago > 2 else walk.dice.randint(12, 70))
    )
    _accepted(walk, walk.submit(walk.days.on(walk.reopen(day, day + timedelta(days=40)), 8)))


def rescinded(walk: Walk, start: date, due: date) -> None:
    """Accepted by mistake, which the office takes back by itself."""
    handed = _ahead(walk, start, due, walk.pace.hand_in)
    _progress(walk, start, handed)
    wrongly = _reviewed(walk, walk.submit(handed))
    rescinded_on = walk.rescind(walk.days.on(wrongly, 2))
    walk.opine(walk.days.on(rescinded_on, 1))
    _published(walk, walk.verify(walk.days.on(rescinded_on, 4)))


def recalled(walk: Walk, start: date, due: date) -> None:
    """Handed in, taken back the day after for a missing paper, and handed in again."""
    handed = _ahead(walk, start, due, walk.pace.hand_in)
    _progress(walk, start, handed)
    walk.recall(walk.days.on(walk.submit(handed), 1))
    _accepted(walk, walk.submit(walk.days.on(handed, 4)))


def _finish(walk: Walk, start: date, handed: date) -> date:
    _progress(walk, start, handed)
    return _accepted(walk, walk.submit(handed))


def _accepted(walk: Walk, handed: date) -> date:
    return _published(walk, _reviewed(walk, handed))


def _reviewed(walk: Walk, handed: date) -> date:
    walk.opine(walk.days.on(handed, 2))
    return walk.verify(walk.days.on(handed, walk.pace.verify))


def _published(walk: Walk, verified: date, publicize: int | None = None) -> date:
    approved = walk.approve_text(walk.days.on(verified, walk.pace.text))
    return walk.publicize(walk.days.on(approved, publicize or walk.pace.publicize))


def _sent_back(walk: Walk, handed: date) -> date:
    walk.opine(walk.days.on(handed, 2), "return")
    day = walk.days.on(handed, 7)
    return walk.return_work(day, day + _AGAIN)


def _ordered(walk: Walk, escalated: date) -> None:
    """Put to the leading group, reworked by its order, and closed with the consent of both supervisors."""
    walk.put_to_group(walk.days.on(escalated, 3))
    order = walk.days.on(escalated, 9)
    walk.order_rework(order, order + _AGAIN)
    _published(walk, _reviewed(walk, walk.submit(walk.days.on(order, 5))))


def _progress(walk: Walk, start: date, until: date) -> None:
    """Progress is entered half-way, by some once more."""
    half = walk.days.by(start + (until - start) // 2)
    if half > start:
        walk.progress(half)
    later = walk.days.by(start + (until - start) * 4 // 5)
    if later > half and walk.dice.random() < 0.25:
        walk.progress(later)


def _ahead(walk: Walk, start: date, due: date, days: int) -> date:
    """The working day so many days before the due date, but after the start."""
    return max(walk.days.by(due - timedelta(days=days)), walk.days.on(start, 1))
