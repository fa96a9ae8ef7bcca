"""The letters that wait: forming the next one or taking up one that was tried, and marking what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

import clock
from notifications.holders import Directories
from storage.scope import Where
from storage.sql import Driver, Row

_DIGITS = 32
WITHHELD = "问题已限定知悉，收件人不在知悉范围"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a letter: sent, failed for good, or waiting until `next_at` (microseconds) with the reason.

    One that was sent and yet stays in the house, in a folder, has that for its reason. Notices that cannot be made go
    their own way: those of `unmade` leave the letter, and are looked at again at `next_at`, or given up.
    """

    letter: int
    state: Literal["sent", "failed", "waiting"]
    next_at: int
    error: str = ""
    unmade: Sequence[int] = ()
    given_up: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Taking:
    """When letters are taken: the instant, until when one is claimed (microseconds), where the office is open, what domain names them."""

    now: int
    until: int
    open_in: Sequence[int]
    domain: str

    @property
    def day(self) -> date:
        """The local day of the instant."""
        return clock.local_date(clock.from_micros(self.now))


def message_id(code: str, entries: Sequence[int], person: int, domain: str) -> str:
    """The Message-ID of the letter that tells a person of entries: the same whenever it is sent."""
    told = "+".join(str(one) for one in sorted(entries))
    return f"<{_digest(f'{code}/{told}/{person}')}@{domain}>"


def thread_id(code: str, case: int, domain: str) -> str:
    """The identity under which all letters about a case stand together."""
    return f"<{_digest(f'{code}/case/{case}')}@{domain}>"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGITS]


def take(driver: Driver, directories: Directories, taking: Taking) -> int | None:
    """Claim the next letter that is due, one that was tried before or a new one; None when there is none."""
    while (tried := _take_up(driver, taking)) is not None:
        if _weed(driver, directories, taking, tried):
            return tried
    while found := _pick(driver, taking):
        formed = _form(driver, directories, taking, *found)
        if formed is not None:
            return formed
    return None


_TAKE_UP = (
    "UPDATE letters SET claimed_until = ? WHERE id = (SELECT l.id FROM letters l WHERE l.state = 'waiting' AND l.next_at <= ? "
    "AND (l.claimed_until IS NULL OR l.claimed_until <= ?) AND (l.any_hour OR {}) ORDER BY l.next_at, l.id LIMIT 1{}) RETURNING id"
)


def _take_up(driver: Driver, taking: Taking) -> int | None:
    among, params = driver.among("l.jurisdiction", taking.open_in)
    sql = _TAKE_UP.format(among, "" if driver.sqlite else " FOR UPDATE SKIP LOCKED")
    row = driver.one(sql, (taking.until, taking.now, taking.now, *params))
    return row[0] if row else None


# No notice of a case overtakes an earlier one to the same person: one that a letter has which still waits, or that could
# not be made and waits for its time.
_FREE = (
    "d.state = 'waiting' AND d.letter_id IS NULL AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.person_id = d.person_id "
    "AND e.case_id = d.case_id AND e.state = 'waiting' AND (e.letter_id IS NOT NULL OR (e.last_error <> '' AND e.next_at > ? AND e.idx <= d.idx)))"
)
_PICK = (
    "SELECT d.person_id, c.answerable_id FROM deliveries d JOIN cases c ON c.id = d.case_id{} "  # noqa: S608 our own words
    f"WHERE d.next_at <= ? AND (d.speed = 'now' OR {{}}) AND {_FREE} ORDER BY d.next_at, d.id LIMIT 1{{}}"
)


def _pick(driver: Driver, taking: Taking) -> tuple[int, int] | None:
    """The person and the unit of the next letter; no other process forms one for that person before the transaction ends."""
    among, params = driver.among("d.jurisdiction", taking.open_in)
    join, lock = (
        ("", "") if driver.sqlite else (" JOIN people p ON p.id = d.person_id", " FOR NO KEY UPDATE OF p SKIP LOCKED")
    )
    row = driver.one(_PICK.format(join, among, lock), (taking.now, *params, taking.now))
    return (row[0], row[1]) if row else None


_ITEM = (
    "SELECT d.id, d.jurisdiction, d.idx, d.speed, c.id, c.unit_id, c.answerable_id, c.inspection_id, c.round_id, i.leader_id, j.code, d.person_id "
    "FROM deliveries d JOIN cases c ON c.id = d.case_id JOIN inspections i ON i.id = c.inspection_id JOIN jurisdictions j ON j.id = d.jurisdiction "
)
_FROZEN = f"{_ITEM}WHERE d.letter_id = ? AND d.state = 'waiting' ORDER BY d.id"
_END = "UPDATE letters SET state = 'dropped', claimed_until = NULL, last_error = ? WHERE id = ?"


def _weed(driver: Driver, directories: Directories, taking: Taking, letter: int) -> bool:
    """Drop what the person may no longer see from a letter that was tried; say whether anything is left of it."""
    left = _readable(driver, directories, taking, driver.all(_FROZEN, (letter,)))
    if not left:
        driver.run(_END, (WITHHELD, letter))
    return bool(left)


# All that waits for the person about the unit goes along: what would only leave later, too.
_ITEMS = f"{_ITEM}WHERE d.person_id = ? AND c.answerable_id = ? AND {_FREE} ORDER BY d.id"
_NUMBER = "SELECT COALESCE(MAX(number), 0) + 1 FROM letters WHERE person_id = ? AND unit_id = ? AND day = ?"
_PUT = (
    "INSERT INTO letters (jurisdiction, person_id, unit_id, day, number, message_id, any_hour, made_at, state, tries, next_at, claimed_until, last_error) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?, '') ON CONFLICT (person_id, unit_id, day, number) DO NOTHING RETURNING id"
)
_FREEZE = "UPDATE deliveries SET letter_id = ? WHERE {}"


def _form(driver: Driver, directories: Directories, taking: Taking, person: int, unit: int) -> int | None:
    """Make the letter of what waits for a person about a unit; None when nothing is left that the person may read."""
    items = _readable(driver, directories, taking, driver.all(_ITEMS, (person, unit, taking.now)))
    if not items:
        return None
    place, code, day = items[0][1], items[0][10], taking.day
    ((number,),) = driver.all(_NUMBER, (person, unit, day))
    name = message_id(code, [one[2] for one in items], person, taking.domain)
    any_hour = any(one[3] == "now" for one in items)
    row = driver.one(_PUT, (place, person, unit, day, number, name, any_hour, taking.now, taking.now, taking.until))
    # None where another process took the number for what it found: the next look sees both.
    letter: int | None = row[0] if row else None
    if letter is not None:
        among, params = driver.among("id", [one[0] for one in items])
        driver.run(_FREEZE.format(among), (letter, *params))
    return letter


def _readable(driver: Driver, directories: Directories, taking: Taking, items: Sequence[Row]) -> list[Row]:
    """The notices that their person may still read; the others are dropped."""
    kept = [one for one in items if _may_read(driver, directories, taking, one)]
    gone = [one[0] for one in items if one not in kept]
    if gone:
        among, params = driver.among("id", gone)
        driver.run(f"UPDATE deliveries SET state = 'dropped', last_error = ? WHERE {among}", (WITHHELD, *params))  # noqa: S608 as above
    return kept


def _may_read(driver: Driver, directories: Directories, taking: Taking, item: Row) -> bool:
    case, unit, answerable, inspection, around, leader = item[4:10]
    where = Where(unit, answerable, inspection, around, id=case)
    return directories.of(driver, item[1]).admits(where, item[11], taking.day, leader)


_MARK = (
    "UPDATE letters SET state = ?, next_at = ?, sent_at = ?, last_error = ?, tries = tries + 1, claimed_until = NULL "
    "WHERE id = ? AND state = 'waiting'"
)
_MARK_ITEMS = "UPDATE deliveries SET state = ?, next_at = ?, sent_at = ?, last_error = ? WHERE letter_id = ? AND state = 'waiting'"
_LET_GO = "UPDATE deliveries SET letter_id = NULL, state = ?, next_at = ?, last_error = ? WHERE {} AND letter_id = ? AND state = 'waiting'"
_NEVER_WAS = "DELETE FROM letters WHERE id = ? AND state = 'waiting' AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.letter_id = letters.id)"
_LEFT = (
    "SELECT (SELECT COUNT(*) FROM (SELECT DISTINCT d.person_id, COALESCE(d.letter_id, 0), CASE WHEN d.letter_id IS NULL THEN c.answerable_id END "
    "FROM deliveries d JOIN cases c ON c.id = d.case_id WHERE d.state = 'waiting') AS letters) + (SELECT COUNT(*) FROM outbox WHERE expanded_at IS NULL)"
)


def mark(driver: Driver, fate: Fate, now: int) -> int:
    """Write what became of a letter and of its notices; return 0 when another process has already written it."""
    for state, items in (("waiting", fate.unmade), ("failed", fate.given_up)):
        if items:
            among, params = driver.among("id", items)
            driver.run(_LET_GO.format(among), (state, fate.next_at, fate.error, *params, fate.letter))
    # A letter of which nothing could be made never was one.
    if driver.run(_NEVER_WAS, (fate.letter,)):
        return 0
    sent_at = now if fate.state == "sent" else None
    next_at = now if fate.unmade or fate.given_up else fate.next_at
    hit = driver.run(_MARK, (fate.state, next_at, sent_at, fate.error, fate.letter))
    if hit:
        driver.run(_MARK_ITEMS, (fate.state, fate.next_at, sent_at, fate.error, fate.letter))
    return hit


def left(driver: Driver) -> int:
    """How many letters wait, those that would leave now from what is gathered among them, and messages for which nobody could be found."""
    row = driver.one(_LEFT)
    return row[0] if row else 0
