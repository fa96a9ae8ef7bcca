"""A trial letter 测试信: sent there and then, so that who sets the house up sees that mail leaves it."""

from __future__ import annotations

import secrets
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import clock
from notifications.addresses import display_name
from notifications.channels import NotSent
from notifications.compose import POLICY, BadAddress
from notifications.settings import MailSettings, channel_for
from storage.addresses import is_address


def send_trial(settings: MailSettings, place: str, name: str, email: str, now: datetime) -> str:
    """Send a letter to somebody; return the empty text, or why it was not taken, as a sentence."""
    identity = f"<trial.{secrets.token_hex(8)}@{settings.domain}>"
    channel = channel_for(settings)
    try:
        message = _letter(settings, place, name, email, identity, now)
        channel.send(message.as_bytes(policy=POLICY), identity, settings.address, email)
    except NotSent as why:
        return str(why)
    finally:
        channel.close()
    return ""


def _letter(settings: MailSettings, place: str, name: str, email: str, identity: str, now: datetime) -> EmailMessage:
    if not is_address(email):
        raise BadAddress(name, email)
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(settings.name, addr_spec=settings.address)
    message["To"] = Address(display_name(name), addr_spec=email)
    message["Subject"] = f"测试信：{place}巡察整改"
    message["Date"] = format_datetime(now.astimezone(clock.SHANGHAI))
    message["Message-ID"] = identity
    message["Auto-Submitted"] = "auto-generated"
    text = f"{name}：\n\n这是一封测试信。收到它，说明{place}巡察整改系统的邮件寄得出来，不用回复。\n\n{settings.link}\n"
    message.set_content(text, cte="base64")
    return message
