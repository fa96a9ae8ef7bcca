"""Fixtures of the post: a relay, and a house whose mails can be read."""

from __future__ import annotations

import email
import email.policy
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

import clock
from notifications.deliver import Delivered, deliver
from notifications.settings import MailSettings, channel_for
from storage.engine import writing
from tests.household import end_posts
from tests.post.relay import Relay
from tests.post.sending import ROOT, folder, smtp
from tests.world import World


def parsed(content: bytes) -> EmailMessage:
    """The message as a reader's program sees it."""
    return email.message_from_bytes(content, policy=email.policy.SMTP)


def part(message: EmailMessage, kind: str) -> str:
    """The words of one part, `plain` or `html`."""
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@dataclass
class Office:
    """The post office of a world: where mails are put, and how they are sent."""

    world: World
    folder: Path
    relay: Relay

    def put(self, now: datetime | None = None, **more: Any) -> Delivered:
        """Deliver into the folder."""
        return self.deliver(folder(self.folder, **more), now)

    def put_each(self, now: datetime | None = None) -> None:
        """Deliver into the folder what each entry tells by itself, as if the post ran after every one."""
        aside = self.world.rows("SELECT DISTINCT idx FROM outbox WHERE expanded_at IS NULL ORDER BY idx")
        self.run("UPDATE outbox SET expanded_at = -1 WHERE expanded_at IS NULL")
        for (index,) in aside:
            self.run("UPDATE outbox SET expanded_at = NULL WHERE expanded_at = -1 AND idx = ?", index)
            self.put(now)

    def send(self, now: datetime | None = None, **more: Any) -> Delivered:
        """Deliver through the relay."""
        return self.deliver(smtp(self.relay.port, **more), now)

    def deliver(self, post: MailSettings, now: datetime | None = None) -> Delivered:
        """Deliver by these settings."""
        return deliver(self.world.engine, post, now or self.world.now, channel_for(post))

    def start_sending(self, transport: str = "smtp", now: datetime | None = None) -> subprocess.Popen[str]:
        """Deliver in a process of its own."""
        url = self.world.engine.url.render_as_string(hide_password=False)
        place = str(self.relay.port) if transport == "smtp" else str(self.folder)
        command = [sys.executable, "-m", "tests.post.sending", url, transport, place, clock.iso(now or self.world.now)]
        return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)

    def in_(self, **time: float) -> datetime:
        """The instant so much later."""
        return self.world.now + timedelta(**time)

    def mails(self) -> list[EmailMessage]:
        """What lies in the folder, the oldest first."""
        read = [parsed(file.read_bytes()) for file in self.folder.glob("*.eml")]
        return sorted(read, key=lambda one: (one["Date"].datetime, one["Subject"], one["To"]))

    def to(self, login: str) -> list[EmailMessage]:
        """What lies in the folder for one of the cast."""
        return [one for one in self.mails() if one["To"].addresses[0].addr_spec == f"{login}@example.test"]

    def readers(self) -> list[str]:
        """The logins that mails in the folder went to, each as often as it did."""
        return sorted(one["To"].addresses[0].username for one in self.mails())

    def run(self, sql: str, *params: Any) -> int:
        """Change rows as an administrator would."""
        with writing(self.world.engine) as work:
            hit = work.driver.run(sql, params)
            work.commit()
        return hit

    def empty(self, login: str) -> None:
        """Let one of the cast leave their post the day before."""
        end_posts(self.world, login, self.world.today - timedelta(days=1))

    def set_address(self, login: str, address: str | None) -> None:
        """Write an address behind the back of the register, which keeps a sound one or none."""
        person = self.world.people[login]
        self.world.spoilt = "的 email "
        self.run("UPDATE people SET email = ? WHERE id = ?", address, person)

    def states(self) -> dict[str, int]:
        """How many mails stand how."""
        rows = self.world.rows("SELECT state, COUNT(*) AS count FROM deliveries GROUP BY state")
        return {row.state: row.count for row in rows}


@pytest.fixture
def relay() -> Relay:
    """A relay that is not yet up."""
    return Relay()


@pytest.fixture
def up(relay: Relay) -> Iterator[Relay]:
    """The relay, up."""
    with relay:
        yield relay


@pytest.fixture
def office(world: World, tmp_path: Path, relay: Relay) -> Office:
    """The post office of a fresh house."""
    return Office(world, tmp_path / "mail", relay)
