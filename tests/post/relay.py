"""A real SMTP server on 127.0.0.1 that answers as the test tells it to."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, syntax

from tests.databases import free_port


@dataclass(frozen=True)
class Taken:
    """One message that the relay has answered 250 for."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass
class Relay:
    """The relay, its answers for the next commands of each kind, and all that it took."""

    port: int = field(default_factory=free_port)
    tls: ssl.SSLContext | None = None
    password: str | None = None
    taken: list[Taken] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    refusals: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    together: int = 0
    gathered: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)
    cuts: int = 0
    connections: int = 0
    stop_victim: int | None = None
    kill_victim: int | None = None
    struck: threading.Event = field(default_factory=threading.Event)
    _controller: Controller | None = None

    def __enter__(self) -> Self:
        """Listen; the library's own probe is not counted."""
        self._controller = _Listening(self)
        self._controller.start()
        self.connections = 0
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening; what was taken stays readable."""
        assert self._controller is not None
        self._controller.stop()

    def recipients(self) -> list[str]:
        """Who was written to, in order."""
        return [one for taken in self.taken for one in taken.recipients]

    # The hooks of aiosmtpd, named and called as it does.

    async def handle_MAIL(self, *said: Any) -> str:  # noqa: N802
        _, _, envelope, address, options = said
        if self.answers["MAIL"]:
            return self.answers["MAIL"].pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, *said: Any) -> str:  # noqa: N802
        _, _, envelope, address, _ = said
        self.asked.append(address)
        refusal = self.refusals.get(address) or (self.answers["RCPT"].pop(0) if self.answers["RCPT"] else None)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, *said: Any) -> str:  # noqa: N802
        envelope: Envelope = said[2]
        if self.answers["DATA"]:
            return self.answers["DATA"].pop(0)
        if self.delay:
            await asyncio.sleep(self.delay)
            return "451 too slow"
        if self.kill_victim and not self.struck.is_set():
            os.kill(self.kill_victim, signal.SIGKILL)
            self.struck.set()
            return "451 nobody there"
        if self.together:  # the first waits for the others
            await self.gathered.wait()
        assert isinstance(envelope.content, bytes)
        self.taken.append(Taken(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content))
        if self.stop_victim and not self.struck.is_set():
            # Stopped before the 250 is on the wire: it can never mark what we have taken.
            os.kill(self.stop_victim, signal.SIGSTOP)
            self.struck.set()
        return "250 OK"

    def log_in(self, *said: Any) -> AuthResult:
        """Accept the one password."""
        data = said[-1]
        known = isinstance(data, LoginPassword) and data.password == (self.password or "").encode()
        return AuthResult(success=known, handled=False)


class _Listening(Controller):
    """The controller, with a server that can hang up in the midst of DATA."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        options: dict[str, Any] = {"tls_context": relay.tls, "require_starttls": relay.tls is not None}
        if relay.password:
            options |= {"authenticator": relay.log_in, "auth_required": True}
        super().__init__(relay, hostname="127.0.0.1", port=relay.port, **options)

    def factory(self) -> SMTP:
        self.relay.connections += 1
        if self.relay.connections == self.relay.together:
            self.relay.gathered.set()
        return _Server(self.relay, self.handler, **self.SMTP_kwargs)


class _Server(SMTP):
    def __init__(self, relay: Relay, handler: Any, **options: Any) -> None:
        super().__init__(handler, **options)
        self.relay = relay

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.relay.cuts:
            self.relay.cuts -= 1
            await self.push("354 go on")
            assert self.transport is not None
            self.transport.close()
            return
        await super().smtp_DATA(arg)
