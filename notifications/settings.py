"""How mail leaves the house: the settings, checked, and the channel they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from notifications.channels import Channel
from notifications.channels.folder import Folder
from notifications.channels.smtp import Smtp, Tls
from notifications.hours import Times
from storage.addresses import is_address

_EXPONENT = 40


class BadSender(ValueError):
    """The sender of the configuration is no mail address."""

    def __init__(self, sender: str) -> None:
        super().__init__(f"配置 mail.sender“{sender}”不是邮箱地址：请写作 zhenggai@example.gov.cn")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The settings of [mail]: times in seconds, `folder` where the transport is a folder, `link` how links begin unless the office set it."""

    transport: Literal["folder", "smtp"]
    sender: str
    link: str
    host: str
    port: int
    tls: Tls
    user: str
    password: str = field(repr=False)
    timeout: float
    retry_first: int
    retry_longest: int
    retry_for: int
    folder: Path
    office_hours: str = ""
    daily: str = ""

    def __post_init__(self) -> None:
        if not is_address(self.sender):
            raise BadSender(self.sender)

    @property
    def times(self) -> Times:
        """When letters leave on a working day."""
        return Times.read(self.office_hours, self.daily)

    @property
    def domain(self) -> str:
        """The domain of the sender, where Message-IDs are at home."""
        return self.sender.rpartition("@")[2]

    def wait(self, tries: int) -> int | None:
        """Seconds until the next try after so many; None when the waits add up to more than `retry_for`."""
        first, longest = max(self.retry_first, 1), max(self.retry_longest, 1)
        waits = [min(first * 2 ** min(n, _EXPONENT), longest) for n in range(tries)]
        return waits[-1] if sum(waits) <= self.retry_for else None

    @property
    def claim(self) -> int:
        """Seconds for which one process has a mail to itself: longer than a relay can take, each reply in time."""
        return round(self.timeout * 15) + 10


def mail_settings(numbers: Mapping[str, Any], password: str, home: Path, link: str) -> MailSettings:
    """The settings of the post as the configuration has them, its folder inside the home."""
    written = {name: value for name, value in numbers.items() if name != "password_env"}
    return MailSettings(**written, password=password, folder=home / "mail", link=link)


def channel_for(settings: MailSettings) -> Channel:
    """The channel that the settings name; it opens at the first message."""
    if settings.transport == "folder":
        return Folder(settings.folder)
    return Smtp(
        settings.host, settings.port, tls=settings.tls, user=settings.user, password=settings.password,
        timeout=settings.timeout, helo=settings.domain,
    )  # fmt: skip
