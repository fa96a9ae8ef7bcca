"""From posts to people: each message 消息 of the outbox becomes one notice 通知 for every person it goes to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine

import clock
from notifications.holders import LEFT, Addressees, Directories, Directory, read_post
from notifications.hours import OfficeHours
from notifications.urgency import Speed, speed_of
from storage.engine import reading, writing
from storage.scope import Where
from storage.sql import Driver, array

BATCH = 500
_BATCH_PAST = 5000


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message not yet taken up."""

    id: int
    jurisdiction: int
    index: int
    case: int
    post: str
    action: str
    facts: str
    made_at: int
    entry: bytes | None
    leader: int | None
    unit_id: int
    answerable_id: int
    inspection_id: int
    round_id: int

    @property
    def where(self) -> Where:
        """Where its case belongs."""
        return Where(self.unit_id, self.answerable_id, self.inspection_id, self.round_id)

    @property
    def actor(self) -> int | None:
        """Who made the entry; None where the clock did."""
        person: int | None = json.loads(bytes(self.entry))["actor"]["person"] if self.entry else None
        return person


@dataclass(frozen=True, slots=True)
class Planned:
    """A message with the people it goes to."""

    message: NewMessage
    to: Addressees
    settled: bool = False
    """Where nobody is to be told of it nothing waits: its case is for some alone 限定知悉, or it is their own act."""


DayOf = Callable[[NewMessage], date]


@dataclass(frozen=True, slots=True)
class _Taking:
    """When messages are taken up, and the state their notices begin in: waiting, or already sent and seen (when the past is settled)."""

    at: int | None
    hours: Mapping[int, OfficeHours] = field(default_factory=dict)
    at_once: frozenset[int] = frozenset()

    def taken_at(self, message: NewMessage) -> int:
        """The instant at which the message counts as taken up."""
        return message.made_at if self.at is None else self.at

    def notice(self, message: NewMessage, person: int) -> tuple[Any, ...]:
        """The row of the notice that tells a person."""
        named = message.id, message.case, person, message.jurisdiction, message.index
        made = message.made_at
        if self.at is None:
            return *named, "daily", "sent", made, made, made
        began = clock.from_micros(min(made, self.at))
        role, _ = read_post(message.post)
        speed = speed_of(message.action, message.facts, clock.local_date(began), role)
        if speed == "daily" and person in self.at_once:
            speed = "hours"
        leaves = _leaving(speed, self.hours[message.jurisdiction], began)
        return *named, speed, "waiting", clock.micros(leaves), None, None


def _leaving(speed: Speed, hours: OfficeHours, began: datetime) -> datetime:
    if speed == "now":
        return began
    return hours.opening(began) if speed == "hours" else hours.gathering(began)


def expand(engine: Engine, now: datetime, directories: Directories) -> None:
    """Turn into notices all messages whose post leads to somebody with an address; the others wait for the next run."""
    day = clock.local_date(now)
    _take_back(engine, clock.micros(now))
    for batch in _batches(engine, "o.expanded_at IS NULL", (), BATCH):
        planned = _plan(engine, batch, directories, lambda _: day)
        taking = _taking(engine, batch, clock.micros(now), directories)
        _write(engine, [one for one in planned if one.to.people or one.settled], taking)


_GONE = "收件人的账号已停用，改寄代收的人"
# What a process has in its hands is left to it, until its claim has run out.
_IN_HAND = "SELECT l.id FROM letters l WHERE l.state = 'waiting' AND l.claimed_until > ?"
_WAITING_FOR_GONE = (
    f"state = 'waiting' AND (letter_id IS NULL OR letter_id NOT IN ({_IN_HAND})) AND person_id IN ({LEFT})"
)
_DROP = f"UPDATE deliveries SET state = 'dropped', last_error = ? WHERE {_WAITING_FOR_GONE} RETURNING outbox_id"  # noqa: S608 as above
_DROP_LETTERS = (
    "UPDATE letters SET state = 'dropped', last_error = ? WHERE state = 'waiting' "
    "AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.letter_id = letters.id AND d.state = 'waiting')"
)
# A notice may have told its person in several posts; each of them may have another holder now.
_REOPEN = (
    "UPDATE outbox SET expanded_at = NULL WHERE EXISTS (SELECT 1 FROM outbox o WHERE {} "
    "AND o.jurisdiction = outbox.jurisdiction AND o.idx = outbox.idx) "
    "AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.outbox_id = outbox.id AND d.state <> 'dropped')"
)


def _take_back(engine: Engine, now: int) -> None:
    """Drop unsent notices to people whose accounts are all closed; their messages are turned into notices anew."""
    with reading(engine) as work:
        if not work.driver.all(f"SELECT 1 FROM deliveries WHERE {_WAITING_FOR_GONE} LIMIT 1", (now,)):  # noqa: S608 as above
            return
    with writing(engine) as work:
        driver = work.driver
        messages = {row[0] for row in driver.all(_DROP, (_GONE, now))}
        driver.run(_DROP_LETTERS, (_GONE,))
        among, params = driver.among("o.id", messages)
        driver.run(_REOPEN.format(among), params)
        work.commit()


def settle_past(engine: Engine, before: datetime) -> int:
    """Mark all messages made before an instant as sent at the time they were made, without sending them; return how many were open."""
    directories, settled, limit = Directories(), 0, clock.micros(before)
    for batch in _batches(engine, "o.expanded_at IS NULL AND o.made_at < ?", (limit,), _BATCH_PAST):
        planned = _plan(engine, batch, directories, _day_made)
        _write(engine, planned, _Taking(None))
        settled += len(planned)
    with writing(engine) as work:
        settled += _settle_waiting(work.driver, limit)
        work.commit()
    return settled


def _day_made(message: NewMessage) -> date:
    return clock.local_date(clock.from_micros(message.made_at))


_MADE = "(SELECT o.made_at FROM outbox o WHERE o.id = deliveries.outbox_id)"
_SETTLE = (
    f"UPDATE deliveries SET state = 'sent', sent_at = {_MADE}, seen_at = {_MADE}, last_error = '' "  # noqa: S608 our own words
    f"WHERE state = 'waiting' AND {_MADE} < ?"
)
_SETTLE_LETTERS = (
    "UPDATE letters SET state = 'sent', sent_at = made_at, claimed_until = NULL, last_error = '' WHERE state = 'waiting' "
    "AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.letter_id = letters.id AND d.state = 'waiting')"
)


def _settle_waiting(driver: Driver, limit: int) -> int:
    hit = driver.run(_SETTLE, (limit,))
    driver.run(_SETTLE_LETTERS)
    return hit


_OPEN = (
    "SELECT o.id, o.jurisdiction, o.idx, o.case_id, o.post, o.template, o.facts, o.made_at, t.body, i.leader_id, "
    "c.unit_id, c.answerable_id, c.inspection_id, c.round_id FROM outbox o "
    "JOIN cases c ON c.id = o.case_id JOIN inspections i ON i.id = c.inspection_id "
    "LEFT JOIN trail t ON t.jurisdiction = o.jurisdiction AND t.idx = o.idx WHERE {} AND o.id > ? ORDER BY o.id LIMIT ?"
)


def _batches(engine: Engine, condition: str, params: Sequence[object], size: int) -> Iterator[list[NewMessage]]:
    """Yield the open messages in their order, each batch read on its own."""
    after = 0
    while True:
        with reading(engine) as work:
            rows = work.driver.all(_OPEN.format(condition), (*params, after, size))
        if not rows:
            return
        yield [NewMessage(*row) for row in rows]
        after = rows[-1][0]


def _plan(engine: Engine, batch: Sequence[NewMessage], directories: Directories, day_of: DayOf) -> list[Planned]:
    with reading(engine) as work:
        driver = work.driver
        known = {one: directories.of(driver, one) for one in {message.jurisdiction for message in batch}}
    ask = lru_cache(maxsize=None)(lambda place, *asked: known[place].addressees(*asked))
    return [_planned(one, known[one.jurisdiction], ask, day_of(one)) for one in batch]


def _taking(engine: Engine, batch: Sequence[NewMessage], now: int, directories: Directories) -> _Taking:
    places = {message.jurisdiction for message in batch}
    with reading(engine) as work:
        hours = {one: directories.hours(work.driver, one) for one in places}
        at_once = [directories.of(work.driver, one).at_once for one in places]
    return _Taking(now, hours, frozenset().union(*at_once))


def _planned(one: NewMessage, directory: Directory, ask: Callable[..., Addressees], day: date) -> Planned:
    withheld = one.case in directory.confided
    # Of all others it does not matter which case it is: many of them are asked once.
    where = one.where._replace(id=one.case) if withheld else one.where
    found: Addressees = ask(one.jurisdiction, one.post, one.leader, day, where)
    others = _without_own(one, found)
    return Planned(one, others, withheld or others != found)


def _without_own(one: NewMessage, to: Addressees) -> Addressees:
    """Leave out who did it: nobody is told of their own act, unless they take the letter for another or owe a receipt for the copy."""
    actor = one.actor
    if actor is None or actor not in to.people or to.takes_for_another(actor) or '"copied"' in one.facts:
        return to
    return replace(to, people=tuple(person for person in to.people if person != actor))


_LOCK = "SELECT id FROM outbox WHERE {} AND expanded_at IS NULL ORDER BY id"
_COLUMNS = "outbox_id, case_id, person_id, jurisdiction, idx, speed, state, next_at, sent_at, seen_at, last_error"
_ONCE = "ON CONFLICT (jurisdiction, idx, person_id) DO NOTHING"
_PUT = f"INSERT INTO deliveries ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '') {_ONCE}"  # noqa: S608 our own words
_PUT_ALL = (
    f"INSERT INTO deliveries ({_COLUMNS}) SELECT v.*, '' FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], "  # noqa: S608 as above
    f"?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[]) AS v {_ONCE}"
)
_TAKEN = "UPDATE outbox SET expanded_at = ? WHERE id = ?"
_TAKEN_ALL = (
    "UPDATE outbox SET expanded_at = v.at FROM unnest(?::bigint[], ?::bigint[]) AS v(at, id) WHERE outbox.id = v.id"
)


def _write(engine: Engine, planned: Sequence[Planned], taking: _Taking) -> None:
    """Write the notices of a batch and mark its messages as taken up, once only, even when several processes do so together."""
    if not planned:
        return
    with writing(engine) as work:
        driver = work.driver
        among, params = driver.among("id", [one.message.id for one in planned])
        lock = _LOCK.format(among) + ("" if driver.sqlite else " FOR UPDATE")
        still = {row[0] for row in driver.all(lock, params)}
        taken = [one for one in planned if one.message.id in still]
        _put(driver, (_PUT, _PUT_ALL), _notices(taken, taking))
        _put(driver, (_TAKEN, _TAKEN_ALL), [(taking.taken_at(one.message), one.message.id) for one in taken])
        work.commit()


def _put(driver: Driver, statements: tuple[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Execute a statement for all rows: one by one on SQLite, as arrays on PostgreSQL."""
    for_one, for_all = statements
    if rows and driver.sqlite:
        driver.put(for_one, rows)
    elif rows:
        driver.run(for_all, [array(column) for column in zip(*rows, strict=True)])


def _notices(taken: Sequence[Planned], taking: _Taking) -> list[tuple[Any, ...]]:
    """The rows of all notices; whoever is told of an entry in several posts gets one, which leaves as early as any of them."""
    found: dict[tuple[int, int, int], tuple[Any, ...]] = {}
    for one in taken:
        for person in one.to.people:
            row = taking.notice(one.message, person)
            key = one.message.jurisdiction, one.message.index, person
            found[key] = _sooner(found[key], row) if key in found else row
    # In the order of the cases, as moves lock them: all writers take locks in one order, so none wait for each other.
    return sorted(found.values(), key=lambda row: (row[1], row[4], row[2]))


def _sooner(first: tuple[Any, ...], later: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*first[:5], *later[5:]) if later[7] < first[7] else first
