"""From a mail to its bytes: MIME by the library, headers that nobody can break out of."""

from __future__ import annotations

import email.policy
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

import clock
from notifications.addresses import display_name
from notifications.channels import RefusedForGood
from notifications.mails import Mail
from notifications.render import render
from notifications.settings import MailSettings
from storage.addresses import is_address

_REGISTRY = HeaderRegistry()
# As plain text a long reference would be folded into encoded words, and no reader would find its thread.
for _name in ("references", "in-reply-to"):
    _REGISTRY.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type]  # typeshed knows less than the library
POLICY = email.policy.SMTP.clone(header_factory=_REGISTRY)


class BadAddress(RefusedForGood):
    """The person cannot be written to."""

    def __init__(self, name: str, address: str) -> None:
        what = f"的邮箱“{address}”写法不对" if address else "没有邮箱"
        super().__init__(f"{name}{what}，请在人员资料中更正")


def compose(mail: Mail, settings: MailSettings) -> bytes:
    """The mail as it goes over the wire, the same bytes each time; BadAddress when the person has no usable address."""
    words = render(mail, mail.setting.link or settings.link)
    message = headed(mail, settings, words.subject)
    # Base64 holds every line under 998 bytes and survives a relay without 8BITMIME.
    message.set_content(words.text, cte="base64")
    message.add_alternative(words.html, subtype="html", cte="base64")
    # The library would draw a random one, and a mail sent again would not be the same bytes.
    message.set_boundary(f"=_{sha256(mail.message_id.encode()).hexdigest()[:32]}")
    return message.as_bytes(policy=POLICY)


def headed(mail: Mail, settings: MailSettings, subject: str) -> EmailMessage:
    """A message with all its headers and nothing in it yet; BadAddress when the person has no usable address."""
    if not is_address(mail.email):
        raise BadAddress(mail.name, mail.email)
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(display_name(mail.setting.from_name), addr_spec=settings.sender)
    message["To"] = Address(display_name(mail.name), addr_spec=mail.email)
    message["Subject"] = subject
    message["Date"] = format_datetime(mail.made_at.astimezone(clock.SHANGHAI))
    message["Message-ID"] = mail.message_id
    message["In-Reply-To"] = message["References"] = mail.thread
    message["Auto-Submitted"] = "auto-generated"
    return message
