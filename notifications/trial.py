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
from storage.setting import Setting


def send_trial(settings: MailSettings, setting: Setting, place: str, name: str, email: str, now: datetime) -> str:
    """Send a letter to somebody; return the empty text, or why it was not taken, as a sentence."""
    identity = f"<trial.{secrets.token_hex(8)}@{settings.domain}>"
    channel = channel_for(settings)
    try:
        message = _letter(settings, setting, place, name, email, identity, now)
        channel.send(message.as_bytes(policy=POLICY), identity, settings.sender, email)
    except NotSent as why:
        return str(why)
    finally:
        channel.close()
    return ""


def _letter(
    settings: MailSettings, setting: Setting, place: str, name: str, email: str, identity: str, now: datetime
) -> EmailMessage:
    if not is_address(email):
        raise BadAddress(name, email)
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(display_name(setting.from_name), addr_spec=settings.sender)
    message["To"] = Address(display_name(name), addr_spec=email)
    message["Subject"] = f"测试信：{place}巡察整改"
    message["Date"] = format_datetime(now.astimezone(clock.SHANGHAI))
    message["Message-ID"] = identity
    message["Auto-Submitted"] = "auto-generated"
    text = f"{name}：\n\n这是一封测试信。收到它，说明{place}巡察整改系统的邮件寄得出来，不用回复。\n\n{setting.link or settings.link}\n"
    around = [one for one in (setting.header, text, setting.footer) if one]
    message.set_content("\n".join(around), cte="base64")
    return message
