"""The SMTP channel against a real server: one connection, checked certificates, answers understood."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notifications.channels import Lost, NotSent, RefusedForGood, Retry
from notifications.channels.smtp import Smtp, Tls
from tests.post.relay import Relay

MESSAGE = b"Subject: hello\r\n\r\n.one dot\r\nand an end\r\n"


def channel(port: int, tls: Tls = "none", user: str = "", password: str = "", timeout: float = 20) -> Smtp:
    return Smtp("127.0.0.1", port, tls=tls, user=user, password=password, timeout=timeout, helo="city.test")


def send(to: Smtp, recipient: str = "a@city.test", message: bytes = MESSAGE) -> None:
    to.send(message, "<1@city.test>", "zhenggai@city.test", recipient)


def test_all_messages_of_a_run_go_over_one_connection_as_they_are(up: Relay) -> None:
    over = channel(up.port)
    for _ in range(20):
        send(over)
    over.close()
    assert up.connections == 1
    assert {one.content for one in up.taken} == {MESSAGE}


@pytest.mark.parametrize(
    ("stage", "answer", "meaning", "words"),
    [
        ("MAIL", "421 closing", Lost, "邮件中继暂停服务：421 closing"),
        ("MAIL", "450 later", Retry, "邮件中继不接受发件地址：450 later"),
        ("MAIL", "550 who are you", Retry, "邮件中继不接受发件地址：550 who are you"),
        ("MAIL", "552 too large", RefusedForGood, "邮件中继嫌邮件过大：552 too large"),
        ("RCPT", "421 closing", Lost, "邮件中继暂停服务：421 closing"),
        ("RCPT", "450 busy", Retry, "对方暂不接收：450 busy"),
        ("RCPT", "550 nobody", RefusedForGood, "对方拒收：550 nobody"),
        ("RCPT", "552 full", RefusedForGood, "对方拒收：552 full"),
        ("DATA", "421 closing", Lost, "邮件中继暂停服务：421 closing"),
        ("DATA", "451 error", Retry, "对方暂不接收：451 error"),
        ("DATA", "552 full", RefusedForGood, "对方拒收：552 full"),
        ("DATA", "554 spam", RefusedForGood, "对方拒收：554 spam"),
    ],
)
def test_each_answer_means_what_it_says_and_the_next_message_goes(
    up: Relay, stage: str, answer: str, meaning: type[NotSent], words: str
) -> None:
    up.answers[stage] = [answer]
    over = channel(up.port)
    with pytest.raises(NotSent) as refusal:
        send(over)
    assert (type(refusal.value), str(refusal.value)) == (meaning, words)
    send(over)
    assert len(up.taken) == 1
    over.close()


def test_a_connection_that_breaks_in_the_midst_of_a_message_is_lost_and_made_anew(up: Relay) -> None:
    over = channel(up.port)
    send(over)
    up.cuts = 1
    with pytest.raises(Lost, match="连接中断"):
        send(over)
    send(over)
    over.close()
    assert (len(up.taken), up.connections) == (2, 2)


def test_a_relay_that_does_not_answer_in_time_is_lost(up: Relay) -> None:
    up.delay = 2
    with pytest.raises(Lost, match="连接中断"):
        send(channel(up.port, timeout=1))


def test_a_connection_closed_between_two_messages_is_nobodys_fault(relay: Relay) -> None:
    over = channel(relay.port)
    with relay:
        send(over)
    with relay:
        send(over)
    assert len(relay.taken) == 2
    with pytest.raises(Lost):
        send(over)


def test_nothing_listening_is_said_with_host_and_port(relay: Relay) -> None:
    with pytest.raises(Lost, match=f"^连不上邮件中继 127.0.0.1:{relay.port}："):
        send(channel(relay.port))


@pytest.fixture
def certified(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for 127.0.0.1, and the file that whoever trusts it has to know."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    day, now = dt.timedelta(days=1), dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
    builder = builder.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = tmp_path / "key.pem"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context, certificate


def test_starttls_and_login_reach_a_relay_whose_certificate_is_known(
    certified: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate = certified
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Relay(tls=context, password="letmein") as relay:
        over = channel(relay.port, "starttls", "zhenggai", "letmein")
        send(over)
        over.close()
        with pytest.raises(Lost, match=r"连不上邮件中继.*535"):
            send(channel(relay.port, "starttls", "zhenggai", "wrong"))
    assert len(relay.taken) == 1


def test_a_certificate_nobody_vouches_for_stops_the_mail(certified: tuple[ssl.SSLContext, Path]) -> None:
    with Relay(tls=certified[0]) as relay, pytest.raises(Lost, match="CERTIFICATE_VERIFY_FAILED"):
        send(channel(relay.port, "starttls"))
    assert relay.taken == []


def test_a_relay_without_tls_is_not_spoken_to_in_the_clear_when_tls_is_asked(up: Relay) -> None:
    with pytest.raises(Lost):
        send(channel(up.port, "starttls"))
    with pytest.raises(Lost):
        send(channel(up.port, "tls"))
    assert up.taken == []
