"""Delivering 发送邮件: at least once to the right people, never one ahead of an earlier one of its case."""

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
from notifications.mails import Fetched, build, fetch
from notifications.settings import MailSettings
from notifications.waiting import Fate, left, mark, take
from storage.engine import reading, writing

log = structlog.get_logger()
LOST_IN_A_ROW = 3
_SECOND = 1_000_000
_LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a run did: mails sent and failed for good, and how many mails or messages are left."""

    sent: int
    failed: int
    left: int


def deliver(engine: Engine, post: MailSettings, now: datetime, channel: Channel) -> Delivered:
    """Send all that is due now over the channel; what cannot leave stays. Any number of processes may run at once.

    1. `expand`: every message that waits becomes one mail for each person it reaches; one short transaction a batch.
    2. `turn_over`: claim the next mail that is due; committed before anything leaves the house.
    3. `send`: outside any transaction, build the mail and hand it over. A crash here leaves the mail claimed: when the
       claim has run out it goes again, under the same Message-ID.
    4. `turn_over` again: write what became of it, and claim the next in the same transaction; so on, until none is due.
    """
    directories = Directories()
    expand(engine, post.domain, now, directories)
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

    def turn_over(self, fate: Fate | None) -> Fetched | None:
        """Write what became of the last mail and claim the next, in one short transaction; None ends the run."""
        with writing(self.engine) as work:
            driver = work.driver
            if fate is not None:
                self._count(fate, mark(driver, fate, self.now))
            # A relay that is down is asked again by the next run, not once for every mail that waits.
            until = self.now + self.post.claim * _SECOND
            taken = take(driver, self.now, until) if self.lost < LOST_IN_A_ROW else None
            fetched = fetch(driver, self.directories, taken) if taken is not None else None
            work.commit()
        return fetched

    def send(self, channel: Channel, fetched: Fetched) -> Fate:
        """Make the mail and hand it over; say what became of it."""
        if fetched.withheld_on(clock.local_date(clock.from_micros(self.now))):
            return Fate(fetched.delivery, "dropped", self.now, "问题已限定知悉，收件人不在知悉范围")
        try:
            mail = build(fetched)
            channel.send(compose(mail, self.post), mail.message_id, self.post.sender, mail.email)
        except Lost as error:
            self.lost += 1
            return self._again(fetched, str(error))
        except Retry as error:
            self.lost = 0
            return self._again(fetched, str(error))
        except RefusedForGood as error:
            self.lost = 0
            return Fate(fetched.delivery, "failed", self.now, _short(str(error)))
        except Exception as error:  # one mail that cannot be made must not hold up the others
            log.exception("post.unmade", delivery=fetched.delivery)
            return self._again(fetched, f"{type(error).__name__}: {error}")
        self.lost = 0
        return Fate(fetched.delivery, "sent", self.now, channel.stays)

    def _again(self, fetched: Fetched, error: str) -> Fate:
        wait = self.post.wait(fetched.row.tries + 1)
        if wait is None:
            return Fate(fetched.delivery, "failed", self.now, _short(error))
        return Fate(fetched.delivery, "waiting", self.now + wait * _SECOND, _short(error))

    def _count(self, fate: Fate, hit: int) -> None:
        self.sent += hit if fate.state == "sent" else 0
        self.failed += hit if fate.state == "failed" else 0


def _short(error: str) -> str:
    return one_line(error, _LONGEST_ERROR)
