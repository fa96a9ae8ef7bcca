"""From a letter to its bytes: MIME by the library, headers that nobody can break out of."""

from __future__ import annotations

import email.policy
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

import clock
from notifications.addresses import display_name
from notifications.channels import RefusedForGood
from notifications.mails import Letter
from notifications.settings import MailSettings
from notifications.together import render_letter
from storage.addresses import is_address


class _Threads(MessageIDHeader):
    """Identities of threads, one on each line: the library would read the first alone, and as plain text a long one would become encoded words."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        super().parse(value.partition(" ")[0], kwds)
        kwds["decoded"] = value

    def fold(self, *, policy: Policy) -> str:
        name: str = self.name  # type: ignore[attr-defined]  # typeshed knows less than the library
        return f"{name}: {f'{policy.linesep} '.join(str(self).split())}{policy.linesep}"


_REGISTRY = HeaderRegistry()
for _name in ("references", "in-reply-to"):
    _REGISTRY.map_to_type(_name, _Threads)  # type: ignore[arg-type]  # as above
POLICY = email.policy.SMTP.clone(header_factory=_REGISTRY)


class BadAddress(RefusedForGood):
    """The person cannot be written to."""

    def __init__(self, name: str, address: str) -> None:
        what = f"的邮箱“{address}”写法不对" if address else "没有邮箱"
        super().__init__(f"{name}{what}，请在人员资料中更正")


def compose(letter: Letter, settings: MailSettings) -> bytes:
    """The letter as it goes over the wire, the same bytes each time; BadAddress when the person has no usable address."""
    words = render_letter(letter, letter.setting.link or settings.link)
    message = headed(letter, settings, words.subject)
    # Base64 holds every line under 998 bytes and survives a relay without 8BITMIME.
    message.set_content(words.text, cte="base64")
    message.add_alternative(words.html, subtype="html", cte="base64")
    # The library would draw a random one, and a mail sent again would not be the same bytes.
    message.set_boundary(f"=_{sha256(letter.message_id.encode()).hexdigest()[:32]}")
    return message.as_bytes(policy=POLICY)


def headed(letter: Letter, settings: MailSettings, subject: str) -> EmailMessage:
    """A message with all its headers and nothing in it yet; BadAddress when the person has no usable address."""
    if not is_address(letter.email):
        raise BadAddress(letter.name, letter.email)
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(display_name(letter.setting.from_name), addr_spec=settings.sender)
    message["To"] = Address(display_name(letter.name), addr_spec=letter.email)
    message["Subject"] = subject
    message["Date"] = format_datetime(letter.made_at.astimezone(clock.SHANGHAI))
    message["Message-ID"] = letter.message_id
    message["In-Reply-To"] = message["References"] = " ".join(letter.threads)
    message["Auto-Submitted"] = "auto-generated"
    return message
