"""SMTP: the mail relay 邮件中继 of the house, over one connection."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from typing import Literal

from notifications.channels import Lost, NotSent, RefusedForGood, Retry

Tls = Literal["none", "starttls", "tls"]
Reply = tuple[int, bytes]
TOO_LARGE = 552
CLOSING = 421


class Smtp:
    """One connection to the relay, made at the first message and again where it broke."""

    stays = ""

    def __init__(self, host: str, port: int, *, tls: Tls, user: str, password: str, timeout: float, helo: str) -> None:
        self._host, self._port, self._tls = host, port, tls
        self._user, self._password, self._timeout, self._helo = user, password, timeout, helo
        self._server: smtplib.SMTP | None = None

    def send(self, message: bytes, message_id: str, sender: str, recipient: str) -> None:
        """Hand one message to the relay; when this returns, the relay has answered 250."""
        del message_id
        try:
            server = self._begin(sender, len(message))
            _taken(server.rcpt(recipient))
            _taken(_data(server, message))
        except Lost:
            self._drop()
            raise
        except NotSent:
            self._reset()
            raise
        except OSError as error:  # timeouts, broken connections and everything of smtplib
            self._drop()
            raise Lost(f"与邮件中继 {self._host}:{self._port} 的连接中断：{_words(error)}") from error

    def close(self) -> None:
        """Take leave of the relay; whether it answers does not matter."""
        if self._server is not None:
            with contextlib.suppress(OSError):
                self._server.quit()
        self._drop()

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _begin(self, sender: str, size: int) -> smtplib.SMTP:
        """Begin a message. A connection that died of age is made anew: nothing was handed over on it yet."""
        if self._server is not None:
            try:
                return self._mail_from(self._server, sender, size)
            except (Lost, OSError):
                self._drop()
        self._server = self._connect()
        return self._mail_from(self._server, sender, size)

    @staticmethod
    def _mail_from(server: smtplib.SMTP, sender: str, size: int) -> smtplib.SMTP:
        options = [f"SIZE={size}"] if server.has_extn("size") else []
        code, reply = server.mail(sender, options)
        if code == TOO_LARGE:
            raise RefusedForGood(_sentence("邮件中继嫌邮件过大", code, reply))
        if code == CLOSING:
            raise Lost(_sentence("邮件中继暂停服务", code, reply))
        if code != 250:
            # The sender is a setting of ours: the operator will correct it, so the mails wait instead of failing.
            raise Retry(_sentence("邮件中继不接受发件地址", code, reply))
        return server

    def _connect(self) -> smtplib.SMTP:
        try:
            server = self._dial()
        except (OSError, UnicodeError) as error:
            raise self._unreachable(error) from error
        try:
            self._introduce(server)
        except (OSError, UnicodeError) as error:
            server.close()
            raise self._unreachable(error) from error
        return server

    def _dial(self) -> smtplib.SMTP:
        where = (self._host, self._port, self._helo)
        if self._tls == "tls":
            return smtplib.SMTP_SSL(*where, timeout=self._timeout, context=ssl.create_default_context())
        return smtplib.SMTP(*where, timeout=self._timeout)

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self._tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
        if self._user:
            server.login(self._user, self._password)

    def _unreachable(self, error: Exception) -> Lost:
        return Lost(f"连不上邮件中继 {self._host}:{self._port}：{_words(error)}")

    def _reset(self) -> None:
        """Make the connection ready for the next message, or let go of it."""
        try:
            ready = self._server is not None and self._server.rset()[0] == 250
        except OSError:
            ready = False
        if not ready:
            self._drop()


def _data(server: smtplib.SMTP, message: bytes) -> Reply:
    try:
        return server.data(message)
    except smtplib.SMTPDataError as error:  # DATA itself was not answered by 354
        words = error.smtp_error
        return error.smtp_code, words if isinstance(words, bytes) else words.encode()


def _taken(reply: Reply) -> None:
    if reply[0] not in {250, 251}:
        raise _outcome(*reply)


def _outcome(code: int, reply: bytes) -> NotSent:
    if code == CLOSING:
        return Lost(_sentence("邮件中继暂停服务", code, reply))
    if 500 <= code <= 599:
        return RefusedForGood(_sentence("对方拒收", code, reply))
    return Retry(_sentence("对方暂不接收", code, reply))


def _sentence(what: str, code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{what}：{code} {text}"


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _sentence("答复", error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__
