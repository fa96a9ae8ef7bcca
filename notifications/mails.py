"""One mail 邮件 as it stands in the rows: who is told what, made when it is sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import clock
from notifications.expansion import thread_id
from notifications.holders import Directories, Directory, read_post
from storage.scope import Where
from storage.setting import UNSET, Setting, column, read_setting
from storage.sql import Driver, Row


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
class Mail:
    """What a mail is made from; everything typed by people is still as they typed it."""

    message_id: str
    thread: str
    name: str
    email: str
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
    checkpoint: LastCheckpoint | None = None
    setting: Setting = UNSET
    """What the office has set for its mails."""

    @property
    def made_on(self) -> date:
        """The local day of the entry, from which a mail counts how many days away its dates are."""
        return clock.local_date(self.made_at)


class MailRow(NamedTuple):
    """The columns behind a mail, in the order they are read."""

    person: int
    message_id: str
    name: str
    email: str | None
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
    place: str
    code: str
    leader: int | None
    entry: bytes | None
    tries: int
    jurisdiction: int
    idx: int
    unit_id: int
    answerable_id: int
    inspection_id: int
    round_id: int
    setting: str | None = None

    @property
    def where(self) -> Where:
        """Where its case belongs."""
        return Where(self.unit_id, self.answerable_id, self.inspection_id, self.round_id, id=self.case)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The rows behind a mail, not parsed yet: a broken row then stops this mail alone."""

    delivery: int
    row: MailRow
    siblings: Sequence[Row]
    checkpoint: Row | None
    directory: Directory

    def withheld_on(self, day: date) -> bool:
        """Say whether its case is for some alone by now 限定知悉, and the person is none of them."""
        return not self.directory.admits(self.row.where, self.row.person, day, self.row.leader)


_ROW = (
    "SELECT d.person_id, d.message_id, p.name, p.email, o.post, o.template, o.facts, o.made_at, o.expanded_at, "  # noqa: S608 our own words
    "o.case_id, c.number, u.name, a.name, r.name, j.name, j.code, i.leader_id, t.body, d.tries, o.jurisdiction, o.idx, "
    f"c.unit_id, c.answerable_id, c.inspection_id, c.round_id, {column('o.jurisdiction')} "
    "FROM deliveries d JOIN outbox o ON o.id = d.outbox_id JOIN people p ON p.id = d.person_id "
    "JOIN cases c ON c.id = o.case_id JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id "
    "JOIN rounds r ON r.id = c.round_id JOIN inspections i ON i.id = c.inspection_id "
    "JOIN jurisdictions j ON j.id = o.jurisdiction "
    "LEFT JOIN trail t ON t.jurisdiction = o.jurisdiction AND t.idx = o.idx WHERE d.id = ?"
)
_SIBLINGS = "SELECT post, facts FROM outbox WHERE jurisdiction = ? AND idx = ? AND expanded_at IS NOT NULL ORDER BY id"
_CHECKPOINT = "SELECT size, root FROM checkpoints WHERE jurisdiction = ? ORDER BY size DESC LIMIT 1"


def fetch(driver: Driver, directories: Directories, delivery: int) -> Fetched:
    """Read the rows behind a mail."""
    found = driver.one(_ROW, (delivery,))
    if found is None:
        raise LookupError(f"没有编号为 {delivery} 的邮件")
    row = MailRow(*found)
    siblings = driver.all(_SIBLINGS, (row.jurisdiction, row.idx))
    checkpoint = driver.one(_CHECKPOINT, (row.jurisdiction,))
    return Fetched(delivery, row, siblings, checkpoint, directories.of(driver, row.jurisdiction))


def build(fetched: Fetched) -> Mail:
    """Build the mail from its rows: one for all posts in which the person is told of the entry."""
    row = fetched.row
    told = _told(fetched)
    # Somebody who is told in a post of their own is not told as a stand-in too.
    posts = [post for post, _ in told if not post.stands_in] or [post for post, _ in told]
    domain = row.message_id.rpartition("@")[2].rstrip(">")
    return Mail(
        row.message_id, thread_id(row.code, row.case, domain), row.name, (row.email or "").strip(), tuple(posts),
        row.place, row.case, row.number, row.unit, row.answerable, row.round, row.action,
        _merged([facts for _, facts in told]), _inputs(row.entry), clock.from_micros(row.made_at),
        _checkpoint(fetched.checkpoint), read_setting(row.setting),
    )  # fmt: skip


def _told(fetched: Fetched) -> list[tuple[ToldIn, str]]:
    """The posts that brought the person this mail on the day it was taken up, each with its facts."""
    row, directory = fetched.row, fetched.directory
    day = clock.local_date(clock.from_micros(row.taken_at))
    found = [(post, facts, directory.addressees(post, row.leader, day, row.where)) for post, facts in fetched.siblings]
    told = [
        (_told_in(directory, post, stands_in=to.takes_for_another(row.person)), facts)
        for post, facts, to in found
        if row.person in to.people
    ]
    # The posts as they were found on that day, even if they were changed since.
    return told or [(_told_in(directory, row.post, stands_in=False), row.facts)]


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
