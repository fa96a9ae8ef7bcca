"""From posts to people: each message 消息 of the outbox becomes one mail for every person it goes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine

import clock
from notifications.holders import LEFT, Addressees, Directories, Directory
from storage.engine import reading, writing
from storage.scope import Where
from storage.sql import Driver, array

BATCH = 500
_BATCH_PAST = 5000
_DIGITS = 32


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message not yet taken up."""

    id: int
    jurisdiction: int
    code: str
    index: int
    case: int
    post: str
    made_at: int
    leader: int | None
    unit_id: int
    answerable_id: int
    inspection_id: int
    round_id: int

    @property
    def where(self) -> Where:
        """Where its case belongs."""
        return Where(self.unit_id, self.answerable_id, self.inspection_id, self.round_id)


@dataclass(frozen=True, slots=True)
class Planned:
    """A message with the people it goes to."""

    message: NewMessage
    to: Addressees
    withheld: bool = False
    """Its case is for some alone 限定知悉: where none of them holds the post, nobody is told, and nothing waits."""


DayOf = Callable[[NewMessage], date]


@dataclass(frozen=True, slots=True)
class _Taking:
    """When messages are taken up, and the state their mails begin in: waiting, or already sent (when the past is settled)."""

    domain: str
    at: int | None

    def taken_at(self, message: NewMessage) -> int:
        """The instant at which the message counts as taken up."""
        return message.made_at if self.at is None else self.at

    def mail(self, message: NewMessage, person: int) -> tuple[Any, ...]:
        """The row of the mail that tells a person."""
        named = message.id, message.case, person, message_id(message.code, message.index, person, self.domain)
        if self.at is None:
            return *named, "sent", message.made_at, message.made_at
        return *named, "waiting", min(message.made_at, self.at), None


def message_id(code: str, index: int, person: int, domain: str) -> str:
    """The Message-ID of the mail that tells a person of an entry: the same whenever it is sent."""
    return f"<{_digest(f'{code}/{index}/{person}')}@{domain}>"


def thread_id(code: str, case: int, domain: str) -> str:
    """The identity under which all mails of a case stand together."""
    return f"<{_digest(f'{code}/case/{case}')}@{domain}>"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGITS]


def expand(engine: Engine, domain: str, now: datetime, directories: Directories) -> None:
    """Turn into mails all messages whose post leads to somebody with an address; the others wait for the next run."""
    day = clock.local_date(now)
    _take_back(engine, clock.micros(now))
    for batch in _batches(engine, "o.expanded_at IS NULL", (), BATCH):
        planned = _plan(engine, batch, directories, lambda _: day)
        _write(engine, [one for one in planned if one.to.people or one.withheld], _Taking(domain, clock.micros(now)))


_GONE = "收件人的账号已停用，改寄代收的人"
_WAITING_FOR_GONE = f"state = 'waiting' AND (claimed_until IS NULL OR claimed_until <= ?) AND person_id IN ({LEFT})"
_DROP = f"UPDATE deliveries SET state = 'dropped', last_error = ? WHERE {_WAITING_FOR_GONE} RETURNING outbox_id"  # noqa: S608 as above
# A mail may have told its person in several posts; each of them may have another holder now.
_REOPEN = (
    "UPDATE outbox SET expanded_at = NULL WHERE EXISTS (SELECT 1 FROM outbox o WHERE {} "
    "AND o.jurisdiction = outbox.jurisdiction AND o.idx = outbox.idx) "
    "AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.outbox_id = outbox.id AND d.state <> 'dropped')"
)


def _take_back(engine: Engine, now: int) -> None:
    """Drop unsent mails to people whose accounts are all closed; their messages are turned into mails anew."""
    with reading(engine) as work:
        if not work.driver.all(f"SELECT 1 FROM deliveries WHERE {_WAITING_FOR_GONE} LIMIT 1", (now,)):  # noqa: S608 as above
            return
    with writing(engine) as work:
        driver = work.driver
        messages = {row[0] for row in driver.all(_DROP, (_GONE, now))}
        among, params = driver.among("o.id", messages)
        driver.run(_REOPEN.format(among), params)
        work.commit()


def settle_past(engine: Engine, before: datetime, domain: str = "localhost") -> int:
    """Mark all messages made before an instant as sent at the time they were made, without sending them; return how many were open."""
    directories, settled, limit = Directories(), 0, clock.micros(before)
    for batch in _batches(engine, "o.expanded_at IS NULL AND o.made_at < ?", (limit,), _BATCH_PAST):
        planned = _plan(engine, batch, directories, _day_made)
        _write(engine, planned, _Taking(domain, None))
        settled += len(planned)
    with writing(engine) as work:
        settled += _settle_waiting(work.driver, limit)
        work.commit()
    return settled


def _day_made(message: NewMessage) -> date:
    return clock.local_date(clock.from_micros(message.made_at))


_MADE = "(SELECT o.made_at FROM outbox o WHERE o.id = deliveries.outbox_id)"
_SETTLE = (
    f"UPDATE deliveries SET state = 'sent', sent_at = {_MADE}, claimed_until = NULL, last_error = '' "  # noqa: S608 our own words
    f"WHERE state = 'waiting' AND {_MADE} < ?"
)


def _settle_waiting(driver: Driver, limit: int) -> int:
    return driver.run(_SETTLE, (limit,))


_OPEN = (
    "SELECT o.id, o.jurisdiction, j.code, o.idx, o.case_id, o.post, o.made_at, i.leader_id, "
    "c.unit_id, c.answerable_id, c.inspection_id, c.round_id FROM outbox o "
    "JOIN jurisdictions j ON j.id = o.jurisdiction JOIN cases c ON c.id = o.case_id "
    "JOIN inspections i ON i.id = c.inspection_id WHERE {} AND o.id > ? ORDER BY o.id LIMIT ?"
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


def _planned(one: NewMessage, directory: Directory, ask: Callable[..., Addressees], day: date) -> Planned:
    withheld = one.case in directory.confided
    # Of all others it does not matter which case it is: many of them are asked once.
    where = one.where._replace(id=one.case) if withheld else one.where
    return Planned(one, ask(one.jurisdiction, one.post, one.leader, day, where), withheld)


_LOCK = "SELECT id FROM outbox WHERE {} AND expanded_at IS NULL ORDER BY id"
_COLUMNS = "outbox_id, case_id, person_id, message_id, state, next_at, sent_at, tries, last_error"
_ONCE = "ON CONFLICT (message_id) DO NOTHING"
_PUT = f"INSERT INTO deliveries ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, 0, '') {_ONCE}"  # noqa: S608 our own words
_PUT_ALL = (
    f"INSERT INTO deliveries ({_COLUMNS}) SELECT v.*, 0, '' FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], "  # noqa: S608 as above
    f"?::text[], ?::text[], ?::bigint[], ?::bigint[]) AS v {_ONCE}"
)
_TAKEN = "UPDATE outbox SET expanded_at = ? WHERE id = ?"
_TAKEN_ALL = (
    "UPDATE outbox SET expanded_at = v.at FROM unnest(?::bigint[], ?::bigint[]) AS v(at, id) WHERE outbox.id = v.id"
)


def _write(engine: Engine, planned: Sequence[Planned], taking: _Taking) -> None:
    """Write the mails of a batch and mark its messages as taken up, once only, even when several processes do so together."""
    if not planned:
        return
    with writing(engine) as work:
        driver = work.driver
        among, params = driver.among("id", [one.message.id for one in planned])
        lock = _LOCK.format(among) + ("" if driver.sqlite else " FOR UPDATE")
        still = {row[0] for row in driver.all(lock, params)}
        taken = [one for one in planned if one.message.id in still]
        _put(driver, (_PUT, _PUT_ALL), _mails(taken, taking))
        _put(driver, (_TAKEN, _TAKEN_ALL), [(taking.taken_at(one.message), one.message.id) for one in taken])
        work.commit()


def _put(driver: Driver, statements: tuple[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Execute a statement for all rows: one by one on SQLite, as arrays on PostgreSQL."""
    for_one, for_all = statements
    if rows and driver.sqlite:
        driver.put(for_one, rows)
    elif rows:
        driver.run(for_all, [array(column) for column in zip(*rows, strict=True)])


def _mails(taken: Sequence[Planned], taking: _Taking) -> list[tuple[Any, ...]]:
    """The rows of all mails; whoever is told of an entry in several posts gets one."""
    rows = [taking.mail(one.message, person) for one in taken for person in one.to.people]
    by_message_id = {row[3]: row for row in reversed(rows)}
    # In the order of the cases, as moves lock them: all writers take locks in one order, so none wait for each other.
    return sorted(by_message_id.values(), key=lambda row: (row[1], row[3]))
