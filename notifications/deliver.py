"""Delivering 寄信: at least once to the right people, one letter for what waits, never one ahead of an earlier one of its case."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Engine

import clock
from notifications.addresses import one_line
from notifications.channels import Channel, Lost, RefusedForGood, Retry
from notifications.compose import compose
from notifications.expansion import expand
from notifications.holders import Directories
from notifications.mails import Fetched, NoticeRow, build, fetch, notice_of
from notifications.render import render
from notifications.settings import MailSettings
from notifications.waiting import Fate, Taking, left, mark, take
from storage.engine import reading, writing
from storage.sql import Driver

log = structlog.get_logger()
LOST_IN_A_ROW = 3
_SECOND = 1_000_000
_LONGEST_ERROR = 300
_UNMADE = 3600
"""Seconds until a notice that could not be made is looked at again."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a run did: letters sent and failed for good, and how many letters or messages are left."""

    sent: int
    failed: int
    left: int


def deliver(engine: Engine, post: MailSettings, now: datetime, channel: Channel) -> Delivered:
    """Send all that is due now over the channel; what cannot leave stays. Any number of processes may run at once.

    1. `expand`: every message that waits becomes one notice for each person it reaches; one short transaction a batch.
    2. `turn_over`: form the next letter that is due of what waits for a person about a unit, which freezes what it tells,
       and claim it; or claim one that was tried before. Committed before anything leaves the house.
    3. `send`: outside any transaction, build the letter and hand it over. A crash here leaves it claimed: when the claim
       has run out it goes again, under the same Message-ID.
    4. `turn_over` again: write what became of it, and claim the next in the same transaction; so on, until none is due.

    Outside office hours what may wait does: it is counted as left.
    """
    directories = Directories(post.times)
    expand(engine, now, directories)
    run = _Run(engine, post, clock.micros(now), directories)
    with closing(channel):
        fetched = run.turn_over(None)
        while fetched is not None:
            fetched = run.turn_over(run.send(channel, fetched))
    with reading(engine) as work:
        return Delivered(run.sent, run.failed, left(work.driver))


@dataclass(slots=True)
class _Run:
    """One run: where it is, and what it has done so far."""

    engine: Engine
    post: MailSettings
    now: int
    directories: Directories
    sent: int = 0
    failed: int = 0
    lost: int = 0
    taking: Taking | None = None

    def turn_over(self, fate: Fate | None) -> Fetched | None:
        """Write what became of the last letter and claim the next, in one short transaction; None ends the run."""
        with writing(self.engine) as work:
            driver = work.driver
            if fate is not None:
                self._count(fate, mark(driver, fate, self.now))
            # A relay that is down is asked again by the next run, not once for every letter that waits.
            taken = take(driver, self.directories, self._taking(driver)) if self.lost < LOST_IN_A_ROW else None
            fetched = fetch(driver, self.directories, taken) if taken is not None else None
            work.commit()
        return fetched

    def _taking(self, driver: Driver) -> Taking:
        if self.taking is None:
            until = self.now + self.post.claim * _SECOND
            open_in = self.directories.open_at(driver, clock.from_micros(self.now))
            self.taking = Taking(self.now, until, open_in, self.post.domain)
        return self.taking

    def send(self, channel: Channel, fetched: Fetched) -> Fate:
        """Make the letter and hand it over; say what became of it."""
        letter = fetched.row.id
        try:
            made = build(fetched)
            channel.send(compose(made, self.post), made.message_id, self.post.sender, made.email)
        except Lost as error:
            self.lost += 1
            return self._again(fetched, str(error))
        except Retry as error:
            self.lost = 0
            return self._again(fetched, str(error))
        except RefusedForGood as error:
            self.lost = 0
            return Fate(letter, "failed", self.now, _short(str(error)))
        except Exception as error:  # one letter that cannot be made must not hold up the others
            log.exception("post.unmade", letter=letter)
            return self._without(fetched, f"{type(error).__name__}: {error}")
        self.lost = 0
        return Fate(letter, "sent", self.now, channel.stays)

    def _without(self, fetched: Fetched, error: str) -> Fate:
        """Let the notices go that cannot be made: the rest of the letter is made at once, they are tried again later."""
        unmade = [one for one in fetched.notices if not _can_be_made(fetched, one, self.post.link)]
        if not unmade:
            return self._again(fetched, error)
        old = self.now - self.post.retry_for * _SECOND
        kept, given_up = ([one.id for one in unmade if (one.made_at < old) == gone] for gone in (False, True))
        self.failed += len(given_up)
        return Fate(fetched.row.id, "waiting", self.now + _UNMADE * _SECOND, _short(error), kept, given_up)

    def _again(self, fetched: Fetched, error: str) -> Fate:
        wait = self.post.wait(fetched.row.tries + 1)
        if wait is None:
            return Fate(fetched.row.id, "failed", self.now, _short(error))
        return Fate(fetched.row.id, "waiting", self.now + wait * _SECOND, _short(error))

    def _count(self, fate: Fate, hit: int) -> None:
        self.sent += hit if fate.state == "sent" else 0
        self.failed += hit if fate.state == "failed" else 0


def _can_be_made(fetched: Fetched, one: NoticeRow, link: str) -> bool:
    try:
        render(notice_of(fetched, one), link)
    except Exception:  # noqa: BLE001 whatever is wrong with it, it is left out
        return False
    return True


def _short(error: str) -> str:
    return one_line(error, _LONGEST_ERROR)
