"""Texts and answers stand in an entry as H(salt ‖ text): a score cannot be guessed, a name can be erased."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from trail.canonical import NotUnicode
from trail.tree import Hasher

SALT_BYTES: Final = 16


class BadSalt(ValueError):
    """A salt of another length: salt and text could then be cut apart elsewhere."""

    def __init__(self, found: int) -> None:
        super().__init__(f"存证所用的盐值应为 {SALT_BYTES} 字节，现为 {found} 字节：请核对原文附表是否完整。")


def new_salt(random_bytes: Callable[[int], bytes]) -> bytes:
    """Return 16 fresh bytes from the given source (`secrets.token_bytes`, or a seeded one in a simulation)."""
    return _checked(random_bytes(SALT_BYTES))


def commit(salt: bytes, text: str, hasher: Hasher = sha256) -> str:
    """Return H(salt ‖ UTF-8 text) in hex, the form in which a text stands in an entry."""
    try:
        return hasher(_checked(salt) + text.encode()).digest().hex()
    except UnicodeEncodeError as error:
        raise NotUnicode(error) from None


def matches(commitment: str, salt: bytes, text: str, hasher: Hasher = sha256) -> bool:
    """Tell whether this salt and text are what the entry committed to."""
    return commitment == commit(salt, text, hasher)


def fits(commitment: str, salt: bytes, value: Any) -> bool:
    """Tell whether a column holds the text that was committed to; what is no text, or none that can be, does not."""
    try:
        return isinstance(value, str) and matches(commitment, salt, value)
    except NotUnicode:
        return False


def _checked(salt: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise BadSalt(len(salt))
    return salt
