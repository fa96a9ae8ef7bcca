"""Channels 通道: how a mail leaves the house; one file each."""

from __future__ import annotations

from typing import Protocol


class Channel(Protocol):
    """A way out of the house. It opens at the first message; once `send` returns, somebody else answers for the message."""

    @property
    def stays(self) -> str:
        """What is noted of each message that was taken and yet has not left the house; nothing where it leaves."""
        ...

    def send(self, message: bytes, message_id: str, sender: str, recipient: str) -> None:
        """Hand one message over; RefusedForGood, Retry or Lost say why it was not taken."""
        ...

    def close(self) -> None:
        """Let go of what is open; never raises."""
        ...


class NotSent(Exception):
    """The message was not taken."""


class RefusedForGood(NotSent):
    """RefusedForGood for good: sending it again would be refused again."""


class Retry(NotSent):
    """Not taken this time: to be tried again later."""


class Lost(Retry):
    """The way out itself is closed or broken: no other message would get through now either."""
