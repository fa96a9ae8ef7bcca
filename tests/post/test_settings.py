"""The settings of the post: what they promise, and which channel they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications.channels.folder import Folder
from notifications.channels.smtp import Smtp
from notifications.settings import BadSender, channel_for
from tests.post.sending import folder, settings, smtp


def test_each_wait_is_twice_the_last_up_to_the_longest_and_three_days_in_all() -> None:
    shipped = settings()
    waits = [shipped.wait(tries) for tries in range(1, 90)]
    assert waits[:8] == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    known = [wait for wait in waits if wait is not None]
    assert 259200 - 3600 < sum(known) <= 259200
    assert waits[len(known) :] == [None] * (89 - len(known))


def test_a_mail_tried_for_years_is_still_reckoned() -> None:
    assert settings(retry_first=1, retry_longest=10, retry_for=10**9).wait(5000) == 10


def test_the_settings_name_the_channel() -> None:
    assert isinstance(channel_for(folder(Path("mail"))), Folder)
    assert isinstance(channel_for(smtp(25)), Smtp)


def test_the_sender_is_an_address_and_a_wrong_one_is_said() -> None:
    shipped = settings()
    assert (shipped.sender, shipped.domain) == ("zhenggai@city.test", "city.test")
    for wrong in ("整改督办", "整改督办 <zhenggai@city.test>", "a@b@c", "a b@city.test", "整改@city.test", ""):
        with pytest.raises(BadSender, match=r"配置 mail\.sender"):
            settings(sender=wrong)


def test_the_password_does_not_show() -> None:
    assert "letmein" not in repr(settings(password="letmein"))
