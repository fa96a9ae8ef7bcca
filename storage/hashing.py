"""Hashing passwords: what does it is slow to load, so it stands by itself."""

from __future__ import annotations

from pwdlib import PasswordHash


def hashed(password: str) -> str:
    """Return the argon2 hash of a password."""
    return PasswordHash.recommended().hash(password)
