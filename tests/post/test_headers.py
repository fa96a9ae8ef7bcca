"""Hostile header values: no extra header, no extra recipient, whatever somebody typed."""

from __future__ import annotations

import email
import email.policy
import random
from collections.abc import Sequence
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import Any

import pytest

from notifications.addresses import display_name, header_words, one_line
from notifications.compose import BadAddress, compose, headed
from notifications.together import render_letter
from storage.addresses import is_address
from storage.setting import Setting
from tests.post.mails import NOW, letter, mail
from tests.post.relay import Relay
from tests.post.sending import settings
from tests.post.test_smtp import channel

HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "MIME-Version",
    "Content-Type",
]  # fmt: skip
BREAKS = (
    "\r\n", "\n", "\r", "\n\n", "\r\n\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\\r\\n",
    "%0d%0a", "\ud800",
)  # fmt: skip
PAYLOADS = (
    "Bcc: victim@evil.test",
    "To: victim@evil.test",
    "Subject: forged",
    "X-Evil: 1",
    "Content-Type: text/html",
    "\tBcc: victim@evil.test",
    "=?utf-8?q?a=0D=0ABcc:_victim@evil.test?=",
    "=?utf-8?b?DQpCY2M6IHZpY3RpbUBldmlsLnRlc3Q=?=",
    ", victim@evil.test",
    "<victim@evil.test>",
    '" <victim@evil.test>, "',
    "victim@evil.test;",
    "(comment) victim@evil.test",
    '\\"',
    ".",
    "MAIL FROM:<a@evil.test>",
    "张三",
    "=?",
    "?=",
    "'",
)
TRIALS = (500, pytest.param(2500, marks=pytest.mark.long))
TYPED = ("name", "unit", "number")


def hostile(dice: random.Random) -> str:
    """Some pieces of an attack, in some order, between some honest words."""
    honest = ("城伯镇党委", "王建国", " ", "x" * dice.choice((3, 200)))
    return "".join(dice.choices((*BREAKS, *PAYLOADS, *honest), k=dice.randrange(1, 5)))


def hostile_address(dice: random.Random) -> str:
    """An address somebody has tampered with."""
    where = dice.choice(("{0}a@city.test", "a{0}@city.test", "a@{0}city.test", "a@city.test{0}"))
    return where.format(hostile(dice))


@pytest.mark.parametrize("trials", TRIALS)
@pytest.mark.parametrize("seed", [20260302])
def test_thousands_of_hostile_values_add_no_header_and_no_recipient(seed: int, trials: int) -> None:
    """Mails with four hostile values each: name, unit, number, and an address somebody tampered with; ten thousand in the long form.

    Each tenth is made whole and read by the strict reader too; of the others the headers alone are made.
    """
    dice = random.Random(seed)
    refused = 0
    for trial in range(trials):
        values: dict[str, Any] = {field: hostile(dice) for field in TYPED}
        address = hostile_address(dice)
        if not is_address(address):
            refused += 1
            with pytest.raises(BadAddress, match="写法不对"):
                compose(letter(mail("verify", **values), email=address), settings())
            address = "a@city.test"
        if trial % 10:
            one = letter(mail("verify", **values), email=address)
            bare = headed(one, settings(), render_letter(one, "http://city.test").subject)
            check(bare.as_bytes(), address, HEADERS[:-2])
        else:
            check_strictly(compose(letter(mail("verify", **values), email=address), settings()), address)
    assert trials * (len(TYPED) + 1) >= 2000
    assert 0 < refused < trials


def test_a_hostile_sender_is_only_a_name() -> None:
    """Whatever stands in the row of the settings: the register refuses it, and were it there, it could not leave its place."""
    dice = random.Random(11)
    for _ in range(300):
        words = {name: hostile(dice) for name in ("sender", "header", "footer", "hours", "office")}
        content = compose(letter(mail("verify", setting=Setting(**words))), settings())
        assert naive_headers(content) == HEADERS
        read = email.message_from_bytes(content, policy=email.policy.SMTP)
        assert [one.addr_spec for one in read["From"].addresses] == [settings().sender]


def naive_headers(content: bytes) -> list[str]:
    """The names of headers as a simple program reads them, line by line."""
    head = content.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]


def check(content: bytes, address: str, headers: Sequence[str] = HEADERS) -> None:
    """The headers are ours and only ours, to one recipient, as simple programs read them."""
    content.decode("ascii")
    head = content.partition(b"\r\n\r\n")[0]
    bare = head.replace(b"\r\n", b"")
    assert b"\n" not in bare
    assert b"\r" not in bare
    assert naive_headers(content) == headers
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    old = BytesHeaderParser(policy=email.policy.compat32).parsebytes(content)
    assert old.keys() == headers
    assert [one for _, one in getaddresses([old["To"]])] == [address]
    assert [one for _, one in getaddresses([old["From"]])] == ["zhenggai@city.test"]


def check_strictly(content: bytes, address: str) -> None:
    """The same, as a reader sees it that decodes everything."""
    check(content, address)
    read = email.message_from_bytes(content, policy=email.policy.SMTP)
    assert read.keys() == HEADERS
    assert [one.addr_spec for one in read["To"].addresses] == [address]
    assert [one.addr_spec for one in read["From"].addresses] == ["zhenggai@city.test"]
    assert "\n" not in read["Subject"] + str(read["To"]) + str(read["From"])
    assert read["Subject"].startswith("【整改督办】")
    assert [one.get_content_type() for one in read.iter_parts()] == ["text/plain", "text/html"]


def test_hostile_mails_reach_one_recipient_each_on_the_wire(up: Relay) -> None:
    dice = random.Random(7)
    over = channel(up.port)
    for number in range(100):
        content = compose(
            letter(mail("verify", name=hostile(dice), unit=hostile(dice), number=hostile(dice))), settings()
        )
        over.send(content, f"<{number}@city.test>", "zhenggai@city.test", "a@city.test")
    over.close()
    assert [one.recipients for one in up.taken] == [("a@city.test",)] * 100
    for one in up.taken:
        check_strictly(one.content, "secretary@example.test")


BAD_ADDRESSES = (
    "a@city.test\r\nBcc: b@evil.test", "a@city.test\n", "a@city.test, b@evil.test", "a@city.test b@evil.test",
    "<a@city.test>", "a@city.test>", "a@", "@city.test", "a", "", " a@city.test", "a@city..test", ".a@city.test",
    "a.@city.test", "a..b@city.test", "a@-city.test", "a@city-.test", '"a b"@city.test', "a@[127.0.0.1]",
    "整改@city.test", "a@整改.test", "a@b@city.test", "a" * 65 + "@city.test", "a@" + "b" * 64 + ".test",
    "a@" + "b.c" * 90, "a%b\x00@city.test", "a@city.test\u2028",
    "=?utf-8?b?DQpCY2M6IHZpY3RpbUBldmlsLnRlc3Q=?=@city.test",
)  # fmt: skip
GOOD_ADDRESSES = ("a@city.test", "a@localhost", "o'neil+tag@a-b.city.test", "a" * 64 + "@" + "b" * 63 + ".test")


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(BadAddress):
        compose(letter(email=address), settings())


@pytest.mark.parametrize("address", GOOD_ADDRESSES)
def test_plain_addresses_are_used_as_they_are(address: str) -> None:
    assert is_address(address)
    check_strictly(compose(letter(email=address), settings()), address)


def test_the_same_mail_is_the_same_bytes_and_says_when_it_was_made() -> None:
    one, again = compose(letter(), settings()), compose(letter(), settings())
    assert one == again
    read = email.message_from_bytes(one, policy=email.policy.SMTP)
    assert read["Date"].datetime == NOW
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["References"] == read["In-Reply-To"] == "<fedcba9876543210@city.test>"


def test_a_long_domain_does_not_break_the_thread() -> None:
    domain = "b" * 60 + "." + "c" * 60 + ".test"
    long = letter(message_id=f"<0@{domain}>", threads=(f"<1@{domain}>", f"<2@{domain}>"))
    head = compose(long, settings()).partition(b"\r\n\r\n")[0].decode()
    assert f"References: <1@{domain}>\r\n <2@{domain}>" in head
    assert f"Message-ID: <0@{domain}>" in head


def test_folding_keeps_the_words_and_drops_what_is_invisible() -> None:
    assert one_line(" 城伯镇\r\n党委\t\u200b\u202e一支部 ") == "城伯镇 党委 一支部"
    assert one_line("长" * 500) == "长" * 119 + "…"
    assert header_words("=?utf-8?q?x?=") == "= ?utf-8?q?x?="
    assert display_name('王"建国" <a@b.c>, (x); 𠮷·买买提') == "王 建国 a b c x 𠮷·买买提"


def test_shipped_sender_is_as_configured() -> None:
    shipped = settings(sender="zhenggai@localhost")
    read = email.message_from_bytes(compose(letter(), shipped), policy=email.policy.SMTP)
    assert read["From"] == "整改督办 <zhenggai@localhost>"
