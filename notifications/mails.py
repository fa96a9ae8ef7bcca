"""One letter 信 as it stands in the rows: who is told what, made when it is sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import clock
from notifications.holders import Directories, Directory, read_post
from notifications.waiting import thread_id
from storage.scope import Where
from storage.setting import UNSET, Setting, column, read_setting
from storage.sql import Driver, Row, as_date


@dataclass(frozen=True, slots=True)
class ToldIn:
    """A post in which the person is told; `stands_in` when the post is empty."""

    role: str
    unit: str
    stands_in: bool


@dataclass(frozen=True, slots=True)
class LastCheckpoint:
    """The last checkpoint of the jurisdiction's trail: its size, its root in base64."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice is made from; everything typed by people is still as they typed it."""

    name: str
    told_in: tuple[ToldIn, ...]
    place: str
    case: int
    number: str
    unit: str
    answerable: str
    round: str
    action: str
    facts: Mapping[str, Any]
    inputs: Mapping[str, Any]
    made_at: datetime
    today: date
    """The day of its letter, from which it counts how many days away its dates are."""
    checkpoint: LastCheckpoint | None = None
    setting: Setting = UNSET
    """What the office has set for its mails."""
    id: int = 0

    @property
    def made_on(self) -> date:
        """The local day of the entry."""
        return clock.local_date(self.made_at)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: its identity, the cases whose threads it stands in, to whom it goes, when it was made, and what it tells."""

    message_id: str
    threads: tuple[str, ...]
    name: str
    email: str
    made_at: datetime
    notices: tuple[Notice, ...]

    @property
    def setting(self) -> Setting:
        """What the office has set for its mails."""
        return self.notices[0].setting


class LetterRow(NamedTuple):
    """The columns of a letter, in the order they are read."""

    id: int
    message_id: str
    made_at: int
    tries: int
    day: Any
    person: int
    name: str
    email: str | None
    place: str
    code: str
    jurisdiction: int
    setting: str | None = None


class NoticeRow(NamedTuple):
    """The columns behind a notice, in the order they are read."""

    id: int
    post: str
    action: str
    facts: str
    made_at: int
    taken_at: int
    case: int
    number: str
    unit: str
    answerable: str
    round: str
    leader: int | None
    entry: bytes | None
    idx: int
    unit_id: int
    answerable_id: int
    inspection_id: int
    round_id: int

    @property
    def where(self) -> Where:
        """Where its case belongs."""
        return Where(self.unit_id, self.answerable_id, self.inspection_id, self.round_id, id=self.case)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The rows behind a letter, not parsed yet: a broken row then stops its notice alone."""

    row: LetterRow
    notices: Sequence[NoticeRow]
    siblings: Mapping[int, Sequence[tuple[str, str]]]
    """The post and the facts of every message of an entry that was taken up."""
    checkpoint: Row | None
    directory: Directory


_LETTER = (
    "SELECT l.id, l.message_id, l.made_at, l.tries, l.day, l.person_id, p.name, p.email, j.name, j.code, l.jurisdiction, "  # noqa: S608 our own words
    f"{column('l.jurisdiction')} FROM letters l JOIN people p ON p.id = l.person_id JOIN jurisdictions j ON j.id = l.jurisdiction WHERE l.id = ?"
)
_NOTICES = (
    "SELECT d.id, o.post, o.template, o.facts, o.made_at, o.expanded_at, o.case_id, c.number, u.name, a.name, r.name, i.leader_id, t.body, "
    "o.idx, c.unit_id, c.answerable_id, c.inspection_id, c.round_id "
    "FROM deliveries d JOIN outbox o ON o.id = d.outbox_id "
    "JOIN cases c ON c.id = o.case_id JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id "
    "JOIN rounds r ON r.id = c.round_id JOIN inspections i ON i.id = c.inspection_id "
    "LEFT JOIN trail t ON t.jurisdiction = o.jurisdiction AND t.idx = o.idx WHERE d.letter_id = ? AND d.state = 'waiting' ORDER BY d.id"
)
_SIBLINGS = (
    "SELECT o.idx, o.post, o.facts FROM deliveries d JOIN outbox o ON o.jurisdiction = d.jurisdiction AND o.idx = d.idx "
    "WHERE d.letter_id = ? AND o.expanded_at IS NOT NULL ORDER BY o.id"
)
_CHECKPOINT = "SELECT size, root FROM checkpoints WHERE jurisdiction = ? ORDER BY size DESC LIMIT 1"


def fetch(driver: Driver, directories: Directories, letter: int) -> Fetched:
    """Read the rows behind a letter."""
    found = driver.one(_LETTER, (letter,))
    if found is None:
        raise LookupError(f"没有编号为 {letter} 的信")
    row = LetterRow(*found)
    notices = [NoticeRow(*one) for one in driver.all(_NOTICES, (letter,))]
    siblings: dict[int, list[tuple[str, str]]] = {}
    for idx, post, facts in driver.all(_SIBLINGS, (letter,)):
        siblings.setdefault(idx, []).append((post, facts))
    checkpoint = driver.one(_CHECKPOINT, (row.jurisdiction,))
    return Fetched(row, notices, siblings, checkpoint, directories.of(driver, row.jurisdiction))


def build(fetched: Fetched) -> Letter:
    """Build the letter from its rows."""
    row = fetched.row
    domain = row.message_id.rpartition("@")[2].rstrip(">")
    cases = dict.fromkeys(one.case for one in fetched.notices)
    return Letter(
        row.message_id, tuple(thread_id(row.code, case, domain) for case in cases), row.name, (row.email or "").strip(),
        clock.from_micros(row.made_at), tuple(notice_of(fetched, one) for one in fetched.notices),
    )  # fmt: skip


def notice_of(fetched: Fetched, one: NoticeRow) -> Notice:
    """Build a notice from its rows: one for all posts in which the person is told of the entry."""
    row = fetched.row
    told = _told(fetched, one)
    # Somebody who is told in a post of their own is not told as a stand-in too.
    posts = [post for post, _ in told if not post.stands_in] or [post for post, _ in told]
    return Notice(
        row.name, tuple(posts), row.place, one.case, one.number, one.unit, one.answerable, one.round, one.action,
        _merged([facts for _, facts in told]), _inputs(one.entry), clock.from_micros(one.made_at), as_date(row.day) or date.min,
        _checkpoint(fetched.checkpoint), read_setting(row.setting), one.id,
    )  # fmt: skip


def _told(fetched: Fetched, one: NoticeRow) -> list[tuple[ToldIn, str]]:
    """The posts that brought the person this notice on the day it was taken up, each with its facts."""
    person, directory = fetched.row.person, fetched.directory
    day = clock.local_date(clock.from_micros(one.taken_at))
    siblings = fetched.siblings.get(one.idx, ())
    found = [(post, facts, directory.addressees(post, one.leader, day, one.where)) for post, facts in siblings]
    told = [
        (_told_in(directory, post, stands_in=to.takes_for_another(person)), facts)
        for post, facts, to in found
        if person in to.people
    ]
    # The posts as they were found on that day, even if they were changed since.
    return told or [(_told_in(directory, one.post, stands_in=False), one.facts)]


def _told_in(directory: Directory, post: str, *, stands_in: bool) -> ToldIn:
    role, unit = read_post(post)
    place = directory.units.get(unit)
    return ToldIn(role, place.name if place else "", stands_in)


def _merged(facts: Sequence[str]) -> dict[str, Any]:
    """The facts of all the posts: the rungs told of are put together, each clock once."""
    read = [json.loads(one) for one in facts]
    told = {one["rule"]: one for own in read for one in own.get("told", ())}
    return {name: fact for own in read for name, fact in own.items()} | {"told": list(told.values())}


def _inputs(body: bytes | None) -> dict[str, Any]:
    """What the entry says it was reckoned from."""
    if body is None:
        return {}
    inputs: dict[str, Any] = json.loads(bytes(body)).get("inputs", {})
    return inputs


def _checkpoint(row: Row | None) -> LastCheckpoint | None:
    return LastCheckpoint(row[0], base64.b64encode(bytes(row[1])).decode()) if row else None
