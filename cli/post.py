"""The post, sent by hand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import typer

from cli.opening import House, open_house
from cli.talk import AsJson, At, show
from notifications.deliver import Delivered
from notifications.deliver import deliver as deliver_mail
from notifications.settings import channel_for, mail_settings


def deliver(context: typer.Context, at: At = None, as_json: AsJson = False) -> None:
    """Send what waits to be sent."""
    house = open_house(context)
    found = deliver_now(house, house.moment(at))
    sent = "写入 mail/、没有寄出" if house.settings.config.mail.transport == "folder" else "已寄"
    show(asdict(found), as_json=as_json, words=f"{sent} {found.sent}，失败 {found.failed}，待寄 {found.left}")


def deliver_now(house: House, now: datetime) -> Delivered:
    """Send what is due at an instant, as the configuration says."""
    settings = house.settings
    post = mail_settings(settings.config.mail.model_dump(), settings.smtp_password(), settings.home, settings.link)
    return deliver_mail(house.engine, post, now, channel_for(post))
