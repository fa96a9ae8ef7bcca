"""The second factor 双因素: a code of the moment beside the password (TOTP, RFC 6238), its secret kept under a key outside the database."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Final

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken

from storage.private import lasting

STEP: Final = 30
"""Seconds for which a code holds; those of the steps beside it are taken too, for clocks that go wrong by so much."""
WINDOW: Final = (-1, 0, 1)
SET_UP_WITHIN: Final = 15 * 60
DIGITS: Final = 6
_SECOND: Final = 1_000_000


class Unreadable(ValueError):
    """A secret cannot be opened: another key, another account's, or too old."""


def keyring(home: Path) -> Fernet:
    """Return the key under which secrets are kept, made on first use, outside the database."""
    return Fernet(lasting(home / "keys" / "second.key", Fernet.generate_key))


def new_secret() -> str:
    """Return a new secret, as authenticators take it."""
    return pyotp.random_base32()


def sealed(key: Fernet, account: int, secret: str, now: int) -> str:
    """Return a secret as it is kept: for this account alone, from an instant (microseconds)."""
    return key.encrypt_at_time(f"{account}:{secret}".encode(), now // _SECOND).decode()


def opened(key: Fernet, account: int, kept: str, *, now: int | None = None) -> str:
    """Return the secret that is kept for an account; with `now` no older than a set-up lasts. Unreadable otherwise."""
    try:
        said = (
            key.decrypt(kept.encode())
            if now is None
            else key.decrypt_at_time(kept.encode(), SET_UP_WITHIN, now // _SECOND)
        )
    except (InvalidToken, ValueError):
        raise Unreadable from None
    whose, _, secret = said.decode().partition(":")
    if whose != str(account):
        raise Unreadable
    return secret


def step_of(secret: str, code: str, now: int) -> int | None:
    """Return the time step whose code it is, of this moment's or one beside it; each is compared, whichever fits."""
    given, here = "".join(code.split()), now // _SECOND // STEP
    codes = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    fits = [step for step in (here + away for away in WINDOW) if _same(given, codes.generate_otp(step))]
    return fits[-1] if fits else None


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def address_of(secret: str, login: str, house: str) -> str:
    """Return what an authenticator reads from the picture."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP).provisioning_uri(name=login, issuer_name=house)


def picture_of(address: str) -> str:
    """Return the QR picture as a data address, which the pages' policy lets be shown."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4))


def in_fours(secret: str) -> str:
    """Return a secret as it is typed in by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
